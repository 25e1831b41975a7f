"""The member's space: the next basket, what there is to do, and nobody else's affairs."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from conftest import World
from courtil.domain.states import ContractState, DeliveryState, LineEffect
from courtil.services import payments
from courtil.store.contracts import ContractLine
from courtil.store.deliveries import Delivery
from courtil.store.farms import Farm
from courtil.store.people import Household, Person
from courtil.testing.factories import a_farm, a_household, an_offer
from courtil.testing.queries import counted
from treasury import BASKETS, noted, signed

PATHS = ("/moi", "/mes-paniers", "/mes-contrats", "/mes-paiements")


@pytest.fixture
def zoe(world: World) -> Person:
    return world.person("member")


def home_of(unit, person: Person) -> Household:  # type: ignore[no-untyped-def]
    return unit.get(Household, person.household_id)  # type: ignore[no-any-return]


def page(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.text.replace("\xa0", " ")


def test_the_home_tells_the_next_basket_and_what_to_do(world: World, zoe: Person) -> None:
    with world.instance.working() as unit:
        offer = an_offer(unit, products=BASKETS, days=[unit.today + timedelta(days=2)])
        contract = signed(unit, offer, home_of(unit, zoe), due=[unit.today - timedelta(days=1)])
        unit.get(Farm, contract.offer.farm_id).payee = "GAEC des Chênes"
        signed(unit, an_offer(unit, farm=a_farm(unit, "Le Fournil", BASKETS), name="Pain"), home_of(unit, zoe),
               state=ContractState.DRAFT)  # fmt: skip
        an_offer(unit, farm=a_farm(unit, "Le Rucher", BASKETS), name="Miel")
    shown = page(world.client_of(zoe), "/moi")
    assert "Votre prochain panier" in shown
    assert "1 × Panier" in shown
    assert "Préau de l’école" in shown
    assert "En retard : 15,00 € pour GAEC des Chênes" in shown
    assert "Contrat à signer : Pain" in shown
    assert "1 contrat ouvert" in shown


def test_without_a_contract_the_home_leads_to_the_open_ones(world: World, zoe: Person) -> None:
    client = world.client_of(zoe)
    assert "Voir les contrats ouverts" in page(client, "/moi")
    assert "Aucun panier à venir" in page(client, "/mes-paniers")
    assert "Aucun panier passé" in page(client, "/mes-paniers?passes=1")
    assert "Aucun autre contrat n’est ouvert" in page(client, "/mes-contrats")
    assert "Aucun paiement" in page(client, "/mes-paiements")


@pytest.mark.parametrize("path", PATHS)
def test_somebody_without_a_household_is_told_whom_to_ask(world: World, path: str) -> None:
    client = world.client_of(world.person("member", household=False))
    assert "rattaché à aucun foyer" in page(client, path)


@pytest.mark.parametrize("path", PATHS)
def test_a_farmer_has_no_member_space_and_a_visitor_signs_in(world: World, path: str) -> None:
    with world.instance.working() as unit:
        farm_id = a_farm(unit).id
    assert world.client_of(world.person("farmer", farm_id=farm_id, household=False)).get(path).status_code == 403
    assert world.visitor().get(path).headers["location"].startswith("/connexion")


def test_a_cancelled_basket_and_a_moved_one_are_told_in_words(world: World, zoe: Person) -> None:
    with world.instance.working() as unit:
        days = [unit.today + timedelta(days=7 * number) for number in range(3)]
        signed(unit, an_offer(unit, products=BASKETS, days=days), home_of(unit, zoe))
        first, second, _third = unit.all(select(Delivery).order_by(Delivery.planned_on))
        first.state, first.reason = DeliveryState.CANCELLED, "gel"
        second.planned_on = unit.today + timedelta(days=6)
        unit.all(select(ContractLine).order_by(ContractLine.id))[0].effect = LineEffect.KEPT
    shown = page(world.client_of(zoe), "/mes-paniers")
    for words in ("Annulé", "gel", "Il reste payé à la ferme", "Déplacé", "prévu d’abord"):
        assert words in shown


def test_payments_say_what_was_received_what_is_owed_and_to_whom(world: World, zoe: Person) -> None:
    with world.instance.working() as unit:
        contract = signed(unit, household=home_of(unit, zoe))
        unit.get(Farm, contract.offer.farm_id).payee = "GAEC des Chênes"
        noted(unit, contract, reference="4217")
        payments.bounce(unit, noted(unit, contract, 1_000, "k2").id)
    shown = page(world.client_of(zoe), "/mes-paiements")
    for words in (
        "Il vous reste 40,00 €",
        "GAEC des Chênes",
        "Chèque 4217",
        "Payée",
        "revenu impayé",
        "directement la ferme",
    ):
        assert words in shown


def test_open_offers_show_places_and_full_ones_cannot_be_chosen(world: World, zoe: Person) -> None:
    with world.instance.working() as unit:
        for name, places in (("Pain", 1), ("Miel", 3)):
            offer = an_offer(unit, farm=a_farm(unit, f"Ferme {name}", BASKETS), name=name)
            offer.places = places
            signed(unit, offer, a_household(unit, f"Abel {name}"))
    shown = page(world.client_of(zoe), "/mes-contrats")
    assert "2 places restantes" in shown
    assert "Complet" in shown
    assert "Abel" not in shown


def test_nothing_of_another_household_is_shown(world: World, zoe: Person) -> None:
    with world.instance.working() as unit:
        signed(unit, household=a_household(unit, "Abel"))
    client = world.client_of(zoe)
    for path in PATHS:
        shown = page(client, path)
        assert "Abel" not in shown
        assert "60,00" not in shown


def test_pages_ask_the_database_the_same_for_one_and_many_contracts(world: World, zoe: Person) -> None:
    client = world.client_of(zoe)

    def add(number: int) -> None:
        with world.instance.working() as unit:
            farm = a_farm(unit, f"Ferme {number}", BASKETS)
            contract = signed(unit, an_offer(unit, farm=farm, name=f"Contrat {number}"), home_of(unit, zoe))
            noted(unit, contract, key=f"k{number}")
            other = an_offer(unit, farm=a_farm(unit, f"Autre {number}", BASKETS), name=f"Offre {number}")
            other.places = 10

    def asked(path: str) -> int:
        with counted(world.instance) as sent:
            page(client, path)
        return len(sent)

    for number in range(5):
        add(number)
    few = [asked(path) for path in PATHS]
    for number in range(5, 60):
        add(number)
    assert [asked(path) for path in PATHS] == few
    assert max(few) <= 15
