"""What is wrong in a plugin at work is found: its migrations, pages, hooks and screens, and what it leaves behind."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from courtil.plugin.manifest import Plugin
from courtil.plugin.specs import SPECS, kind_of
from courtil.store.database import Database
from courtil.testing.amap import Amap, two_amaps
from courtil.testing.checks import PluginChecks, check_plugin
from courtil.testing.checks.facts import licence
from courtil.testing.checks.findings import Subject
from courtil.testing.checks.pages import fill, pages, uninstall
from courtil.testing.checks.schema import migrations
from courtil.testing.checks.screens import screens
from courtil.testing.checks.season import season
from courtil.testing.fresh import NewDatabase
from courtil_recipes import plugin as recipes
from plugin_files import FIRST, HEAD, NOTES, ONE, PAGE, TABLES, Write, one_file_plugin, told

Between = Callable[[Plugin], tuple[Subject, Amap, Amap]]
EVERYBODY = "member, distribution, referent, treasurer, administrator, farmer, a visitor"


class TestRecipes(PluginChecks):
    plugin = recipes


def test_a_plugin_without_fault_has_no_finding(write: Write) -> None:
    plugin = write({"hooks.py": PAGE, "templates/NAME/one.html": ONE})
    assert check_plugin(plugin) == []


@pytest.mark.usefixtures("both_databases")
def test_the_plugin_of_our_tests_has_no_finding(browser: Browser, database_kind: str, database_url: str) -> None:
    postgresql = database_url if database_kind == "postgresql" else ""
    assert check_plugin(recipes, postgresql=postgresql, browser=browser) == []


def test_a_page_that_hangs_on_another_machine_is_found_even_if_the_manifest_names_it(
    write: Write, between: Between
) -> None:
    source = PAGE.replace(
        "    return render", "    __import__('socket').getaddrinfo('meteo.exemple.fr', 80)\n    return render"
    )
    plugin = write({"hooks.py": source, "templates/NAME/one.html": ONE}, hosts=("meteo.exemple.fr",))
    assert told(pages(*between(plugin)), plugin) == [
        (f"/x/NAME/une breaks for {EVERYBODY}: Closed: no network while checks run: meteo.exemple.fr",
         "courtil_NAME/hooks.py, line 5"),
    ]  # fmt: skip


def test_a_plugin_of_one_file_is_looked_over_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = """\
        from courtil.api import *
        from courtil.services import people

        plugin = Plugin(name="NAME", package="NAME", label="Essai", licence="MIT", author="Zoé", source="https://exemple.fr")

        @hook
        def menu() -> list[MenuItem]:
            return [MenuItem(label="Essai", url="/ailleurs", permission="self.read", space="member")]
        """
    plugin = one_file_plugin(tmp_path, monkeypatch, source)
    assert told(check_plugin(plugin), plugin) == [
        ("the menu's address /ailleurs must start with /x/NAME/", "NAME.py, line 8"),
        ("courtil.services is private: import what courtil.api gives", "NAME.py, line 2"),
    ]


SECOND = """\
import sqlalchemy as sa
from alembic import op

revision = "NAME_0002"
down_revision = "NAME_0001"

def upgrade():
    with op.batch_alter_table("NAME_note") as batch:
        batch.add_column(sa.Column("words", sa.Text(), nullable=False))

def downgrade():
    with op.batch_alter_table("NAME_note") as batch:
        batch.drop_column("words")
