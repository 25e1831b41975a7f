"""The life of a plugin in one AMAP: on, off, exported, dropped, gone; the AMAP's own data never move."""

import io
import json
import threading
import time
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

import courtil_recipes
from courtil.domain.problems import NotFound, Refused
from courtil.plugin.manifest import Plugin
from courtil.plugin.registry import Registry
from courtil.services import extensions, plugin_data, plugins, settings
from courtil.services.instance import Instance, PluginSets
from courtil.services.once import Once
from courtil.store.extensions import ExtensionValue
from courtil.store.operations import Job, LogEntry, PluginState, Setting
from courtil.store.people import Household, Role
from courtil.testing.factories import a_household, a_signed_contract, an_offer
from courtil_recipes import plugin
from courtil_recipes.added import Taste
from courtil_recipes.settings import Settings
from courtil_recipes.tables import Recipe


@pytest.fixture
def registry() -> Registry:
    return Registry.of([plugin])


@pytest.fixture
def on(instance: Instance) -> Instance:
    plugins.switch_on(instance, "recipes")
    return instance


def cooked(instance: Instance) -> int:
    """A recipe of a signed contract, a taste and settings; the household's key."""
    with instance.working() as unit:
        home = a_household(unit)
        contract = a_signed_contract(unit, an_offer(unit), home)
        unit.add(Recipe(contract_id=contract.id, title="=SOUPE()"))
        [(_name, one)] = [pair for pair in unit.hooks.declarations.extensions if pair[1].on == "household"]
        extensions.write(unit, extensions.Attached("recipes", one), home.id, Taste(dish="Gratin"))
        settings.write(unit, "recipes", Settings(word="Bonjour"))
        return home.id


def tables(instance: Instance) -> set[str]:
    with instance.database.glance() as connection:
        return {name for name in inspect(connection).get_table_names() if name.startswith("recipes_")}


def without_package(instance: Instance) -> Instance:
    """The same AMAP on a machine where the plugin is not installed any more."""
    return Instance(instance.config, PluginSets(Registry.of(())))


def test_switching_on_copies_the_database_first(instance: Instance) -> None:
    plugins.switch_on(instance, "recipes")
    folder = instance.config.folder / "backups"
    if instance.database.is_sqlite:
        assert [path.name.startswith("before-recipes-") for path in folder.iterdir()] == [True]
    assert tables(instance) == {"recipes_recipe", "recipes_revision"}
    assert instance.plugins().names == ("recipes",)


def test_switching_on_twice_changes_nothing(on: Instance) -> None:
    with on.reading() as reader:
        before = reader.all(select(LogEntry.id))
    plugins.switch_on(on, "recipes")
    with on.reading() as reader:
        assert reader.all(select(LogEntry.id)) == before


def test_a_plugin_waits_for_those_it_needs(instance: Instance) -> None:
    needing = Plugin(name="menus", package="courtil_recipes", label="Menus", requires=("recipes>=1",))
    opened = Instance(instance.config, PluginSets(Registry.of([plugin, needing])))
    with pytest.raises(Refused, match="Activez d’abord : Recettes"):
        plugins.switch_on(opened, "menus")


