"""School holidays by zone: the table against what the orders say, and years that are not known."""

from datetime import date

import pytest

from courtil.domain.school import KNOWN, Zone, school_holidays_among, unknown_years


@pytest.mark.parametrize(
    ("zone", "day", "name"),
    [
        ("A", date(2026, 10, 22), "vacances de la Toussaint"),
        ("C", date(2026, 12, 31), "vacances de Noël"),
        ("A", date(2027, 2, 18), "vacances d’hiver"),
        ("B", date(2027, 2, 25), "vacances d’hiver"),
        ("C", date(2027, 2, 11), "vacances d’hiver"),
        ("B", date(2027, 4, 29), "vacances de printemps"),
        ("Corse", date(2026, 2, 19), "vacances d’hiver"),
    ],
)
def test_a_thursday_in_school_holidays_has_their_name(zone: Zone, day: date, name: str) -> None:
    assert school_holidays_among([day], zone) == {day: name}


def test_zones_do_not_have_the_same_winter() -> None:
    assert school_holidays_among([date(2027, 2, 11)], "A") == {}


def test_the_day_of_lessons_and_the_summer_are_no_break() -> None:
    assert school_holidays_among([date(2026, 11, 2), date(2027, 7, 15)], "B") == {}


def test_holidays_begin_on_a_saturday_and_end_before_a_monday() -> None:
    for breaks in KNOWN.values():
        assert [(one.first.weekday(), one.back.weekday()) for one in breaks] == [(5, 0)] * 4
        assert [one.first for one in breaks] == sorted(one.first for one in breaks)


def test_a_year_that_is_not_known_is_said_and_not_guessed() -> None:
    days = [date(2026, 12, 24), date(2027, 12, 23)]
    assert unknown_years(days, "A") == [2027]
    assert unknown_years(days, "Corse") == [2026, 2027]
    assert unknown_years(days, "") == []
    assert school_holidays_among(days, "Corse") == {}
