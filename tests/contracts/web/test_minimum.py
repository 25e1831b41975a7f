"""The minimum of households is typed with the terms, and everybody knows how many are missing."""

import pytest
from starlette.testclient import TestClient

from conftest import World
from contracts.offers import an_offer, write_terms
from courtil.services.instance import Instance
from courtil.store.offers import Offer

SAYS = "Il manque 3 foyers pour que ce contrat commence."


@pytest.fixture
def offer(with_contracts: Instance) -> Offer:
    with with_contracts.working() as unit:
        made = an_offer(unit, "contracts.same", [900], opened=True, name="Légumes")
        write_terms(unit, made, least_households=3)
        return made


@pytest.fixture
def boss(offer: Offer, world: World) -> TestClient:
    return world.client("administrator", name="Ada Blanchot")


def test_the_page_of_terms_has_it(boss: TestClient, offer: Offer) -> None:
    assert (
        'name="whole-least_households" inputmode="numeric" value="3"' in boss.get(f"/x/contracts/offre/{offer.id}").text
    )


def test_the_coordination_sees_it_while_it_gathers(boss: TestClient, offer: Offer) -> None:
    page = boss.get(f"/contrats/{offer.id}").text
    assert SAYS in page
    assert "Trois chemins" not in page


def test_closing_below_it_says_what_can_be_done(boss: TestClient, offer: Offer) -> None:
    assert boss.post(f"/contrats/{offer.id}/etat", data={"to": "closed"}).status_code == 303
    page = boss.get(f"/contrats/{offer.id}").text
    assert SAYS in page
    for way in ("rouvrir les souscriptions", "baissez le minimum", "annulez leurs contrats"):
        assert way in page


def test_members_see_it_where_they_choose_and_among_their_contracts(offer: Offer, world: World) -> None:
    member = world.client("member", name="Zoé Duval")
    assert SAYS in member.get(f"/contrats/{offer.id}/souscrire").text
    assert f"Légumes : {SAYS}" in member.get("/mes-contrats").text
