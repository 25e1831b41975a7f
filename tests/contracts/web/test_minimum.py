"""The minimum of households is typed with the terms, and everybody knows how many are missing."""

import pytest
from starlette.testclient import TestClient

from conftest import World
from contracts.offers import an_offer, write_terms
from contracts.web.test_terms import fields
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
    assert f'<strong>Légumes</strong><span class="soft">{SAYS}</span>' in member.get("/mes-contrats").text


@pytest.fixture
def pallet(with_contracts: Instance) -> Offer:
    with with_contracts.working() as unit:
        made = an_offer(unit, "contracts.same", [900], opened=True, name="Pommes")
        write_terms(unit, made, goals=[{"word": "caisses", "aim": "la palette", "multiple": 80}])
        return made


PALLET = "0 caisses sur 80 : il en manque 80 pour la palette."


def test_a_volume_is_typed_with_the_terms_and_taken_away_again(pallet: Offer, world: World) -> None:
    boss = world.client("administrator", name="Ada Blanchot")
    url = f"/x/contracts/offre/{pallet.id}"
    page = boss.get(url).text
    assert 'name="goal-0-multiple" inputmode="numeric" value="80"' in page
    typed = fields(page) | {"goal-1-least": "200", "goal-1-unit": "kg", "goal-1-multiple": "0"}
    refused = boss.post(url, data=typed)
    assert (refused.status_code, "poids d’une pièce de chaque produit" in refused.text) == (422, True)
    [weight] = [name for name in typed if name.endswith("-weight")]
    assert boss.post(url, data=typed | {weight: "lourd"}).status_code == 422
    assert boss.post(url, data=typed | {weight: "2,5", "goal-0-multiple": "0"}).status_code == 303
    page = boss.get(url).text
    assert 'value="2,5"' in page
    assert 'name="goal-0-least" inputmode="numeric" value="200"' in page


def test_everybody_sees_how_far_a_volume_is(pallet: Offer, world: World) -> None:
    boss, member = world.client("administrator", name="Ada Blanchot"), world.client("member", name="Zoé Duval")
    assert PALLET in member.get(f"/contrats/{pallet.id}/souscrire").text
    assert f'<strong>Pommes</strong><span class="soft">{PALLET}</span>' in member.get("/mes-contrats").text
    page = boss.get(f"/contrats/{pallet.id}").text
    assert PALLET in page
    assert "Quatre chemins" not in page
    boss.post(f"/contrats/{pallet.id}/etat", data={"to": "closed"})
    page = boss.get(f"/contrats/{pallet.id}").text
    for words in (PALLET, "Quatre chemins", "baissez le volume", "rouvrir les souscriptions"):
        assert words in page
    page = boss.get("/aujourdhui").text
    assert "À régler avant d’envoyer la commande à la ferme" in page
    assert PALLET in page
