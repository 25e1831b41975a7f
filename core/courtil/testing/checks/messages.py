"""Whether what people read can be translated, and is, where the plugin has a catalogue."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment

from courtil.testing.checks.findings import Finding, Subject
from courtil.web.i18n import FOLDER

KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
READ_ALOUD = frozenset({"alt", "aria-description", "aria-label", "label", "placeholder", "title"})
"""Attributes that people read or hear."""
WORD = re.compile(r"(?<![\w.@/])(?=[A-Z]*[^\W\d_A-Z])[^\W\d_]{2,}+(?![@/]|\.\w)")
"""Two letters or more that are neither an abbreviation in capitals nor of an address."""

Message = tuple[str, ...]
"""What stands in the source: one form, or a singular and a plural."""


def extracted(folder: Path) -> dict[Message, tuple[str, int]]:
    """Every message of a package's code and templates, with the file (from the folder) and line of its last use."""
    with (FOLDER / "extract.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(folder, methods, options, keywords=KEYWORDS)
    return {forms(message): (file, line) for file, line, message, _comments, _context in found}


def translated(catalogue: Catalog) -> set[Message]:
    """The messages of a catalogue that have a translation nobody doubts."""
    return {forms(one.id) for one in catalogue if one.id and all(forms(one.string)) and not one.fuzzy}


def forms(message: str | Iterable[str] | None) -> Message:
    """The forms of a message as Babel gives it."""
    return (message,) if isinstance(message, str) else tuple(message or ())


def placeholders_lost(catalogue: Catalog) -> list[tuple[str, str]]:
    """Messages whose translation has other placeholders; a singular may say "one" in words."""
    return [
        (source, said)
        for one in catalogue
        for said, source in zip(reversed(forms(one.string)), reversed(forms(one.id)), strict=False)
        if one.id and said and set(PLACEHOLDER.findall(said)) != set(PLACEHOLDER.findall(source))
    ]


def messages(subject: Subject) -> Iterator[Finding]:
    """With a folder `locale`, every text of a template is a message, and `en.po` translates every message."""
    folder = subject.plugin.folder / "locale"
    if subject.plugin.is_one_file or not folder.is_dir():
        return
    for path in subject.files("templates", "*.html"):
        for text, line in bare_texts(path.read_text("utf-8")):
            yield Finding("messages", f"« {text} » cannot be translated: write _(…)", subject.at(path, line))
    path = folder / "en.po"
    if not path.is_file():
        yield Finding("messages", "there is no en.po: English proves that translation works", subject.at(folder))
        return
    with path.open("rb") as file:
        catalogue = read_po(file, locale="en")
    known = translated(catalogue)
    for message, (where, line) in extracted(subject.plugin.folder).items():
        if message not in known:
            says = f"« {message[0]} » is not translated in locale/en.po"
            yield Finding("messages", says, subject.at(subject.plugin.folder / where, line))
    for source, said in placeholders_lost(catalogue):
        yield Finding("messages", f"« {said} » has other placeholders than « {source} »", subject.at(path))


def bare_texts(source: str) -> list[tuple[str, int]]:
    """Words of a template that stand outside of its messages, with their lines."""
    reading = _Words()
    reading.feed(_without_tags(source))
    reading.close()
    return reading.found


def _without_tags(source: str) -> str:
    """The template with blanks for whatever Jinja fills in, and for `trans` blocks, which are messages."""
    env = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])  # noqa: S701  (only read)
    kept, inside, before = [], False, ""
    for _line, kind, value in env.lex(source):
        if kind == "name" and before == "block_begin":
            inside = value == "trans" or (inside and value != "endtrans")
        before = before if kind == "whitespace" else kind
        kept.append(value if kind == "data" and not inside else re.sub(r"[^\n]", " ", value))
    return "".join(kept)


class _Words(HTMLParser):
    """Collects words between elements and in attributes that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, int]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Its attributes; scripts and styles hold no words."""
        self._silent += tag in {"script", "style"}
        for name, value in attributes:
            if name in READ_ALOUD and value and WORD.search(value):
                self.found.append((" ".join(value.split()), self.getpos()[0]))

    def handle_endtag(self, tag: str) -> None:
        """Words again."""
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        """The words between two elements."""
        found = WORD.search(data)
        if found and not self._silent:
            self.found.append((" ".join(data.split()), self.getpos()[0] + data.count("\n", 0, found.start())))
