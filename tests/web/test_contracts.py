"""A signed contract: who sees it, cancelling, ending, and the farm's signature."""

from datetime import timedelta

import pytest

from conftest import World
from courtil.domain.states import ContractState
from courtil.services import contracts
from courtil.store.contracts import Contract
from courtil.store.people import Person
from subscriptions import Garden, a_draft, a_garden, a_signed_contract, an_open_offer, signed


@pytest.fixture
def garden(world: World) -> Garden:
    with world.instance.working() as unit:
        return a_garden(unit)


@pytest.fixture
def offer_id(world: World, garden: Garden) -> int:
    with world.instance.working() as unit:
        return an_open_offer(unit, garden=garden)


def a_contract_of(world: World, offer_id: int, person: Person) -> int:
    with world.instance.working() as unit:
        mine = unit.get(Person, person.id)
        return signed(unit, a_draft(unit, offer_id, mine).id, mine).id


def state_of(world: World, contract_id: int) -> ContractState:
    with world.instance.reading() as reader:
        return reader.get(Contract, contract_id).state


def test_only_its_household_its_farmer_and_the_coordination_see_a_contract(
    world: World, garden: Garden, offer_id: int
) -> None:
    owner = world.person("member")
    key = a_contract_of(world, offer_id, owner)
    with world.instance.working() as unit:
        other = a_garden(unit)
    seen = (
        world.client_of(owner), world.client("administrator"), world.client("referent", farm_id=garden.farm_id),
        world.client("farmer", farm_id=garden.farm_id),
    )  # fmt: skip
    hidden = (
        world.client("member"), world.client("referent", farm_id=other.farm_id),
        world.client("farmer", farm_id=other.farm_id), world.client("distribution"),
    )  # fmt: skip
    for client in seen:
        assert client.get(f"/contrat/{key}").status_code == 200
        assert client.get(f"/contrat/{key}.pdf").content[:5] == b"%PDF-"
    for client in hidden:
        assert client.get(f"/contrat/{key}").status_code == 404
        assert client.get(f"/contrat/{key}.pdf").status_code == 404
        assert client.post(f"/contrat/{key}/annuler").status_code == 404
        assert client.post(f"/contrat/{key}/retablir").status_code == 404
    for client in (world.client("member"), world.client_of(owner)):
        assert client.post(f"/contrat/{key}/resilier", data={}).status_code == 403
    assert world.visitor().get(f"/contrat/{key}").status_code == 303


def test_a_household_cancels_and_undoes(world: World, offer_id: int) -> None:
    owner = world.person("member")
    key = a_contract_of(world, offer_id, owner)
    client = world.client_of(owner)
    assert "Annuler ce contrat" in client.get(f"/contrat/{key}").text
    assert client.post(f"/contrat/{key}/annuler").status_code == 303
    assert state_of(world, key) == ContractState.CANCELLED
    assert f"/contrat/{key}/retablir" in client.get(f"/contrat/{key}").text
    assert client.post(f"/contrat/{key}/retablir").status_code == 303
    assert state_of(world, key) == ContractState.SIGNED_MEMBER


def test_a_farmer_signs_all_at_once(world: World, garden: Garden, offer_id: int) -> None:
    with world.instance.working() as unit:
        keys = [a_signed_contract(unit, offer_id).id for _ in range(3)]
        elsewhere = a_signed_contract(unit, an_open_offer(unit)).id
    client = world.client("farmer", farm_id=garden.farm_id, name="Jean Chêne")
    page = client.get("/ferme/contresigner")
    assert page.text.count('name="contract"') == 3
    nothing = client.post("/ferme/contresigner", data={})
    assert nothing.status_code == 422
    assert client.post("/ferme/contresigner", data={"contract": [str(elsewhere)]}).status_code == 404
    done = client.post("/ferme/contresigner", data={"contract": [str(key) for key in keys]})
    assert done.status_code == 303
    assert {state_of(world, key) for key in keys} == {ContractState.SIGNED_FARM}
    assert "Aucun contrat n’attend" in client.get("/ferme/contresigner").text
    assert "Jean Chêne" in client.get(f"/contrat/{keys[0]}").text
    assert world.client("member").get("/ferme/contresigner").status_code == 403


def test_ending_shows_what_it_changes_before(world: World, garden: Garden, offer_id: int) -> None:
    with world.instance.working() as unit:
        key = a_signed_contract(unit, offer_id).id
        second = (unit.today + timedelta(days=14)).isoformat()
    client = world.client("referent", farm_id=garden.farm_id)
    assert client.get(f"/contrat/{key}/resilier").status_code == 200
    ask = {"on": second, "effect": "credited", "reason": "Déménagement"}
    preview = client.post(f"/contrat/{key}/resilier/apercu", data=ask)
    assert "2 livraisons ne seront plus remises" in preview.text
    assert "25,00" in preview.text
    assert state_of(world, key) == ContractState.SIGNED_MEMBER
    assert client.post(f"/contrat/{key}/resilier/apercu", data=ask | {"reason": ""}).status_code == 422
    assert client.post(f"/contrat/{key}/resilier", data=ask | {"effect": "gift"}).status_code == 422
    done = client.post(f"/contrat/{key}/resilier", data=ask)
    assert done.status_code == 303
    page = client.get(f"/contrat/{key}")
    assert "Déménagement" in page.text
    assert "Non remis, déduit" in page.text
    assert client.post(f"/contrat/{key}/retablir").status_code == 303
    with world.instance.reading() as reader:
        assert contracts.worth(contracts.contract(reader, key)) == 5_000


def test_a_household_does_not_undo_a_termination(world: World, offer_id: int) -> None:
    owner = world.person("member")
    key = a_contract_of(world, offer_id, owner)
    with world.instance.working() as unit:
        contracts.terminate(unit, key, unit.today, "Départ", credit=True)
    assert world.client_of(owner).post(f"/contrat/{key}/retablir").status_code == 404


def test_a_coordinator_enters_that_the_farm_signed_on_paper(world: World, garden: Garden, offer_id: int) -> None:
    key = a_contract_of(world, offer_id, world.person("member"))
    url = f"/contrats/{offer_id}/signatures-papier"
    with world.instance.working() as unit:
        other = a_garden(unit)
    assert world.client("farmer", farm_id=garden.farm_id).post(url).status_code == 403
    assert world.client("referent", farm_id=other.farm_id).post(url).status_code == 404
    client = world.client("referent", farm_id=garden.farm_id)
    assert url in client.get(f"/contrats/{offer_id}/souscriptions").text
    assert client.post(url).status_code == 303
    assert state_of(world, key) == ContractState.SIGNED_FARM
    assert url not in client.get(f"/contrats/{offer_id}/souscriptions").text
