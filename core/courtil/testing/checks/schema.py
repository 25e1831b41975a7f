"""Migrations: up on tables that hold rows, equal to the models, down again and up."""

from collections.abc import Iterable, Iterator

from sqlalchemy import inspect

from courtil.plugin.faults import place
from courtil.plugin.registry import Registry
from courtil.services.plugins import histories, migrate
from courtil.services.unit import working
from courtil.store.base import Base
from courtil.store.database import Database
from courtil.store.upgrade import History, downgrade, drift, owns, revisions, upgrade
from courtil.testing.amap import furnish
from courtil.testing.checks.filling import fill_tables
from courtil.testing.checks.findings import Finding, Subject

CHECK = "migrations"


def migrations(subject: Subject, database: Database) -> Iterator[Finding]:
    """One revision after the other, each on tables with a row; the end is what the models say.

    The database has the core's tables and the roles of the start.
    """
    name = subject.plugin.name
    if subject.unusable:
        return
    found = histories(subject.registry, [name])
    if not found:
        tables = [table for table in Base.metadata.tables if table.startswith(f"{name}_")]
        if tables:
            yield Finding(CHECK, f"nothing makes the table {tables[0]}: write migrations", subject.at_string(tables[0]))
        return
    with working(database, Registry.of(()).hooks(())) as unit:
        furnish(unit)
    migrate(database, subject.registry, [other for other in subject.registry.plugins if other != name])
    failed = list(_up(subject, database, found[0])) or list(_down(subject, database, found[0]))
    yield from failed
    if not failed:
        yield from _differences(subject, database, found[0])


def _up(subject: Subject, database: Database, history: History) -> Iterator[Finding]:
    try:
        steps = revisions(history)
    except Exception as error:
        yield _fault(subject, "the revisions cannot be read", error)
        return
    for revision in steps:
        try:
            upgrade(database, history, revision)
        except Exception as error:
            yield _fault(subject, f"{revision} does not go up where tables hold rows", error)
            return
        with database.migrator() as connection:
            fill_tables(connection, f"{history.prefix}_")


def _down(subject: Subject, database: Database, history: History) -> Iterator[Finding]:
    """Down to nothing, then up again."""
    try:
        downgrade(database, "base", history)
        left = sorted(_tables(database, history))
        if not left:
            upgrade(database, history)
    except Exception as error:
        yield _fault(subject, "the revisions do not go down and up again", error)
        return
    if left:
        where = subject.at(subject.plugin.folder / "migrations")
        yield Finding(CHECK, f"going down leaves {', '.join(left)}", where)


def _fault(subject: Subject, words: str, error: Exception) -> Finding:
    reason = " ".join(str(getattr(error, "orig", None) or error).split())[:300]
    where = place(error, subject.plugin.folder) or subject.at(subject.plugin.folder / "migrations")
    return Finding(CHECK, f"{words}: {reason}", where)


def _tables(database: Database, history: History) -> Iterator[str]:
    with database.glance() as connection:
        yield from (name for name in inspect(connection).get_table_names() if owns(history, name))


def _differences(subject: Subject, database: Database, history: History) -> Iterator[Finding]:
    with database.glance() as connection:
        found = drift(connection, history)
    for difference in found:
        says = f"the revisions do not make what the models say: {_words(difference)}"
        yield Finding(CHECK, says, subject.at(subject.plugin.folder / "migrations"))


def _words(difference: object) -> str:
    """`add_column recipes_recipe title`, from Alembic's tuples."""
    if isinstance(difference, list):
        return ", ".join(_words(one) for one in difference)
    parts: Iterable[object] = difference if isinstance(difference, tuple) else (difference,)
    names = [part if isinstance(part, str) else getattr(part, "name", None) for part in parts]
    return " ".join(str(name) for name in names if name)
