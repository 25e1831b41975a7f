"""Sheets on the screen and as files, each for those whose farm it is."""

import io
from dataclasses import dataclass
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from starlette.testclient import TestClient

from conftest import World
from courtil.api import Delivery, OfferDate, Product
from courtil.services.instance import Instance
from courtil.testing.factories import a_farm, a_household, a_signed_contract, an_offer, thursdays

DAYS = thursdays(date(2026, 11, 26), 3)
SHEETS = ("ferme", "semaines", "grille", "synthese")
ROOT = "/x/contracts/feuilles"


@dataclass(frozen=True)
class Rows:
    """Keys of what the pages show."""

    farm: int
    other_farm: int
    offer: int
    delivery: int
    distribution: int

    @property
    def pages(self) -> list[str]:
        """Every page of sheets but the list of offers, without its files."""
        return [f"{ROOT}/contrats/{self.offer}", *self.documents]

    @property
    def documents(self) -> list[str]:
        """Every page that shows a document."""
        return [
            *(f"{ROOT}/contrats/{self.offer}/{name}" for name in SHEETS),
            f"{ROOT}/livraisons/{self.delivery}/etiquettes",
            f"{ROOT}/distributions/{self.distribution}/controle",
        ]


@pytest.fixture
def rows(with_contracts: Instance) -> Rows:
    """An offer of two products with two households; another farm comes on other evenings."""
    with with_contracts.working() as unit:
        farm = a_farm(unit, "Trois-Chênes", {"Panier": 1000, "Œufs": 250})
        offer = an_offer(unit, farm=farm, days=DAYS)
        a_signed_contract(unit, offer, a_household(unit, "Ébrard"), {"Panier": 2})
        a_signed_contract(unit, offer, a_household(unit, "Zola"), {"Panier": 1, "Œufs": 3})
        query = select(Delivery).join(OfferDate).where(OfferDate.offer_id == offer.id).order_by(Delivery.id)
        first = unit.all(query)[0]
        other = a_farm(unit, "Fournil", {"Pain": 400})
        return Rows(farm.id, other.id, offer.id, first.id, first.distribution_id)


def referent(world: World, rows: Rows) -> TestClient:
    return world.client("referent", farm_id=rows.farm)


def test_every_sheet_is_shown_with_its_files(world: World, rows: Rows) -> None:
    client = referent(world, rows)
    for address in rows.documents:
        page = client.get(address)
        assert page.status_code == 200, address
        for extension, kind in (("pdf", "application/pdf"), ("xlsx", "spreadsheetml"), ("csv", "text/csv")):
            where = f"{address}/fichier.{extension}"
            assert f'href="{where}"' in page.text
            file = client.get(where)
            assert (file.status_code, kind in file.headers["content-type"]) == (200, True), where
            assert file.headers["content-disposition"].endswith(f'.{extension}"')


def test_the_page_of_an_offer_leads_to_all_its_sheets(world: World, rows: Rows) -> None:
    client = referent(world, rows)
    page = client.get(f"{ROOT}/contrats/{rows.offer}").text
    for address in rows.documents:
        assert f'href="{address}"' in page
    for words in ("Feuille de la ferme", "Besoin par semaine", "Grille foyers × dates", "Synthèse du contrat"):
        assert words in page
    assert f'href="{ROOT}/contrats/{rows.offer}"' in client.get(ROOT).text


def test_the_pages_of_the_core_lead_to_the_sheets(world: World, rows: Rows) -> None:
    client = referent(world, rows)
    assert f'href="{ROOT}/contrats/{rows.offer}"' in client.get(f"/contrats/{rows.offer}").text
    assert f'href="{ROOT}/contrats/{rows.offer}"' in client.get("/contrats").text
    evening = client.get(f"/distributions/{rows.distribution}").text
    assert f'href="{ROOT}/livraisons/{rows.delivery}/etiquettes"' in evening
    assert f'href="{ROOT}/distributions/{rows.distribution}/controle"' in evening


def test_who_keeps_the_evening_is_not_led_to_what_she_may_not_open(world: World, rows: Rows) -> None:
    evening = world.client("distribution").get(f"/distributions/{rows.distribution}")
    assert evening.status_code == 200
    assert ROOT not in evening.text


