"""Columns of a file that fill in what plugins attach: shown before, written, taken back, never over what is there."""

import pytest
from sqlalchemy import select

from courtil.domain.problems import Refused
from courtil.plugin.registry import Registry
from courtil.services import erasing, extensions, imports, people, plugins, privacy
from courtil.services.extensions import Attached
from courtil.services.instance import Instance
from courtil.store.extensions import ExtensionValue
from courtil.store.imports import ImportChange
from courtil.store.people import Household, Person
from courtil_recipes import plugin
from courtil_recipes.added import Taste

FILE = "Nom;Prénom;E-mail;Plat préféré;Nombre de parts\nLantier;Zoé;zoe@exemple.fr;Gratin;4\nCoupeau;Nana;;;\n".encode()


@pytest.fixture
def registry() -> Registry:
    return Registry.of([plugin])


@pytest.fixture
def on(instance: Instance) -> Instance:
    plugins.switch_on(instance, "recipes")
    return instance


def imported(instance: Instance, data: bytes = FILE) -> int:
    with instance.working() as unit:
        batch = imports.upload(unit, data, "membres.csv")
        imports.write(unit, batch.id)
        return batch.id


def values(instance: Instance) -> list[dict[str, object]]:
    with instance.reading() as reader:
        return [row.value for row in reader.all(select(ExtensionValue).order_by(ExtensionValue.id))]


def taste(instance: Instance, dish: str) -> None:
    """Somebody fills in the taste of the Lantier household by hand."""
    with instance.working() as unit:
        home = unit.one(select(Household).where(Household.name == "Lantier"))
        [one] = [e for p, e in unit.hooks.declarations.extensions if e.on == "household"]
        extensions.write(unit, Attached("recipes", one), home.id, Taste(dish=dish, portions=4))


def test_a_heading_equal_to_a_field_s_title_fills_it_in(on: Instance) -> None:
    imported(on)
    assert values(on) == [{"dish": "Gratin", "portions": 4}]
    with on.reading() as reader:
        assert "Gratin" not in reader.one(select(Household).where(Household.name == "Lantier")).note


def test_where_the_plugin_is_off_it_stays_a_note(instance: Instance) -> None:
    imported(instance)
    assert values(instance) == []
    with instance.reading() as reader:
        note = reader.one(select(Household).where(Household.name == "Lantier")).note
        assert "Plat préféré\u00a0: Gratin" in note


def test_what_does_not_fit_is_said_and_kept_as_a_note(on: Instance) -> None:
    with on.working() as unit:
        batch = imports.upload(unit, FILE.replace(b";4\n", b";beaucoup\n"), "membres.csv")
        remarks = [remark for line in imports.preview(unit, batch.id).plan.lines for remark in line.remarks]
        assert "« beaucoup » ne convient pas à « Nombre de parts » : c’est gardé en note." in remarks
        imports.write(unit, batch.id)
    assert values(on) == [{"dish": "Gratin", "portions": 0}]
    with on.reading() as reader:
        assert "beaucoup" in reader.one(select(Household).where(Household.name == "Lantier")).note


def test_a_second_import_changes_nothing_and_what_is_there_is_kept(on: Instance) -> None:
    imported(on)
    with on.working() as unit:
        batch = imports.upload(unit, FILE, "membres.csv")
        assert imports.preview(unit, batch.id).plan.counts()["filled"] == 0
    taste(on, "Soupe")
    with on.working() as unit:
        batch = imports.upload(unit, FILE, "membres.csv")
        remarks = [remark for line in imports.preview(unit, batch.id).plan.lines for remark in line.remarks]
        assert "Plat préféré : « Soupe » est gardé, le fichier dit « Gratin »." in [
            one.replace("\u00a0", " ") for one in remarks
        ]
        imports.write(unit, batch.id)
    assert values(on) == [{"dish": "Soupe", "portions": 4}]


def test_undoing_takes_back_what_was_made(on: Instance) -> None:
    batch_id = imported(on)
    with on.working() as unit:
        imports.undo(unit, batch_id)
    assert values(on) == []
    with on.reading() as reader:
        assert reader.all(select(Household)) == []


def test_undoing_empties_what_was_filled_in(on: Instance) -> None:
    imported(on, FILE.replace(b"Gratin;4", b";"))
    batch_id = imported(on)
    assert values(on) == [{"dish": "Gratin", "portions": 4}]
    with on.working() as unit:
        imports.undo(unit, batch_id)
    assert values(on) == []


def test_what_was_changed_since_is_not_taken_back(on: Instance) -> None:
    batch_id = imported(on)
    taste(on, "Soupe")
    with pytest.raises(Refused, match="changé depuis"), on.working() as unit:
        imports.undo(unit, batch_id)


def test_what_was_attached_since_keeps_the_household(on: Instance) -> None:
    batch_id = imported(on, FILE.replace(b"Gratin;4", b";"))
    taste(on, "Soupe")
    with pytest.raises(Refused, match="servi depuis"), on.working() as unit:
        imports.undo(unit, batch_id)


def test_it_goes_with_her_data_and_away_with_her(on: Instance) -> None:
    imported(on)
    with on.working() as unit:
        zoe = unit.one(select(Person).where(Person.first_name == "Zoé"))
        told = privacy.personal_data(unit, zoe.id)["greffons"]
        assert {
            "greffon": "Recettes",
            "titre": "Goûts",
            "valeurs": {"Plat préféré": "Gratin", "Nombre de parts": 4},
        } in told
        people.leave(unit, zoe.household_id or 0)
        erasing.erase(unit, zoe.id)
    assert values(on) == []
    with on.reading() as reader:
        assert "Gratin" not in str([change.after for change in reader.all(select(ImportChange))])
