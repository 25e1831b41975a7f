"""Fixtures for every layer: two real databases, an instance, clients by role."""

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from starlette.testclient import TestClient

from courtil.config import HostingConfig, InstanceConfig
from courtil.domain.fields import search_key
from courtil.plugin.registry import Registry
from courtil.services import mail, roles, settings, signin
from courtil.services.instance import Instance, PluginSets
from courtil.services.unit import working
from courtil.store import database as databases
from courtil.store.database import Database
from courtil.store.people import Household, Person
from courtil.store.upgrade import upgrade
from courtil.web.hosting import Hosting
from postgres import running_server

KINDS = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=(*KINDS, "both"), default="both", help="run the database tests on one of them"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Services, tables and hooks are tested on both databases; pages on SQLite unless a test asks for `database_kind`."""
    if "database_kind" not in metafunc.fixturenames:
        return
    both = any(part in {"services", "store", "hooks"} for part in Path(metafunc.definition.path).parts)
    wanted = metafunc.config.getoption("--database")
    kinds = KINDS if wanted == "both" else (wanted,)
    metafunc.parametrize("database_kind", kinds if both else kinds[:1], scope="function", indirect=True)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file with the roles of the start, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    prepare(Database.at(path))
    return path


@pytest.fixture(scope="session")
def postgresql_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server whose `template_courtil` is migrated."""
    with running_server(tmp_path_factory.mktemp("pg")) as url:
        with psycopg.connect(_plain(url), autocommit=True) as connection:
            connection.execute("CREATE DATABASE template_courtil")
        target = Database(_named(url, "template_courtil"))
        prepare(target)
        forget_pools()
        yield url


def prepare(database: Database) -> None:
    """Bring a database to the newest revision and give it the roles of the start."""
    upgrade(database)
    with working(database, Registry.of(()).hooks(())) as unit:
        roles.install(unit)
    database.close()


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def forget_pools() -> None:
    """Close the shared pools, so that a test's database can be dropped."""
    for engine in databases.POOLS.values():
        engine.dispose()
    databases.POOLS.clear()


_numbers = itertools.count(1)


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh migrated database of the asked kind."""
    if database_kind == "sqlite":
        path = tmp_path / "courtil.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql_template")
    name = f"test_{next(_numbers)}"
    with psycopg.connect(_plain(server), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_courtil")
    yield _named(server, name)
    forget_pools()
    with psycopg.connect(_plain(server), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def registry() -> Registry:
    """The plugins that are installed in the test; none unless a test overrides it."""
    return Registry.of(())


@pytest.fixture
def hosting_config(database_url: str, tmp_path: Path) -> HostingConfig:
    config = InstanceConfig(name="tilleuls", hosts=("testserver",), folder=tmp_path / "tilleuls", database=database_url)
    return HostingConfig(instances=(config,))


@pytest.fixture
def instance(hosting_config: HostingConfig, registry: Registry) -> Iterator[Instance]:
    """An open AMAP, empty but for its roles."""
    opened = Instance(hosting_config.instances[0], PluginSets(registry))
    with opened.working() as unit:
        settings.write(unit, "amap", settings.AmapSettings(name="AMAP des Tilleuls"))
    yield opened
    opened.close()


@dataclass
class World:
    """Shortcuts for tests of pages: people with roles, clients signed in as them, mail that was sent."""

    instance: Instance
    app: Hosting
    clients: list[TestClient] = field(default_factory=list)

    def person(
        self, *codes: str, name: str = "Zoé Lantier", farm_id: int | None = None, household: bool = True
    ) -> Person:
        """A person with these roles, in a household of her own."""
        first, _space, last = name.partition(" ")
        with self.instance.working() as unit:
            home = unit.add(Household(name=last, search=search_key(last))) if household else None
            person = unit.add(
                Person(
                    first_name=first, last_name=last, search=search_key(name), household_id=home.id if home else None,
                    email=f"{search_key(name).replace(' ', '.')}.{next(_numbers)}@exemple.fr",
                )
            )  # fmt: skip
            for code in codes:
                roles.grant(unit, person, code, farm_id)
        return person

    def client(self, *codes: str, name: str = "Zoé Lantier", farm_id: int | None = None) -> TestClient:
        """A browser signed in as a new person with these roles."""
        return self.client_of(self.person(*codes, name=name, farm_id=farm_id))

    def client_of(self, person: Person) -> TestClient:
        """A browser signed in as this person."""
        with self.instance.working() as unit:
            token = signin.start_session(unit, unit.get(Person, person.id), "test")
        client = self.visitor()
        client.cookies.set("__Host-courtil", token)
        return client

    def visitor(self) -> TestClient:
        """A browser that is not signed in."""
        client = TestClient(
            self.app, base_url="https://testserver", headers={"sec-fetch-site": "same-origin"}, follow_redirects=False
        )  # fmt: skip
        self.clients.append(client)
        return client

    def mails(self) -> list[str]:
        """Run the jobs and read the mail that was sent."""
        self.instance.run_jobs((mail.job(self.instance.config),))
        folder = self.instance.config.folder / "mail"
        return [path.read_text() for path in sorted(folder.glob("*.eml"))] if folder.exists() else []


@pytest.fixture
def world(instance: Instance, hosting_config: HostingConfig, registry: Registry) -> Iterator[World]:
    """The whole application around the instance."""
    app = Hosting(hosting_config, registry)
    made = World(instance, app)
    yield made
    for client in made.clients:
        client.close()
    app.instances.close()
