"""An instance with the recipes plugin switched on, and a contract to talk about."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest

import courtil_recipes.hooks as recipes
from courtil.domain.events import ContractSigned
from courtil.plugin.registry import Registry
from courtil.services import plugins
from courtil.services.instance import Instance
from courtil.store.calendar import Place, Season
from courtil.store.contracts import Contract
from courtil.store.farms import Farm
from courtil.store.offers import Offer
from courtil.store.people import Household
from courtil_recipes import plugin


@pytest.fixture(autouse=True)
def everywhere(both_databases: None) -> None:
    """Every test of this folder that uses a database runs on SQLite and on PostgreSQL."""


@pytest.fixture
def registry() -> Registry:
    return Registry.of([plugin])


@pytest.fixture
def trouble() -> Iterator[set[str]]:
    """What the plugin should stumble over."""
    for kept in (recipes.TROUBLE, recipes.SEEN, recipes.EVENTS, recipes.SENT):
        kept.clear()
    yield recipes.TROUBLE
    recipes.TROUBLE.clear()


@pytest.fixture
def with_recipes(instance: Instance, trouble: set[str]) -> Instance:
    plugins.switch_on(instance, "recipes")
    instance.run_jobs()
    recipes.SEEN.clear()
    recipes.EVENTS.clear()
    return instance


@pytest.fixture
def signed(with_recipes: Instance) -> ContractSigned:
    """The event of a contract that is in the database."""
    with with_recipes.working() as unit:
        season = unit.add(Season(name="2026", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)))
        place = unit.add(Place(name="Salle", starts_at=time(18), ends_at=time(19)))
        farm = unit.add(Farm(name="Ferme des Aulnes"))
        offer = unit.add(Offer(season_id=season.id, farm_id=farm.id, place_id=place.id, name="Légumes"))
        household = unit.add(Household(name="Lantier", search="lantier"))
        contract = unit.add(
            Contract(offer_id=offer.id, household_id=household.id, created_at=datetime(2026, 1, 1, tzinfo=UTC))
        )
    return ContractSigned(
        contract_id=contract.id, household_id=household.id, offer_id=offer.id, farm_id=farm.id,
        household="Lantier", offer="Légumes", total=22500,
    )  # fmt: skip
