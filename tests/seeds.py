"""Rows that tests of several areas need: a season with an offer, a contract in some state, somebody who acts."""

from datetime import UTC, date, datetime, time

from courtil.domain.access import Actor, Grant
from courtil.domain.states import ContractState, OfferState
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.calendar import Place, Season
from courtil.store.contracts import Contract
from courtil.store.farms import Farm
from courtil.store.offers import Offer
from courtil.store.people import Household, Person


def season_with_offer(
    unit: Unit, name: str = "Légumes", farm: str = "Les Trois-Chênes", year: int | None = None
) -> Offer:
    """An open offer of a new farm in a season of that year (this one if none is said)."""
    year = year or unit.today.year
    season = unit.add(Season(name=f"Saison {year}", starts_on=date(year, 1, 1), ends_on=date(year, 12, 31)))
    place = unit.add(Place(name="Préau", starts_at=time(18, 30), ends_at=time(20)))
    grower = unit.add(Farm(name=farm))
    return unit.add(
        Offer(season_id=season.id, farm_id=grower.id, place_id=place.id, name=name, state=OfferState.OPEN)
    )  # fmt: skip


def bound(unit: Unit, offer: Offer, household: Household, state: ContractState, cents: int = 12_000) -> Contract:
    """A contract of the household in this state."""
    now = datetime.now(UTC)
    return unit.add(
        Contract(offer_id=offer.id, household_id=household.id, state=state, total_cents=cents, created_at=now)
    )  # fmt: skip


def acting(instance: Instance, *permissions: str, person_id: int | None = None) -> Actor:
    """Somebody with these permissions, held for the whole AMAP."""
    with instance.working() as unit:
        key = person_id or unit.add(Person(last_name="Essai", search="essai")).id
        home = unit.get(Person, key).household_id
    return Actor(key, "Essai", home, frozenset(Grant(name) for name in permissions))
