"""A cell gives what it holds in the forms people type, and says what it could not."""

import re
from datetime import date, datetime

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from courtil.imports import values
from courtil.imports.grid import Cell


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Anne@Example.ORG ", ["anne@example.org"]),
        ("a@example.org\nb@example.net", ["a@example.org", "b@example.net"]),
        ("a@example.org;b@example.net", ["a@example.org", "b@example.net"]),
        ("a@example.org / b@example.net", ["a@example.org", "b@example.net"]),
        ("a@example.org et b@example.net", ["a@example.org", "b@example.net"]),
        ("mailto:a@example.org, A@example.org", ["a@example.org"]),
        ("<a@example.org>", ["a@example.org"]),
        ("d'herouville-ben@example.org", ["d'herouville-ben@example.org"]),
        ("", []),
    ],
)
def test_every_address_of_a_cell_is_read(cell: str, found: list[str]) -> None:
    read = values.emails(cell)
    assert (list(read.value), read.left) == (found, "")


@pytest.mark.parametrize(
    "cell", ["?", "-", "pas de mail", "geraldine#", "anne@", "anne@example", "=1+1", "a b@c", 12.0]
)
def test_what_is_no_address_is_left_and_never_an_address(cell: Cell) -> None:
    read = values.emails(cell)
    assert read.value == ()
    assert read.left


def test_words_around_an_address_are_remarked_on() -> None:
    read = values.emails("Anne : anne@example.org")
    assert (read.value, bool(read.left)) == (("anne@example.org",), True)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("06 39 98 12 34", ["+33639981234"]),
        ("06.39.98.12.34", ["+33639981234"]),
        ("06-39-98-12-34", ["+33639981234"]),
        (639981234.0, ["+33639981234"]),
        ("639981234", ["+33639981234"]),
        (33639981234.0, ["+33639981234"]),
        ("+33 (0)6 39 98 12 34", ["+33639981234"]),
        ("0033 6 39 98 12 34", ["+33639981234"]),
        ("06\u00a039\u202f98 12 34", ["+33639981234"]),
        ("06-39-98-12-34 - 01-99-00-12-34", ["+33639981234", "+33199001234"]),
        ("0639981234 / 199001234", ["+33639981234", "+33199001234"]),
        ("06 39 98 12 34 ou +33 1 99 00 12 34", ["+33639981234", "+33199001234"]),
        ("06 39 98 12 34\n01 99 00 12 34", ["+33639981234", "+33199001234"]),
        ("06 39 98 12 34 01 99 00 12 34", ["+33639981234", "+33199001234"]),
        ("port. 06 39 98 12 34, fixe : 01 99 00 12 34", ["+33639981234", "+33199001234"]),
        ("+32 470 12 34 56", ["+32470123456"]),
        ("", []),
    ],
)
def test_every_phone_of_a_cell_is_read(cell: Cell, found: list[str]) -> None:
    read = values.phones(cell)
    assert (list(read.value), read.left) == (found, "")


@pytest.mark.parametrize("cell", ["liste rouge", "?", "-", "06 39 98", "=1+1", "voir mail"])
def test_what_is_no_phone_is_left_and_never_a_phone(cell: str) -> None:
    read = values.phones(cell)
    assert (read.value, read.left) == ((), cell)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (1400.0, "01400"),
        ("02998", "02998"),
        (44998, "44998"),
        ("44 998", "44998"),
        ("F-44998", "44998"),
        ("B-1050", "B-1050"),
    ],
)
def test_a_post_code_gets_its_zero_back(cell: Cell, code: str) -> None:
    assert values.postal_code(cell) == values.Read(code)


def test_a_code_and_a_town_in_one_cell_are_parted() -> None:
    assert values.postal_code_and_city("44000 Nantes") == ("44000", "Nantes")
    assert values.postal_code_and_city("Nantes") == ("", "Nantes")


@pytest.mark.parametrize(
    "cell",
    [date(2025, 7, 1), datetime(2025, 7, 1, 12), 45839.0, "01/07/2025", "1/7/25", "mar. 01/07/25", "1er juillet 2025",
     "1 juil. 2025", "2025-07-01", "01-07-2025", "01.07.25"],
)  # fmt: skip
def test_a_date_is_read_in_the_forms_of_french_spreadsheets(cell: Cell) -> None:
    assert values.day(cell) == values.Read(date(2025, 7, 1))


@pytest.mark.parametrize("cell", ["31/02/2025", "en cours", "septembre", 12.0, "1 brumaire 2025"])
def test_what_is_no_date_is_left(cell: Cell) -> None:
    read = values.day(cell)
    assert read.value is None
    assert read.left


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        (17.0, 1700),
        ("17,00 €", 1700),
        ("17,00\u202f€", 1700),
        ("1 050,75", 105075),
        ("1\u00a0187,50€", 118750),
        (0.1 + 0.2, 30),
        ("", None),
    ],
)
def test_an_amount_is_read_to_the_cent(cell: Cell, cents: int | None) -> None:
    assert values.amount(cell) == values.Read(cents)


@pytest.mark.parametrize("cell", ["gratuit", "12,345", "=1+1", 1e12])
def test_what_is_no_amount_is_left(cell: Cell) -> None:
    read = values.amount(cell)
    assert read.value is None
    assert read.left


def test_yes_and_no_are_read_and_the_rest_is_neither() -> None:
    assert [values.truth(cell).value for cell in ("Oui", "x", 1.0, True, "Actif")] == [True] * 5
    assert [values.truth(cell).value for cell in ("non", 0.0, False, "Inactive", "parti")] == [False] * 5
    assert values.truth("") == values.Read(None)
    assert values.truth("peut-être") == values.Read(None, "peut-être")


def test_text_is_cleaned_of_what_cannot_be_seen() -> None:
    assert values.text(" Saint\u00a0-\u200bE\u0301lie\x07 ") == "Saint - Élie"
    assert values.plain('=HYPERLINK("http://example.org")').value == ""


@given(st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.booleans(), st.dates()))
def test_no_cell_makes_a_reader_fail(cell: Cell) -> None:
    readers = (
        values.plain,
        values.emails,
        values.phones,
        values.postal_code,
        values.day,
        values.years,
        values.amount,
        values.truth,
    )
    for reader in readers:
        reader(cell)


@given(st.from_regex(r"\A0[1-9][0-9]{8}\Z"), st.sampled_from(("", " ", ".", "-", "  ")))
def test_a_usual_phone_is_read_as_the_library_reads_it(digits: str, sign: str) -> None:
    cell = sign.join(re.findall("..", digits))
    number = phonenumbers.format_number(phonenumbers.parse(cell, "FR"), phonenumbers.PhoneNumberFormat.E164)
    assert values.phones(cell) == values.Read((number,))


@given(
    st.sampled_from(("a", "A.b", "a..b", "jean-paul.d", "x_y", "a+b", "_x", "INFO", "a" * 64, "a" * 65)),
    st.sampled_from(
        ("exemple.fr", "EXEMPLE.fr", "x.local", "a.test", "é.fr", "b.-a.fr", "a_b.fr", "localhost", "a..fr")
    ),
)
def test_a_usual_address_is_read_as_the_library_reads_it(local: str, domain: str) -> None:
    try:
        told = (validate_email(f"{local}@{domain}", check_deliverability=False).normalized.lower(),)
    except EmailNotValidError:
        told = ()
    assert values.emails(f"{local}@{domain}").value == told
