"""Farms and products, places and seasons: who may change them, errors beside their field, undo."""

import pytest
from sqlalchemy import select

from conftest import World
from courtil.store.calendar import Place
from courtil.store.farms import Farm, Product
from courtil.testing.factories import a_farm, a_place
from courtil.testing.queries import counted


def one_farm(world: World, name: str = "Trois-Chênes", **products: int) -> int:
    with world.instance.working() as unit:
        return a_farm(unit, name, products or {"Panier": 1250}).id


def test_an_administrator_adds_a_farm_then_its_products(world: World) -> None:
    client = world.client("administrator")
    assert "Aucune ferme pour l’instant" in client.get("/fermes").text
    added = client.post("/fermes/nouvelle", data={"name": "Fournil du Bac"})
    assert added.status_code == 303
    farm = client.get(added.headers["location"])
    assert "Aucun produit pour l’instant" in farm.text
    product = client.post(f"{added.headers['location']}/produits", data={"name": "Pain", "price_cents": "4,20"})
    assert product.status_code == 303
    assert "4,20" in client.get(added.headers["location"]).text


def test_a_price_that_is_no_amount_is_said_beside_its_field_and_what_was_typed_stays(world: World) -> None:
    farm_id = one_farm(world)
    page = world.client("administrator").post(
        f"/fermes/{farm_id}/produits", data={"name": "Tomme", "price_cents": "cher"}
    )
    assert page.status_code == 422
    assert 'id="new-price_cents-error"' in page.text
    assert 'value="Tomme"' in page.text


def test_a_referent_changes_her_farm_and_no_other(world: World) -> None:
    mine, other = one_farm(world), one_farm(world, "Fournil", Pain=400)
    client = world.client("referent", farm_id=mine)
    assert "Fournil" not in client.get("/fermes").text
    assert client.get(f"/fermes/{mine}").status_code == 200
    assert client.get(f"/fermes/{mine}/modifier").status_code == 200
    for path in (f"/fermes/{other}", f"/fermes/{other}/modifier", "/fermes/nouvelle"):
        assert client.get(path).status_code == 404
    with world.instance.reading() as reader:
        bread = reader.one(select(Product.id).where(Product.name == "Pain"))
    for path in (f"/fermes/{other}/modifier", f"/fermes/{other}/produits", f"/fermes/{other}/produits/{bread}",
                 f"/fermes/{other}/produits/{bread}/retirer", f"/fermes/{mine}/produits/{bread}/retirer",
                 f"/fermes/{mine}/archiver", f"/fermes/{mine}/reprendre"):  # fmt: skip
        assert client.post(path, data={"name": "Pris"}).status_code == 404
    with world.instance.reading() as reader:
        assert reader.get(Farm, other).name == "Fournil"
        assert reader.get(Product, bread).archived_at is None


def test_a_farmer_reads_her_farm_but_does_not_change_it(world: World) -> None:
    mine = one_farm(world)
    client = world.client("farmer", farm_id=mine)
    page = client.get(f"/fermes/{mine}")
    assert page.status_code == 200
    assert "Modifier la ferme" not in page.text
    assert client.post(f"/fermes/{mine}/modifier", data={"name": "X"}).status_code == 403


def test_a_farm_changed_by_somebody_else_keeps_what_one_typed(world: World) -> None:
    farm_id = one_farm(world)
    client = world.client("administrator")
    assert client.post(f"/fermes/{farm_id}/modifier", data={"name": "Un", "version": "1"}).status_code == 303
    late = client.post(f"/fermes/{farm_id}/modifier", data={"name": "Deux", "version": "1"})
    assert late.status_code == 422
    assert 'value="Deux"' in late.text
    assert 'name="version" value="2"' in late.text


def test_retired_products_and_archived_farms_return_by_undo(world: World) -> None:
    farm_id = one_farm(world)
    client = world.client("administrator")
    with world.instance.reading() as reader:
        product_id = reader.one(select(Product.id))
    for path, undo in (
        (f"/fermes/{farm_id}/produits/{product_id}/retirer", f"/fermes/{farm_id}/produits/{product_id}/reprendre"),
        (f"/fermes/{farm_id}/archiver", f"/fermes/{farm_id}/reprendre"),
    ):
        gone = client.post(path, data={})
        assert undo in client.get(gone.headers["location"]).text
        assert client.post(undo, data={}).status_code == 303
    with world.instance.reading() as reader:
        assert reader.get(Product, product_id).archived_at is None
        assert reader.get(Farm, farm_id).archived_at is None


def test_lists_of_farms_and_products_cost_the_same_however_long(world: World) -> None:
    first = one_farm(world, "Ferme 0", **{f"Produit {n}": 100 for n in range(20)})
    client = world.client("administrator")
    counts = []
    for number in (0, 9):
        for extra in range(number):
            one_farm(world, f"Autre {extra}")
        with counted(world.instance) as sent:
            client.get("/fermes")
            client.get(f"/fermes/{first}")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 30


def test_places_and_seasons_are_added_changed_archived_and_restored(world: World) -> None:
    client = world.client("administrator")
    assert "Ajouter un lieu" in client.get("/calendrier").text
    place = {"name": "Préau", "weekday": "3", "starts_at": "18h30", "ends_at": "20:00"}
    assert client.post("/calendrier/lieux/nouveau", data=place).status_code == 303
    season = {"name": "Hiver", "starts_on": "2026-11-01", "ends_on": "2027-04-30"}
    assert client.post("/calendrier/saisons/nouvelle", data=season).status_code == 303
    page = client.get("/calendrier").text
    assert "jeudi, de 18 h 30 à 20 h" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "dimanche 1er novembre 2026" in page
    for kind in ("lieux", "saisons"):
        assert client.get(f"/calendrier/{kind}/1").status_code == 200
        gone = client.post(f"/calendrier/{kind}/1/archiver", data={})
        assert f"/calendrier/{kind}/1/reprendre" in client.get(gone.headers["location"]).text
        assert client.post(f"/calendrier/{kind}/1/reprendre", data={}).status_code == 303
    assert client.post("/calendrier/lieux/1", data={**place, "weekday": "", "version": "3"}).status_code == 303
    with world.instance.reading() as reader:
        assert reader.get(Place, 1).weekday is None


@pytest.mark.parametrize(
    ("path", "values", "field"),
    [
        ("/calendrier/lieux/nouveau", {"name": "A", "starts_at": "20h", "ends_at": "18h"}, "ends_at"),
        ("/calendrier/lieux/nouveau", {"name": "A", "starts_at": "tôt", "ends_at": "18h"}, "starts_at"),
        ("/calendrier/lieux/nouveau", {"name": "préau de l'école", "starts_at": "18h", "ends_at": "19h"}, "name"),
        ("/calendrier/saisons/nouvelle", {"name": "A", "starts_on": "2027-01-01", "ends_on": "2026-01-01"}, "ends_on"),
    ],
)
def test_impossible_places_and_seasons_are_said_beside_their_field(
    world: World, path: str, values: dict[str, str], field: str
) -> None:  # fmt: skip
    with world.instance.working() as unit:
        a_place(unit)
    page = world.client("administrator").post(path, data=values)
    assert page.status_code == 422
    assert f'id="f-{field}-error"' in page.text


def test_only_the_administration_changes_the_calendar(world: World) -> None:
    client = world.client("treasurer")
    assert client.get("/calendrier").status_code == 403
    assert client.post("/calendrier/lieux/nouveau", data={"name": "X"}).status_code == 403
