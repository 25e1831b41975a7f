"""Plugins with a fault planted in them: the page is still there, the others run, the author reads plugin, file and line."""

import importlib.metadata
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from conftest import World
from courtil.plugin import discovery
from courtil.plugin.discovery import SAFE_MODE, discover
from courtil.plugin.manifest import Plugin
from courtil.plugin.registry import Registry
from courtil.services import plugins
from courtil.services.instance import Instance, PluginSets
from courtil.store.contracts import Contract
from courtil_recipes import plugin as recipes
from courtil_recipes.trouble import TROUBLE

MANIFEST = """from courtil.api import Plugin

plugin = Plugin(name="abime", package="courtil_abime", label="Abîmé")
"""
Planted = Callable[..., Registry]


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Planted]:
    """A registry of a plugin that is whole and of one with these files."""
    package = tmp_path / "courtil_abime"

    def plant(hooks: str = "", **files: str) -> Registry:
        package.mkdir()
        for name, text in {"__init__": MANIFEST, "hooks": hooks, **files}.items():
            (package / f"{name}.py").write_text(text)
        monkeypatch.syspath_prepend(str(tmp_path))
        abime = Plugin(name="abime", package="courtil_abime", label="Abîmé")
        return Registry.of([recipes, abime])

    yield plant
    for name in [name for name in sys.modules if name.startswith("courtil_abime")]:
        del sys.modules[name]


def reason(registry: Registry) -> str:
    """Why the broken one is left out; the whole one must not suffer from it."""
    names, left_out = registry.usable(["recipes", "abime"])
    if "abime" in names:
        left_out = registry.hooks(names).undeclared
    assert "recipes" not in left_out
    return left_out["abime"]


IMPORT = "from courtil.api import *\nfrom courtil.api import hook\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"hooks": "x = 1\nraise RuntimeError('boum')\n"}, "RuntimeError: boum (courtil_abime/hooks.py, line 2)"),
        ({"hooks": "def broken(:\n"}, "(courtil_abime/hooks.py, line 1)"),
        ({"hooks": IMPORT + "\n@hook\ndef routes() -> list[PageRoute]:\n    raise KeyError('boum')\n"},
         "routes: KeyError: 'boum' (courtil_abime/hooks.py, line 6)"),
        ({"hooks": IMPORT + "\n@hook\ndef after_event(event: str, unit: Unit) -> None: ...\n"},
         "after_event(event) is <class 'str'>"),
        ({"hooks": IMPORT + "\n@hook\ndef contract_signd(event: Event) -> None: ...\n"},
         "contract_signd is not a hook; did you mean contract_signed? (hooks.py, line 4)"),
        ({"hooks": "from courtil_abime import tables\n",
          "tables": IMPORT + "class Jam(Base):\n    __tablename__ = 'jam'\n    id = None\n"},
         "the table jam must start with abime_ (courtil_abime/tables.py, line 4)"),
        ({"hooks": "from courtil_abime import tables\n",
          "tables": IMPORT + "from sqlalchemy.orm import relationship\nclass Jam(Base):\n"
                             "    __tablename__ = 'abime_jam'\n    home = relationship('Household', backref='jams')\n"},
         "write the relationship on yours only (courtil_abime/tables.py, line 6)"),
        ({"hooks": "from courtil_abime import tables\n",
          "tables": IMPORT + "from sqlalchemy.orm import Mapped, relationship\nclass Jam(Base):\n"
                             "    __tablename__ = 'abime_jam'\n"
                             "    home: Mapped[Household] = relationship(back_populates='persons')\n"},
         "back_populates would change Household, a class of the core (courtil_abime/tables.py, line 6)"),
    ],
    ids=["raises at import", "cannot be read", "raises when it declares", "wrong annotation", "misspelt hook",
         "table without prefix", "backref on a core class", "back_populates on a core class"],
)  # fmt: skip
def test_a_fault_at_loading_leaves_only_that_plugin_out(planted: Planted, files: dict[str, str], told: str) -> None:
    said = reason(planted(**files))
    assert told in said
    assert "abime" in said


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"requires": ("contracts",)}, "requires contracts"),
        ({"requires": ("recipes>=9",)}, "requires recipes>=9, 0 is installed"),
        ({"api": ">=7"}, "is made for the plugin API >=7, this Courtil has 1.0"),
    ],
)
def test_what_it_lacks_is_named(facts: dict[str, object], told: str) -> None:
    abime = Plugin(name="abime", package="courtil_recipes", label="Abîmé", **facts)  # type: ignore[arg-type]
    assert reason(Registry.of([recipes, abime])) == told


