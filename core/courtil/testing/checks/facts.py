"""What the plugin says about itself: under which licence, by whom, and which personal data it keeps."""

from collections.abc import Iterator

from courtil.plugin.licences import incompatible
from courtil.store.base import Base
from courtil.testing.checks.findings import Finding, Subject

PLACEHOLDERS = ("À compléter", "exemple.fr/a-completer", "en une phrase.")
PERSONAL = ("core_person", "core_household")


def licence(subject: Subject) -> Iterator[Finding]:
    """It may run in one program with Courtil, and one knows whose it is and where its source is."""
    plugin, where = subject.plugin, subject.at(subject.manifest)
    if reason := incompatible(plugin.licence):
        yield Finding("licence", reason, subject.at_string(plugin.licence) if plugin.licence else where)
    for field, what in ((plugin.author, "author"), (plugin.source, "source")):
        if not field:
            yield Finding("licence", f"`{what}` is not given", where)
    for text in (plugin.author, plugin.source, plugin.summary):
        if any(left in text for left in PLACEHOLDERS):
            yield Finding("licence", f"{text!r} still stands as it was written by `plugin new`", where, "warning")


def personal_data(subject: Subject) -> Iterator[Finding]:
    """Who keeps something about persons or households says so, gives it to whoever asks, and forgets it with them."""
    if subject.unusable:
        return
    kept = [
        (table.name, foreign.target_fullname)
        for table in Base.metadata.tables.values()
        for foreign in table.foreign_keys
        if table.name.startswith(f"{subject.plugin.name}_") and foreign.target_fullname.split(".")[0] in PERSONAL
    ]
    missing = list(_missing(subject)) if kept else []
    for table, target in sorted(kept):
        for what in missing:
            where = subject.at_string(table)
            yield Finding("personal data", f"{table} refers to {target}, and there is no {what}", where)


def _missing(subject: Subject) -> Iterator[str]:
    if not subject.plugin.personal_data:
        yield "`personal_data=(KeptData(…),)` in the manifest"
    module = subject.hooks_module
    for name in ("personal_data", "person_erased"):
        if not hasattr(getattr(module, name, None), "courtil_impl"):
            yield f"hook {name}"
