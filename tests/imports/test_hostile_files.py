"""Files made to exhaust a server are refused quickly and cost it little."""

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from courtil.domain.problems import Refused
from courtil.imports import find_table, guess_mapping, read_file, read_members, read_pasted
from courtil.imports.grid import MOST_BYTES, MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS
from imports.workbooks import ods, ods_row, sheet_xml, understated, xlsx, xlsx_parts, zipped

SECONDS = 5  # under a tracer of allocations and on a busy machine; each takes less than one without them
MEGABYTES = 50


@contextmanager
def refused_cheaply(says: str) -> Iterator[None]:
    tracemalloc.start()
    start = time.monotonic()
    try:
        with pytest.raises(Refused, match=says):
            yield
        assert time.monotonic() - start < SECONDS
        assert tracemalloc.get_traced_memory()[1] < MEGABYTES * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = xlsx_parts(sheet_xml("<row>" + " " * 60_000_000 + "</row>"))
    assert len(bomb) < 400_000
    with refused_cheaply("trop grand"):
        read_file(bomb, "bombe.xlsx")


def test_a_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    sheet = sheet_xml("<row>" + " " * 30_000_000 + "</row>")
    with refused_cheaply("abîmé"):
        read_file(understated(xlsx_parts(sheet), len(sheet), 1000), "bombe.xlsx")


def test_two_cells_far_apart_do_not_make_a_grid() -> None:
    far = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="20000"><c r="ZX20000"><v>1</v></c></row>')
    with refused_cheaply("trop grand"):
        read_file(xlsx_parts(far), "loin.xlsx")


def test_a_far_cell_written_to_escape_the_guard_is_stopped_after_it() -> None:
    far = sheet_xml(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c s=">" r="XFD1048576"><v>1</v></c></row>'
    )
    with refused_cheaply("trop grand|abîmé"):
        read_file(xlsx_parts(far), "loin.xlsx")


def test_a_repeated_cell_of_an_opendocument_sheet_does_not_make_a_grid() -> None:
    row = ods_row("x", attributes='table:number-rows-repeated="1048576"')
    with refused_cheaply("trop grand"):
        read_file(ods(f'<table:table table:name="A">{row}</table:table>'), "loin.ods")


def test_sixty_thousand_sheets_are_refused() -> None:
    many = zipped(
        {"xl/workbook.xml": b"<workbook/>", **{f"xl/worksheets/sheet{n}.xml": b"<a/>" for n in range(60_000)}}
    )
    with refused_cheaply("trop grand"):
        read_file(many, "feuilles.xlsx")


def test_sixty_thousand_tables_in_one_part_are_refused() -> None:
    with refused_cheaply("trop grand"):
        read_file(ods('<table:table table:name="A"></table:table>' * 60_000), "feuilles.ods")


def test_a_broken_zip_is_refused() -> None:
    sound = xlsx({"A": [["Nom", "Prénom"]] * 50})
    for broken in (
        sound[: len(sound) // 2],
        b"PK\x03\x04" + b"\0" * 100,
        sound.replace(b"\x50\x4b\x01\x02", b"\x50\x4b\x09\x09"),
    ):
        with refused_cheaply("abîmé"):
            read_file(broken, "liste.xlsx")


def test_broken_xml_is_refused() -> None:
    with refused_cheaply("abîmé"):
        read_file(xlsx_parts(b"<worksheet><sheetData><row"), "liste.xlsx")


def test_a_file_beyond_the_size_limit_is_refused() -> None:
    with refused_cheaply("trop grand"):
        read_file(b"a;b\n" * (MOST_BYTES // 4 + 1), "liste.csv")


def test_one_line_of_ten_megabytes_is_refused() -> None:
    with refused_cheaply("guillemet"):
        read_file(b"Nom;" + b"a" * (MOST_BYTES - 100), "liste.csv")


def test_a_quote_never_closed_is_refused_instead_of_swallowing_rows() -> None:
    with refused_cheaply("guillemet"):
        read_file(b'Nom;Prenom\n"Dupont;Anne\n' + b"Martin;Paul\n" * 200, "liste.csv")


@pytest.mark.parametrize("text", ["a;b\n" * (MOST_ROWS + 1), "a;" * MOST_COLUMNS + "\n"])
def test_a_table_larger_than_any_list_of_members_is_refused(text: str) -> None:
    with refused_cheaply("trop grand"):
        read_file(text.encode(), "liste.csv")


def test_an_endless_cell_of_a_workbook_is_refused() -> None:
    text = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"a" * (MOST_CHARACTERS + 1)}</t></is></c></row>'
    with refused_cheaply("trop grand"):
        read_file(xlsx_parts(sheet_xml(text)), "liste.xlsx")


def test_entities_that_multiply_are_not_expanded() -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    cell = sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>').replace(
        b"?>", b"?>" + doctype, 1
    )
    try:
        (sheet,) = read_file(xlsx_parts(cell), "liste.xlsx")
    except Refused:
        return
    assert "aaaa" not in str(sheet.rows)


@pytest.mark.parametrize("piece", [b"<c ", b'<c r="A1" ', b'r="A1" ', b"<c r='A1'"])
def test_xml_made_to_slow_the_guard_down_does_not(piece: bytes) -> None:
    with refused_cheaply("abîmé"):
        read_file(xlsx_parts(b"<worksheet><c " + piece * (4_000_000 // len(piece))), "lent.xlsx")


def test_opendocument_xml_made_to_slow_the_guard_down_does_not() -> None:
    with refused_cheaply("abîmé|Aucun titre"):
        find_table(read_file(ods("<table:table-cell " * 200_000), "lent.ods"))


@pytest.mark.parametrize("sign", ["a", "(", "0", "@", "-", "'", "a.", "a ", "( "])
def test_cells_made_to_slow_the_readers_down_do_not(sign: str) -> None:
    cell = sign * (32_000 // len(sign))
    start = time.monotonic()
    table = find_table(read_pasted("Nom\tPrénom\tE-mail\tTél\tAdhésion le\tCP\n" + "\t".join([cell] * 6)))
    read_members(table, guess_mapping(table.headings))
    assert time.monotonic() - start < SECONDS
