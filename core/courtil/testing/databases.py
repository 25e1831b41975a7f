"""Databases for tests: a fresh migrated one for each, on SQLite, on PostgreSQL, or on both. PYTEST_DONT_REWRITE

A test runs on SQLite, and on both when it asks for `both_databases`; `--database` names one of them, or `both`, for
every test.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from courtil.store import database as databases
from courtil.store.database import Database
from courtil.testing.fresh import NewDatabase, copied, prepare
from courtil.testing.postgres import running_server

KINDS = ("sqlite", "postgresql")
_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database`."""
    parser.addoption(
        "--database",
        choices=(*KINDS, "both"),
        help="run every test on it (default: SQLite, and both where a test asks for it)",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One run of the test for each kind of database that it is meant for."""
    if "database_kind" not in metafunc.fixturenames:
        return
    wanted = metafunc.config.getoption("--database")
    if wanted is None:
        kinds = KINDS if "both_databases" in metafunc.fixturenames else KINDS[:1]
    else:
        kinds = KINDS if wanted == "both" else (wanted,)
    metafunc.parametrize("database_kind", kinds, scope="function", indirect=True)


@pytest.fixture
def both_databases() -> None:
    """Run the test on SQLite and on PostgreSQL; an autouse fixture that asks for it says so for a folder."""


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """The kind of database of this run: `sqlite` or `postgresql`."""
    return str(request.param)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file with the roles of the start, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    prepare(Database.at(path))
    return path


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[str]:
    """The address of a PostgreSQL server whose `template_courtil` is migrated."""
    with running_server() as url:
        _administer(url, "CREATE DATABASE template_courtil")
        prepare(Database(_named(url, "template_courtil")))
        forget_pools()
        yield url


def _administer(url: str, statement: str) -> None:
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True) as connection:
        connection.execute(statement)


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def forget_pools() -> None:
    """Close the shared pools, so that a test's database can be dropped."""
    for engine in databases.POOLS.values():
        engine.dispose()
    databases.POOLS.clear()


@pytest.fixture
def new_database(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[NewDatabase]:
    """Gives the address of a fresh migrated database each time it is called."""
    if database_kind == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield lambda: copied(template, tmp_path / f"courtil-{next(_numbers)}.sqlite3")
        return
    server: str = request.getfixturevalue("postgresql_template")
    made: list[str] = []
    yield lambda: _created(server, made)
    forget_pools()
    for name in made:
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _created(server: str, made: list[str]) -> str:
    name = f"test_{next(_numbers)}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE template_courtil")
    made.append(name)
    return _named(server, name)


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """The address of a fresh migrated database."""
    return new_database()
