"""Databases that have the plugin's tables already: switching it on finds them, in each of very many tests."""

from pathlib import Path

import pytest

from courtil.plugin.registry import Registry
from courtil.services.plugins import migrate
from courtil.store.database import Database
from courtil.testing.databases import Template, forget_pools
from courtil.testing.fresh import copied
from courtil_contracts import plugin


@pytest.fixture(scope="session")
def sqlite_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the core's tests, with the tables of contracts."""
    path = tmp_path_factory.mktemp("contracts") / "template.sqlite3"
    _with_tables(copied(sqlite_template, path))
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_template: Template) -> Template:
    """The database of the core's tests, with the tables of contracts."""
    found = postgresql_template.copied()
    _with_tables(found.url)
    forget_pools()
    return found


def _with_tables(url: str) -> None:
    database = Database(url)
    migrate(database, Registry.of([plugin]), [plugin.name])
    database.close()
