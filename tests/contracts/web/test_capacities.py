"""Shared capacity on its pages, and what a household reads of it where it chooses."""

import pytest
from starlette.testclient import TestClient

from conftest import World
from contracts.offers import an_offer, product_ids, signed_for
from courtil.services.instance import Instance
from courtil.store.offers import Offer
from courtil_contracts.services import capacities
from subscriptions import Garden, a_garden


@pytest.fixture
def garden(with_contracts: Instance) -> Garden:
    with with_contracts.working() as unit:
        return a_garden(unit)


@pytest.fixture
def offer(with_contracts: Instance, garden: Garden) -> Offer:
    with with_contracts.working() as unit:
        return an_offer(unit, "contracts.same", [900], opened=True, name="Légumes", garden=garden)


@pytest.fixture
def boss(offer: Offer, world: World) -> TestClient:
    return world.client("administrator", name="Ada Blanchot")


def filled(offer: Offer, use: str = "2", **changes: str) -> dict[str, str]:
    return {"name": "Paniers", "parts": "5", "per": "delivery", f"use-{product_ids(offer)[0]}": use} | changes


def test_it_is_written_shown_changed_and_taken_back(boss: TestClient, offer: Offer, with_contracts: Instance) -> None:
    url = f"/x/contracts/offre/ferme/{offer.farm_id}/capacites"
    for page in (f"/contrats/{offer.id}", f"/fermes/{offer.farm_id}"):
        assert url in boss.get(page).text
    assert boss.post(f"{url}/nouvelle", data=filled(offer)).status_code == 303
    with with_contracts.working() as unit:
        signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 1}})
    page = boss.get(url).text
    assert "5 parts à chaque date." in page
    assert page.count('data-label="Reste :">3<') == 4
    form = boss.get("/x/contracts/offre/capacites/1").text
    assert 'value="Paniers"' in form
    sent = filled(offer, parts="1", per="season", version="1")
    assert boss.post("/x/contracts/offre/capacites/1", data=sent).status_code == 303
    assert "dépassé de 7" in boss.get(url).text
    assert "Quelqu’un a changé" in boss.post("/x/contracts/offre/capacites/1", data=sent).text
    assert boss.post("/x/contracts/offre/capacites/1/retirer").status_code == 303
    assert "Rien n’est partagé" in boss.get(url).text
    assert boss.post("/x/contracts/offre/capacites/1/remettre").status_code == 303
    assert "dépassé de 7" in boss.get(url).text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": " "}, "nécessaire"), ({"parts": "beaucoup"}, "nombre entier"), ({"parts": "2000000"}, "1000000"),
        ({"use": "cent"}, "nombre entier"), ({"use": "100"}, "99"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_kept_on_the_page(
    boss: TestClient, offer: Offer, changes: dict[str, str], says: str
) -> None:
    answer = boss.post(f"/x/contracts/offre/ferme/{offer.farm_id}/capacites/nouvelle", data=filled(offer, **changes))
    assert (answer.status_code, says in answer.text) == (422, True)
    assert all(
        f'value="{typed}"' in answer.text for typed in filled(offer, **changes).values() if typed.strip() == typed
    )


def test_members_read_what_is_left_where_they_choose(
    offer: Offer, garden: Garden, world: World, with_contracts: Instance
) -> None:
    member = world.client("member", name="Zoé Duval")
    page = f"/contrats/{offer.id}/souscrire"
    assert "Paniers" not in member.get(page).text
    product = product_ids(offer)[0]
    with with_contracts.working() as unit:
        capacities.write(unit, garden.farm_id, capacities.CapacityData("Paniers", 4, uses={product: 2}))
    assert "« Paniers » : il reste au moins 4 parts par date. « Produit 1 » prend 2 parts." in member.get(page).text
    with with_contracts.working() as unit:
        signed_for(unit, offer.id, {"quantities": {str(product): 2}})
    assert "« Paniers » est complet à toutes les dates." in member.get(page).text
    sent = {f"product-{product}": "1", "action": "next"}
    answer = member.post(page, data=sent)
    assert (answer.status_code, "choisissez moins de paniers ou d’autres dates" in answer.text) == (422, True)


def test_another_farm_s_are_not_there(offer: Offer, world: World, with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        capacities.write(unit, offer.farm_id, capacities.CapacityData("Paniers", 4))
        elsewhere = a_garden(unit).farm_id
    referent = world.client("referent", name="Luc Autre", farm_id=elsewhere)
    assert referent.get(f"/x/contracts/offre/ferme/{elsewhere}/capacites").status_code == 200
    for page in (
        f"offre/ferme/{offer.farm_id}/capacites",
        f"offre/ferme/{offer.farm_id}/capacites/nouvelle",
        "offre/capacites/1",
    ):
        assert referent.get(f"/x/contracts/{page}").status_code == 404
    assert referent.post("/x/contracts/offre/capacites/1/retirer").status_code == 404
    assert referent.post("/x/contracts/offre/capacites/1", data=filled(offer)).status_code == 404
