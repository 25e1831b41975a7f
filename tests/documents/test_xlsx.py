"""The workbook reads back equal, with real numbers and dates and not one formula."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from courtil.documents import Column, Document, Notes, Table
from courtil.documents.model import clean
from courtil.documents.xlsx import render_xlsx, sheet_names
from documents.samples import AWKWARD, contract, evening_sheet


def read(document: Document) -> dict[str, list[list[object]]]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(render_xlsx(document)))
    return {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names}


def part(document: Document, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(render_xlsx(document))) as archive:
        return archive.read(name).decode()


def sheet_of(*names: str) -> Document:
    table = Table(caption="Noms", columns=(Column(label="Nom"), Column(label="Ville")), rows=[(n, "x") for n in names])
    return Document(title="T", blocks=(table,))


def test_title_fields_and_notes_stand_above_the_first_table() -> None:
    lines = read(evening_sheet())["Liste d’émargement"]
    assert lines[0][0] == "Distribution du jeu. 26 nov. 2026"
    assert lines[3][:2] == ["Ferme", "GAEC du Chêne vert"]
    assert lines[4][1] == date(2026, 11, 26)
    assert lines[5][1] == 225
    assert lines[6][0] == "Les paniers non pris à 20 h vont à l’épicerie solidaire."
    assert lines[8][0] == "Nom"


def test_every_row_reads_back_with_its_type() -> None:
    document = evening_sheet()
    lines = read(document)["Liste d’émargement"][9:]
    for line, row in zip(lines, document.tables[0].rows, strict=False):
        name, baskets, eggs, balance, end, *_ = row
        assert isinstance(balance, int)
        assert line == [name, baskets, float(str(eggs)), balance / 100, end, "", ""]
    assert lines[60] == ["Total", 90, 360.5, 225, "", "", ""]


def test_no_cell_is_a_formula_or_a_link() -> None:
    document = evening_sheet()
    sheet = part(document, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert [line[0] for line in read(document)["Liste d’émargement"][9:14]] == list(AWKWARD)


def test_the_head_is_frozen_filtered_and_printed_on_each_page() -> None:
    sheet = part(evening_sheet(), "xl/worksheets/sheet1.xml")
    assert 'ySplit="9"' in sheet
    assert '<autoFilter ref="A9:G69"/>' in sheet
    assert 'paperSize="9"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert "$9:$9" in part(evening_sheet(), "xl/workbook.xml")


def test_a_wide_document_prints_on_turned_paper() -> None:
    assert 'orientation="landscape"' in part(evening_sheet(3, orientation="landscape"), "xl/worksheets/sheet1.xml")


def test_amounts_are_in_euros_and_dates_in_french_order() -> None:
    styles = part(evening_sheet(), "xl/styles.xml")
    assert "#,##0.00\\ &quot;€&quot;" in styles
    assert "dd/mm/yyyy" in styles


def test_a_long_introduction_gets_its_own_sheet() -> None:
    sheets = read(contract())
    assert list(sheets) == ["Présentation", "Paiements"]
    assert sheets["Présentation"][0][0] == "Contrat légumes, hiver 2026"
    assert sheets["Paiements"][:2] == [
        ["Type", "Échéance", "Moyen", "Montant"],
        ["Chèques", date(2026, 11, 5), "Chèque 0012345", 75],
    ]
    assert sheets["Paiements"][4] == ["", "Total", "", 225]


def test_no_row_gives_a_sentence_under_the_head() -> None:
    lines = read(evening_sheet(0))["Liste d’émargement"]
    assert lines[9][0] == "Personne n’est attendu ce soir. Choisissez une autre date."


def test_a_document_without_a_table_is_still_a_workbook() -> None:
    assert read(Document(title="Mot", blocks=(Notes(lines=("Merci.",)),))) == {"Présentation": [["Mot"], ["Merci."]]}


def test_several_tables_each_have_a_sheet() -> None:
    table = Table(caption="L'été : œufs/[bio]?", columns=(Column(label="Nom"),), rows=(("Léa",),))
    sheets = read(Document(title="T", blocks=(table, table)))
    assert list(sheets) == ["L'été   œufs  bio", "L'été   œufs  bio 2"]
    assert sheets["L'été   œufs  bio 2"] == [["Nom"], ["Léa"]]


def test_a_date_older_than_spreadsheets_stays_readable() -> None:
    table = Table(caption="T", columns=(Column(label="Date", kind="date"),), rows=((date(1789, 7, 14),),))
    assert read(Document(title="T", blocks=(table,)))["T"][-1] == ["14/07/1789"]


def test_a_text_longer_than_a_cell_is_cut_not_lost() -> None:
    assert len(str(read(sheet_of("a" * 40_000))["Noms"][3][0])) == 32_767


@pytest.mark.parametrize("awkward", ["", "'''", "[]:*?/\\", "History", "x" * 40, "É" * 31])
def test_sheet_names_are_what_a_spreadsheet_accepts(awkward: str) -> None:
    names = sheet_names([awkward, awkward, awkward.lower()])
    assert len({name.casefold() for name in names}) == 3
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.casefold() != "history"


@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_captions_give_valid_names(captions: list[str]) -> None:
    names = sheet_names(map(clean, captions))
    assert len({name.casefold() for name in names}) == len(captions)
    assert all(0 < len(name) <= 31 for name in names)


@given(st.text())
def test_any_text_comes_back_as_text(text: str) -> None:
    assert read(sheet_of(text, "Léa"))["Noms"][3][0] == clean(text)
