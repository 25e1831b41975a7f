"""« Mes données » holds what plugins keep, those too that are off; a plugin that cannot answer is named."""

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import courtil_recipes.hooks as recipes
from conftest import World
from courtil.domain.problems import Refused
from courtil.plugin.manifest import Plugin
from courtil.plugin.registry import Registry
from courtil.services import erasing, people, plugins, privacy
from courtil.services.instance import Instance, PluginSets
from courtil.store.operations import PluginState
from courtil.store.people import Person
from courtil.testing.factories import a_household, a_signed_contract, an_offer
from courtil_recipes.tables import Recipe


@pytest.fixture
def zoe(with_recipes: Instance) -> int:
    """Zoé, whose household got a recipe and has paid nothing yet; a neighbour got another one."""
    with with_recipes.working() as unit:
        offer, home, other = an_offer(unit), a_household(unit), a_household(unit, "Macquart", "Marc")
        for household, title in ((home, "Soupe <b>au chou</b>"), (other, "Gratin")):
            contract = a_signed_contract(unit, offer, household)
            unit.session.add(Recipe(contract_id=contract.id, title=title))
        return people.household(unit, home.id).persons[0].id


def archive(instance: Instance, person_id: int) -> tuple[dict[str, Any], str]:
    with instance.reading() as reader:
        content = privacy.personal_archive(reader, person_id)
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return json.loads(opened.read("donnees.json")), opened.read("lisez-moi.html").decode()


@pytest.mark.parametrize("is_on", [True, False])
def test_what_a_plugin_keeps_is_in_the_archive_under_its_label(with_recipes: Instance, zoe: int, is_on: bool) -> None:
    if not is_on:
        plugins.switch_off(with_recipes, "recipes")
    data, page = archive(with_recipes, zoe)
    assert data["greffons"] == [
        {"greffon": "Recettes", "titre": "Recette reçue", "valeurs": {"Titre": "Soupe <b>au chou</b>"}}
    ]
    assert data["sans_reponse"] == []
    for words in ("Recettes", "Recette reçue", "Soupe &lt;b&gt;au chou&lt;/b&gt;"):
        assert words in page
    assert "Gratin" not in page


def test_a_plugin_that_never_was_on_is_not_asked(instance: Instance, trouble: set[str]) -> None:
    with instance.working() as unit:
        person_id = people.household(unit, a_household(unit).id).persons[0].id
    assert archive(instance, person_id)[0]["greffons"] == []
    assert "personal_data" not in recipes.SEEN


def test_a_plugin_that_raises_fails_the_archive(with_recipes: Instance, zoe: int, trouble: set[str]) -> None:
    trouble.add("personal_data")
    with pytest.raises(recipes.Broken):
        archive(with_recipes, zoe)


def test_a_plugin_that_cannot_declare_its_pages_still_tells_and_forgets(
    with_recipes: Instance, zoe: int, trouble: set[str]
) -> None:
    trouble.add("routes")
    again = Instance(with_recipes.config, PluginSets(Registry.of(with_recipes.sets.registry.plugins.values())))
    assert again.plugins().names == ()
    assert [record["greffon"] for record in archive(again, zoe)[0]["greffons"]] == ["Recettes"]
    again.close()


@pytest.fixture(params=["vanished", "broken"])
def unreachable(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A registry in which `membership` is not installed, or cannot be loaded."""
    if request.param == "vanished":
        return Registry.of(())
    folder = tmp_path / "membership_gone"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "hooks.py").write_text("raise RuntimeError('boom')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "membership_gone", raising=False)
    return Registry.of([Plugin(name="membership", package="membership_gone", label="Adhésions")])


def test_a_plugin_that_cannot_answer_is_named_and_stops_an_erasure(instance: Instance, unreachable: Registry) -> None:
    again = Instance(instance.config, PluginSets(unreachable))
    with again.working() as unit:
        unit.add(PluginState(name="membership", enabled=False, changed_at=unit.now))
        person_id = people.leave(unit, a_household(unit).id).persons[0].id
    data, page = archive(again, person_id)
    assert data["sans_reponse"] == ["membership"]
    assert "n’ont pas pu dire ce qu’ils gardent : membership" in page
    with pytest.raises(Refused, match="membership"), again.working() as unit:
        erasing.erase(unit, person_id)
    with again.reading() as reader:
        assert reader.get(Person, person_id).erased_at is None
    again.close()


def test_the_page_on_personal_data_tells_what_plugins_keep_and_whom_they_call(
    with_recipes: Instance, world: World
) -> None:
    shown = world.visitor().get("/donnees-personnelles").text
    for words in ("Recettes reçues", "Cuisiner le panier.", "Un an.", "Votre foyer.", "recettes.exemple.fr"):
        assert words in shown
    plugins.switch_off(with_recipes, "recipes")
    shown = world.visitor().get("/donnees-personnelles").text
    assert "Recettes reçues" not in shown
    assert "Ce que gardent les greffons" not in shown


def test_what_an_erasure_will_do_names_the_plugins(with_recipes: Instance, zoe: int) -> None:
    plugins.switch_off(with_recipes, "recipes")
    with with_recipes.reading() as reader:
        assert "Les greffons effacent ce qu’ils gardent sur cette personne : Recettes." in erasing.effects(reader, zoe)
