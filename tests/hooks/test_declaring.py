"""What plugins declare, each where people meet it; one that fails is left out of a page that stays."""

import io
import zipfile

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from conftest import World
from courtil.domain.events import ContractSigned
from courtil.services import imports, mail, plugins, settings
from courtil.services.instance import Instance
from courtil.services.settings import AmapSettings
from courtil.store.operations import Job
from courtil_recipes.tables import Recipe


@pytest.fixture
def boss(with_recipes: Instance, world: World) -> TestClient:
    """A browser of the administration, who also reads recipes; the plugin is on."""
    return world.client("administrator", "member", "treasurer", name="Ada Blanchot")


@pytest.fixture
def recipe(with_recipes: Instance, signed: ContractSigned) -> Recipe:
    with with_recipes.working() as unit:
        return unit.add(Recipe(contract_id=signed.contract_id, title="Soupe au potiron"))


def test_each_entry_knows_its_plugin(with_recipes: Instance) -> None:
    said = with_recipes.plugins().declared
    for kind, entries in vars(said).items():
        assert [plugin for plugin, _entry in entries] == ["recipes"] * len(entries), kind
        assert entries, kind


def test_a_check_answers_with_figures(boss: TestClient, recipe: Recipe) -> None:
    page = boss.get("/reglages/points").text
    assert "Assez de recettes" in page
    assert "1 recettes" in page
    assert "Charte, 4" in page


def test_a_check_that_fails_does_not_keep_the_others(boss: TestClient, trouble: set[str]) -> None:
    trouble.add("check")
    page = boss.get("/reglages/points").text
    assert "Ce point n’a pas pu être regardé." in page
    assert "Les comptes" in page


def test_an_export_is_read_printed_and_downloaded(boss: TestClient, recipe: Recipe) -> None:
    assert 'href="/documents/recipes/livre"' in boss.get("/documents").text
    assert "Soupe au potiron" in boss.get("/documents/recipes/livre").text
    assert boss.get("/documents/recipes/livre/fichier.pdf").content.startswith(b"%PDF")
    assert "Soupe au potiron" in boss.get("/documents/recipes/livre/fichier.csv").content.decode("utf-8-sig")
    assert zipfile.is_zipfile(io.BytesIO(boss.get("/documents/recipes/livre/fichier.xlsx").content))
    assert boss.get("/documents/recipes/livre/fichier.exe").status_code == 404


def test_an_export_is_for_who_holds_its_right(boss: TestClient, world: World) -> None:
    farmer = world.client_of(world.person(name="Jo Ferme", household=False))
    assert farmer.get("/documents/recipes/livre").status_code == 404
    assert "Livre de recettes" not in farmer.get("/documents").text


def test_a_column_stands_in_lists_with_one_call(boss: TestClient, signed: ContractSigned, recipe: Recipe) -> None:
    page = boss.get(f"/contrats/{signed.offer_id}/souscriptions").text
    assert '<th scope="col">Recette</th>' in page
    assert '<td data-label="Recette">Soupe au potiron</td>' in page
    assert "cuisine " in boss.get("/personnes").text


def test_a_column_that_fails_is_left_out(boss: TestClient, signed: ContractSigned, trouble: set[str]) -> None:
    trouble.add("columns")
    answer = boss.get("/personnes")
    assert answer.status_code == 200
    assert "Cuisine" not in answer.text


def test_columns_and_models_go_into_exports(boss: TestClient, signed: ContractSigned, recipe: Recipe) -> None:
    signed_up = boss.get(f"/contrats/{signed.offer_id}/souscriptions.csv").content.decode("utf-8-sig")
    assert "Recette" in signed_up.splitlines()[0]
    assert "Soupe au potiron" in signed_up
    members = boss.get("/personnes/feuille.csv").content.decode("utf-8-sig")
    assert "Plat préféré;Nombre de parts;Cuisine" in members


def test_a_row_has_the_links_of_plugins(boss: TestClient, world: World) -> None:
    home = world.person("member", name="Zoé Lantier").household_id
    assert f'href="/x/recipes/liste?foyer={home}"' in boss.get("/personnes").text


def test_a_help_page_stands_with_the_core_s(boss: TestClient) -> None:
    assert 'href="/aide/recipes-cuisiner"' in boss.get("/aide").text
    assert "Une recette par contrat." in boss.get("/aide/recipes-cuisiner").text


def test_the_end_of_mails_takes_words_of_plugins(with_recipes: Instance, world: World) -> None:
    with with_recipes.working() as unit:
        settings.write(unit, "amap", AmapSettings(name="Tilleuls", mail_ending="{amap.nom} cuisine {recipes.plat}."))
        mail.ask(unit, "zoe@exemple.fr", "Zoé", "Bonjour", "Un mot.")
    assert any("Tilleuls cuisine la soupe." in text for text in world.mails())


def test_a_word_that_fails_does_not_hold_a_mail_back(with_recipes: Instance, world: World, trouble: set[str]) -> None:
    trouble.add("mail_words")
    with with_recipes.working() as unit:
        settings.write(unit, "amap", AmapSettings(name="Tilleuls", mail_ending="{recipes.plat} à table."))
        mail.ask(unit, "zoe@exemple.fr", "Zoé", "Bonjour", "Un mot.")
    [mailed] = world.mails()
    assert "Un mot." in mailed
    assert "à table." in mailed


def test_an_unknown_word_is_refused_when_it_is_written(boss: TestClient) -> None:
    answer = boss.post("/reglages", data={"name": "Tilleuls", "mail_ending": "{recettes.rien}"})
    assert answer.status_code == 422
    assert "Ce mot n’existe pas : {recettes.rien}." in answer.text


def test_a_file_that_only_a_plugin_knows_is_imported(with_recipes: Instance) -> None:
    cards = b"Nom: Lantier\nPr\xc3\xa9nom: Zo\xc3\xa9\nNom: Coupeau\nPr\xc3\xa9nom: Nana\n"
    with with_recipes.working() as unit:
        batch = imports.upload(unit, cards, "membres.cards")
        assert imports.write(unit, batch.id)["households"] == 2


def test_a_reader_that_fails_leaves_the_file_to_the_core(with_recipes: Instance, trouble: set[str]) -> None:
    trouble.add("import_readers")
    with with_recipes.working() as unit:
        batch = imports.upload(unit, "Nom;Prénom\nLantier;Zoé\n".encode(), "membres.csv")
        assert imports.write(unit, batch.id)["households"] == 1


def test_the_search_box_finds_what_plugins_keep(boss: TestClient, recipe: Recipe, trouble: set[str]) -> None:
    assert "Soupe au potiron" in boss.get("/chercher?q=potiron").text
    trouble.add("search_results")
    assert boss.get("/chercher?q=potiron").status_code == 200


def test_a_job_kind_is_known_where_the_plugin_is_on(with_recipes: Instance) -> None:
    assert "recipes.cook" in with_recipes.plugins().job_kinds()
    plugins.switch_off(with_recipes, "recipes")
    assert "recipes.cook" not in with_recipes.plugins().job_kinds()
    with with_recipes.reading() as reader:
        assert reader.all(select(Job).where(Job.parked_at.is_not(None))) == []
