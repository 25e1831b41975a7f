"""A list is read by what it holds, not by what it is called."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtil.domain.problems import Refused
from courtil.imports import read_file, read_pasted
from imports.workbooks import ods, ods_row, xlsx, zipped

MEMBERS = [["Nom", "Prénom"], ["Hérouville", "Zoé"], ["Saint-Œuvre", "Noël"]]
OLD_EXCEL = Path(__file__).with_name("data") / "members.xls"


def csv(delimiter: str = ";") -> str:
    return "\r\n".join(delimiter.join(row) for row in MEMBERS) + "\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_text_is_read_in_the_encodings_and_with_the_delimiters_of_spreadsheets(encoding: str, delimiter: str) -> None:
    (sheet,) = read_file(csv(delimiter).encode(encoding), "liste.csv")
    assert [list(row) for row in sheet.rows] == MEMBERS


def test_utf_16_with_the_other_byte_order_is_read() -> None:
    (sheet,) = read_file(b"\xfe\xff" + csv("\t").encode("utf-16-be"), "liste.txt")
    assert sheet.rows[1] == ("Hérouville", "Zoé")


def test_the_name_of_a_text_file_names_its_sheet() -> None:
    assert read_file(csv().encode(), "Adhérents 2025.csv")[0].name == "Adhérents 2025"


def test_commas_in_addresses_do_not_hide_the_semicolon() -> None:
    text = "Nom;Adresse\nDupont;12, rue du Puits\nMartin;3, place Haute, bât. B\n"
    assert read_pasted(text)[0].rows[1] == ("Dupont", "12, rue du Puits")


def test_a_quoted_cell_may_hold_line_breaks_and_delimiters() -> None:
    rows = read_pasted('Nom;Mails\nDupont;"a@example.org\nb@example.org"\n"Mar;tin";c@example.org\n')[0].rows
    assert rows[1:] == (("Dupont", "a@example.org\nb@example.org"), ("Mar;tin", "c@example.org"))


def test_cells_pasted_from_a_spreadsheet_are_one_sheet() -> None:
    (sheet,) = read_pasted("Nom\tAdresse\nDupont\t3, rue Haute; fond de cour\n")
    assert sheet.rows == (("Nom", "Adresse"), ("Dupont", "3, rue Haute; fond de cour"))


def test_the_separator_line_of_excel_is_obeyed_and_counted() -> None:
    assert read_pasted("sep=,\nNom,Prénom\nDupont,Anne\n")[0].rows == (("",), ("Nom", "Prénom"), ("Dupont", "Anne"))


@pytest.mark.parametrize("name", ["liste.xlsx", "liste.xls", "liste.csv", ""])
def test_a_workbook_is_known_by_its_content_whatever_its_extension(name: str) -> None:
    sheets = read_file(xlsx({"Adhérents": MEMBERS, "Tours": [["Date"], [date(2025, 9, 4)]]}), name)
    assert [sheet.name for sheet in sheets] == ["Adhérents", "Tours"]
    assert [list(row) for row in sheets[0].rows] == MEMBERS
    assert sheets[1].rows[1] == (date(2025, 9, 4),)


def test_rows_keep_their_position_under_blank_lines() -> None:
    (sheet,) = read_file(xlsx({"A": [[], [], ["", "Nom"], ["", "Dupont"]]}), "x")
    assert sheet.rows[2][1] == "Nom"


def test_an_opendocument_sheet_with_its_endless_blank_rows_is_read() -> None:
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    table = f'<table:table table:name="Adhérents">{"".join(ods_row(*row) for row in MEMBERS)}{blank}</table:table>'
    (sheet,) = read_file(ods(table), "liste.ods")
    assert [list(row)[:2] for row in sheet.rows] == MEMBERS


def test_an_old_excel_file_is_read() -> None:
    (sheet,) = read_file(OLD_EXCEL.read_bytes(), "members.csv")
    assert sheet.rows[2][:2] == ("Nom", "Prénom")
    assert sheet.rows[3][6] == date(2025, 9, 3)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "vide"),
        (b"\xef\xbb\xbf \r\n", "vide"),
        (b"\xff\xfe", "vide"),
        (b"<html><table><tr><td>Nom</td></tr></table></html>", "page web"),
        (b"\r\n  <?xml version='1.0'?><Workbook/>", "page web"),
        (b"MZ\x90\x00\x03", "pas un tableur"),
        (b"%PDF-1.7", "pas un tableur"),
        (zipped({"word/document.xml": b"<w/>"}), "pas un tableur"),
        (b"Nom;Pr\x81nom\n", "illisible"),
        (b"Nom;Pr\0nom\n", "illisible"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "abîmé"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
    ],
)
def test_what_is_not_a_table_is_refused_with_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        read_file(data, "liste.xlsx")


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12), min_size=2, max_size=4),
        min_size=1,
        max_size=6,
    )
)
def test_any_text_is_a_table_or_a_refusal(rows: list[list[str]]) -> None:
    try:
        (sheet,) = read_pasted("\n".join(";".join(row) for row in rows))
    except Refused:
        return
    assert all(isinstance(cell, str) for row in sheet.rows for cell in row)