def entry(name: str, value: str) -> importlib.metadata.EntryPoint:
    return importlib.metadata.EntryPoint(name, value, discovery.GROUP)


@pytest.mark.parametrize(
    ("point", "told"),
    [
        (entry("abime", "courtil.api:Plugin"), "gives the class Plugin: give an instance, as plugin = Plugin(…)"),
        (entry("abime", "courtil_recipes:plugin"), "gives a plugin named recipes"),
        (entry("abime", "courtil_none:plugin"), "No module named 'courtil_none'"),
        (entry("abime", "courtil.api:API"), "must give an instance of courtil.api.Plugin"),
    ],
)
def test_an_entry_point_that_gives_no_plugin_teaches(
    monkeypatch: pytest.MonkeyPatch, point: importlib.metadata.EntryPoint, told: str
) -> None:
    monkeypatch.setattr(discovery, "entry_points", lambda group: [point, entry("recipes", "courtil_recipes:plugin")])
    found = discover()
    assert told in found.broken["abime"]
    assert list(found.plugins) == ["recipes"]


def test_two_versions_of_one_plugin_are_both_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = [entry("recipes", "courtil_recipes:plugin")] * 2
    monkeypatch.setattr(discovery, "entry_points", lambda group: twice)
    found = discover()
    assert found.plugins == {}
    assert "installed twice" in found.broken["recipes"]


def test_safe_mode_leaves_out_what_is_named_or_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "entry_points", lambda group: [entry("recipes", "courtil_recipes:plugin")])
    for words, left in (("recipes", []), ("all", []), ("autre", ["recipes"])):
        monkeypatch.setenv(SAFE_MODE, words)
        assert list(discover().plugins) == left, words


def test_every_problem_is_told_in_one_list(planted: Planted) -> None:
    planted(hooks="raise RuntimeError('boum')\n")
    lacking = Plugin(name="manque", package="courtil_recipes", label="Manque", requires=("rien",))
    abime = Plugin(name="abime", package="courtil_abime", label="Abîmé")
    problems = PluginSets(Registry.of([recipes, abime, lacking], {"illisible": "boum"})).problems()
    assert set(problems) == {"abime", "manque", "illisible"}


@pytest.fixture
def registry() -> Registry:
    return Registry.of([recipes])


@pytest.fixture
def troubled(instance: Instance) -> Iterator[Instance]:
    plugins.switch_on(instance, "recipes")
    yield instance
    TROUBLE.clear()


def test_a_reaction_that_fails_shows_administrators_whose_fault_it_is(troubled: Instance, world: World) -> None:
    boss = world.client("administrator", name="Ada Blanchot")
    TROUBLE.add("season_changed")
    sent = {"name": "Été", "starts_on": "2027-04-01", "ends_on": "2027-09-30"}
    answer = boss.post("/calendrier/saisons/nouvelle", data=sent)
    assert answer.status_code == 500
    assert "Le greffon « Recettes » a échoué (courtil_recipes/" in answer.text
    assert "Été" not in boss.get("/calendrier").text


def test_an_instance_that_lost_its_plugin_goes_on(troubled: Instance) -> None:
    alone = Instance(troubled.config, PluginSets(Registry.of(())))
    with alone.reading() as reader:
        assert reader.session.scalar(select(func.count()).select_from(Contract)) == 0
    assert alone.plugins().left_out == {"recipes": "not installed"}
