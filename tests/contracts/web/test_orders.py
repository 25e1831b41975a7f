"""The page of an account and the page of weights, for those whom they concern."""

from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient

from conftest import World
from contracts.offers import an_offer, open_, product_ids, signed_for, write_terms
from courtil.services import subscribing
from courtil.services.instance import Instance
from courtil.store.contracts import Contract
from courtil.store.people import Person
from courtil.testing.clock import Clock
from courtil_contracts.services import orders
from subscriptions import a_garden


@pytest.fixture
def member(with_contracts: Instance, world: World) -> Person:
    return world.person("member")


@pytest.fixture
def contract(with_contracts: Instance, member: Person) -> Contract:
    """Her account of 25 €."""
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.account", [490], name="Pain")
        write_terms(unit, offer, topups=[2_500])
        open_(unit, offer.id)
        draft = subscribing.save_draft(unit, offer.id, member.household_id or 0, {"cents": 2_500})
        read = subscribing.reading(unit, draft.id)
        return subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, unit.get(Person, member.id))


def seen(client: TestClient, address: str) -> dict[str, str]:
    """What a form of the page says of the version it shows."""
    return {"version": client.get(address).text.split('name="version" value="')[1].split('"')[0]}


def test_a_member_orders_from_her_account_and_tops_it_up(contract: Contract, member: Person, world: World) -> None:
    client = world.client_of(member)
    address = f"/x/contracts/compte/{contract.id}"
    assert f'href="{address}"' in client.get(f"/contrat/{contract.id}").text
    page = client.get(address).text
    assert "25,00" in page
    order = page.split('action="')[1:]
    action = next(part.split('"')[0] for part in order if "/commander/" in part)
    name = page.split('name="q-')[1].split('"')[0]
    assert client.post(action, data=seen(client, address) | {f"q-{name}": "2"}).status_code == 303
    page = client.get(address).text
    assert ["2\u00a0×\u00a0Produit 1 : 9,80" in page, "Il reste 15,20" in page, "commandé" in page] == [True] * 3
    refused = client.post(action, data=seen(client, address) | {f"q-{name}": "9"})
    assert (refused.status_code, "enlevez-en, ou rechargez" in refused.text) == (422, True)
    assert 'value="9"' in refused.text
    assert client.post(action, data={f"q-{name}": "beaucoup"}).status_code == 422
    paid = seen(client, address) | {"cents": "2500"}
    assert client.post(f"{address}/recharger", data=paid).status_code == 303
    again = client.post(f"{address}/recharger", data=paid)
    assert (again.status_code, "a changé depuis que la page est ouverte" in again.text) == (422, True)
    assert client.post(f"{address}/recharger", data={"cents": "1"}).status_code == 422
    assert "40,20" in client.get(address).text


def test_nothing_is_no_order_and_takes_one_back(contract: Contract, member: Person, world: World) -> None:
    client, address = world.client_of(member), f"/x/contracts/compte/{contract.id}"
    page = client.get(address).text
    action = next(part.split('"')[0] for part in page.split('action="')[1:] if "/commander/" in part)
    name = page.split('name="q-')[1].split('"')[0]
    refused = client.post(action, data=seen(client, address) | {f"q-{name}": "0"})
    assert (refused.status_code, "Choisissez au moins un produit" in refused.text) == (422, True)
    client.post(action, data=seen(client, address) | {f"q-{name}": "2"})
    assert client.post(action, data=seen(client, address) | {f"q-{name}": "0"}).status_code == 303
    assert "La commande est retirée. Il reste 25,00" in client.get(address).text


def test_an_account_is_its_household_s(contract: Contract, world: World, with_contracts: Instance) -> None:
    stranger = world.client("member", name="Léa Autre")
    address = f"/x/contracts/compte/{contract.id}"
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/recharger", data={"cents": "2500"}).status_code == 404
    assert world.client("administrator", name="Ada Blanchot").get(address).status_code == 200


