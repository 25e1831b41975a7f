"""What is wrong in a plugin's source, facts and messages is found by reading them, with file and line."""

import pytest

from courtil.api import Permission
from courtil.plugin.manifest import KeptData
from courtil.testing.checks.facts import licence, personal_data
from courtil.testing.checks.findings import Subject
from courtil.testing.checks.loading import fresh_import, hooks
from courtil.testing.checks.messages import messages
from courtil.testing.checks.naming import names, permissions
from courtil.testing.checks.sources import imports, templates
from plugin_files import FIRST, HEAD, NOTES, PAGE, TABLES, Write, told

ANOTHER_ANSWER = (
    "menu(return) is tuple[courtil.plugin.payloads.MenuItem, ...],"
    " the specification says list[courtil.plugin.payloads.MenuItem]"
)
READ = {
    "tables that come along": (
        fresh_import, {"tables.py": TABLES, "__init__.py": "import courtil_NAME.tables\n"}, {},
        "importing courtil_NAME imports courtil_NAME.tables as well", "courtil_NAME/__init__.py, line 11",
    ),
    "hooks that come along by another module": (
        fresh_import, {"more.py": "\nfrom courtil_NAME import hooks\n", "__init__.py": "import courtil_NAME.more\n"}, {},
        "importing courtil_NAME imports courtil_NAME.hooks as well", "courtil_NAME/more.py, line 2",
    ),
    "a table in the manifest": (
        fresh_import, {"__init__.py": TABLES}, {},
        "importing courtil_NAME maps tables: NAME_note", "courtil_NAME/__init__.py, line 15",
    ),
    "a misspelt hook": (
        hooks, {"hooks.py": HEAD + "@hook\ndef contract_signd(unit: Unit) -> None: ...\n"}, {},
        "contract_signd is not a hook; did you mean contract_signed?", "courtil_NAME/hooks.py, line 3",
    ),
    "a coroutine": (
        hooks, {"hooks.py": HEAD + "\n@hook\nasync def after_event(event: Event) -> None: ...\n"}, {},
        "after_event must be a plain function", "courtil_NAME/hooks.py, line 4",
    ),
    "an annotation of its own": (
        hooks, {"hooks.py": HEAD + "@hook\ndef menu() -> tuple[MenuItem, ...]: ...\n"}, {},
        ANOTHER_ANSWER, "courtil_NAME/hooks.py, line 3",
    ),
    "hooks that cannot be parsed": (
        hooks, {"hooks.py": "\n\ndef menu(:\n"}, {}, "SyntaxError: invalid syntax (hooks.py, line 3)",
        "courtil_NAME/hooks.py, line 3",
    ),
    "hooks that raise": (
        hooks, {"hooks.py": "\n1 / 0\n"}, {}, "ZeroDivisionError: division by zero", "courtil_NAME/hooks.py, line 2",
    ),
    "a declaration that raises": (
        hooks, {"hooks.py": HEAD + "@hook\ndef menu() -> list[MenuItem]:\n    return [MenuItem()]\n"}, {},
        None, "courtil_NAME/hooks.py, line 5",
    ),
    "a table of another name": (
        hooks, {"tables.py": TABLES.replace('"NAME_note"', '"note"')}, {},
        "the table note must start with NAME_", "courtil_NAME/tables.py, line 5",
    ),
    "another API": (
        hooks, {}, {"api": ">=99"}, "is made for the plugin API >=99, this Courtil has 1.0", "courtil_NAME/__init__.py",
    ),
    "a revision of another table": (
        names, {"migrations/NAME_0001.py": FIRST.replace('"NAME_note",\n        sa', '"note",\n        sa')}, {},
        "a revision makes the table note: it must start with NAME_", "courtil_NAME/migrations/NAME_0001.py, line 8",
    ),
    "a permission of another name": (
        names, {}, {"permissions": (Permission("autre.lire", "Lire"),)},
        "the permission autre.lire must start with NAME.", "courtil_NAME/__init__.py, line 10",
    ),
    "a job of another name": (
        names, {"hooks.py": HEAD + "@hook\ndef jobs() -> list[JobKind]:\n    return [JobKind(name='cook', run=print)]\n"},
        {}, "the kind of job cook must start with NAME.", "courtil_NAME/hooks.py, line 5",
    ),
    "a menu that leads elsewhere": (
        names, {"hooks.py": HEAD + "@hook\ndef menu() -> list[MenuItem]:\n"
                "    return [MenuItem(label='A', url='/x/autre', permission='self.read')]\n"}, {},
        "the menu's address /x/autre must start with /x/NAME/", "courtil_NAME/hooks.py, line 5",
    ),
    "a route of another name": (
        names, {"hooks.py": PAGE.replace("NAME_one", "one")}, {},
        "the route one must start with NAME_", "courtil_NAME/hooks.py, line 3",
    ),
    "a template outside of its folder": (
        names, {"templates/one.html": ""}, {}, "templates belong into templates/NAME/",
        "courtil_NAME/templates/one.html",
    ),
    "a style outside of static": (
        names, {"one.css": ""}, {}, "what browsers fetch belongs into static/", "courtil_NAME/one.css",
    ),
    "a slot that is compared": (
        names, {"hooks.py": HEAD + "@hook\ndef fragments(slot: Slot) -> list[Fragment]:\n    if slot.name == 'layout.tip':\n"
                "        return [Fragment(template='NAME/one.html', context={'a.b': 'self.read'})]\n    return []\n"}, {},
        "there is no slot layout.tip; did you mean layout.top?", "courtil_NAME/hooks.py, line 5",
    ),
    "a slot that is matched": (
        names, {"hooks.py": HEAD + "@hook\ndef fragments(slot: Slot) -> list[Fragment]:\n    match slot.name:\n"
                "        case 'layout.top' | 'member.hom':\n            return []\n    return []\n"}, {},
        "there is no slot member.hom; did you mean member.home?", "courtil_NAME/hooks.py, line 6",
    ),
    "a page that needs what nobody declares": (
        permissions, {"hooks.py": PAGE.replace("needs=PUBLIC", "needs='NAME.read'")}, {},
        "the page NAME_one needs NAME.read, which nobody declares", "courtil_NAME/hooks.py, line 3",
    ),
    "a menu that needs what nobody declares": (
        permissions, {"hooks.py": HEAD + "@hook\ndef menu() -> list[MenuItem]:\n"
                      "    return [MenuItem(label='A', url='/x/NAME/a', permission='self.rea')]\n"}, {},
        "« A » needs self.rea, which nobody declares", "courtil_NAME/hooks.py, line 5",
    ),
    "a permission for a role that nobody has": (
        permissions, {}, {"permissions": (Permission("NAME.read", "Lire", roles=("chef",)),)},
        "NAME.read is given to chef, which is not a role every AMAP starts with", "courtil_NAME/__init__.py, line 10",
    ),
    "a private import": (
        imports, {"hooks.py": "import os\nfrom courtil.services import people\n"}, {},
        "courtil.services is private: import what courtil.api gives", "courtil_NAME/hooks.py, line 2",
    ),
    "a private import of a module": (
        imports, {"more.py": "import courtil.store.base\nimport courtil.testing\nfrom courtil import api\n"}, {},
        "courtil.store.base is private: import what courtil.api gives", "courtil_NAME/more.py, line 1",
    ),
    "safe": (
        templates, {"templates/NAME/one.html": "<p>\n{{ words|safe }}</p>"}, {},
        "'|safe' gets around escaping, or is refused by the content security policy",
        "courtil_NAME/templates/NAME/one.html, line 2",
    ),
    "an inline style": (
        templates, {"templates/NAME/one.html": '<p>\n<b\n  style="color: red">A</b></p>'}, {},
        "'style=' gets around escaping, or is refused by the content security policy",
        "courtil_NAME/templates/NAME/one.html, line 3",
    ),
    "a template that cannot be parsed": (
        templates, {"templates/NAME/one.html": "\n{% if a %}"}, {}, None, "courtil_NAME/templates/NAME/one.html, line 2",
    ),
    "a content security policy of its own": (
        templates, {"hooks.py": "\nHEADERS = {'Content-Security-Policy': \"default-src *\"}\n"}, {},
        "the content security policy is the core's: put scripts and styles into static/",
        "courtil_NAME/hooks.py, line 2",
    ),
    "a text that is no message": (
        messages, {"locale/en.po": "", "templates/NAME/one.html": "<p>{{ n }}\n  Bonjour {{ x }} </p>"}, {},
        "« Bonjour » cannot be translated: write _(…)", "courtil_NAME/templates/NAME/one.html, line 2",
    ),
    "an attribute that is no message": (
        messages, {"locale/en.po": "", "templates/NAME/one.html": '\n<input class="mot" placeholder="Un mot">'}, {},
        "« Un mot » cannot be translated: write _(…)", "courtil_NAME/templates/NAME/one.html, line 2",
    ),
    "a message without translation": (
        messages, {"locale/en.po": "", "templates/NAME/one.html": '\n\n{{ _("Bonjour") }}'}, {},
        "« Bonjour » is not translated in locale/en.po", "courtil_NAME/templates/NAME/one.html, line 3",
    ),
    "a translation that loses a name": (
        messages, {"hooks.py": HEAD + 'WORD = _("Vu par %(name)s")\n',
                   "locale/en.po": 'msgid "Vu par %(name)s"\nmsgstr "Seen by %(who)s"\n'}, {},
        "« Seen by %(who)s » has other placeholders than « Vu par %(name)s »", "courtil_NAME/locale/en.po",
    ),
    "no English": (
        messages, {"locale/de.po": ""}, {}, "there is no en.po: English proves that translation works",
        "courtil_NAME/locale",
    ),
    "a licence that does not go with ours": (
        licence, {}, {"licence": "GPL-2.0-only"}, "GPL-2.0-only may not be combined with AGPL-3.0-or-later",
        "courtil_NAME/__init__.py, line 7",
    ),
    "no author": (licence, {}, {"author": ""}, "`author` is not given", "courtil_NAME/__init__.py"),
}  # fmt: skip