def test_a_plugin_that_others_need_stays_on(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    (tmp_path / "menus_of_one_file.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    needing = Plugin(name="menus", package="menus_of_one_file", label="Menus", requires=("recipes",))
    opened = Instance(instance.config, PluginSets(Registry.of([plugin, needing])))
    plugins.switch_on(opened, "recipes")
    plugins.switch_on(opened, "menus")
    with pytest.raises(Refused, match="Désactivez d’abord : Menus"):
        plugins.switch_off(opened, "recipes")


def test_its_rights_go_to_their_first_roles_once(on: Instance) -> None:
    def held() -> bool:
        with on.reading() as reader:
            return "recipes.read" in reader.one(select(Role).where(Role.code == "member")).permissions

    assert held()
    with on.working() as unit:
        role = unit.one(select(Role).where(Role.code == "member"))
        role.permissions = [one for one in role.permissions if one != "recipes.read"]
    plugins.switch_off(on, "recipes")
    plugins.switch_on(on, "recipes")
    assert not held()  # the AMAP had decided


def test_a_migration_that_fails_changes_nothing_and_says_where(instance: Instance, tmp_path: Path) -> None:
    package = tmp_path / "courtil_cassis"
    (package / "migrations").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "hooks.py").write_text("")
    (package / "migrations" / "cassis_0001_bad.py").write_text(BROKEN)
    cassis = Plugin(name="cassis", package="courtil_cassis", label="Cassis")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        opened = Instance(instance.config, PluginSets(Registry.of([cassis])))
        with pytest.raises(Refused, match=r"rien n’a changé.*cassis_0001_bad.py, line 10"):
            plugins.switch_on(opened, "cassis")
    assert instance.plugins().names == ()
    with instance.database.glance() as connection:
        assert not [name for name in inspect(connection).get_table_names() if name.startswith("cassis_")]


BROKEN = '''"""Half a table."""

from alembic import op
import sqlalchemy as sa

revision, down_revision, branch_labels, depends_on = "cassis_0001", None, None, None


def upgrade():
    op.create_table("cassis_one", sa.Column("id", sa.Integer(), primary_key=True)); op.drop_table("cassis_none")


def downgrade():
    pass
'''


def test_data_are_exported_twice_for_people_and_machines(on: Instance) -> None:
    cooked(on)
    plugins.switch_off(on, "recipes")
    archive = zipfile.ZipFile(plugins.purge(on, "recipes", "export"))
    assert sorted(archive.namelist()) == ["recipes_recipe.csv", "recipes_recipe.json"]
    assert json.loads(archive.read("recipes_recipe.json"))[0]["title"] == "=SOUPE()"
    assert "'=SOUPE()" in archive.read("recipes_recipe.csv").decode("utf-8-sig")  # no cell starts a formula
    assert "recipes_recipe" in tables(on)


def test_data_of_a_plugin_that_is_on_are_not_dropped(on: Instance) -> None:
    with pytest.raises(Refused, match="Désactivez d’abord"):
        plugins.purge(on, "recipes", "drop")
    with pytest.raises(NotFound):
        plugins.purge(on, "inconnu", "drop")


@pytest.mark.parametrize("is_installed", [True, False])
def test_dropping_exports_first_and_leaves_the_core_alone(on: Instance, is_installed: bool) -> None:
    home_id = cooked(on)
    plugins.switch_off(on, "recipes")
    opened = on if is_installed else without_package(on)
    file = plugins.purge(opened, "recipes", "drop")
    assert zipfile.is_zipfile(io.BytesIO(file.read_bytes()))
    assert tables(on) == set()
    with on.reading() as reader:
        assert reader.get(Household, home_id).name == "Lantier"
        assert reader.all(select(ExtensionValue)) == []
        assert reader.session.get(Setting, "recipes") is None
        assert reader.session.get(PluginState, "recipes") is None
        assert "recipes.read" not in reader.one(select(Role).where(Role.code == "member")).permissions
        last = reader.all(select(LogEntry).order_by(LogEntry.id.desc()).limit(1))[0]
        assert "supprimées" in last.sentence
    if is_installed:
        plugins.switch_on(on, "recipes")
        assert "recipes_recipe" in tables(on)


def test_tables_without_a_package_are_told_with_what_to_do(on: Instance) -> None:
    cooked(on)
    gone = without_package(on)
    assert plugins.orphans(gone) == ["recipes"]
    found = plugins.doctor(gone)
    assert "recipes is switched on and left out: not installed" in found
    assert any("recipes_recipe (1 rows)" in line and "plugin purge recipes" in line for line in found)
    assert [one.rows for one in plugin_data.counts(on.database, "recipes")] == [1]


def test_an_amap_works_on_without_the_package(on: Instance) -> None:
    cooked(on)
    gone = without_package(on)
    assert gone.plugins().left_out == {"recipes": "not installed"}
    with gone.working() as unit:
        a_household(unit, "Coupeau")
    assert gone.run_jobs() >= 0


def test_parked_jobs_are_told(on: Instance) -> None:
    with on.working() as unit:
        unit.add(Job(kind="recipes.cook", payload={}, run_at=unit.now, parked_at=unit.now))
    assert plugins.doctor(on) == ["a job is parked: recipes.cook"]


def test_settings_are_remembered_without_their_secrets(on: Instance) -> None:
    with on.working() as unit:
        settings.write(unit, "recipes", Settings(word="Un", key="secret-1"))  # type: ignore[arg-type]
        settings.write(unit, "recipes", Settings(word="Deux", key="secret-2"))  # type: ignore[arg-type]
    with on.reading() as reader:
        assert settings.read(reader, "recipes", Settings).key.get_secret_value() == "secret-2"
        [before] = settings.history(reader, "recipes")
        assert before.value == {"word": "Un", "most": 3}


def test_instances_with_the_same_plugins_share_one_set(instance: Instance, tmp_path: Path) -> None:
    sets = PluginSets(Registry.of([plugin]))
    assert sets.of(frozenset({"recipes"})) is sets.of(frozenset({"recipes"}))
    assert sets.of(frozenset()) is not sets.of(frozenset({"recipes"}))
    assert Path(courtil_recipes.__file__).parent == plugin.folder


def test_a_set_that_is_being_built_holds_nobody_else_up() -> None:
    begun, go_on, built = threading.Event(), threading.Event(), []

    def build(key: str) -> str:
        if key == "slow":
            begun.set()
            go_on.wait(10)
        built.append(key)
        return key.upper()

    once = Once(build)
    slow = [threading.Thread(target=once.of, args=("slow",)) for _ in range(2)]
    for thread in slow:
        thread.start()
    begun.wait(10)
    started = time.monotonic()
    assert once.of("fast") == "FAST"
    assert time.monotonic() - started < 5
    go_on.set()
    for thread in slow:
        thread.join()
    assert sorted(built) == ["fast", "slow"]


def test_an_amap_in_a_schema_of_its_own_keeps_and_drops_its_own_tables(
    instance: Instance, database_kind: str, tmp_path: Path
) -> None:  # fmt: skip
    """On PostgreSQL two AMAPs share a database: what is asked or dropped in one is never the other's."""
    schemas = ("i_un", "i_deux") if database_kind == "postgresql" else (None, None)
    opened = []
    for number, schema in enumerate(schemas):
        url = instance.config.url if schema else f"sqlite:///{tmp_path}/{number}.sqlite3"
        config = instance.config.model_copy(
            update={"name": f"un{number}", "database": url, "db_schema": schema, "folder": tmp_path / str(number)}
        )
        one = Instance(config, PluginSets(Registry.of([plugin])))
        plugins.migrate(one.database, one.sets.registry, [])
        plugins.switch_on(one, "recipes")
        opened.append(one)
    first, second = opened
    assert plugin_data.migrated(first.database) == ["recipes"]
    assert [one.name for one in plugin_data.counts(first.database, "recipes")] == ["recipes_recipe"]
    plugins.switch_off(first, "recipes")
    plugins.purge(first, "recipes", "drop")
    assert plugin_data.migrated(first.database) == []
    assert plugin_data.migrated(second.database) == ["recipes"]
    assert [one.rows for one in plugin_data.counts(second.database, "recipes")] == [0]
    for one in opened:
        one.close()
