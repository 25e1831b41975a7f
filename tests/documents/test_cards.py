"""A table drawn as cards: labels to cut out on paper, an ordinary table in a spreadsheet."""

import io

from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from courtil.documents import FORMATS, Column, Document, Group, Table, render_html
from documents.samples import AWKWARD
from documents.test_pdf import claims_ua, squeezed, text_of

COLUMNS = (Column(label="Foyer"), Column(label="Paniers"), Column(label="Tournée", kind="number"))


def labels(*rows: tuple[str, str, int | None], **changes: object) -> Document:
    table = Table.model_validate(
        {"caption": "Étiquettes", "columns": COLUMNS, "rows": rows, "cards": True, "empty": "Aucun panier."} | changes
    )
    return Document(title="Étiquettes", blocks=(table,))


def test_each_row_is_a_card_with_its_first_cell_large() -> None:
    html = render_html(labels(("Lantier", "2 × Panier", 3), ("Zola", "", None)))
    assert "<table" not in html
    assert html.count("<li>") == 2
    assert "<strong>Lantier</strong>" in html
    assert "<span>2 × Panier</span>" in html
    assert html.count("<span>") == 2, "an empty cell takes no line of the card"


def test_what_members_typed_is_shown_as_typed_on_paper() -> None:
    reader = PdfReader(io.BytesIO(FORMATS["pdf"].render(labels(*((name, "1 × Panier", 1) for name in AWKWARD)))))
    for name in AWKWARD:
        assert squeezed(name) in text_of(reader)
    assert claims_ua(reader)


def test_a_long_basket_makes_its_card_higher_and_loses_nothing() -> None:
    words = ", ".join(f"{number} × Produit" for number in range(60))
    reader = PdfReader(io.BytesIO(FORMATS["pdf"].render(labels(("Lantier", words, None), ("Zola", "1 × Pain", None)))))
    assert squeezed(words) in text_of(reader)


def test_a_spreadsheet_gets_the_table() -> None:
    document = labels(("Lantier", "2 × Panier", 3))
    assert FORMATS["csv"].render(document).decode("utf-8-sig").splitlines() == [
        "Foyer;Paniers;Tournée", "Lantier;2 × Panier;3",
    ]  # fmt: skip
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(FORMATS["xlsx"].render(document)))
    assert ["Lantier", "2 × Panier", 3.0] in workbook.get_sheet_by_index(0).to_python()


def test_groups_keep_their_heading_and_no_card_says_so() -> None:
    grouped = labels(rows=(), groups=(Group(heading="Fournil", rows=(("Zola", "1 × Pain", None),)),))
    assert "<h3>Fournil</h3>" in render_html(grouped)
    assert "Fournil" in text_of(PdfReader(io.BytesIO(FORMATS["pdf"].render(grouped))))
    assert "Aucun panier." in render_html(labels())
    assert "Aucunpanier." in text_of(PdfReader(io.BytesIO(FORMATS["pdf"].render(labels()))))
