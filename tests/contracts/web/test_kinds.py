"""Choosing in the plugin's kinds of contract, from the first step to the signature."""

import re

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from conftest import World
from contracts.offers import an_offer, open_, product_ids, signed_for, write_terms
from courtil.services import contracts, subscribing
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.contracts import Contract
from courtil.store.offers import Offer
from subscriptions import a_person


@pytest.fixture
def member(with_contracts: Instance, world: World) -> TestClient:
    return world.client("member")


def choose(client: TestClient, offer: Offer, **fields: str) -> str:
    """Choose; the address of the page that follows."""
    sent = client.post(f"/contrats/{offer.id}/souscrire", data={"action": "next"} | fields)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


def only_contract(unit: Unit) -> Contract:
    return contracts.contract(unit, unit.one(select(Contract.id)))


def test_a_rhythm_is_chosen_beside_the_quantity(member: TestClient, with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_900], number=9)
        key = product_ids(offer)[0]
        write_terms(unit, offer, products=[{"offer_product_id": key, "rhythms": ["every", "second"]}])
        open_(unit, offer.id)
    page = member.get(f"/contrats/{offer.id}/souscrire").text
    assert "Une fois sur deux, dès la deuxième" in page
    typed = {f"product-{key}": "1", f"rhythm-{key}": "second"}
    assert "76,00" in member.post(f"/contrats/{offer.id}/souscrire/total", data=typed).text
    assert "76,00" in member.get(choose(member, offer, **typed)).text
    assert 'value="second" selected' in member.get(f"/contrats/{offer.id}/souscrire").text


def test_a_grid_is_filled_date_by_date_and_everywhere_at_once(member: TestClient, with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.dates", [490, 290], number=3, opened=True)
        bread, half = product_ids(offer)
        first = offer.dates[0].delivery_id
    page = member.get(f"/contrats/{offer.id}/souscrire").text
    assert page.count('name="q-') == 6
    choose(member, offer, **{f"everywhere-{bread}": "1", f"q-{bread}-{first}": "0", f"q-{half}-{first}": "2"})
    with with_contracts.reading() as reader:
        found = only_contract(reader)
        assert found.total_cents == 2 * 490 + 2 * 290


def test_what_breaks_a_rule_is_told_and_the_grid_keeps_what_was_typed(
    member: TestClient, with_contracts: Instance
) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.dates", [100], number=2)
        write_terms(unit, offer, rules=[{"operator": "multiple", "value": 2, "or_nothing": True}])
        open_(unit, offer.id)
        key, first = product_ids(offer)[0], offer.dates[0].delivery_id
    assert "un multiple de 2" in member.get(f"/contrats/{offer.id}/souscrire").text
    refused = member.post(f"/contrats/{offer.id}/souscrire", data={f"q-{key}-{first}": "3", "action": "next"})
    assert refused.status_code == 422
    assert "Prenez-en 2 ou 4." in refused.text
    assert 'value="3"' in refused.text


@pytest.mark.parametrize("text", ["deux", "-1", "1000", "1.5"])
def test_a_quantity_that_is_none_is_told(member: TestClient, with_contracts: Instance, text: str) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.dates", [100], number=1, opened=True)
    name = f"q-{product_ids(offer)[0]}-{offer.dates[0].delivery_id}"
    refused = member.post(f"/contrats/{offer.id}/souscrire", data={name: text, "action": "next"})
    assert refused.status_code == 422
    assert "Écrivez un nombre entier, de 0 à 99." in refused.text


def test_an_account_is_opened_and_signed(member: TestClient, with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.account", [490])
        write_terms(unit, offer, topups=[2_500, 5_000])
        open_(unit, offer.id)
    pay = choose(member, offer, cents="5000")
    assert "50,00" in member.get(pay).text
    with with_contracts.reading() as reader:
        key = only_contract(reader).id
    review = member.get(f"/contrat/{key}/relire").text
    assert "Compte prépayé : 50,00" in review
    assert "Les dates sont choisies ensuite" in review


def test_the_subscriptions_of_every_kind_are_listed(with_contracts: Instance, world: World) -> None:
    with with_contracts.working() as unit:
        same = an_offer(unit, "contracts.same", [1_900], opened=True)
        signed_for(unit, same.id, {"quantities": {str(product_ids(same)[0]): 2}})
        subscribing.save_draft(
            unit, same.id, a_person(unit).household_id or 0, {"quantities": {str(product_ids(same)[0]): 3}}
        )
        dated = an_offer(unit, "contracts.dates", [490], opened=True)
        (bread,), days = product_ids(dated), [one.delivery_id for one in dated.dates]
        signed_for(unit, dated.id, {"cells": {f"{bread}-{days[0]}": 1, f"{bread}-{days[1]}": 3}})
        account = an_offer(unit, "contracts.account", [490])
        write_terms(unit, account, topups=[2_500])
        open_(unit, account.id)
        subscribing.save_draft(unit, account.id, a_person(unit).household_id or 0, {"cents": 2_500})
    client = world.client_of(world.person("administrator"))
    listed = [client.get(f"/contrats/{one.id}/souscriptions").text for one in (same, dated, account)]
    assert ("2 × Produit 1" in listed[0], "3 × Produit 1" in listed[0]) == (True, False)  # a draft brings nothing yet
    assert "4 × Produit 1 en tout" in listed[1]
    csv = client.get(f"/contrats/{dated.id}/souscriptions.csv").content.decode("utf-8-sig")
    assert "Produit 1, en tout" in csv
    assert all(client.get(f"/contrats/{one.id}/souscriptions.pdf").status_code == 200 for one in (same, dated, account))


def test_an_optional_fee_is_chosen_by_its_name(member: TestClient, with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_900], number=2)
        key = product_ids(offer)[0]
        write_terms(unit, offer, fees=[{"label": "Panier prêt, à part", "cents": 100, "optional": True}])
        open_(unit, offer.id)
    assert 'name="with-Panier prêt, à part"' in member.get(f"/contrats/{offer.id}/souscrire").text
    assert "39,00" in member.get(choose(member, offer, **{f"product-{key}": "1", "with-Panier prêt, à part": "1"})).text
    assert re.search('name="with-Panier prêt, à part"[^>]* checked', member.get(f"/contrats/{offer.id}/souscrire").text)
    with with_contracts.working() as unit:
        found = only_contract(unit)
        assert found.choice["fees"] == ["Panier prêt, à part"]
        found.choice = found.choice | {"fees": [0]}
    assert re.search('name="with-Panier prêt, à part"[^>]* checked', member.get(f"/contrats/{offer.id}/souscrire").text)
