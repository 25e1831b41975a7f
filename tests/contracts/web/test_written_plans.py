"""The page where payments are written: reached from the choice of payment, kept on an error, nobody else's."""

import re
from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient

from conftest import World
from contracts.offers import an_offer, open_, product_ids, write_terms
from courtil.services import contracts, subscribing
from courtil.services.instance import Instance
from courtil.store.people import Person
from subscriptions import a_person


@dataclass
class Scene:
    """A draft of 120 € in three payments whose amounts may change."""

    world: World
    owner: Person
    key: int

    @property
    def address(self) -> str:
        return f"/x/contracts/paiements/{self.key}?plan=3"

    def client(self) -> TestClient:
        return self.world.client_of(self.owner)


@pytest.fixture
def scene(with_contracts: Instance, world: World) -> Scene:
    return a_scene(with_contracts, world, editable=True)


def a_scene(instance: Instance, world: World, **way: object) -> Scene:
    with instance.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_000], number=12)
        write_terms(unit, offer, ways=[{"counts": [1, 3], **way}])
        open_(unit, offer.id)
        person = a_person(unit, "Lantier")
        choice = {"quantities": {str(product_ids(offer)[0]): 1}}
        draft = subscribing.save_draft(unit, offer.id, person.household_id or 0, choice)
        return Scene(world, person, draft.id)


def typed(*amounts: str, **more: str) -> dict[str, str]:
    return {"plan": "3"} | {f"parts.{n}.cents": text for n, text in enumerate(amounts)} | more


def test_from_the_choice_of_payment_to_amounts_of_one_s_own(scene: Scene) -> None:
    client = scene.client()
    assert f'href="{scene.address}"' in client.get(f"/contrat/{scene.key}/payer").text
    assert 'value="40,00"' in client.get(scene.address).text
    sent = client.post(scene.address, data=typed("60", "40,00", "20"))
    assert (sent.status_code, sent.headers["location"].endswith(f"/contrat/{scene.key}/payer")) == (303, True)
    page = client.get(f"/contrat/{scene.key}/payer").text
    assert ["Vos montants." in page, re.search('value="written"[^>]* checked', page) is not None] == [True, True]
    assert 'value="60,00"' in client.get(scene.address).text
    assert "60,00" in client.get(f"/contrat/{scene.key}/relire").text


@pytest.mark.parametrize(
    ("amounts", "says"),
    [(("60", "40", "10"), "il manque 10,00"), (("60", "quarante", "20"), "Écrivez un prix en euros")],
)
def test_a_mistake_is_told_and_everything_typed_stays(scene: Scene, amounts: tuple[str, ...], says: str) -> None:
    refused = scene.client().post(scene.address, data=typed(*amounts))
    assert (refused.status_code, says in refused.text) == (422, True)
    assert all(f'value="{text}"' in refused.text for text in amounts)


def test_a_basket_that_changed_is_told_where_one_pays(scene: Scene, with_contracts: Instance) -> None:
    client = scene.client()
    client.post(scene.address, data=typed("60", "40", "20"))
    with with_contracts.working() as unit:
        found = contracts.contract(unit, scene.key)
        choice = {"quantities": dict.fromkeys(found.choice["quantities"], 2)}
        subscribing.save_draft(unit, found.offer_id, found.household_id, choice)
    assert "ne valent plus" in client.get(f"/contrat/{scene.key}/payer").text


def test_days_are_chosen_where_the_terms_let_them(with_contracts: Instance, world: World) -> None:
    scene = a_scene(with_contracts, world, dates="free")
    page = scene.client().get(scene.address).text
    assert page.count('type="date"') == 3
    assert 'type="text"' not in page
    days = {"parts.0.due_on": "jamais"}
    assert (
        "Écrivez une date qui existe" in scene.client().post(scene.address, data=typed("40", "40", "40", **days)).text
    )


def test_amounts_of_the_offer_are_not_the_household_s_to_write(with_contracts: Instance, world: World) -> None:
    scene = a_scene(with_contracts, world)
    assert "Modifier les paiements" not in scene.client().get(f"/contrat/{scene.key}/payer").text
    assert scene.client().get(scene.address).status_code == 404
    assert scene.client().post(scene.address, data=typed("60", "40", "20", printed="1")).status_code == 404


def test_the_coordination_keeps_a_printed_form_and_the_contract_says_so(with_contracts: Instance, world: World) -> None:
    scene = a_scene(with_contracts, world)
    boss = world.client("administrator", name="Ada Blanchot")
    assert "tels qu’ils sont sur le formulaire" in boss.get(scene.address).text
    assert boss.post(scene.address, data=typed("40", "40", "39", printed="1")).status_code == 303
    with with_contracts.working() as unit:
        read = subscribing.reading(unit, scene.key, by_hand=True)
        subscribing.sign(unit, scene.key, read.quote.total, read.text_hash, scene.owner, method="paper")
    page = boss.get(f"/contrat/{scene.key}").text
    assert ["Les montants écrits font 119,00" in page, "39,00" in page] == [True, True]


def test_a_household_does_not_keep_amounts_that_do_not_add_up(scene: Scene) -> None:
    assert scene.client().post(scene.address, data=typed("40", "40", "39", printed="1")).status_code == 422


def test_others_and_signed_contracts_have_no_such_page(scene: Scene, with_contracts: Instance) -> None:
    assert scene.world.client("member", name="Léa Autre").get(scene.address).status_code == 404
    assert scene.client().get(f"/x/contracts/paiements/{scene.key}?plan=9").status_code == 404
    with with_contracts.working() as unit:
        read = subscribing.reading(unit, scene.key)
        subscribing.sign(unit, scene.key, read.quote.total, read.text_hash, scene.owner)
    assert scene.client().get(scene.address).status_code == 404
