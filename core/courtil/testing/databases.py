"""Databases for tests: a fresh migrated one for each, on SQLite, on PostgreSQL, or on both. PYTEST_DONT_REWRITE

A test runs on SQLite, and on both when it asks for `both_databases`; `--database` names one of them, or `both`, for
every test.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from courtil.store import database as databases
from courtil.store.database import Database
from courtil.testing.fresh import NewDatabase, copied, prepare
from courtil.testing.postgres import running_server

KINDS = ("sqlite", "postgresql")
NOTHING_IS_KEPT = ("fsync", "synchronous_commit", "full_page_writes")
"""What a server does for the day the power fails: one that ends with the tests need not."""
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


@dataclass(frozen=True)
class Template:
    """A migrated database of a PostgreSQL server, which is copied for each test."""

    server: str
    name: str

    @property
    def url(self) -> str:
        """Its address; nobody may have it open while it is copied."""
        return make_url(self.server).set(database=self.name).render_as_string(hide_password=False)

    def copied(self) -> "Template":
        """A copy under a name of its own."""
        name = f"test_{next(_numbers)}"
        _administer(self.server, f"CREATE DATABASE {name} TEMPLATE {self.name}")
        return Template(self.server, name)

    def drop(self) -> None:
        """Take it away."""
        _administer(self.server, f"DROP DATABASE {self.name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[Template]:
    """A migrated database with the roles of the start, copied for each test."""
    with running_server(in_memory=True) as url:
        for setting in NOTHING_IS_KEPT:
            _administer(url, f"ALTER SYSTEM SET {setting} = off")
        _administer(url, "SELECT pg_reload_conf()")
        template = Template(url, "template_courtil")
        _administer(url, f"CREATE DATABASE {template.name}")
        prepare(Database(template.url))
        forget_pools()
        yield template


def _administer(url: str, statement: str) -> None:
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True) as connection:
        connection.execute(statement)


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
    original: Template = request.getfixturevalue("postgresql_template")
    made: list[Template] = []
    yield lambda: _remembered(original.copied(), made).url
    forget_pools()
    for one in made:
        one.drop()


def _remembered(template: Template, made: list[Template]) -> Template:
    made.append(template)
    return template


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """The address of a fresh migrated database."""
    return new_database()