def test_a_spreadsheet_has_numbers_and_the_whole_season_on_one_sheet(world: World, rows: Rows) -> None:
    file = referent(world, rows).get(f"{ROOT}/contrats/{rows.offer}/grille/fichier.xlsx")
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(file.content))
    [name] = workbook.sheet_names
    lines = workbook.get_sheet_by_name(name).to_python()
    head = next(number for number, line in enumerate(lines) if line[0] == "Foyer")
    assert lines[head] == ["Foyer", *(f"{day:%d/%m/%Y}" for day in DAYS), "Cumul"]
    assert lines[head + 1 : head + 4] == [
        ["Ébrard", 2.0, 2.0, 2.0, 6.0], ["Zola", 4.0, 4.0, 4.0, 12.0], ["Cumul", 6.0, 6.0, 6.0, 18.0],
    ]  # fmt: skip


def test_the_grid_of_one_product_keeps_it_in_its_files(world: World, rows: Rows, with_contracts: Instance) -> None:
    with with_contracts.reading() as reader:
        eggs = reader.one(select(Product.id).where(Product.name == "Œufs"))
    client, address = referent(world, rows), f"{ROOT}/contrats/{rows.offer}/grille"
    page = client.get(f"{address}?produit={eggs}").text
    assert "Zola" in page
    assert "Ébrard" not in page
    assert f'href="{address}/fichier.csv?produit={eggs}"' in page
    assert "Ébrard" not in client.get(f"{address}/fichier.csv?produit={eggs}").text
    for nothing in ("0", "abc", "9" * 5000, "²"):
        assert client.get(address, params={"produit": nothing}).status_code == 404


def test_a_member_a_volunteer_and_another_farm_find_nothing(world: World, rows: Rows) -> None:
    strangers = (
        world.client(), world.client("distribution"), world.client("referent", farm_id=rows.other_farm),
        world.client("farmer", farm_id=rows.other_farm),
    )  # fmt: skip
    for client in strangers:
        for address in rows.pages:
            assert client.get(address).status_code == 404, address
        for address in rows.documents:
            assert client.get(f"{address}/fichier.csv").status_code == 404, address
    assert world.client().get(ROOT).status_code == 404


def test_whoever_is_not_signed_in_is_asked_to(world: World, rows: Rows) -> None:
    for address in (ROOT, *rows.pages, *(f"{page}/fichier.pdf" for page in rows.documents)):
        answer = world.visitor().get(address)
        assert answer.status_code == 303, address
        assert (
            answer.headers["location"].startswith("/connexion?suite=%2Fx") or "suite=/x" in answer.headers["location"]
        )


def test_the_farm_has_its_own_sheets_without_a_price(world: World, rows: Rows) -> None:
    client = world.client("farmer", farm_id=rows.farm)
    assert f'href="{ROOT}"' in client.get("/ferme/contrats").text
    assert f'href="{ROOT}/contrats/{rows.offer}"' in client.get(ROOT).text
    for address in rows.pages:
        page = client.get(address)
        assert page.status_code == 200, address
        assert "€" not in page.text.replace("0,00\u00a0€", ""), "nothing but the sums of the farm, here of nothing"
    assert "Valeur" not in client.get(f"{ROOT}/contrats/{rows.offer}/synthese").text
    assert "Valeur" in referent(world, rows).get(f"{ROOT}/contrats/{rows.offer}/synthese").text


def test_what_does_not_exist_is_not_found(world: World, rows: Rows) -> None:
    client = referent(world, rows)
    for address in (
        f"{ROOT}/contrats/{rows.offer}/autre", f"{ROOT}/contrats/{rows.offer}/ferme/fichier.exe",
        f"{ROOT}/contrats/999", f"{ROOT}/livraisons/999/etiquettes", f"{ROOT}/distributions/999/controle",
        f"{ROOT}/contrats/99999999999999/ferme",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address


def test_where_the_plugin_is_off_there_is_no_sheet(world: World) -> None:
    assert world.client("administrator").get(ROOT).status_code == 404
