"""The import pages: drop a file, relook, write, undo; nothing is kept of what is refused."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from conftest import World
from courtil.store.imports import ImportBatch
from courtil.store.people import Household

CASES = Path(__file__).parent.parent / "cases" / "imports"
LIST = "Nom;Prénom;E-mail;Zone\nLantier;Marc;marc@exemple.fr;Nantes\nMacquart;Eve;?;Rezé\n"


def sent(client: TestClient, data: bytes, name: str = "liste.csv") -> str:
    answer = client.post("/personnes/importer/fichier", files={"file": (name, data)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def seen(client: TestClient, address: str) -> str:
    return client.get(address).text.partition('name="seen" value="')[2].partition('"')[0]


def how_many(world: World, model: type) -> int:
    with world.instance.reading() as reader:
        return reader.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(
    "path", ["/personnes/importer", "/personnes/importer/1", "/personnes/importer/1/compte-rendu.csv"]
)
def test_only_who_may_change_people_imports(world: World, path: str) -> None:
    assert world.client("treasurer").get(path).status_code == 403
    assert world.visitor().get(path).status_code == 303


def test_a_real_workbook_is_shown_written_and_undone(world: World) -> None:
    client = world.client("administrator")
    before = how_many(world, Household)
    address = sent(client, (CASES / "a10-classeur-maison.xlsx").read_bytes(), "classeur.xlsx")
    page = client.get(address).text
    assert "Écrire 122 foyers" in page
    assert page.index("À regarder (") < page.index("Nouveaux foyers (")
    assert "Légumes › Taille" in page
    assert how_many(world, Household) == before
    answer = client.post(f"{address}/ecrire", data={"seen": seen(client, address)})
    assert answer.headers["location"] == "/personnes"
    listed = client.get("/personnes").text
    assert "122 foyers ajoutés." in listed
    assert f'action="{address}/annuler"' in listed
    assert how_many(world, Household) == before + 122
    assert client.post(f"{address}/annuler").headers["location"] == "/personnes/importer"
    assert how_many(world, Household) == before
    assert "Annulé" in client.get("/personnes/importer").text


def test_changing_a_column_changes_the_preview(world: World) -> None:
    client = world.client("administrator")
    address = sent(client, LIST.encode())
    assert "n’est pas reconnue" in client.get(address).text
    assert client.post(f"{address}/colonnes", data={"column-3": "city"}).status_code == 303
    assert "n’est pas reconnue" not in client.get(address).text
    refused = client.post(f"{address}/colonnes", data={"column-0": "other", "column-1": "other"})
    assert refused.status_code == 422
    assert "Aucune colonne ne contient de nom" in refused.text


def test_an_old_preview_is_shown_again_instead_of_written(world: World) -> None:
    client = world.client("administrator")
    address = sent(client, LIST.encode())
    old = seen(client, address)
    client.post(f"{address}/colonnes", data={"column-3": "ignored"})
    answer = client.post(f"{address}/ecrire", data={"seen": old})
    assert answer.headers["location"] == address
    assert "Relisez-le avant d’écrire" in client.get(address).text
    assert how_many(world, Household) == 1


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "vide.csv", "Ce fichier est vide"),
        (b"\x89PNG\r\n", "photo.png", "pas un tableur"),
        (b"<html><table>", "liste.xls", "page web"),
        (b"x" * (10 * 1024 * 1024 + 1), "gros.csv", "trop grand"),
    ],
)
def test_a_refused_file_says_why_and_is_not_kept(world: World, data: bytes, name: str, message: str) -> None:
    client = world.client("administrator")
    answer = client.post("/personnes/importer/fichier", files={"file": (name, data)})
    assert answer.status_code == 422
    assert message in answer.text
    assert how_many(world, ImportBatch) == 0


def test_without_a_file_one_is_asked_for(world: World) -> None:
    answer = world.client("administrator").post("/personnes/importer/fichier", data={"file": ""})
    assert answer.status_code == 422
    assert "Choisissez d’abord le fichier" in answer.text


def test_pasted_cells_are_read_and_kept_in_the_form_when_refused(world: World) -> None:
    client = world.client("administrator")
    answer = client.post("/personnes/importer/coller", data={"cells": LIST.replace(";", "\t")})
    assert "Écrire 2 foyers" in client.get(answer.headers["location"]).text
    refused = client.post("/personnes/importer/coller", data={"cells": "bonjour <b>"})
    assert refused.status_code == 422
    assert "bonjour &lt;b&gt;" in refused.text


def test_the_preview_of_somebody_else_is_not_found(world: World) -> None:
    address = sent(world.client("administrator"), LIST.encode())
    other = world.client("administrator", name="Paul Durand")
    assert other.get(address).status_code == 404
    for action in ("colonnes", "ecrire", "oublier"):
        assert other.post(f"{address}/{action}").status_code == 404
    assert other.get(f"{address}/compte-rendu.csv").status_code == 404
    assert other.post("/personnes/importer/999/annuler").status_code == 404


def test_a_preview_can_be_forgotten(world: World) -> None:
    client = world.client("administrator")
    address = sent(client, LIST.encode())
    assert client.post(f"{address}/oublier").headers["location"] == "/personnes/importer"
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_report_is_there_before_and_after_writing(world: World, extension: str) -> None:
    client = world.client("administrator")
    address = sent(client, LIST.encode())
    before = client.get(f"{address}/compte-rendu.{extension}")
    client.post(f"{address}/ecrire", data={"seen": seen(client, address)})
    after = client.get(f"{address}/compte-rendu.{extension}")
    assert (before.status_code, after.status_code) == (200, 200)
    if extension == "csv":
        assert before.content == after.content
        assert "Nouveau foyer;Marc Lantier" in after.content.decode("utf-8-sig")


def test_names_are_shown_as_text(world: World) -> None:
    client = world.client("administrator")
    address = sent(client, "Nom;Prénom;E-mail\n<script>alert(1)</script>;Zoé;z@exemple.fr\n".encode())
    assert "<script>alert" not in client.get(address).text
