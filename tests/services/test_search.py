"""One search box: dates as people write them, and nothing that one may not see."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtil.domain.access import Actor, Grant
from courtil.domain.states import ContractState
from courtil.services import people, search
from courtil.services.instance import Instance
from courtil.services.people import HouseholdData, PersonData
from courtil.services.search import Results, days_meant
from courtil.services.unit import Unit
from courtil.store.contracts import Contract, ContractLine
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Product
from courtil.store.offers import OfferProduct
from courtil.store.people import Household, Person
from seeds import acting, bound, season_with_offer

TODAY = date(2026, 11, 23)
EVERYTHING = ("people.read", "contracts.read", "offers.read", "farms.read", "distributions.read")


@pytest.mark.parametrize(
    "text",
    [
        "26/11/2026", "26/11/26", "26.11.2026", "26-11-2026", "2026-11-26", " 26  novembre 2026 ", "26 nov. 2026",
        "jeudi 26 novembre 2026", "26 NOVEMBRE 2026", "26 novembre", "26/11", "26 nov",
    ],
)  # fmt: skip
def test_a_date_is_read_as_people_write_it(text: str) -> None:
    assert days_meant(text, TODAY)[0] == date(2026, 11, 26)


def test_a_date_without_a_year_means_the_nearest_first() -> None:
    assert days_meant("15 janvier", TODAY) == [date(2027, 1, 15), date(2026, 1, 15), date(2025, 1, 15)]
    assert days_meant("1er août", TODAY)[0] == date(2026, 8, 1)


@pytest.mark.parametrize(
    "text", ["", "31/02/2026", "99/99", "12 jui", "26 brumaire", "06 12 34 56 78", "Lantier", "1" * 9999]
)
def test_what_is_no_date_means_none(text: str) -> None:
    assert days_meant(text, TODAY) == []


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    assert all(isinstance(day, date) for day in days_meant(text, TODAY))


def home(unit: Unit, last_name: str) -> Household:
    return people.add_household(unit, HouseholdData(), [PersonData(first_name="Ana", last_name=last_name)])


def basket(unit: Unit, contract: Contract, farm_id: int, place_id: int, day: date) -> None:
    evening = unit.add(Distribution(place_id=place_id, day=day, starts_at=time(18), ends_at=time(20)))
    delivery = unit.add(Delivery(farm_id=farm_id, distribution_id=evening.id, planned_on=day))
    product = unit.add(Product(farm_id=farm_id, name="Panier"))
    offered = unit.add(OfferProduct(offer_id=contract.offer_id, product_id=product.id, price_cents=1000))
    unit.add(
        ContractLine(
            contract_id=contract.id, offer_product_id=offered.id, delivery_id=delivery.id, quantity=1, unit_cents=1000
        )
    )  # fmt: skip


@pytest.fixture
def seeded(instance: Instance) -> Instance:
    """Two farms, each with an offer; the Lantier hold the vegetables, the Macquart the bread."""
    with instance.working() as unit:
        vegetables = season_with_offer(unit, "Légumes d’hiver", "Les Trois-Chênes")
        bread = season_with_offer(unit, "Pain", "Le Fournil")
        one = bound(unit, vegetables, home(unit, "Lantier"), ContractState.ACTIVE)
        two = bound(unit, bread, home(unit, "Macquart"), ContractState.ACTIVE)
        basket(unit, one, vegetables.farm_id, vegetables.place_id, date(2026, 11, 26))
        basket(unit, two, bread.farm_id, bread.place_id, date(2026, 12, 3))
    return instance


def ask(instance: Instance, text: str, actor: Actor) -> Results:
    with instance.reading(actor) as reader:
        return search.search(reader, text)


def member(instance: Instance, last_name: str) -> Actor:
    with instance.reading() as reader:
        key = next(p.id for p in reader.session.query(Person) if p.last_name == last_name)
    return acting(instance, "self.read", person_id=key)


def test_the_coordination_finds_everything_by_any_word(seeded: Instance) -> None:
    boss = acting(seeded, *EVERYTHING)
    found = ask(seeded, "legumes", boss)
    assert [offer.name for offer in found.offers] == ["Légumes d’hiver"]
    assert [contract.household.name for contract in found.contracts] == ["Lantier"]
    assert [farm.name for farm in ask(seeded, "trois chenes", boss).farms] == ["Les Trois-Chênes"]
    assert [person.last_name for person in ask(seeded, "macquart", boss).persons] == ["Macquart"]
    assert [contract.offer.name for contract in ask(seeded, "lantier légumes", boss).contracts] == ["Légumes d’hiver"]
    assert ask(seeded, "lantier pain", boss).nothing
    assert [evening.day for evening in ask(seeded, "26 novembre", boss).distributions] == [date(2026, 11, 26)]


def test_an_amapien_finds_only_what_is_hers(seeded: Instance) -> None:
    me = member(seeded, "Lantier")
    assert [contract.household.name for contract in ask(seeded, "légumes", me).contracts] == ["Lantier"]
    for text in ("macquart", "pain", "ana", "fournil"):
        found = ask(seeded, text, me)
        assert [*found.persons, *found.offers, *found.farms] == [], text
        assert {contract.household.name for contract in found.contracts} <= {"Lantier"}
    assert ask(seeded, "26/11/2026", me).distributions
    assert not ask(seeded, "03/12/2026", me).distributions


def test_a_referent_finds_the_contracts_of_her_farm(seeded: Instance) -> None:
    with seeded.reading() as reader:
        farm_id = search.search(reader_as(reader, acting_everything()), "fournil").farms[0].id
    base = acting(seeded, "people.read")
    rights = {Grant(name, farm_id) for name in ("contracts.read", "offers.read", "farms.read", "farm_space.read")}
    me = Actor(base.person_id, base.name, None, base.grants | rights)
    assert [c.household.name for c in ask(seeded, "ma", me).contracts] == ["Macquart"]
    assert ask(seeded, "lantier", me).contracts == []
    assert ask(seeded, "légumes", me).nothing
    assert [evening.day for evening in ask(seeded, "3 décembre", me).distributions] == [date(2026, 12, 3)]
    assert not ask(seeded, "26/11/2026", me).distributions


def acting_everything() -> Actor:
    return Actor(0, "Essai", None, frozenset(Grant(name) for name in EVERYTHING))


def reader_as(reader: object, actor: Actor) -> object:
    reader.actor = actor  # type: ignore[attr-defined]
    return reader


def test_a_person_without_household_finds_no_contract(seeded: Instance) -> None:
    assert ask(seeded, "légumes", acting(seeded, "self.read")).nothing
    assert ask(seeded, "26/11/2026", acting(seeded, "self.read")).nothing


@pytest.mark.parametrize(
    "text", ["", " ", "a", "%", "__", "%%%", "' OR 1=1 --", "<script>", "{{7*7}}", "\x00\x00", "\u202e", "x" * 10_000]
)
def test_hostile_words_find_nothing(seeded: Instance, text: str) -> None:
    assert ask(seeded, text, acting(seeded, *EVERYTHING)).nothing