"""
WORDS = TABLES.replace("refers", "Words, refers", 1) + "    words: Mapped[Words]\n"
MIGRATED = {
    "no migrations": (
        {"tables.py": TABLES, "hooks.py": NOTES["hooks.py"]},
        "nothing makes the table NAME_note: write migrations", "courtil_NAME/tables.py, line 5",
    ),
    "a column that tables with rows cannot take": (
        {**NOTES, "tables.py": WORDS, "migrations/NAME_0002.py": SECOND},
        "NAME_0002 does not go up where tables hold rows", "courtil_NAME/migrations/NAME_0002.py, line 8",
    ),
    "a column that nothing makes": (
        {**NOTES, "tables.py": WORDS},
        "the revisions do not make what the models say: add_column NAME_note words", "courtil_NAME/migrations",
    ),
    "no way down": (
        {**NOTES, "migrations/NAME_0001.py": FIRST.replace('op.drop_table("NAME_note")', "pass")},
        "going down leaves NAME_note", "courtil_NAME/migrations",
    ),
    "a fall on the way down": (
        {**NOTES, "migrations/NAME_0001.py": FIRST.replace('op.drop_table("NAME_note")', "1 / 0")},
        "the revisions do not go down and up again: division by zero", "courtil_NAME/migrations/NAME_0001.py, line 19",
    ),
    "revisions that cannot be read": (
        {**NOTES, "migrations/NAME_0001.py": "1 / 0\n"},
        "the revisions cannot be read: division by zero", "courtil_NAME/migrations/NAME_0001.py, line 1",
    ),
}  # fmt: skip


@pytest.mark.usefixtures("both_databases")
@pytest.mark.parametrize("what", MIGRATED)
def test_a_wrong_migration_is_found(write: Write, database_url: str, what: str) -> None:
    files, says, where = MIGRATED[what]
    plugin = write(files)
    [(found, place)] = told(migrations(Subject(plugin), Database(database_url)), plugin)
    assert found.startswith(says)
    assert place == where


@pytest.mark.usefixtures("both_databases")
def test_migrations_that_fill_a_new_column_are_fine(write: Write, database_url: str) -> None:
    second = SECOND.replace("nullable=False", "nullable=False, server_default=''")
    plugin = write({**NOTES, "tables.py": WORDS, "migrations/NAME_0002.py": second})
    assert list(migrations(Subject(plugin), Database(database_url))) == []


@pytest.fixture
def between(new_database: NewDatabase, tmp_path: Path) -> Iterator[Between]:
    """Switches the plugin on in one of two AMAPs."""
    opened = []

    def made(plugin: Plugin) -> tuple[Subject, Amap, Amap]:
        subject = Subject(plugin)
        opened.append(two_amaps(subject.registry, tmp_path / "amaps", new_database))
        return subject, *opened[-1].__enter__()

    yield made
    for one in opened:
        one.__exit__(None, None, None)


def test_a_page_that_breaks_is_found(write: Write, between: Between) -> None:
    template = "{% extends 'base.html' %}\n{% block content %}{{ nothing }}{% endblock %}"
    plugin = write({"hooks.py": PAGE, "templates/NAME/one.html": template})
    assert told(pages(*between(plugin)), plugin) == [
        (f"/x/NAME/une breaks for {EVERYBODY}: UndefinedError: 'nothing' is undefined",
         "courtil_NAME/templates/NAME/one.html, line 2"),
    ]  # fmt: skip


def test_a_page_that_breaks_for_a_key_that_no_row_has_is_found(write: Write, between: Between) -> None:
    source = PAGE.replace("/une", "/{contract_id:int}").replace(
        "    return render", "    reader.session.get(__import__('courtil.api').api.Contract, request.path_params['contract_id']).id\n    return render"
    )  # fmt: skip
    plugin = write({"hooks.py": source, "templates/NAME/one.html": ONE})
    [(says, where)] = told(pages(*between(plugin)), plugin)
    assert says.startswith(f"/x/NAME/2000000000 breaks for {EVERYBODY}: AttributeError")
    assert where == "courtil_NAME/hooks.py, line 5"


def test_a_page_that_writes_on_get_is_found(write: Write, between: Between) -> None:
    source = PAGE.replace(
        "    return render",
        "    with request.state.facts.instance.working() as unit:\n"
        "        unit.execute(__import__('sqlalchemy').text(\"UPDATE core_season SET name = name || 'x'\"))\n"
        "    return render",
    )
    plugin = write({"hooks.py": source, "templates/NAME/one.html": ONE})
    assert told(pages(*between(plugin)), plugin) == [
        ("opening its pages changes core_season: only a POST may write", "courtil_NAME/__init__.py")
    ]


def test_a_machine_that_the_manifest_does_not_name_is_found(write: Write, between: Between) -> None:
    source = PAGE.replace(
        "    return render",
        "    import socket\n    try:\n        socket.create_connection(('espion.exemple.fr', 80))\n"
        "    except OSError:\n        pass\n    return render",
    )
    plugin = write({"hooks.py": source, "templates/NAME/one.html": ONE})
    assert told(pages(*between(plugin)), plugin) == [
        ("calls espion.exemple.fr, which `hosts` of the manifest does not name", "courtil_NAME/hooks.py, line 7")
    ]


def test_every_hook_that_decides_or_reacts_is_called(write: Write, between: Between) -> None:
    names = [name for name in SPECS if kind_of(name) in {"decide", "react"}]
    heard = "".join(
        f"@hook\ndef {name}({', '.join(inspect.signature(SPECS[name]).parameters)}):\n    HEARD.add('{name}')\n\n"
        for name in names
    )
    plugin = write({"hooks.py": f"{HEAD}HEARD = set()\n\n{heard}"})
    subject, amap, _other = between(plugin)
    assert season(subject, amap) == []
    assert set(names) - subject.hooks_module.HEARD == set()


def test_a_machine_that_the_manifest_names_is_not_reached_either(write: Write, between: Between) -> None:
    source = HEAD + (
        "import socket\n\n@hook\ndef after_event(event: Event) -> None:\n"
        "    socket.create_connection(('192.0.2.1', 80))\n"
    )
    plugin = write({"hooks.py": source}, hosts=("192.0.2.1",))
    subject, amap, _other = between(plugin)
    assert season(subject, amap) == []


@pytest.mark.parametrize(
    ("source", "says", "line"),
    [
        ("@hook\ndef contract_signed(event: ContractSigned) -> None:\n    1 / 0\n",
         "contract_signed fails: ZeroDivisionError: division by zero", 5),
        ("@hook\ndef subscription_problems(draft: Draft) -> list[Problem]:\n    return draft.nothing\n",
         "subscription_problems fails: AttributeError: 'Draft' object has no attribute 'nothing'", 5),
        ("@hook\ndef fragments(slot: Slot) -> list[Fragment]:\n    raise RuntimeError(slot.name)\n",
         "plugin NAME failed to draw: RuntimeError: ", 5),
        ("@hook\ndef payment_recorded(event: PaymentRecorded) -> None:\n    1 / 0\n",
         "payment_recorded fails: ZeroDivisionError", 5),
        ("@hook\ndef after_event(event: Event) -> None:\n    1 / 0\n",
         "job ", 5),
    ],
)  # fmt: skip
def test_a_hook_that_breaks_is_found(write: Write, between: Between, source: str, says: str, line: int) -> None:
    plugin = write({"hooks.py": HEAD + source})
    subject, amap, _other = between(plugin)
    found = told(season(subject, amap), plugin)
    assert found
    assert all(words.startswith(says) and where == f"courtil_NAME/hooks.py, line {line}" for words, where in found)


def test_a_refusal_is_not_a_fault(write: Write, between: Between) -> None:
    source = HEAD + "@hook\ndef contract_signed(event: ContractSigned) -> None:\n    raise Refused('Pas ce soir.')\n"
    subject, amap, _other = between(write({"hooks.py": source}))
    assert season(subject, amap) == []


@pytest.mark.parametrize(("seconds", "level"), [(0.06, "warning"), (0.55, "error")])
def test_a_hook_that_makes_people_wait_is_found(
    write: Write, between: Between, seconds: float, level: str
) -> None:  # fmt: skip
    source = HEAD + (
        "import time\n@hook\ndef household_joined(event: __import__('courtil').domain.events.HouseholdAdded) -> None:\n"
        f"    end = time.perf_counter() + {seconds}\n    while time.perf_counter() < end: pass\n"
    )
    plugin = write({"hooks.py": source})
    subject, amap, _other = between(plugin)
    [finding] = season(subject, amap)
    assert (finding.check, finding.level) == ("speed", level)
    assert finding.where == f"courtil_{plugin.name}/hooks.py, line 4"


def test_a_plugin_without_which_the_core_would_not_start_is_found(
    write: Write, between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = write({"hooks.py": PAGE, "templates/NAME/one.html": ONE})
    subject, amap, _other = between(plugin)
    assert uninstall(subject, amap) == []
    monkeypatch.setattr("courtil.web.front.welcome.page", None, raising=False)
    monkeypatch.setattr("courtil.web.front.render", None)
    [(says, _where), *_rest] = told(uninstall(subject, amap), plugin)
    assert says.startswith("without the plugin, / answers 500")


def test_a_table_that_no_invented_row_fits_is_said_and_may_be_filled(write: Write, between: Between) -> None:
    tables = TABLES.replace(
        '    __tablename__ = "NAME_note"\n',
        '    __tablename__ = "NAME_note"\n'
        "    __table_args__ = (__import__('sqlalchemy').CheckConstraint(\"title = 'Vu'\", name='said'),)\n",
    )
    first = FIRST.replace(
        "        sa.PrimaryKey",
        "        sa.CheckConstraint(\"title = 'Vu'\", name=op.f('ck_NAME_note_said')),\n        sa.PrimaryKey",
    )
    plugin = write({**NOTES, "tables.py": tables, "migrations/NAME_0001.py": first})
    subject, amap, _other = between(plugin)
    [finding] = fill(subject, amap)
    assert finding.level == "warning"
    assert "give `fill`" in finding.says
    filled = []
    subject.fill = lambda unit: filled.append(unit.now)
    assert fill(subject, amap) == []
    assert len(filled) == 1


def test_a_screen_that_is_not_for_everybody_is_found(write: Write, between: Between, browser: Browser) -> None:
    wide = '<h1>Une page</h1><img src="/static/core/favicon.svg"><canvas width="900"></canvas>'
    plugin = write({"hooks.py": PAGE, "templates/NAME/one.html": ONE.replace("<h1>Une page</h1>", wide)})
    subject, amap, _other = between(plugin)
    found = [one.says for one in screens(subject, amap, browser)]
    assert any("is wider than 320 pixels" in one for one in found)
    assert any("image-alt" in one for one in found)
    assert {one.where for one in screens(subject, amap, browser)} == {f"courtil_{plugin.name}/hooks.py, line 3"}


def test_words_of_the_scaffold_that_were_left_are_told_as_warnings(tmp_path: Path) -> None:
    subject = Subject(
        Plugin("laisse", "courtil_recipes", "Laissé", licence="MIT", author="À compléter", source="https://x.fr")
    )
    assert [(one.level, "À compléter" in one.says) for one in licence(subject)] == [("warning", True)]
