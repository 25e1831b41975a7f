"""Coordination: today, the evenings, moving and cancelling with a preview and a way back, the sheets."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from conftest import World
from courtil.store.deliveries import Delivery
from courtil.store.offers import Offer, OfferDate
from courtil.store.operations import Job
from courtil.testing.factories import a_farm, a_household, a_signed_contract, an_offer, thursdays
from courtil.testing.queries import counted

MOST_QUERIES = 15


class Scene:
    """Two farms that meet on four Thursdays, and households that take vegetables."""

    def __init__(self, world: World, homes: int = 3) -> None:
        with world.instance.working() as unit:
            self.days = thursdays(unit.today + timedelta(days=1))
            vegetables = an_offer(unit, farm=a_farm(unit, "Trois-Chênes"), days=self.days)
            bread = an_offer(unit, farm=a_farm(unit, "Fournil", {"Pain": 400}), days=self.days, name="Pain")
            for number in range(homes):
                home = a_household(unit, f"Foyer {number:02d}")
                a_signed_contract(unit, vegetables, home, due_on=[unit.today - timedelta(days=9)])
            query = select(OfferDate.delivery_id).order_by(OfferDate.delivery_id)
            self.vegetables, self.bread = vegetables.farm_id, bread.farm_id
            self.offer_id = vegetables.id
            self.first = unit.all(query.where(OfferDate.offer_id == vegetables.id))[0]
            self.first_bread = unit.all(query.where(OfferDate.offer_id == bread.id))[0]
            self.evening = unit.get(Delivery, self.first).distribution_id


@pytest.fixture
def scene(world: World) -> Scene:
    return Scene(world)


def undo_address(client: TestClient, url: str) -> str:
    """The address of the undo button of the page one was sent to."""
    page = client.get(url)
    found = re.search(
        r'<form class="post" method="post" action="([^"]+)"><button[^>]*>.*?Revenir en arrière', page.text
    )
    assert found, page.text
    return found[1].replace("&amp;", "&")


def test_today_tells_the_next_evening_and_what_waits_each_with_its_action(world: World, scene: Scene) -> None:
    page = world.client("administrator").get("/aujourdhui")
    assert page.status_code == 200
    assert "3 foyers attendus." in page.text
    assert "3 contrats ont un paiement en retard" in page.text
    assert "Voir les retards" in page.text


def test_a_new_amap_is_told_its_first_steps(world: World) -> None:
    page = world.client("administrator").get("/aujourdhui").text
    for step in ("Ajouter un lieu", "Ajouter une saison", "Ajouter une ferme", "Ouvrir les contrats"):
        assert step in page
    assert "Ajouter un lieu" not in world.client("distribution").get("/aujourdhui").text


def test_the_evening_shows_what_comes_and_who_fetches_it(world: World, scene: Scene) -> None:
    page = world.client("distribution").get(f"/distributions/{scene.evening}")
    assert page.status_code == 200
    assert "3 × Panier" in page.text
    assert "Aucun panier signé pour ce jour." in page.text
    assert "Foyer 02" in page.text
    assert "Déplacer" not in page.text


def test_who_has_no_right_on_a_farm_may_neither_see_nor_do_its_changes(world: World, scene: Scene) -> None:
    other = world.client("referent", farm_id=scene.bread)
    page = other.get(f"/distributions/{scene.evening}").text
    assert f"/distributions/livraisons/{scene.first_bread}/annuler" in page
    assert f"/distributions/livraisons/{scene.first}/annuler" not in page
    for action in ("deplacer", "annuler"):
        assert other.get(f"/distributions/livraisons/{scene.first}/{action}").status_code == 404
        assert (
            other.post(f"/distributions/livraisons/{scene.first}/{action}", data={"effect": "kept"}).status_code == 404
        )
        assert other.get(f"/distributions/{scene.evening}/{action}").status_code == 404
        assert other.post(f"/distributions/{scene.evening}/{action}", data={"effect": "kept"}).status_code == 404
    for action in ("retablir", "faite", "rouvrir"):
        assert other.post(f"/distributions/livraisons/{scene.first}/{action}", data={}).status_code == 404
    back = other.post(f"/distributions/{scene.evening}/revenir?livraisons={scene.first}", data={})
    assert back.status_code == 404


def test_moving_shows_first_what_it_changes_then_moves_then_can_be_undone(world: World, scene: Scene) -> None:
    client = world.client("referent", farm_id=scene.vegetables)
    friday = scene.days[0] + timedelta(days=1)
    address = f"/distributions/livraisons/{scene.first}/deplacer"
    assert "Voir ce que cela change" in client.get(address).text
    preview = client.get(address, params={"day": friday.isoformat()})
    assert "3 foyers concernés" in preview.text
    assert "Aucune autre ferme" in preview.text
    version = re.search(r'name="version" value="(\d+)"', preview.text)
    assert version
    sent = {"day": friday.isoformat(), "reason": "férié", "tell": "1", "version": version[1]}
    moved = client.post(address, data=sent)
    assert moved.status_code == 303
    with world.instance.reading() as reader:
        assert len(reader.all(select(Job.id).where(Job.kind == "core.mail"))) == 3
    undo = undo_address(client, moved.headers["location"])
    assert client.post(undo, data={}).status_code == 303
    with world.instance.reading() as reader:
        assert reader.get(Delivery, scene.first).distribution_id == scene.evening
        assert reader.all(select(Job.id).where(Job.kind == "core.mail")) == []


@pytest.mark.parametrize("chosen", ["2020-01-02", "n’importe quoi", ""])
def test_a_day_that_cannot_be_is_refused_beside_its_field(world: World, scene: Scene, chosen: str) -> None:
    client = world.client("administrator")
    page = client.get(f"/distributions/livraisons/{scene.first}/deplacer", params={"day": chosen})
    assert page.status_code == 200
    assert "field-error" in page.text
    assert 'class="danger"' not in page.text
    assert client.post(f"/distributions/livraisons/{scene.first}/deplacer", data={"day": chosen}).status_code == 422


def test_what_somebody_else_moved_meanwhile_is_not_cancelled_unseen(world: World, scene: Scene) -> None:
    client = world.client("administrator")
    friday = scene.days[0] + timedelta(days=1)
    client.post(f"/distributions/livraisons/{scene.first}/deplacer", data={"day": friday.isoformat(), "version": "1"})
    late = client.post(f"/distributions/livraisons/{scene.first}/annuler", data={"effect": "kept", "version": "1"})
    assert late.status_code == 422
    assert "entre-temps" in late.text


def test_cancelling_shows_the_amount_asks_what_becomes_of_it_and_can_be_undone(world: World, scene: Scene) -> None:
    client = world.client("referent", farm_id=scene.vegetables)
    address = f"/distributions/livraisons/{scene.first}/annuler"
    preview = client.get(address)
    assert "30,00" in preview.text
    assert "Fournil" in preview.text
    assert client.post(address, data={"version": "1"}).status_code == 422
    done = client.post(address, data={"effect": "credited", "reason": "gel", "version": "1"})
    assert done.status_code == 303
    undo = undo_address(client, done.headers["location"])
    assert "Rétablir la livraison" in client.get(done.headers["location"]).text
    assert client.post(undo, data={}).status_code == 303
    assert "Rétablir la livraison" not in client.get(done.headers["location"]).text


def test_a_whole_evening_is_moved_and_cancelled_by_who_may_for_every_farm(world: World, scene: Scene) -> None:
    client = world.client("administrator")
    friday = scene.days[0] + timedelta(days=1)
    address = f"/distributions/{scene.evening}"
    assert "Déplacer toute la distribution" in client.get(address).text
    assert client.get(f"{address}/deplacer", params={"day": friday.isoformat()}).status_code == 200
    moved = client.post(f"{address}/deplacer", data={"day": friday.isoformat(), "version": "1"})
    undo = undo_address(client, moved.headers["location"])
    assert "Plus rien n’est prévu" in client.get(address).text
    assert client.post(undo, data={}).status_code == 303
    assert "3 foyers concernés" in client.get(f"{address}/annuler").text
    cancelled = client.post(f"{address}/annuler", data={"effect": "kept"})
    undo = undo_address(client, cancelled.headers["location"])
    assert client.get(f"{address}/annuler").status_code == 404
    assert client.post(undo, data={}).status_code == 303


def test_the_note_of_the_evening_appears_on_its_sheet(world: World, scene: Scene) -> None:
    client = world.client("referent", farm_id=scene.bread)
    done = client.post(
        f"/distributions/{scene.evening}/note", data={"note": "Rendre <b>les cagettes</b>.", "version": "1"}
    )
    assert done.status_code == 303
    sheet = client.get(f"/distributions/{scene.evening}/feuille")
    assert "Rendre &lt;b&gt;les cagettes&lt;/b&gt;." in sheet.text
    stranger = world.client("distribution")
    assert stranger.post(f"/distributions/{scene.evening}/note", data={"note": "x"}).status_code in {403, 404}


def test_evenings_are_listed_by_month_to_come_and_past(world: World, scene: Scene) -> None:
    with world.instance.working() as unit:
        an_offer(unit, farm=a_farm(unit, "Rucher"), days=[date(2024, 5, 2)], name="Miel")
    client = world.client("distribution")
    coming = client.get("/distributions").text
    assert "Fournil, Trois-Chênes" in coming
    assert "3 foyers" in coming
    assert "Rucher" not in coming
    assert "Mai 2024" in client.get("/distributions?passees=1").text


def test_a_past_delivery_asks_whether_the_farm_came(world: World) -> None:
    with world.instance.working() as unit:
        offer = an_offer(unit, farm=a_farm(unit, "Rucher"), days=[unit.today - timedelta(days=2)], name="Miel")
        delivery_id = unit.one(select(OfferDate.delivery_id).where(OfferDate.offer_id == offer.id))
    client = world.client("administrator")
    assert "Cette ferme est-elle venue" in client.get("/aujourdhui").text
    assert client.post(f"/distributions/livraisons/{delivery_id}/faite", data={}).status_code == 303
    assert "Cette ferme est-elle venue" not in client.get("/aujourdhui").text


@pytest.mark.parametrize("extension", ["pdf", "xlsx", "csv"])
def test_every_sheet_comes_as_a_file_of_each_format(world: World, scene: Scene, extension: str) -> None:
    client = world.client("administrator")
    for path in (
        f"/distributions/{scene.evening}/feuille", f"/distributions/livraisons/{scene.first}/feuille",
        f"/contrats/{scene.offer_id}/saison", "/personnes/feuille",
    ):  # fmt: skip
        assert client.get(path).status_code == 200
        sheet = client.get(f"{path}.{extension}")
        assert sheet.status_code == 200
        assert sheet.headers["content-disposition"].endswith(f'.{extension}"')
        assert sheet.content
    assert client.get(f"/distributions/{scene.evening}/feuille.exe").status_code == 404


def test_sheets_are_only_for_those_they_concern(world: World, scene: Scene) -> None:
    farmer = world.client("farmer", farm_id=scene.vegetables)
    assert farmer.get(f"/distributions/livraisons/{scene.first}/feuille").status_code == 200
    assert farmer.get(f"/distributions/livraisons/{scene.first_bread}/feuille").status_code == 404
    assert farmer.get(f"/distributions/livraisons/{scene.first_bread}/feuille.pdf").status_code == 404
    assert farmer.get(f"/contrats/{scene.offer_id}/saison").status_code == 200
    assert farmer.get(f"/distributions/{scene.evening}/feuille").status_code == 403
    stranger = world.client("farmer", farm_id=scene.bread)
    assert stranger.get(f"/contrats/{scene.offer_id}/saison").status_code == 404


@pytest.mark.parametrize("page", ["/aujourdhui", "/distributions", "/distributions/{e}", "/distributions/{e}/feuille",
                                  "/distributions/livraisons/{d}/annuler", "/distributions/livraisons/{d}/deplacer?day={day}"])  # fmt: skip
def test_a_page_asks_the_database_as_often_for_sixty_households_as_for_five(world: World, page: str) -> None:
    scene = Scene(world, 5)
    client = world.client("administrator")
    address = page.format(e=scene.evening, d=scene.first, day=scene.days[0] + timedelta(days=1))
    counts = []
    for homes in (0, 55):
        with world.instance.working() as unit:
            for number in range(homes):
                home = a_household(unit, f"Autre {number:02d}")
                a_signed_contract(unit, unit.get(Offer, scene.offer_id), home, due_on=[unit.today])
        with counted(world.instance) as sent:
            assert client.get(address).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= MOST_QUERIES, sent
