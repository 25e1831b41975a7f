"""The four steps of a subscription in a browser without script."""

import re
from html import unescape

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from conftest import World
from courtil.domain.states import ContractState, OfferState
from courtil.services import contracts
from courtil.store.contracts import Contract
from courtil.store.offers import Offer
from courtil.store.people import Person
from courtil.testing.queries import counted
from subscriptions import a_draft, a_garden, an_open_offer, products_of, signed


@pytest.fixture
def offer_id(world: World) -> int:
    with world.instance.working() as unit:
        return an_open_offer(unit, terms="Un panier oublié est donné.")


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, name
    return unescape(found[1])


def keys(world: World, offer_id: int) -> tuple[int, int]:
    with world.instance.reading() as reader:
        return products_of(reader, offer_id)


def a_choice(world: World, offer_id: int, baskets: str = "1", honey: str = "0", action: str = "next") -> dict[str, str]:
    basket, pot = keys(world, offer_id)
    return {f"product-{basket}": baskets, f"product-{pot}": honey, "action": action}


def only_contract(world: World) -> Contract:
    with world.instance.reading() as reader:
        [found] = reader.all(select(Contract))
        return contracts.contract(reader, found.id)


def to_review(world: World, client: TestClient, offer_id: int) -> tuple[int, dict[str, str]]:
    """Go through the steps up to the signature; the contract's id and the fields of the last form."""
    chosen = client.post(f"/contrats/{offer_id}/souscrire", data=a_choice(world, offer_id, "2", "1"))
    assert chosen.status_code == 303
    pay = chosen.headers["location"]
    assert "3 fois : " in client.get(pay).text
    paid = client.post(pay, data={"plan": "3", "method": "transfer"})
    assert paid.status_code == 303
    review = client.get(paid.headers["location"])
    assert "128,00" in review.text
    assert "Un panier oublié est donné." in review.text
    fields = {"total": hidden(review.text, "total"), "text_hash": hidden(review.text, "text_hash"), "read": "1"}
    return only_contract(world).id, fields


def test_a_household_chooses_pays_reads_and_signs(world: World, offer_id: int) -> None:
    client = world.client("member")
    page = client.get(f"/contrats/{offer_id}/souscrire")
    assert page.status_code == 200
    assert "4 livraisons à venir" in page.text
    contract_id, fields = to_review(world, client, offer_id)
    done = client.post(f"/contrat/{contract_id}/signer", data=fields)
    assert (done.status_code, done.headers["location"]) == (303, f"/contrat/{contract_id}")
    shown = client.get(f"/contrat/{contract_id}")
    assert "Le contrat est signé" in shown.text
    assert "Le texte est intact" in shown.text
    found = only_contract(world)
    assert (found.state, found.total_cents) == (ContractState.SIGNED_MEMBER, 12_800)
    assert len(world.mails()) == 1


def test_the_total_is_computed_by_a_button_without_script(world: World, offer_id: int) -> None:
    client = world.client("member")
    data = a_choice(world, offer_id, "3", "0", "quote")
    page = client.post(f"/contrats/{offer_id}/souscrire", data=data)
    assert page.status_code == 200
    assert "150,00" in page.text
    assert 'value="3"' in page.text
    block = client.post(f"/contrats/{offer_id}/souscrire/total", data=data)
    assert "150,00" in block.text
    assert "<html" not in block.text
    with world.instance.reading() as reader:
        assert list(reader.all(select(Contract))) == []


@pytest.mark.parametrize("typed", ["-1", "1e9", "0,5", "NaN", "१२", "beaucoup", "1000000000"])
def test_a_bad_quantity_keeps_what_was_typed(world: World, offer_id: int, typed: str) -> None:
    page = world.client("member").post(f"/contrats/{offer_id}/souscrire", data=a_choice(world, offer_id, typed, "2"))
    assert page.status_code == 422
    assert f'value="{typed}"' in page.text
    assert 'value="2"' in page.text


def test_choosing_nothing_says_what_to_do(world: World, offer_id: int) -> None:
    page = world.client("member").post(f"/contrats/{offer_id}/souscrire", data=a_choice(world, offer_id, "", ""))
    assert page.status_code == 422
    assert "Choisissez au moins un produit" in page.text


def test_signing_without_ticking_or_with_a_made_up_total_shows_the_text_again(world: World, offer_id: int) -> None:
    client = world.client("member")
    contract_id, fields = to_review(world, client, offer_id)
    for change in ({"read": ""}, {"total": "1"}, {"total": "-5"}, {"text_hash": "0" * 64}, {"text_hash": ""}):
        page = client.post(f"/contrat/{contract_id}/signer", data=fields | change)
        assert page.status_code == 422
        assert hidden(page.text, "text_hash") == fields["text_hash"]
    assert only_contract(world).state == ContractState.DRAFT