@dataclass(frozen=True)
class Chickens:
    """An offer of chickens that are weighed, with one contract."""

    offer_id: int
    farm_id: int
    delivery_id: int


@pytest.fixture
def chickens(with_contracts: Instance, clock: Clock) -> Chickens:
    """On the evening of their delivery."""
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [2_100], number=1)
        key = product_ids(offer)[0]
        made = Chickens(offer.id, offer.farm_id, offer.dates[0].delivery_id)
        write_terms(unit, offer, products=[{"offer_product_id": key, "kg_cents": 1_350}])
        open_(unit, offer.id)
        signed_for(unit, offer.id, {"quantities": {str(key): 1}})
    clock.forward(days=7)
    return made


def test_weights_are_entered_and_settle(chickens: Chickens, world: World) -> None:
    boss = world.client("administrator", name="Ada Blanchot")
    address = f"/x/contracts/feuilles/pesees/{chickens.delivery_id}"
    assert f'href="{address}"' in boss.get(f"/x/contracts/feuilles/contrats/{chickens.offer_id}").text
    name = boss.get(address).text.split('name="kg-')[1].split('"')[0]
    assert boss.post(address, data={f"kg-{name}": "1,800"}).status_code == 303
    page = boss.get(address).text
    assert 'value="1,800"' in page
    assert "3,30" in page
    refused = boss.post(address, data={f"kg-{name}": "lourd"})
    assert (refused.status_code, "Écrivez un poids en kilogrammes" in refused.text) == (422, True)
    assert 'value="lourd"' in refused.text


def test_the_farm_weighs_without_seeing_what_households_pay(
    chickens: Chickens, world: World, with_contracts: Instance
) -> None:
    address = f"/x/contracts/feuilles/pesees/{chickens.delivery_id}"
    farmer = world.client("farmer", farm_id=chickens.farm_id, name="Paula Ferme")
    assert f'href="{address}"' in farmer.get("/ferme").text
    name = farmer.get(address).text.split('name="kg-')[1].split('"')[0]
    farmer.post(address, data={f"kg-{name}": "1,800"})
    assert "3,30" not in farmer.get(address).text
    assert world.client("member", name="Léa Autre").get(address).status_code == 404
    with with_contracts.working() as unit:
        elsewhere = a_garden(unit).farm_id
    other = world.client("farmer", farm_id=elsewhere, name="Paul Loin")
    assert other.get(address).status_code == 404


def test_a_member_orders_the_same_each_time_leaves_a_date_out_and_stops(
    contract: Contract, member: Person, world: World, with_contracts: Instance
) -> None:
    client, address = world.client_of(member), f"/x/contracts/compte/{contract.id}"
    with with_contracts.reading() as reader:
        found = orders.account(reader, contract.id)
        bread, delivery = product_ids(found.contract.offer)[0], next(iter(found.open_days))
    refused = client.post(f"{address}/habitude", data=seen(client, address) | {f"s-{bread}": "beaucoup"})
    assert (refused.status_code, 'value="beaucoup"' in refused.text) == (422, True)
    assert client.post(f"{address}/habitude", data=seen(client, address) | {f"s-{bread}": "2"}).status_code == 303
    page = client.get(address).text
    assert ["Sauter cette date" in page, "Arrêter cette commande" in page] == [True, True]
    assert client.post(f"{address}/habitude/{delivery}", data={"skip": "1"}).status_code == 303
    assert "Commander ce jour-là" in client.get(address).text
    assert client.post(f"{address}/habitude/{delivery}", data={}).status_code == 303
    assert client.post(f"{address}/habitude/arreter", data={}).status_code == 303
    assert "Arrêter cette commande" not in client.get(address).text
    other = world.client("member", name="Léa Autre")
    for path in ("habitude", "habitude/arreter", f"habitude/{delivery}"):
        assert other.post(f"{address}/{path}", data={}).status_code == 404
