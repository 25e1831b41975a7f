"""The one Alembic environment, shared by the core and every plugin; `courtil.store.upgrade` hands everything in."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from courtil.store.base import Moment
from courtil.store.upgrade import owns

attributes = context.config.attributes
history = attributes["history"]


def _ours(obj: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    table = name if kind == "table" else getattr(getattr(obj, "table", None), "name", None)
    return owns(history, table or "")


def _written(kind: str, obj: Any, autogenerate: AutogenContext) -> str | Literal[False]:
    """How a column type of ours is written in a revision."""
    if kind == "type" and isinstance(obj, Moment):
        autogenerate.imports.add("from courtil.store.base import Moment")
        return "Moment()"
    return False


context.configure(
    connection=attributes["connection"],
    target_metadata=attributes["metadata"],
    version_table=history.version_table,
    include_object=_ours,
    render_as_batch=True,
    compare_type=True,
    render_item=_written,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
