"""Models attached to the core's things: kept, shown, changed by one person at a time, forgotten."""

import pytest
from pydantic import BaseModel, Field
from sqlalchemy import select

from courtil.domain.access import Actor, Grant
from courtil.domain.problems import Stale
from courtil.plugin.payloads import Extension
from courtil.plugin.registry import Registry
from courtil.services import extensions, plugins
from courtil.services.extensions import Attached
from courtil.services.instance import Instance
from courtil.store.extensions import ExtensionValue
from courtil.store.people import Household
from courtil_recipes import plugin
from courtil_recipes.added import Taste

TASTE = Attached("recipes", Extension(on="household", model=Taste, title="Goûts"))


@pytest.fixture
def registry() -> Registry:
    return Registry.of([plugin])


@pytest.fixture
def home_id(instance: Instance) -> int:
    plugins.switch_on(instance, "recipes")
    with instance.working() as unit:
        return unit.add(Household(name="Lantier", search="lantier")).id


def kept(instance: Instance, home_id: int) -> list[tuple[str, str]]:
    with instance.reading() as reader:
        return [pair for one in extensions.held(reader, "household", [home_id])[home_id] for pair in one.told()]


def test_what_is_written_is_told_by_the_titles_of_its_fields(instance: Instance, home_id: int) -> None:
    assert kept(instance, home_id) == []
    with instance.working() as unit:
        extensions.write(unit, TASTE, home_id, Taste(dish="Gratin", portions=4))
    assert kept(instance, home_id) == [("Plat préféré", "Gratin"), ("Nombre de parts", "4")]


def test_nothing_is_kept_of_a_section_that_was_left_as_it_was(instance: Instance, home_id: int) -> None:
    with instance.working() as unit:
        extensions.write(unit, TASTE, home_id, Taste())
        assert unit.all(select(ExtensionValue)) == []


def test_the_second_of_two_writers_is_told(instance: Instance, home_id: int) -> None:
    with instance.working() as unit:
        extensions.write(unit, TASTE, home_id, Taste(dish="Gratin"), 0)
    with pytest.raises(Stale), instance.working() as unit:
        extensions.write(unit, TASTE, home_id, Taste(dish="Soupe"), 0)
    assert kept(instance, home_id) == [("Plat préféré", "Gratin")]


def test_values_that_a_newer_model_refuses_give_way_to_its_defaults(instance: Instance, home_id: int) -> None:
    with instance.working() as unit:
        extensions.write(unit, TASTE, home_id, Taste(dish="Gratin", portions=4))
        row = unit.one(select(ExtensionValue))
        row.value = {"dish": "Gratin", "portions": 2000}
    assert kept(instance, home_id) == []


def test_a_section_may_ask_for_a_right_besides_the_subject_s_own(instance: Instance, home_id: int) -> None:
    class Secret(BaseModel):
        word: str = Field("", title="Mot")

    guarded = Extension(on="household", model=Secret, title="Réservé", name="secret", reads="recipes.read")
    declared = instance.plugins().declared.extensions
    declared.append(("recipes", guarded))
    stranger = Actor(1, "x", grants=frozenset({Grant("people.read")}))
    reads = Actor(1, "x", grants=frozenset({Grant("recipes.read")}))
    try:
        for actor, expected in ((stranger, ["values"]), (reads, ["values", "secret"])):
            with instance.reading(actor) as reader:
                assert [one.extension.name for one in extensions.attached(reader, "household")] == expected
    finally:
        declared.remove(("recipes", guarded))


def test_a_plugin_that_is_off_shows_nothing_and_keeps_its_values(instance: Instance, home_id: int) -> None:
    with instance.working() as unit:
        extensions.write(unit, TASTE, home_id, Taste(dish="Gratin"))
    plugins.switch_off(instance, "recipes")
    with instance.reading() as reader:
        assert extensions.held(reader, "household", [home_id]) == {}
    plugins.switch_on(instance, "recipes")
    assert kept(instance, home_id) == [("Plat préféré", "Gratin")]


def test_erasing_forgets_the_values_whether_the_plugin_is_on_or_off(instance: Instance, home_id: int) -> None:
    with instance.working() as unit:
        extensions.write(unit, TASTE, home_id, Taste(dish="Gratin"))
    plugins.switch_off(instance, "recipes")
    with instance.working() as unit:
        extensions.erase(unit, "household", home_id)
        assert unit.all(select(ExtensionValue)) == []
