"""The kit of plugin authors, and what only our own tests need: an empty instance, and people in it made one by one."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from company import CHOICES, company
from courtil.config import HostingConfig, InstanceConfig
from courtil.domain.fields import search_key
from courtil.plugin.manifest import Plugin
from courtil.plugin.registry import Registry
from courtil.services import mail, plugins, roles, settings, signin
from courtil.services.instance import Instance, PluginSets
from courtil.store.people import Household, Person
from courtil.testing.amap import visiting
from courtil.testing.clock import Clock
from courtil.web.hosting import Hosting

pytest_plugins = ["courtil.testing"]

_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--company",
        choices=CHOICES,
        default="none",
        help="have these plugins on in every test of the core that names none",
    )
    parser.addoption(
        "--company-seed", type=int, default=None, help="the order in which they are found; random without it"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest journeys first, so that no worker is left alone with them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def kept_company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Plugin, ...]:
    """The plugins that `--company` asks for."""
    chosen = str(request.config.getoption("--company"))
    return company(chosen, request.config.getoption("--company-seed"), tmp_path_factory.mktemp("company"))


@pytest.fixture
def registry(kept_company: tuple[Plugin, ...]) -> Registry:
    """The plugins that are installed in the test: none unless a test or `--company` says otherwise."""
    return Registry.of(kept_company)


@pytest.fixture
def hosting_config(database_url: str, tmp_path: Path) -> HostingConfig:
    config = InstanceConfig(name="tilleuls", hosts=("testserver",), folder=tmp_path / "tilleuls", database=database_url)
    return HostingConfig(instances=(config,))


@pytest.fixture
def instance(
    hosting_config: HostingConfig, registry: Registry, clock: Clock, kept_company: tuple[Plugin, ...]
) -> Iterator[Instance]:
    """An open AMAP, empty but for its roles."""
    opened = Instance(hosting_config.instances[0], PluginSets(registry))
    opened.clock = clock
    with opened.working() as unit:
        settings.write(unit, "amap", settings.AmapSettings(name="AMAP des Tilleuls"))
    if kept_company and set(registry.plugins) == {plugin.name for plugin in kept_company}:
        for name in registry.plugins:
            plugins.switch_on(opened, name)
        opened.run_jobs()
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
        return self._kept(visiting(self.app, "testserver", token))

    def visitor(self) -> TestClient:
        """A browser that is not signed in."""
        return self._kept(visiting(self.app, "testserver"))

    def _kept(self, client: TestClient) -> TestClient:
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
    app.instances.open(instance.config).clock = instance.clock
    made = World(instance, app)
    yield made
    for client in made.clients:
        client.close()
    app.instances.close()
