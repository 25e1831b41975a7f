"""Preparing a contract in a browser without script: from nothing to open, and what each role may see."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from conftest import World
from courtil.domain.states import OfferState
from courtil.services import offers
from courtil.services.settings import AmapSettings, write
from courtil.store.calendar import Season
from courtil.store.offers import Offer
from courtil.testing.queries import counted
from subscriptions import Garden, a_garden, a_signed_contract, an_open_offer


@pytest.fixture
def garden(world: World) -> Garden:
    with world.instance.working() as unit:
        return a_garden(unit)


def filled(garden: Garden, **changes: object) -> dict[str, object]:
    return {
        "name": "Légumes", "farm_id": str(garden.farm_id), "place_id": str(garden.place_id),
        "season_id": str(garden.season_id), "closes_on": "", "places": "30", "instalment_counts": ["1", "3"],
        "instalment_step": "1", "methods": ["cheque"], "presentation": "", "price_note": "", "terms": "",
    } | changes  # fmt: skip


def test_the_empty_list_says_where_to_begin(world: World) -> None:
    page = world.client("administrator").get("/contrats")
    assert page.status_code == 200
    assert "Préparez le premier" in page.text
    assert "/contrats/nouveau" in page.text


def test_without_a_farm_the_form_says_what_is_missing(world: World) -> None:
    page = world.client("administrator").get("/contrats/nouveau")
    assert "Ajoutez une ferme" in page.text
    assert "Ajoutez un lieu" in page.text


def test_from_nothing_to_open(world: World, garden: Garden) -> None:
    client = world.client("referent", farm_id=garden.farm_id)
    made = client.post("/contrats/nouveau", data=filled(garden))
    assert made.status_code == 303
    dates = made.headers["location"]
    first = date.today() + timedelta(days=7)
    proposed = client.get(
        dates, params={"first": first.isoformat(), "every_weeks": "1", "count": "10", "holidays": "1"}
    )
    days = re.findall(r'name="day" value="([^"]+)" checked', proposed.text)
    assert 8 <= len(days) <= 10
    with world.instance.reading() as reader:
        assert offers.offers(reader)[0].deliveries == 0  # proposing writes nothing
    kept = client.post(dates, data={"day": days[:5], "more": [(first + timedelta(days=200)).isoformat(), ""]})
    assert kept.status_code == 303
    products = kept.headers["location"]
    assert 'value="12,50"' in client.get(products).text  # the farm's last price is proposed
    saved = client.post(products, data={"product": [str(garden.basket_id)], f"price-{garden.basket_id}": "13,00"})
    assert saved.status_code == 303
    page = client.get(products)
    cells = re.findall(r'name="cell" value="([^"]+)" checked', page.text)
    assert len(cells) == 6
    offer_id = int(dates.split("/")[2])
    assert client.post(f"/contrats/{offer_id}/livraisons", data={"cell": cells[1:]}).status_code == 303
    opened = client.post(f"/contrats/{offer_id}/etat", data={"to": "open"})
    assert opened.status_code == 303
    assert "Ouvert" in client.get(f"/contrats/{offer_id}").text


def test_opening_too_early_lists_what_is_missing(world: World, garden: Garden) -> None:
    client = world.client("administrator")
    offer = client.post("/contrats/nouveau", data=filled(garden)).headers["location"].removesuffix("/dates")
    assert "Avant d’ouvrir" in client.get(offer).text
    page = client.post(f"{offer}/etat", data={"to": "open"})
    assert page.status_code == 422
    assert "Ajoutez au moins un produit" in page.text
    for wrong in ("running", "nonsense", ""):
        assert client.post(f"{offer}/etat", data={"to": wrong}).status_code == 404


def test_a_mistake_keeps_what_was_typed(world: World, garden: Garden) -> None:
    page = world.client("administrator").post(
        "/contrats/nouveau", data=filled(garden, places="zéro", terms="Mes clauses")
    )
    assert page.status_code == 422
    assert 'value="zéro"' in page.text
    assert "Mes clauses" in page.text


def test_a_bad_price_is_shown_beside_its_product(world: World, garden: Garden) -> None:
    with world.instance.working() as unit:
        offer_id = an_open_offer(unit, garden=garden)
    data = {"product": [str(garden.basket_id)], f"price-{garden.basket_id}": "0,005", f"stock-{garden.basket_id}": "7"}
    page = world.client("administrator").post(f"/contrats/{offer_id}/produits", data=data)
    assert page.status_code == 422
    assert 'value="0,005"' in page.text
    assert 'value="7"' in page.text
    assert "montant en euros" in page.text


def test_a_bad_date_is_named(world: World, garden: Garden) -> None:
    with world.instance.working() as unit:
        offer_id = an_open_offer(unit, garden=garden)
    page = world.client("administrator").post(f"/contrats/{offer_id}/dates", data={"more": ["30/02/2027"]})
    assert page.status_code == 422
    assert "30/02/2027" in page.text


@pytest.mark.parametrize(
    "query", ["first=2026-12-03&every_weeks=1", "first=2026-12-03&every_weeks=1&count=500", "first=hier&every_weeks=0"]
)
def test_the_generator_asks_for_an_end(world: World, garden: Garden, query: str) -> None:
    with world.instance.working() as unit:
        offer_id = an_open_offer(unit, garden=garden)
    page = world.client("administrator").get(f"/contrats/{offer_id}/dates?{query}")
    assert page.status_code == 422


def test_renewing_makes_a_draft_with_moved_dates(world: World, garden: Garden) -> None:
    with world.instance.working() as unit:
        offer_id = an_open_offer(unit, garden=garden)
        season = unit.add(Season(name="Suivante", starts_on=unit.today, ends_on=unit.today + timedelta(days=900)))
    client = world.client("administrator")
    page = client.get(f"/contrats/{offer_id}/reconduire").text
    assert "Suivante" in page
    assert "pas encore de saison après" in page, "it begins the day that the offer's own does"
    made = client.post(f"/contrats/{offer_id}/reconduire", data={"season_id": str(season.id), "weeks": "52"})
    assert made.status_code == 303
    with world.instance.reading() as reader:
        copied = offers.offer(reader, int(made.headers["location"].split("/")[2]))
        assert (copied.state, copied.season_id, len(copied.dates)) == (OfferState.DRAFT, season.id, 4)


def test_all_the_offers_of_a_farm_are_renewed_at_once(world: World, garden: Garden) -> None:
    with world.instance.working() as unit:
        offer_id = an_open_offer(unit, garden=garden)
        other = an_open_offer(unit, garden=garden, name="Miel")
        elsewhere = an_open_offer(unit, name="Pain")
        season = unit.add(Season(name="Suivante", starts_on=unit.today, ends_on=unit.today + timedelta(days=900)))
    client, address = world.client("administrator"), f"/contrats/{offer_id}/reconduire"
    assert "Reconduire aussi" in client.get(address).text
    typed = {"season_id": str(season.id), "how": "next_year"}
    assert client.post(address, data=typed | {"also": str(elsewhere)}).status_code == 422
    assert client.post(address, data=typed | {"also": str(other)}).status_code == 303
    with world.instance.reading() as reader:
        names = reader.all(select(Offer.name).where(Offer.season_id == season.id).order_by(Offer.name))
    assert names == ["Légumes", "Miel"]


def test_what_was_left_out_is_proposed_unticked_with_the_reason(world: World, garden: Garden) -> None:
    with world.instance.working() as unit:
        write(unit, "amap", AmapSettings(name="AMAP", school_zone="A"))
        offer_id = an_open_offer(unit, garden=garden)
    page = world.client("administrator").get(f"/contrats/{offer_id}/dates?pauses=2026-12-24,2028-05-01,demain").text
    assert "2 dates sont laissées de côté" in page
    assert "vacances de Noël" in page
    assert "Fête du Travail" in page
    assert "Les vacances scolaires 2027-2028 ne sont pas connues ici" in page
    assert re.search(r'value="2026-12-24"(?! checked)>', page)


def test_the_generator_leaves_school_holidays_of_the_zone_out(world: World, garden: Garden) -> None:
    with world.instance.working() as unit:
        offer_id = an_open_offer(unit, garden=garden, opened=False)
    client = world.client("administrator")
    address = f"/contrats/{offer_id}/dates"
    assert "vacances scolaires" not in client.get(address).text
    with world.instance.working() as unit:
        write(unit, "amap", AmapSettings(name="AMAP", school_zone="B"))
    asked = {"first": "2027-02-18", "count": "3", "every_weeks": "1"}
    page = client.get(address, params=asked | {"school": "1"}).text
    assert 'value="2027-02-18" checked' in page
    assert re.search(r'value="2027-02-25"(?! checked)>', page)
    assert 'value="2027-02-25" checked' in client.get(address, params=asked).text


def test_a_draft_is_deleted_and_comes_back(world: World, garden: Garden) -> None:
    with world.instance.working() as unit:
        offer_id = an_open_offer(unit, garden=garden, opened=False)
    client = world.client("administrator")
    assert client.post(f"/contrats/{offer_id}/supprimer").status_code == 303
    listed = client.get("/contrats")
    assert f"/contrats/{offer_id}/retablir" in listed.text  # the undo banner
    assert "Légumes" in client.get("/contrats?archives=1").text
    assert client.post(f"/contrats/{offer_id}/retablir").status_code == 303
    with world.instance.reading() as reader:
        assert reader.get(Offer, offer_id).state == OfferState.DRAFT


def test_a_referent_sees_and_changes_only_her_farm_s_contracts(world: World, garden: Garden) -> None:
    with world.instance.working() as unit:
        own = an_open_offer(unit, garden=garden, name="À moi")
        other_garden = a_garden(unit)
        other = an_open_offer(unit, garden=other_garden, name="Ailleurs")
    client = world.client("referent", farm_id=garden.farm_id)
    listed = client.get("/contrats").text
    assert "À moi" in listed
    assert "Ailleurs" not in listed
    for path in ("", "/modifier", "/dates", "/produits", "/souscriptions", "/souscriptions.csv", "/reconduire"):
        assert client.get(f"/contrats/{own}{path}").status_code == 200, path
        assert client.get(f"/contrats/{other}{path}").status_code == 404, path
    for path in ("/modifier", "/etat", "/dates", "/produits", "/livraisons", "/supprimer", "/retablir", "/reconduire"):
        assert client.post(f"/contrats/{other}{path}").status_code == 404, path
    assert client.post("/contrats/nouveau", data=filled(other_garden)).status_code in {404, 422}
    member = world.client("member")
    assert member.get(f"/contrats/{own}").status_code == 403
    assert member.post(f"/contrats/{own}/etat", data={"to": "closed"}).status_code == 403


def test_the_list_of_subscriptions_is_a_spreadsheet_too(world: World, garden: Garden) -> None:
    with world.instance.working() as unit:
        offer_id = an_open_offer(unit, garden=garden)
        a_signed_contract(unit, offer_id, baskets=2)
    client = world.client("administrator")
    assert "2 × Panier moyen" in client.get(f"/contrats/{offer_id}/souscriptions").text
    csv = client.get(f"/contrats/{offer_id}/souscriptions.csv")
    assert "100,00" in csv.content.decode("utf-8-sig")
    assert client.get(f"/contrats/{offer_id}/souscriptions.xlsx").content[:2] == b"PK"
    assert client.get(f"/contrats/{offer_id}/souscriptions.pdf").content[:5] == b"%PDF-"
    assert client.get(f"/contrats/{offer_id}/souscriptions.exe").status_code == 404


def test_pages_do_not_ask_more_when_there_is_more(world: World, garden: Garden) -> None:
    with world.instance.working() as unit:
        offer_id = an_open_offer(unit, garden=garden)
    client = world.client("administrator")
    paths = [
        "/contrats",
        *(f"/contrats/{offer_id}{tab}" for tab in ("", "/dates", "/produits", "/souscriptions", "/modifier")),
    ]

    def counts() -> list[int]:
        found = []
        for path in paths:
            with counted(world.instance) as sent:
                assert client.get(path).status_code == 200
            found.append(len(sent))
        return found

    before = counts()
    with world.instance.working() as unit:
        for _ in range(6):
            a_signed_contract(unit, offer_id)
            an_open_offer(unit)
    assert counts() == before
    assert max(before) <= 15, dict(zip(paths, before, strict=True))


def test_dates_ticked_on_an_old_page_do_not_undo_a_colleague(world: World, garden: Garden) -> None:
    client = world.client("administrator")
    made = client.post("/contrats/nouveau", data=filled(garden))
    path, day = made.headers["location"], (date.today() + timedelta(days=30)).isoformat()
    opened = re.search(r'name="version" value="(\d+)"', client.get(f"{path}?first={day}&every=1&count=2").text)
    assert opened
    assert client.post(path, data={"day": [day], "version": opened[1]}).status_code == 303
    late = client.post(path, data={"day": [], "version": opened[1]})
    assert late.status_code == 409
    assert "Modifié entre-temps" in late.text
