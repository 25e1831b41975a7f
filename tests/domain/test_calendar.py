"""Dates of a season: what AMAPs print on their contracts, and rules that hold for any season."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtil.domain.calendar import MOST_DATES, due_dates, easter, holidays_among, occurrences, public_holidays
from courtil.domain.money import Cents, instalments

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def test_a_fortnightly_contract_of_nine_cheeses() -> None:
    found = occurrences(date(2019, 3, 1), every_weeks=2, last=date(2019, 6, 21))
    assert [f"{day:%d/%m}" for day in found] == [
        "01/03", "15/03", "29/03", "12/04", "26/04", "10/05", "24/05", "07/06", "21/06",
    ]  # fmt: skip


def test_a_break_moves_the_end_not_the_number_of_baskets() -> None:
    found = occurrences(date(2026, 12, 10), count=4, excluded={date(2026, 12, 24), date(2026, 12, 31)})
    assert found == [date(2026, 12, 10), date(2026, 12, 17), date(2027, 1, 7), date(2027, 1, 14)]


def test_four_kiwi_deliveries_every_four_weeks() -> None:
    assert occurrences(date(2019, 10, 18), every_weeks=4, count=4)[-1] == date(2020, 1, 10)


@given(first=DAYS, weeks=st.integers(1, 12), count=st.integers(1, MOST_DATES), skipped=st.sets(st.integers(0, 60)))
def test_dates_keep_their_weekday_and_their_number(first: date, weeks: int, count: int, skipped: set[int]) -> None:
    excluded = {first + timedelta(weeks=weeks * n) for n in skipped}
    found = occurrences(first, every_weeks=weeks, count=count, excluded=excluded)
    assert len(found) == count
    assert found == sorted(set(found))
    assert {day.weekday() for day in found} == {first.weekday()}
    assert not excluded & set(found)


@pytest.mark.parametrize(
    "wrong",
    [{}, {"count": 0}, {"count": -1}, {"count": 121}, {"count": 3, "every_weeks": 0}, {"last": date(2100, 1, 1)}],
)
def test_a_row_of_dates_needs_a_sensible_end(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        occurrences(date(2026, 1, 1), **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("year", "sunday"),
    [
        (1954, date(1954, 4, 18)), (1981, date(1981, 4, 19)), (2008, date(2008, 3, 23)), (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)), (2038, date(2038, 4, 25)), (2076, date(2076, 4, 19)),
    ],
)  # fmt: skip
def test_easter(year: int, sunday: date) -> None:
    assert easter(year) == sunday


def test_the_holidays_of_2026() -> None:
    assert sorted(f"{day:%d/%m}" for day in public_holidays(2026)) == [
        "01/01", "01/05", "01/11", "06/04", "08/05", "11/11", "14/05", "14/07", "15/08", "25/05", "25/12",
    ]  # fmt: skip
    assert holidays_among([date(2026, 5, 14), date(2026, 5, 21)]) == {date(2026, 5, 14): "Ascension"}


@given(year=st.integers(1583, 4099))
def test_easter_is_a_sunday_in_spring(year: int) -> None:
    assert easter(year).weekday() == 6
    assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


def test_payments_come_at_the_signature_then_each_month() -> None:
    deliveries = occurrences(date(2026, 12, 3), count=25)
    assert due_dates(deliveries, 4, date(2026, 11, 23)) == [
        date(2026, 11, 23), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1),
    ]  # fmt: skip


@given(
    first=DAYS,
    number=st.integers(1, 60),
    count=st.integers(1, 12),
    early=st.integers(0, 90),
    total=st.integers(1200, 10**6),
)
def test_payments_are_in_order_and_add_up(first: date, number: int, count: int, early: int, total: int) -> None:
    signed_on = first - timedelta(days=early)
    deliveries = occurrences(first, count=number)
    days = due_dates(deliveries, count, signed_on)
    assert len(days) == count
    assert days == sorted(days)
    assert days[0] == signed_on
    assert days[-1] <= max(signed_on, deliveries[-1])
    assert sum(instalments(Cents(total), count, 1)) == total
