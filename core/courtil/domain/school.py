"""School holidays of French zones, to propose as breaks: those of autumn, Christmas, winter and spring.

Summer is left out: farms bring most of their baskets then. Sources: for 2025-2026, the order of 7 December 2022 on the
school calendar (Journal officiel of 8 December 2022), and for Corsica the calendar of its académie; for 2026-2027, the
order of 22 October 2025 (JORFTEXT000052416058), which fixes zones A, B and C. A school year that is not in the table
is not known: pages say so, and nothing is guessed.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

from courtil.domain.words import N_

Zone = Literal["", "A", "B", "C", "Corse"]
"""Where the AMAP's children go to school; empty when it does not matter."""

ZONES: tuple[tuple[Zone, str], ...] = (
    ("", N_("Aucune")), ("A", N_("Zone A")), ("B", N_("Zone B")), ("C", N_("Zone C")), ("Corse", N_("Corse")),
)  # fmt: skip


class Break(NamedTuple):
    """School holidays: from the Saturday on which they begin until the day before lessons."""

    name: str
    first: date
    back: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day < self.back


def _year(autumn: date, christmas: date, winter: date, spring: date) -> tuple[Break, ...]:
    """A school year by the Saturdays on which its holidays begin; each lasts until the Monday two weeks later."""
    names = (
        N_("vacances de la Toussaint"), N_("vacances de Noël"), N_("vacances d’hiver"), N_("vacances de printemps"),
    )  # fmt: skip
    days = (autumn, christmas, winter, spring)
    return tuple(Break(name, day, day + timedelta(days=16)) for name, day in zip(names, days, strict=True))


_AUTUMN_2025, _CHRISTMAS_2025 = date(2025, 10, 18), date(2025, 12, 20)
_AUTUMN_2026, _CHRISTMAS_2026 = date(2026, 10, 17), date(2026, 12, 19)

KNOWN: Mapping[tuple[Zone, int], tuple[Break, ...]] = {
    ("A", 2025): _year(_AUTUMN_2025, _CHRISTMAS_2025, date(2026, 2, 7), date(2026, 4, 4)),
    ("B", 2025): _year(_AUTUMN_2025, _CHRISTMAS_2025, date(2026, 2, 14), date(2026, 4, 11)),
    ("C", 2025): _year(_AUTUMN_2025, _CHRISTMAS_2025, date(2026, 2, 21), date(2026, 4, 18)),
    ("Corse", 2025): _year(_AUTUMN_2025, _CHRISTMAS_2025, date(2026, 2, 14), date(2026, 4, 11)),
    ("A", 2026): _year(_AUTUMN_2026, _CHRISTMAS_2026, date(2027, 2, 13), date(2027, 4, 10)),
    ("B", 2026): _year(_AUTUMN_2026, _CHRISTMAS_2026, date(2027, 2, 20), date(2027, 4, 17)),
    ("C", 2026): _year(_AUTUMN_2026, _CHRISTMAS_2026, date(2027, 2, 6), date(2027, 4, 3)),
}
"""The holidays of a zone by the year in which its school year begins."""


def school_year(day: date) -> int:
    """The year in which the school year of this day begins; it turns with September."""
    return day.year if day.month >= 9 else day.year - 1


def school_holidays_among(days: Collection[date], zone: Zone) -> dict[date, str]:
    """Those of the days that are school holidays in this zone, with their names; none where the year is not known."""
    found = {}
    for day in sorted(days):
        for one in KNOWN.get((zone, school_year(day)), ()):
            if day in one:
                found[day] = one.name
    return found


def unknown_years(days: Collection[date], zone: Zone) -> list[int]:
    """The school years of these days that are not known for this zone, by the year they begin in."""
    years = {school_year(day) for day in days}
    return sorted(year for year in years if zone and (zone, year) not in KNOWN)
