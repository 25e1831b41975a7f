"""Values are written as French people write them."""

from datetime import date
from decimal import Decimal

import pytest

from courtil.documents import FORMATS, Cell, Column, Document, Kind, Table, filename
from courtil.documents.formats import column_widths, plain, shown, slug


@pytest.mark.parametrize(
    ("value", "kind", "seen", "exported"),
    [
        (date(2026, 11, 26), "date", "jeu. 26 nov. 2026", "26/11/2026"),
        (22500, "cents", "225,00\u00a0€", "225,00"),
        (-5, "cents", "-0,05\u00a0€", "-0,05"),
        (123450, "cents", "1\u202f234,50\u00a0€", "1234,50"),
        (Decimal("1234.50"), "number", "1\u202f234,50", "1234,50"),
        (Decimal("1E+3"), "number", "1\u202f000", "1000"),
        (1234, "number", "1\u202f234", "1234"),
        (0, "number", "0", "0"),
        (None, "cents", "", ""),
        ("Total", "cents", "Total", "Total"),
    ],
)
def test_a_value_as_people_read_it_and_as_a_spreadsheet_does(value: Cell, kind: Kind, seen: str, exported: str) -> None:
    assert (shown(value, kind), plain(value, kind)) == (seen, exported)


def test_another_language_has_its_own_dates_and_amounts() -> None:
    assert shown(date(2026, 11, 26), "date", "en") == "Thu 26 Nov 2026"
    assert shown(22500, "cents", "en") == "€225.00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Feuille d’émargement – œufs", "feuille-d-emargement-oeufs"),
        ('../../etc/"passwd"\r\nX: y', "etc-passwd-x-y"),
        ("🥕", "document"),
        ("a" * 200, "a" * 80),
    ],
)
def test_a_file_name_is_plain_ascii(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_the_file_is_named_after_its_file_name_or_else_its_title() -> None:
    assert filename(Document(title="Été", filename="Relevé"), "pdf") == "releve.pdf"
    assert filename(Document(title="Été"), "csv") == "ete.csv"


def test_every_download_announces_its_type() -> None:
    assert {extension: made.content_type.split(";")[0] for extension, made in FORMATS.items()} == {
        "pdf": "application/pdf",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "csv": "text/csv",
    }


def test_a_column_is_as_wide_as_its_longest_line_within_reason() -> None:
    table = Table(
        caption="T",
        columns=(Column(label="Nom"), Column(label="Adresse"), Column(label="Remarque", width=50)),
        rows=(("Jean-Baptiste", "x" * 300, "y"), ("Léa\nZoé", "", "")),
    )
    assert column_widths(table) == [13, 40, 50]
