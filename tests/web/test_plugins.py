"""The page « Greffons »: read before switching on, switched on and off with an undo, set, purged."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from conftest import World
from courtil.plugin.registry import Registry
from courtil.services import plugins, settings
from courtil.services.instance import Instance
from courtil.store.operations import PluginState
from courtil_recipes import plugin, trouble
from courtil_recipes.settings import Settings

PAGE = "/reglages/greffons/recipes"


@pytest.fixture
def registry() -> Registry:
    return Registry.of([plugin], {"abime": "SyntaxError: invalid syntax (abime/hooks.py, line 3)"})


@pytest.fixture(autouse=True)
def _untroubled() -> Iterator[None]:
    yield
    trouble.TROUBLE.clear()


@pytest.fixture
def boss(world: World) -> TestClient:
    return world.client("administrator", name="Ada Blanchot")


@pytest.fixture
def on(instance: Instance) -> Instance:
    plugins.switch_on(instance, "recipes")
    return instance


def test_the_list_tells_what_is_there_and_what_cannot_be_read(boss: TestClient) -> None:
    page = boss.get("/reglages/greffons").text
    assert "Recettes" in page
    assert "désactivé" in page
    assert "SyntaxError: invalid syntax (abime/hooks.py, line 3)" in page


def test_one_reads_who_wrote_it_and_what_it_keeps_before_switching_on(boss: TestClient) -> None:
    page = boss.get(PAGE).text
    assert "Avant de l’activer" in page
    assert plugin.author in page
    assert "Données personnelles" in page
    assert "Activer ce greffon" in page


def test_switching_on_shows_its_pages_at_the_next_request_and_can_be_undone(boss: TestClient) -> None:
    assert boss.get("/x/recipes/liste").status_code == 404
    answer = boss.post(f"{PAGE}/activer", data={})
    assert answer.status_code == 303
    assert boss.get("/x/recipes/liste").status_code == 200
    assert f'action="{PAGE}/desactiver"' in boss.get(PAGE).text
    boss.post(f"{PAGE}/desactiver", data={})
    assert boss.get("/x/recipes/liste").status_code == 404


def test_the_log_tells_who_switched(boss: TestClient, instance: Instance) -> None:
    boss.post(f"{PAGE}/activer", data={})
    with instance.reading() as reader:
        state = reader.one(select(PluginState))
        assert state.enabled
        assert state.changed_by is not None
    assert "Le greffon « recipes » : activé." in boss.get("/journal").text


def test_a_plugin_that_cannot_declare_is_refused_with_the_place(boss: TestClient) -> None:
    trouble.TROUBLE.add("routes")
    answer = boss.post(f"{PAGE}/activer", data={})
    assert answer.status_code == 422
    assert "courtil_recipes/trouble.py, line" in answer.text
    assert boss.get("/reglages").status_code == 200


def test_settings_are_kept_and_a_secret_is_never_shown(boss: TestClient, on: Instance) -> None:
    sent = {"word": "Bonjour", "most": "5", "key": "sesame", "version": "0"}
    assert boss.post(PAGE, data=sent).status_code == 303
    page = boss.get(PAGE).text
    assert 'value="Bonjour"' in page
    assert "sesame" not in page
    version = page.split('name="version" value="')[1].split('"')[0]
    assert boss.post(PAGE, data={"word": "Bonsoir", "most": "5", "key": "", "version": version}).status_code == 303
    with on.reading() as reader:
        kept = settings.read(reader, "recipes", Settings)
    assert (kept.word, kept.key.get_secret_value()) == ("Bonsoir", "sesame")
    assert "Réglages précédents" in boss.get(PAGE).text
    assert "sesame" not in boss.get(PAGE).text


def test_settings_that_do_not_fit_are_refused_and_nothing_is_written(boss: TestClient, on: Instance) -> None:
    answer = boss.post(PAGE, data={"word": "Bonjour", "most": "500", "version": "0"})
    assert answer.status_code == 422
    assert "Le plus grand nombre possible est 20." in answer.text
    with on.reading() as reader:
        assert settings.read(reader, "recipes", Settings) == Settings()


def test_two_administrators_do_not_overwrite_each_other_s_settings(boss: TestClient, on: Instance) -> None:
    boss.post(PAGE, data={"word": "Un", "most": "5", "version": "0"})
    answer = boss.post(PAGE, data={"word": "Deux", "most": "5", "version": "0"})
    assert answer.status_code == 422
    assert "entre-temps" in answer.text


def test_health_tells_calls_errors_and_durations(boss: TestClient, on: Instance) -> None:
    trouble.TROUBLE.add("fragments")
    boss.get("/mon-compte")
    page = boss.get(PAGE).text
    assert "<code>fragments</code>" in page
    assert "Broken, courtil_recipes" in page or "Broken, trouble.py" in page


def test_data_are_downloaded_or_dropped_once_the_plugin_is_off(boss: TestClient, on: Instance) -> None:
    page = boss.get(f"{PAGE}/donnees").text
    assert "désactivez-le d’abord" in page
    boss.post(f"{PAGE}/desactiver", data={})
    answer = boss.post(f"{PAGE}/exporter", data={})
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert boss.post(f"{PAGE}/supprimer", data={"name": "autre"}).status_code == 422
    assert boss.post(f"{PAGE}/supprimer", data={"name": "recipes"}).status_code == 303
    assert boss.get(f"{PAGE}/donnees").status_code == 404
    assert boss.get("/reglages").status_code == 200


@pytest.mark.parametrize("path", ["inconnu", "core", "recipes%2f.."])
def test_a_plugin_that_is_not_there_is_404(boss: TestClient, path: str) -> None:
    assert boss.get(f"/reglages/greffons/{path}").status_code == 404
    assert boss.post(f"/reglages/greffons/{path}/activer", data={}).status_code == 404
    assert boss.get(f"/reglages/greffons/{path}/donnees").status_code == 404


def test_administrators_are_told_on_every_page_what_is_left_out(boss: TestClient, world: World, on: Instance) -> None:
    with on.working() as unit:
        unit.add(PluginState(name="abime", enabled=True, changed_at=unit.now))
    assert "Des greffons sont laissés de côté" in boss.get("/mon-compte").text
    assert "Des greffons" not in world.client("member", name="Zoé L").get("/mon-compte").text


def test_about_names_the_plugins_with_their_licence_and_source(world: World, on: Instance) -> None:
    page = world.visitor().get("/a-propos").text
    assert "Recettes" in page
    names = zipfile.ZipFile(io.BytesIO(world.visitor().get("/a-propos/code-source.zip").content)).namelist()
    assert "courtil_recipes/hooks.py" in names