def test_signing_twice_leads_to_the_same_contract(world: World, offer_id: int) -> None:
    client = world.client("member")
    contract_id, fields = to_review(world, client, offer_id)
    answers = [client.post(f"/contrat/{contract_id}/signer", data=fields) for _ in range(2)]
    assert {(a.status_code, a.headers["location"]) for a in answers} == {(303, f"/contrat/{contract_id}")}
    assert len(world.mails()) == 1


def test_another_household_s_draft_does_not_exist(world: World, offer_id: int) -> None:
    owner, stranger = world.client("member"), world.client("member", name="Paul Autre")
    contract_id, fields = to_review(world, owner, offer_id)
    for path in ("", "/payer", "/relire", ".pdf"):
        assert stranger.get(f"/contrat/{contract_id}{path}").status_code == 404
    assert stranger.post(f"/contrat/{contract_id}/signer", data=fields).status_code == 404
    assert stranger.post(f"/contrat/{contract_id}/payer", data={"plan": "1", "method": "cheque"}).status_code == 404
    assert stranger.post(f"/contrat/{contract_id}/annuler", data={}).status_code == 404
    home = only_contract(world).household_id
    assert stranger.get(f"/contrats/{offer_id}/souscrire?foyer={home}").status_code == 404
    assert stranger.post(f"/contrats/{offer_id}/souscrire", data={"foyer": str(home)}).status_code == 404


def test_strange_numbers_are_not_found(world: World, offer_id: int) -> None:
    client = world.client("administrator")
    for text in ("-1", "x", "99999999999999999999", "' OR 1=1 --"):
        assert client.get(f"/contrats/{offer_id}/souscrire", params={"foyer": text}).status_code == 404
    assert client.get("/contrats/999999/souscrire").status_code == 404


def test_a_coordinator_enters_a_paper_contract(world: World) -> None:
    with world.instance.working() as unit:
        garden = a_garden(unit)
        offer_id = an_open_offer(unit, garden=garden)
    member = world.person(name="Léa Sansnet")
    client = world.client("referent", farm_id=garden.farm_id)
    home = {"foyer": str(member.household_id)}
    assert "signé sur papier" in client.get(f"/contrats/{offer_id}/souscrire", params=home).text
    chosen = client.post(f"/contrats/{offer_id}/souscrire", data=a_choice(world, offer_id) | home)
    paid = client.post(chosen.headers["location"], data={"plan": "1", "method": "cheque"})
    review = client.get(paid.headers["location"])
    fields = {"total": hidden(review.text, "total"), "text_hash": hidden(review.text, "text_hash"), "read": "1"}
    contract_id = only_contract(world).id
    assert client.post(f"/contrat/{contract_id}/signer", data=fields | {"person_id": "1000"}).status_code == 404
    done = client.post(f"/contrat/{contract_id}/signer", data=fields | {"person_id": str(member.id)})
    assert done.status_code == 303
    [signature] = only_contract(world).signatures
    assert (signature.person_id, signature.method) == (member.id, "paper")


def test_a_closed_offer_says_whom_to_ask(world: World) -> None:
    with world.instance.working() as unit:
        garden = a_garden(unit)
        offer_id = an_open_offer(unit, garden=garden, opened=False)
    world.person("referent", name="Nadia Référente", farm_id=garden.farm_id)
    with world.instance.working() as unit:
        unit.get(Offer, offer_id).state = OfferState.CLOSED
    page = world.client("member").get(f"/contrats/{offer_id}/souscrire")
    assert "Nadia Référente" in page.text
    assert "Continuer vers le paiement" not in page.text


def test_no_step_asks_the_database_too_often(world: World, offer_id: int) -> None:
    person = world.person("member")
    client = world.client_of(person)
    with world.instance.working() as unit:
        draft = a_draft(unit, offer_id, unit.get(Person, person.id))
    for path in (f"/contrats/{offer_id}/souscrire", f"/contrat/{draft.id}/payer", f"/contrat/{draft.id}/relire"):
        with counted(world.instance) as sent:
            assert client.get(path).status_code == 200
        assert len(sent) <= 15, (path, len(sent), sent)
    with world.instance.working() as unit:
        signed(unit, draft.id, unit.get(Person, person.id))
    with counted(world.instance) as sent:
        assert client.get(f"/contrat/{draft.id}").status_code == 200
    assert len(sent) <= 15, len(sent)
