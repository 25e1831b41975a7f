"""The CSV opens in a French spreadsheet, reads back equal, and no cell of it is a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtil.documents import Column, Document, Field, Fields, Notes, Table
from courtil.documents.csv import render_csv
from courtil.documents.model import clean
from documents.samples import FORMULA, LONG, contract, evening_sheet


def read(document: Document) -> list[list[str]]:
    content = render_csv(document)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def names_only(*names: str) -> Document:
    table = Table(caption="Noms", columns=(Column(label="Nom"), Column(label="Ville")), rows=[(n, "x") for n in names])
    return Document(title="T", blocks=(table,))


def test_the_sheet_reads_back_cell_by_cell() -> None:
    lines = read(evening_sheet())
    assert lines[0] == ["Nom", "Paniers", "Œufs", "Solde", "Fin du contrat", "Pris", "Émargement"]
    assert lines[1] == ["'" + FORMULA, "1", "0", "-25,00", "26/11/2026", "", ""]
    assert lines[4][0] == LONG
    assert lines[8][2] == "0,50"
    assert len(lines) == 1 + 60


def test_lines_end_as_spreadsheets_expect() -> None:
    assert render_csv(names_only("Léa")).decode("utf-8-sig") == "Nom;Ville\r\nLéa;x\r\n"


@pytest.mark.parametrize("name", [FORMULA, "+33612345678", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_text_that_looks_like_a_formula_gets_an_apostrophe(name: str) -> None:
    assert read(names_only(name))[1][0] == "'" + clean(name)


def test_a_label_or_a_caption_is_no_formula_either() -> None:
    table = Table(caption="=1+1", columns=(Column(label="@x"),))
    assert read(Document(title="T", blocks=(table, table))) == [["'=1+1"], ["'@x"], [], ["'=1+1"], ["'@x"]]


def test_groups_become_a_first_column() -> None:
    assert read(contract())[:2] == [
        ["Type", "Échéance", "Moyen", "Montant"],
        ["Chèques", "05/11/2026", "Chèque 0012345", "75,00"],
    ]


def test_no_row_leaves_the_head_for_those_who_fill_it_in() -> None:
    assert len(read(evening_sheet(0))) == 1


def test_a_document_without_a_table_gives_its_fields() -> None:
    pairs = (Field(label="Total", value=22500, kind="cents"), Field(label="Nom", value="=x"))
    assert read(Document(title="T", blocks=(Fields(pairs=pairs), Notes(lines=("Rien",))))) == [
        ["Total", "225,00"],
        ["Nom", "'=x"],
    ]


@given(st.text())
def test_any_text_comes_back_as_text(text: str) -> None:
    cell = read(names_only(text))[1][0]
    assert cell in (clean(text), "'" + clean(text))
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
