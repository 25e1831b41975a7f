"""The PDF holds every name as typed, fits the paper, and tells a screen reader its structure."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader

from courtil.documents import Column, Document, Field, Fields, Notes, SignatureBox, Signatures, Table, Text
from courtil.documents.pdf import render_pdf
from documents.samples import AWKWARD, contract, evening_sheet


def read(document: Document) -> PdfReader:
    return PdfReader(io.BytesIO(render_pdf(document)))


def squeezed(text: str) -> str:
    """Without the spaces, line ends and invisible breaks that depend on the layout."""
    return re.sub(r"[\s\u200b\u00ad]", "", text).replace("ﬀ", "ff").replace("ﬁ", "fi").replace("ﬂ", "fl")


def text_of(reader: PdfReader) -> str:
    return squeezed("".join(page.extract_text() for page in reader.pages))


def tags(node: Any) -> Iterator[str]:
    """The structure types of the tag tree, in order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for kid in node:
            yield from tags(kid)
    elif isinstance(node, dict):
        if "/S" in node:
            yield str(node["/S"])
        if "/K" in node:
            yield from tags(node["/K"])


def claims_ua(reader: PdfReader) -> bool:
    return b"<pdfuaid:part>1</pdfuaid:part>" in reader.trailer["/Root"]["/Metadata"].get_object().get_data()


def test_sixty_names_fit_on_two_pages_and_none_is_lost() -> None:
    document = evening_sheet()
    reader = read(document)
    found = text_of(reader)
    assert len(reader.pages) == 2
    for row in document.tables[0].rows:
        assert squeezed(str(row[0])) in found


def test_what_members_typed_is_never_markup() -> None:
    found = text_of(read(evening_sheet()))
    for name in AWKWARD:
        assert squeezed(name) in found


def test_accents_ligatures_currency_and_narrow_spaces_show() -> None:
    words = "Œuf œuvre à €12 ’ « ça » – … Ÿ ő ș \u202f\u00a0x 1\u202f234,50\u00a0€"
    reader = read(Document(title="Signes", blocks=(Text(paragraphs=(words,)),)))
    assert squeezed(words) in text_of(reader)
    assert claims_ua(reader)


def test_the_table_head_and_the_page_number_come_back_on_every_page() -> None:
    pages = [squeezed(page.extract_text()) for page in read(evening_sheet()).pages]
    for number, text in enumerate(pages, start=1):
        assert "Finducontrat" in text
        assert f"page{number}/2" in text


def test_a_screen_reader_gets_language_title_and_structure() -> None:
    reader = read(evening_sheet())
    root = reader.trailer["/Root"]
    found = list(tags(root["/StructTreeRoot"]))
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Distribution du jeu. 26 nov. 2026"
    assert claims_ua(reader)
    assert found.count("/TH") == 7
    assert found.count("/TR") == 1 + 60 + 1
    assert "/H1" in found


def test_another_language_is_declared() -> None:
    assert read(Document(title="Distribution", language="en")).trailer["/Root"]["/Lang"] == "en"


def test_landscape_turns_the_paper() -> None:
    box = read(evening_sheet(3, orientation="landscape")).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)


def test_a_contract_shows_its_groups_and_who_signed() -> None:
    found = text_of(read(contract()))
    for words in ("Chèques", "Virements", "12, rue de l’Église", "Signé en ligne le 3 nov. 2026 à 18 h 02", "Litige"):
        assert squeezed(words) in found


def test_no_row_gives_a_sentence() -> None:
    found = text_of(read(evening_sheet(0)))
    assert squeezed("Personne n’est attendu ce soir.") in found
    assert "Émargement" not in found


@pytest.mark.parametrize("name", ["Léa 🥕", "王小明"])
def test_a_sign_the_fonts_do_not_hold_costs_the_label_but_not_the_document(name: str) -> None:
    table = Table(caption="Paniers", columns=(Column(label="Nom"), Column(label="Ville")), rows=((name, "Lagrâce"),))
    reader = read(Document(title="T", blocks=(table,)))
    assert "Lagrâce" in text_of(reader)
    assert not claims_ua(reader)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_a_long_word_stays_inside_its_column() -> None:
    table = Table(
        caption="Adresses",
        columns=(Column(label="Courriel"), Column(label="Ville", width=60)),
        rows=(("a" * 400, "Lagrâce"),),
    )
    reader = read(Document(title="T", blocks=(table,)))
    lines: list[str] = []
    reader.pages[0].extract_text(visitor_text=lambda text, *_: lines.append(text))
    assert max(len(squeezed(line)) for text in lines for line in text.splitlines()) < 80
    assert text_of(reader).count("a" * 400) == 1


@pytest.mark.parametrize(
    "block",
    [
        Text(paragraphs=()),
        Text(paragraphs=("",)),
        Fields(pairs=()),
        Fields(pairs=(Field(label="Téléphone", value=None),)),
        Notes(lines=()),
        Signatures(boxes=()),
        Signatures(boxes=tuple(SignatureBox(label=f"Témoin {n}") for n in range(7))),
        Table(caption="T", columns=(Column(label="Nom", kind="signature"),), rows=((None,), ("absente",))),
    ],
    ids=lambda block: type(block).__name__,
)
def test_an_empty_or_odd_block_still_prints(block: Any) -> None:
    assert len(read(Document(title="T", blocks=(block,))).pages) == 1