@pytest.mark.parametrize("what", READ)
def test_what_is_wrong_is_found_with_file_and_line(write: Write, what: str) -> None:
    check, files, facts, says, where = READ[what]
    plugin = write(files, **facts)
    [(found, place)] = told(check(Subject(plugin)), plugin)
    assert says in {found, None}
    assert place == where


def test_texts_need_no_translation_without_a_catalogue(write: Write) -> None:
    plugin = write({"templates/NAME/one.html": "<p>Bonjour</p>"})
    assert list(messages(Subject(plugin))) == []


def test_a_translated_plugin_is_fine(write: Write) -> None:
    template = '<p title="{{ _("Titre") }}">{{ _("Bonjour") }} PDF, cnil.fr</p>{% trans %}Au revoir{% endtrans %}'
    catalogue = "".join(f'msgid "{word}"\nmsgstr "x"\n\n' for word in ("Titre", "Bonjour", "Au revoir"))
    plugin = write({"templates/NAME/one.html": template, "locale/en.po": catalogue})
    assert list(messages(Subject(plugin))) == []


def test_a_package_that_imports_only_by_luck_is_found(write: Write) -> None:
    plugin = write({"__init__.py": "import sys\nassert 'pytest' in sys.modules\n"})
    [finding] = fresh_import(Subject(plugin))
    assert finding.says == "AssertionError"


