"""The farm reads an offer in its own space and answers; the coordination sends it; nobody else sees it."""

import re

import pytest
from starlette.testclient import TestClient

from conftest import World
from contracts.conftest import choose
from contracts.offers import an_offer, write_terms
from courtil.services import offers
from courtil.services.instance import Instance
from courtil.store.offers import Offer
from courtil_contracts.services import approval as service

CLOSED = {403, 404}
"""403 without the right anywhere, 404 without it on this offer."""


@pytest.fixture
def offer(asking_farms: Instance) -> Offer:
    with asking_farms.working() as unit:
        made = an_offer(unit, "contracts.same", [1_900, 490], name="Légumes")
        write_terms(unit, made, rules=[{"operator": "<=", "value": 6}], least_households=12)
        return made


@pytest.fixture
def boss(offer: Offer, world: World) -> TestClient:
    return world.client("administrator", name="Ada Blanchot")


@pytest.fixture
def farmer(offer: Offer, world: World) -> TestClient:
    return world.client("farmer", name="Rose Marty", farm_id=offer.farm_id)


@pytest.fixture
def sent(boss: TestClient, farmer: TestClient, offer: Offer) -> Offer:
    assert boss.post(f"/x/contracts/offre/{offer.id}/envoyer", data={"word": "À toi."}).status_code == 303
    return offer


def review(offer: Offer) -> str:
    return f"/x/contracts/relire/{offer.id}"


def answer(client: TestClient, offer: Offer, do: str, word: str = "") -> tuple[int, str]:
    """Answer what the page shows."""
    seen = re.search(r'name="seen" value="(\w+)"', client.get(review(offer)).text)
    data = {"do": do, "word": word, "seen": seen[1] if seen else ""}
    given = client.post(review(offer), data=data)
    return given.status_code, given.text


def test_from_the_draft_to_the_approval_and_the_opening(
    boss: TestClient, farmer: TestClient, sent: Offer, world: World
) -> None:
    page = boss.get(f"/contrats/{sent.id}").text
    assert "La ferme le relit" in page
    assert "attendez son accord" in page
    assert answer(farmer, sent, "approve", "Parfait")[0] == 303
    page = boss.get(f"/contrats/{sent.id}").text
    assert "La ferme est d’accord" in page
    assert "Parfait" in page
    assert boss.post(f"/contrats/{sent.id}/etat", data={"to": "open"}).status_code == 303


def test_the_farm_reads_everything_in_words(farmer: TestClient, sent: Offer) -> None:
    page = farmer.get(review(sent)).text
    for words in (
        "4 livraisons", "Produit 1", "Produit 2", "Tous les produits viennent à chaque livraison.", "au plus 6",
        "Paiement en 1 fois.", "commence à 12 foyers", "À toi.", "Chèque", "Le texte du contrat", "Camille Exemple",
    ):  # fmt: skip
        assert words in page, words


def test_what_does_not_come_every_time_is_a_grid(farmer: TestClient, sent: Offer, asking_farms: Instance) -> None:
    with asking_farms.working() as unit:
        found = offers.offer(unit, sent.id)
        offers.offer_parts.set_matrix(unit, sent.id, [(found.products[0].id, one.id) for one in found.dates])
    assert "Produits par date" in farmer.get(review(sent)).text


def test_every_page_of_the_farm_says_what_there_is_to_read_with_its_next_delivery_one_tap_away(
    farmer: TestClient, sent: Offer
) -> None:
    home = farmer.get("/ferme").text
    assert "Contrat à relire : Légumes" in home
    assert review(sent) in home
    assert f'href="/ferme?ferme={sent.farm_id}"' in farmer.get(review(sent)).text
    assert "Votre réponse est attendue" in farmer.get(review(sent)).text
    answer(farmer, sent, "approve")
    assert "Contrat à relire" not in farmer.get("/ferme").text
    assert "Vous avez approuvé ce contrat" in farmer.get(review(sent)).text


def test_asking_for_changes_without_a_word_is_refused_beside_the_field(farmer: TestClient, sent: Offer) -> None:
    status, page = answer(farmer, sent, "change")
    assert status == 422
    assert "Écrivez ce qu’il faut changer" in page


def test_an_answer_to_what_has_changed_meanwhile_is_not_taken(
    farmer: TestClient, sent: Offer, asking_farms: Instance
) -> None:
    with asking_farms.reading() as reader:
        seen = service.fingerprint(reader, sent.id)
    with asking_farms.working() as unit:
        write_terms(unit, offers.offer(unit, sent.id), rolling_months=3)
    given = farmer.post(review(sent), data={"do": "approve", "word": "Oui", "seen": seen})
    assert (given.status_code, "vient de changer" in given.text, "Oui" in given.text) == (422, True, True)


def test_a_farm_sees_nothing_of_an_offer_before_it_is_sent(farmer: TestClient, offer: Offer) -> None:
    assert farmer.get(review(offer)).status_code == 404


def test_it_is_not_the_affair_of_another_farm_nor_of_members(sent: Offer, world: World, asking_farms: Instance) -> None:
    with asking_farms.working() as unit:
        other_farm = an_offer(unit, "contracts.same", [900]).farm_id
    for client in (
        world.client("farmer", name="Jean Fournil", farm_id=other_farm), world.client("member", name="Zoé Duval"),
        world.client("referent", name="Luc Autre", farm_id=other_farm),
    ):  # fmt: skip
        assert client.get(review(sent)).status_code == 404
        assert client.post(review(sent), data={"do": "approve", "seen": "x"}).status_code in CLOSED
        assert client.post(f"/x/contracts/offre/{sent.id}/envoyer").status_code in CLOSED
        assert client.post(f"/x/contracts/offre/{sent.id}/accord", data={"word": "Oui"}).status_code in CLOSED
    assert world.visitor().get(review(sent)).status_code in {303, 401, 404}


def test_the_coordination_does_not_answer_for_a_farm_that_can(boss: TestClient, sent: Offer) -> None:
    assert boss.get(review(sent)).status_code == 200
    assert "Approuver ce contrat" not in boss.get(review(sent)).text
    assert boss.post(review(sent), data={"do": "approve", "seen": "x"}).status_code in CLOSED


def test_the_word_of_a_farm_without_access_is_noted(boss: TestClient, offer: Offer) -> None:
    page = boss.get(f"/contrats/{offer.id}").text
    assert "Personne de cette ferme n’a accès au site" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    noted = boss.post(f"/x/contracts/offre/{offer.id}/accord", data={"word": "Rose, jeudi", "seen": seen[1]})
    assert noted.status_code == 303
    assert "Rose, jeudi" in boss.get(f"/contrats/{offer.id}").text


def test_where_nobody_asks_farms_the_page_of_an_offer_says_nothing(
    boss: TestClient, offer: Offer, asking_farms: Instance
) -> None:
    choose(asking_farms, asks_farm=False)
    assert "Accord de la ferme" not in boss.get(f"/contrats/{offer.id}").text
    assert boss.post(f"/contrats/{offer.id}/etat", data={"to": "open"}).status_code == 303
    choose(asking_farms)
    assert "Accord de la ferme" not in boss.get(f"/contrats/{offer.id}").text
