"""An AMAP for tests, with a little of everything in it, and browsers signed in for each role."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select
from starlette.testclient import TestClient

from courtil.config import HostingConfig, InstanceConfig
from courtil.domain.fields import search_key
from courtil.plugin.registry import Registry
from courtil.services import plugins, roles, settings, signin
from courtil.services.instance import Instance
from courtil.services.schedule import SCHEDULED
from courtil.services.unit import Reader, Unit
from courtil.store.calendar import Season
from courtil.store.contracts import Contract
from courtil.store.deliveries import Delivery
from courtil.store.farms import Farm
from courtil.store.offers import Offer, OfferDate
from courtil.store.people import Household, Person
from courtil.testing.clock import Clock
from courtil.testing.factories import a_farm, a_household, a_season, a_signed_contract, an_offer
from courtil.testing.fresh import NewDatabase
from courtil.web.hosting import Hosting
from courtil.web.worker import Worker, kinds_for

AMAPS = {"tilleuls": "AMAP des Tilleuls", "vergers": "AMAP des Vergers"}


@dataclass(frozen=True)
class Rows:
    """A little of everything."""

    household: Household
    person: Person
    season: Season
    farm: Farm
    offer: Offer
    delivery: Delivery
    contract: Contract


def furnish(unit: Unit) -> Rows:
    """One household with a person, one farm, one season, one open offer, and a contract that was signed for it."""
    household, farm, season = a_household(unit, "Lantier", "Zoé"), a_farm(unit), a_season(unit)
    person = unit.one(select(Person).where(Person.household_id == household.id))
    offer = an_offer(unit, farm=farm)
    delivery = unit.all(select(Delivery).join(OfferDate).order_by(Delivery.id))[0]
    contract = a_signed_contract(unit, offer, household, due_on=[unit.today])
    return Rows(household, person, season, farm, offer, delivery, contract)


class Amap:
    """An open AMAP with the rows of `furnish`.

    They stand in its attributes, to read keys and names from; write in `working()`.
    """

    def __init__(self, app: Hosting, config: InstanceConfig, clock: Clock) -> None:
        self.app, self.config, self.clock = app, config, clock
        self.instance = app.instances.open(config)
        self.instance.clock = clock
        self._clients = contextlib.ExitStack()
        self._people: dict[str, Person] = {}
        with self.working() as unit:
            settings.write(unit, "amap", settings.AmapSettings(name=AMAPS[config.name]))
            rows = furnish(unit)
        self.household, self.person, self.season = rows.household, rows.person, rows.season
        self.farm, self.offer, self.delivery, self.contract = rows.farm, rows.offer, rows.delivery, rows.contract

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """A reader, as a page has one."""
        with self.instance.reading() as reader:
            yield reader

    @contextmanager
    def working(self) -> Iterator[Unit]:
        """A unit of work, as a page that writes has one."""
        with self.instance.working() as unit:
            yield unit

    def someone(self, role: str) -> Person:
        """The person who holds this role, for the farm when it is scoped. Raises NotFound for an unknown role."""
        if role == "member":
            return self.person
        if role not in self._people:
            with self.working() as unit:
                name = f"{role}.{self.config.name}"
                person = unit.add(
                    Person(last_name=role.capitalize(), search=search_key(role), email=f"{name}@exemple.fr")
                )
                roles.grant(unit, person, role, self.farm.id)
            self._people[role] = person
        return self._people[role]

    def session(self, role: str) -> str:
        """The secret of a new session of whoever holds this role, for a cookie."""
        with self.working() as unit:
            return signin.start_session(unit, unit.get(Person, self.someone(role).id), "test")

    def client(self, role: str) -> TestClient:
        """A browser signed in as whoever holds this role: a code of `domain/access.py`, as `treasurer`."""
        return self._kept(visiting(self.app, self.config.hosts[0], self.session(role)))

    def visitor(self) -> TestClient:
        """A browser of which nobody knows whose it is."""
        return self._kept(visiting(self.app, self.config.hosts[0]))

    def _kept(self, client: TestClient) -> TestClient:
        self._clients.callback(client.close)
        return client

    def run_jobs(self, *, daily: bool = False) -> int:
        """Run the jobs that are due; how many. `daily` asks for those of every day first, and runs both AMAPs'."""
        if daily:
            return Worker(self.app.instances, SCHEDULED).round()
        return self.instance.run_jobs(kinds_for(self.config))

    def outbox(self) -> list[EmailMessage]:
        """Every mail so far, the first one first, once the jobs have run."""
        self.run_jobs()
        return mails(self.instance)

    def close(self) -> None:
        """Close the browsers."""
        self._clients.close()


def visiting(app: Hosting, host: str, token: str = "") -> TestClient:
    """A browser at this host name, with the session of this secret; it does not follow redirections."""
    client = TestClient(
        app, base_url=f"https://{host}", headers={"sec-fetch-site": "same-origin"}, follow_redirects=False
    )
    if token:
        client.cookies.set("__Host-courtil", token)
    return client


def mails(instance: Instance) -> list[EmailMessage]:
    """The mails that were sent, in their order."""
    paths = sorted((instance.config.folder / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]


@contextmanager
def two_amaps(
    registry: Registry, folder: Path, new_database: NewDatabase, clock: Clock | None = None
) -> Iterator[tuple[Amap, Amap]]:
    """Two AMAPs behind one application: the plugins of the registry are on in the first, off in the second."""
    configs = tuple(
        InstanceConfig(name=name, hosts=hosts, folder=folder / name, database=new_database())
        for name, hosts in zip(AMAPS, (("tilleuls.exemple.fr", "localhost"), ("vergers.exemple.fr",)), strict=True)
    )
    app = Hosting(HostingConfig(instances=configs), registry)
    clock = clock or Clock()
    first, second = (Amap(app, config, clock) for config in configs)
    try:
        for name in registry.plugins:
            plugins.switch_on(first.instance, name)
        yield first, second
    finally:
        first.close()
        second.close()
        app.instances.close()