def test_personal_data_want_a_word_in_the_manifest_and_two_hooks(write: Write) -> None:
    plugin = write(NOTES)
    assert told(personal_data(Subject(plugin)), plugin) == [
        (f"NAME_note refers to core_person.id, and there is no {what}", "courtil_NAME/tables.py, line 5")
        for what in ("`personal_data=(KeptData(…),)` in the manifest", "hook personal_data", "hook person_erased")
    ]


def test_personal_data_that_are_told_given_and_forgotten_are_fine(write: Write) -> None:
    source = """\
        from courtil.domain.events import PersonErased
        from courtil.plugin.payloads import PersonalRecord, Reader, Unit
        from courtil.api import hook
        import courtil_NAME.tables

        @hook
        def personal_data(person_id: int, reader: Reader) -> list[PersonalRecord]:
            return []

        @hook
        def person_erased(event: PersonErased, unit: Unit) -> None: ...
        """
    plugin = write({**NOTES, "hooks.py": source}, personal_data=(KeptData("Notes", "Se souvenir"),))
    assert list(personal_data(Subject(plugin))) == []


def test_findings_read_as_a_line(write: Write) -> None:
    plugin = write({}, licence="")
    assert [str(one) for one in licence(Subject(plugin))] == [
        f"error: licence: no licence is given: without one nobody may use or share the plugin (courtil_{plugin.name}/__init__.py)"
    ]
