"""Whether a plugin is what others may install: `PluginChecks` for its tests, `check_plugin` for a command."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from courtil.plugin.manifest import Plugin
from courtil.plugin.payloads import Unit
from courtil.store.database import Database
from courtil.testing.amap import Amap, two_amaps
from courtil.testing.checks.facts import licence, personal_data
from courtil.testing.checks.findings import Fill, Finding, Subject
from courtil.testing.checks.loading import fresh_import, hooks
from courtil.testing.checks.messages import messages
from courtil.testing.checks.naming import names, permissions
from courtil.testing.checks.pages import fill, pages, uninstall
from courtil.testing.checks.schema import migrations
from courtil.testing.checks.season import season
from courtil.testing.checks.sources import imports, templates
from courtil.testing.fresh import NewDatabase, copied, prepare

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["Finding", "PluginChecks", "check_plugin"]

READING = (fresh_import, hooks, names, permissions, imports, templates, messages, personal_data, licence)
"""Checks that need neither a database nor a browser."""


def check_plugin(
    plugin: Plugin,
    beside: Iterable[Plugin] = (),
    *,
    fill: Fill | None = None,
    postgresql: str = "",
    browser: "Browser | None" = None,
) -> list[Finding]:
    """Everything that is wrong with the plugin, errors first; an empty list when it is ready.

    `beside` are the plugins that it requires. `fill` writes rows into its tables, else each gets one by itself.
    `postgresql` is the address of an empty database on which its migrations are tried too; `browser` a running
    Chromium in which its pages are looked at.
    """
    subject = Subject(plugin, beside, fill)
    found = [finding for check in READING for finding in check(subject)]
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        found += _running(subject, Path(folder), postgresql, browser)
    return sorted(dict.fromkeys(found), key=lambda one: one.level)


def _running(subject: Subject, folder: Path, postgresql: str, browser: "Browser | None") -> list[Finding]:
    """What the checks find that need a database; where migrations fail the others cannot begin."""
    prepare(Database.at(folder / "template.sqlite3"))
    numbers = count(1)

    def new_database() -> str:
        return copied(folder / "template.sqlite3", folder / f"{next(numbers)}.sqlite3")

    found = _migrated(subject, new_database())
    if postgresql:
        prepare(Database(postgresql))
        found += _migrated(subject, postgresql)
    if found:
        return found
    return _between_amaps(subject, folder / "amaps", new_database, *_at_work(subject, browser))


def _migrated(subject: Subject, url: str) -> list[Finding]:
    database = Database(url)
    try:
        return list(migrations(subject, database))
    finally:
        database.close()


Between = Callable[[Amap, Amap], list[Finding]]


def _at_work(subject: Subject, browser: "Browser | None") -> list[Between]:
    """The checks that look at the plugin at work; the season comes last, since it ends with somebody being erased."""
    seen = [partial(_seen, subject, browser)] if browser is not None else []
    return [partial(pages, subject), *seen, partial(_removed, subject), partial(_lived, subject)]


def _seen(subject: Subject, browser: "Browser", amap: Amap, _other: Amap) -> list[Finding]:
    from courtil.testing.checks.screens import screens  # noqa: PLC0415  (not everybody has Playwright)

    return screens(subject, amap, browser)


def _removed(subject: Subject, amap: Amap, _other: Amap) -> list[Finding]:
    return uninstall(subject, amap)


def _lived(subject: Subject, amap: Amap, _other: Amap) -> list[Finding]:
    return season(subject, amap)


def _between_amaps(subject: Subject, folder: Path, new_database: NewDatabase, *checks: Between) -> list[Finding]:
    """What checks find between an AMAP where the plugin is on and one where it is off; nothing if it cannot be on."""
    if subject.refused:
        return [] if subject.unusable else [Finding("switching on", subject.refused)]
    with two_amaps(subject.registry, folder, new_database) as (amap, other):
        found = fill(subject, amap)
        return found + [finding for check in checks for finding in check(amap, other)]


class PluginChecks:
    """One test for each check: `class TestRecipes(PluginChecks): plugin = plugin`.

    `beside` are the plugins that it requires. Warnings are printed, errors fail the test.
    """

    plugin: Plugin
    beside: Sequence[Plugin] = ()

    def fill(self, unit: Unit) -> None:
        """Write rows into its tables, where one row for each, made of the types of its columns, would not do."""

    def test_importing_it_imports_neither_hooks_nor_tables(self) -> None:
        """Facts of a plugin that is off cost nothing."""
        _expect(fresh_import(self._subject))

    def test_it_can_be_switched_on(self) -> None:
        """Hooks, annotations, tables' names, what it requires."""
        _expect(hooks(self._subject))

    def test_what_it_adds_bears_its_name(self) -> None:
        """Tables, permissions, jobs, addresses, routes, templates; and slots that it draws in exist."""
        _expect(names(self._subject))

    def test_every_permission_is_declared(self) -> None:
        """Of its pages, menus, lists and documents."""
        _expect(permissions(self._subject))

    def test_it_imports_what_is_promised_only(self) -> None:
        """`courtil.api`, and `courtil.testing` in tests."""
        _expect(imports(self._subject))

    def test_templates_escape_everything_and_have_nothing_inline(self) -> None:
        """As the content security policy wants it."""
        _expect(templates(self._subject))

    def test_every_message_is_translated(self) -> None:
        """Where it has a catalogue."""
        _expect(messages(self._subject))

    def test_personal_data_are_told_given_and_forgotten(self) -> None:
        """Whatever refers to persons or households."""
        _expect(personal_data(self._subject))

    def test_its_licence_goes_with_ours(self) -> None:
        """Author and source too."""
        _expect(licence(self._subject))

    def test_migrations_go_up_and_down(self, both_databases: None, database_url: str) -> None:
        """On tables with rows, and to what the models say."""
        _expect(_migrated(self._subject, database_url))

    def test_pages_answer_everybody_and_write_nothing(self, new_database: NewDatabase, tmp_path: Path) -> None:
        """And are not there where it is off."""
        self._between(pages, new_database, tmp_path)

    def test_a_season_passes_with_it(self, new_database: NewDatabase, tmp_path: Path) -> None:
        """Hooks answer, react, follow and draw, and nobody waits for them."""
        self._between(_lived, new_database, tmp_path)

    def test_it_can_be_removed(self, new_database: NewDatabase, tmp_path: Path) -> None:
        """Its rows stay, the core goes on."""
        self._between(_removed, new_database, tmp_path)

    def test_its_screens_are_for_everybody(
        self, browser: "Browser", new_database: NewDatabase, tmp_path: Path
    ) -> None:  # fmt: skip
        """Axe, 320 pixels, the console."""
        self._between(lambda subject, *amaps: _seen(subject, browser, *amaps), new_database, tmp_path)

    @property
    def _subject(self) -> Subject:
        return Subject(self.plugin, self.beside, None if type(self).fill is PluginChecks.fill else self.fill)

    def _between(
        self, check: Callable[[Subject, Amap, Amap], list[Finding]], new_database: NewDatabase, folder: Path
    ) -> None:
        subject = self._subject
        _expect(_between_amaps(subject, folder / "amaps", new_database, partial(check, subject)))


def _expect(found: Iterable[Finding]) -> None:
    """Nothing wrong; what deserves a look is printed."""
    found = list(found)
    for one in found:
        if one.level == "warning":
            print(one)
    errors = [str(one) for one in found if one.level == "error"]
    assert not errors, "\n".join(errors)
