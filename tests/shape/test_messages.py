"""Every message of code and templates stands in the English catalogue, whole and translated."""

import re
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from courtil.testing.checks.messages import Message, extracted, forms, placeholders_lost, translated

CORE = Path(__file__).parents[2] / "core" / "courtil"
LOCALE = CORE / "locale"
FRENCH = re.compile(r"[«»]|[\w”] [:;!?]|\b(?:vous|foyers?|paniers?|contrats?|ferme|livraisons?)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def messages() -> set[Message]:
    return set(extracted(CORE))


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (LOCALE / "en.po").open("rb") as file:
        return read_po(file, locale="en")


def test_messages_come_from_code_templates_and_printed_documents(messages: set[Message]) -> None:
    assert len(messages) > 1_000
    assert {("Amapien·ne",), ("Me déconnecter",), ("Aucune ligne pour l’instant.",)} <= messages
    assert ("%(n)s foyer", "%(n)s foyers") in messages


def test_every_message_is_translated(messages: set[Message], english: Catalog) -> None:
    assert messages - translated(english) == set(), "run: make messages, then translate in core/courtil/locale/en.po"


def test_nothing_is_translated_that_nobody_says(messages: set[Message], english: Catalog) -> None:
    assert {forms(message.id) for message in english if message.id} - messages == set(), "run: make messages"


def test_a_translation_keeps_the_placeholders(english: Catalog) -> None:
    assert placeholders_lost(english) == []


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
