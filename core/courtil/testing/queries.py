"""Counting the statements that a page or a service sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from courtil.services.instance import Instance

QUIET = ("PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE")


@contextmanager
def counted(instance: Instance) -> Iterator[list[str]]:
    """The statements sent inside the block; what only opens a transaction does not count."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(QUIET):
            sent.append(statement)

    engine = instance.database._engine  # noqa: SLF001  (what it makes of it can only be read, not listened to)
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
