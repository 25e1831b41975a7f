"""Every message of code and templates stands in the English catalogue, whole and translated."""

import re
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

CORE = Path(__file__).parents[2] / "core" / "courtil"
LOCALE = CORE / "locale"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
FRENCH = re.compile(r"[«»]|[\w”] [:;!?]|\b(?:vous|foyers?|paniers?|contrats?|ferme|livraisons?)\b", re.IGNORECASE)

Message = str | tuple[str, ...]


@pytest.fixture(scope="module")
def extracted() -> set[Message]:
    with (LOCALE / "extract.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    return {found[2] for found in extract_from_dir(CORE, methods, options, keywords=KEYWORDS)}


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (LOCALE / "en.po").open("rb") as file:
        return read_po(file, locale="en")


def forms(message: Message) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def test_messages_come_from_code_templates_and_printed_documents(extracted: set[Message]) -> None:
    assert len(extracted) > 1_000
    assert {"Amapien·ne", "Me déconnecter", "Aucune ligne pour l’instant."} <= extracted
    assert ("%(n)s foyer", "%(n)s foyers") in extracted


def test_every_message_is_translated(extracted: set[Message], english: Catalog) -> None:
    known = {message.id for message in english if message.id and all(forms(message.string)) and not message.fuzzy}
    assert extracted - known == set(), "run: make messages, then translate in core/courtil/locale/en.po"


def test_nothing_is_translated_that_nobody_says(extracted: set[Message], english: Catalog) -> None:
    assert {message.id for message in english if message.id} - extracted == set(), "run: make messages"


def test_a_translation_keeps_the_placeholders(english: Catalog) -> None:
    wrong = []
    for message in english:
        # a singular may say "one" in words; the plural has to give the number
        for said, source in zip(reversed(forms(message.string)), reversed(forms(message.id)), strict=True):
            if message.id and set(PLACEHOLDER.findall(said)) != set(PLACEHOLDER.findall(source)):
                wrong.append((source, said))
    assert wrong == []


def test_a_translation_is_english(english: Catalog) -> None:
    said = [form for message in english if message.id for form in forms(message.string)]
    assert [text for text in said if FRENCH.search(text)] == []


def test_spaces_and_line_ends_around_a_message_are_kept(english: Catalog) -> None:
    def ends(text: str) -> tuple[bool, bool, int]:
        return text[-1:] == " ", text.strip() != "" and text[:1] == " ", text.count("\n")

    wrong = [
        (source, said)
        for message in english
        for source, said in zip(forms(message.id), forms(message.string), strict=True)
        if message.id and source != " : " and ends(source) != ends(said)
    ]
    assert wrong == []
