"""Fresh databases: one is migrated, then copied for each use."""

import shutil
from collections.abc import Callable
from pathlib import Path

from courtil.plugin.registry import Registry
from courtil.services import roles
from courtil.services.unit import working
from courtil.store.database import Database
from courtil.store.upgrade import upgrade

NewDatabase = Callable[[], str]
"""Gives the address of a fresh migrated database each time it is called."""


def prepare(database: Database) -> None:
    """Bring a database to the newest revision and give it the roles of the start."""
    upgrade(database)
    with working(database, Registry.of(()).hooks(())) as unit:
        roles.install(unit)
    database.close()


def copied(template: Path, path: Path) -> str:
    """The address of a copy of a SQLite file that nobody has open."""
    shutil.copy(template, path)
    return f"sqlite:///{path}"
