"""What a farmer sees: the next delivery very big, changes in words, sums and no household's payments."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from conftest import World
from courtil.domain.states import ContractState, LineEffect
from courtil.services import deliveries, roles
from courtil.store.farms import Farm
from courtil.store.offers import Offer, OfferDate
from courtil.store.people import Person
from courtil.testing.factories import a_farm, a_household, a_signed_contract, an_offer, thursdays
from courtil.testing.queries import counted

PAGES = ("/ferme", "/ferme/contrats", "/ferme/livraisons", "/ferme/paiements")


def season(world: World, name: str = "Trois-Chênes", homes: int = 3) -> int:
    """A farm with an offer that these households signed; its id."""
    with world.instance.working() as unit:
        days = thursdays(unit.today + timedelta(days=1))
        offer = an_offer(unit, farm=a_farm(unit, name, {"Panier": 1000, "Œufs": 250}), days=days, name=f"Saison {name}")
        for number in range(homes):
            home = a_household(unit, f"{name} {number:02d}")
            a_signed_contract(unit, offer, home, {"Panier": 1, "Œufs": 2}, due_on=days[:2])
        return offer.farm_id


def test_the_next_delivery_shows_its_totals_and_who_signed_since_yesterday(world: World) -> None:
    page = world.client("farmer", farm_id=season(world)).get("/ferme").text
    assert "<dd>3</dd>" in page
    assert "<dd>6</dd>" in page
    assert "Nouveau contrat, Trois-Chênes 00" in page


def test_a_cancelled_date_gives_way_to_the_next_and_is_told(world: World) -> None:
    farm_id = season(world)
    client = world.client("farmer", farm_id=farm_id)
    with world.instance.working() as unit:
        first, second = unit.all(select(OfferDate.delivery_id).order_by(OfferDate.id))[:2]
        deliveries.cancel(unit, first, LineEffect.KEPT, "gel")
        later = deliveries.delivery(unit, second).distribution.day + timedelta(days=1)
        deliveries.move(unit, second, later, "férié")
    assert "déplacée au" in client.get("/ferme").text
    listed = client.get("/ferme/livraisons").text
    assert "Annulée" in listed
    assert "gel" in listed
    assert "prévue d’abord le" in listed


def test_payments_are_sums_by_month_without_any_household(world: World) -> None:
    page = world.client("farmer", farm_id=season(world)).get("/ferme/paiements").text
    assert "180,00" in page
    assert "Trois-Chênes 00" not in page


def test_contracts_that_wait_lead_to_the_signature(world: World) -> None:
    farm_id = season(world)
    with world.instance.working() as unit:
        offer = unit.one(select(Offer))
        a_signed_contract(unit, offer, a_household(unit, "Tardif"), state=ContractState.SIGNED_MEMBER)
    client = world.client("farmer", farm_id=farm_id)
    for path in ("/ferme", "/ferme/contrats"):
        page = client.get(path).text
        assert "1 contrat attend votre signature" in page
        assert 'href="/ferme/contresigner' in page
    assert "4 foyers" in page


def test_a_farmer_of_two_farms_chooses_and_never_sees_a_third(world: World) -> None:
    first, second, third = season(world), season(world, "Fournil"), season(world, "Rucher")
    person = world.person("farmer", farm_id=first)
    with world.instance.working() as unit:
        roles.grant(unit, unit.get(Person, person.id), "farmer", second)
    client = world.client_of(person)
    for path in PAGES:
        page = client.get(path)
        assert page.status_code == 200
        assert f"{path}?ferme={second}" in page.text
        assert client.get(path, params={"ferme": second}).status_code == 200
        assert client.get(path, params={"ferme": third}).status_code == 404
        assert client.get(path, params={"ferme": "x"}).status_code == 404


def test_an_empty_farm_is_told_what_comes_next(world: World) -> None:
    with world.instance.working() as unit:
        farm_id = unit.add(Farm(name="Neuve")).id
    client = world.client("farmer", farm_id=farm_id)
    for path in PAGES:
        page = client.get(path)
        assert page.status_code == 200
        assert 'class="empty"' in page.text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_the_database_as_often_for_sixty_households_as_for_five(world: World, path: str) -> None:
    farm_id = season(world, homes=5)
    client = world.client("farmer", farm_id=farm_id)
    counts = []
    for homes in (0, 55):
        with world.instance.working() as unit:
            offer = unit.one(select(Offer))
            for number in range(homes):
                a_signed_contract(unit, offer, a_household(unit, f"Autre {number:02d}"), due_on=[unit.today])
        with counted(world.instance) as sent:
            assert client.get(path).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 15
