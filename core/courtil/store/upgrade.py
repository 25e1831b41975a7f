"""Schema revisions: one history and one version table for the core and for each plugin."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from courtil.store.database import Database
from courtil.store.tables import Base

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class History:
    """The revisions of the core or of a plugin: tables `<prefix>_…`, version table `<prefix>_revision`."""

    prefix: str
    versions: Path

    @property
    def version_table(self) -> str:
        """Where the current revision is written."""
        return f"{self.prefix}_revision"


CORE = History("core", MIGRATIONS / "versions")


def _config(history: History, connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(history.versions))
    config.attributes.update(connection=connection, history=history, metadata=Base.metadata)
    return config


def current(connection: Connection, history: History = CORE) -> str | None:
    """The revision this database is at, or None before the first."""
    context = MigrationContext.configure(connection, opts={"version_table": history.version_table})
    return context.get_current_revision()


def head(history: History = CORE) -> str | None:
    """The newest revision that the code knows."""
    return ScriptDirectory.from_config(_config(history, None)).get_current_head()


def revisions(history: History = CORE) -> list[str]:
    """Every revision that the code knows, the first one first."""
    known = ScriptDirectory.from_config(_config(history, None)).walk_revisions()
    return [one.revision for one in reversed(list(known))]


def is_behind(database: Database, histories: Sequence[History] = (CORE,)) -> bool:
    """Whether the code knows revisions that the database has not."""
    with database.glance() as connection:
        return any(current(connection, history) != head(history) for history in histories)


def upgrade(database: Database, history: History = CORE, target: str = "head") -> None:
    """Bring the tables of this history to the target, in one transaction, after a copy of a SQLite file."""
    with database.glance() as connection:
        before = current(connection, history)
    if before == (head(history) if target == "head" else target):
        return
    if before is not None and database.path is not None:
        database.back_up(database.path.with_name(f"{database.path.stem}-{before}-{int(time.time())}.backup"))
    with database.migrator() as connection:
        command.upgrade(_config(history, connection), target)


def downgrade(database: Database, target: str, history: History = CORE) -> None:
    """Take revisions back down to the target (`base` for none)."""
    with database.migrator() as connection:
        command.downgrade(_config(history, connection), target)


def owns(history: History, table: str) -> bool:
    """Whether a table belongs to this history."""
    return table.startswith(f"{history.prefix}_") and table != history.version_table


def drift(connection: Connection, history: History = CORE) -> list[object]:
    """Differences between the tables in the database and the models: none, when the migrations are whole."""

    def ours(obj: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
        table = name if kind == "table" else getattr(getattr(obj, "table", None), "name", None)
        return owns(history, table or "")

    options = {"include_object": ours, "compare_type": True, "version_table": history.version_table}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, Base.metadata))


def revise(database: Database, message: str, history: History = CORE) -> None:
    """Write the next revision, `<prefix>_000N_…`, from the difference between the database and the models."""
    number = len(list(history.versions.glob("*.py"))) + 1
    with database.migrator() as connection:
        command.revision(
            _config(history, connection), message, autogenerate=True, version_path=str(history.versions),
            rev_id=f"{history.prefix}_{number:04d}",
        )  # fmt: skip
