"""Dates of a season: regular days with breaks, public holidays to propose as breaks, days on which payments are due."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from courtil.domain.words import N_

MOST_DATES = 120
"""Two years of weekly deliveries: beyond it somebody mistyped."""


def occurrences(
    first: date,
    *,
    every_weeks: int = 1,
    count: int | None = None,
    last: date | None = None,
    excluded: Collection[date] = (),
) -> list[date]:
    """Every n weeks from the first date, without the excluded ones.

    `count` is the number of dates that are kept, `last` the latest day allowed; at least one of them bounds the list.
    Raises ValueError without a bound, for a step or a count below one, or for more than MOST_DATES dates.
    """
    if every_weeks < 1 or (count is None and last is None) or (count is not None and not 1 <= count <= MOST_DATES):
        raise ValueError((every_weeks, count, last))
    kept: list[date] = []
    for day in _every(first, every_weeks, last):
        if day not in excluded:
            kept.append(day)
        if len(kept) == count:
            break
        if len(kept) > MOST_DATES:
            raise ValueError(len(kept))
    return kept


def _every(first: date, weeks: int, last: date | None) -> Iterator[date]:
    step = timedelta(weeks=weeks)
    for number in range(10 * MOST_DATES):
        if first > (last or date.max) - step * number:
            return
        yield first + step * number


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar."""
    century = year // 100
    moon = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    moon -= moon // 28 * (1 - moon // 28 * (29 // (moon + 1)) * ((21 - year % 19) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    shift = moon - weekday
    month = 3 + (shift + 40) // 44
    return date(year, month, shift + 28 - 31 * (month // 4))


def public_holidays(year: int) -> Mapping[date, str]:
    """The eleven public holidays of mainland France, with their French names (marked for translation)."""
    sunday = easter(year)
    return {
        date(year, 1, 1): N_("Jour de l’An"),
        sunday + timedelta(days=1): N_("Lundi de Pâques"),
        date(year, 5, 1): N_("Fête du Travail"),
        date(year, 5, 8): N_("Victoire de 1945"),
        sunday + timedelta(days=39): N_("Ascension"),
        sunday + timedelta(days=50): N_("Lundi de Pentecôte"),
        date(year, 7, 14): N_("Fête nationale"),
        date(year, 8, 15): N_("Assomption"),
        date(year, 11, 1): N_("Toussaint"),
        date(year, 11, 11): N_("Armistice de 1918"),
        date(year, 12, 25): N_("Noël"),
    }


def holidays_among(days: Collection[date]) -> dict[date, str]:
    """Those of the days that are public holidays, with their names."""
    known = {day: name for year in {day.year for day in days} for day, name in public_holidays(year).items()}
    return {day: known[day] for day in sorted(days) if day in known}


def due_dates(deliveries: Sequence[date], count: int, signed_on: date) -> list[date]:
    """When each of `count` payments is due: the day of the signature, then the first of each month that follows.

    None is due after the last delivery: what is paid monthly is paid before it is eaten.
    Raises ValueError without a delivery or for less than one payment.
    """
    if count < 1 or not deliveries:
        raise ValueError(count)
    end = max(signed_on, *deliveries)
    months = (_first_of_month(signed_on, later) for later in range(1, count))
    return [signed_on, *(min(day, end) for day in months)]


def _first_of_month(day: date, later: int) -> date:
    years, month = divmod(day.month - 1 + later, 12)
    return date(day.year + years, month + 1, 1)


class Moved(NamedTuple):
    """Where each date of a season goes in the next; `left_out` are days of its rhythm that breaks take away."""

    days: Mapping[date, date]
    shift: timedelta
    left_out: tuple[date, ...] = ()


Breaks = Callable[[Collection[date]], Collection[date]]
"""Those of the days on which nothing is delivered."""


def shifted(days: Collection[date], by: timedelta, breaks: Breaks = lambda _days: ()) -> Moved:
    """Every date moved by as much, but for those that fall on breaks."""
    taken = set(breaks([day + by for day in days]))
    kept = {day: day + by for day in sorted(days) if day + by not in taken}
    return Moved(kept, by, tuple(sorted(taken)))


def continued(days: Collection[date], after: date, breaks: Breaks = lambda _days: ()) -> Moved:
    """As many dates as before, in the same rhythm, later than `after` and the last one; breaks move the end.

    Dates that do not keep to whole weeks are all moved by the weeks that it takes.
    Raises ValueError without a date.
    """
    ordered = sorted(days)
    gaps = Counter((later - day).days for day, later in pairwise(ordered)) or Counter([7])
    usual = min(gaps, key=lambda gap: (-gaps[gap], gap))
    bound = max(after, ordered[-1])
    if usual % 7:
        weeks = (bound - ordered[0]).days // 7 + 1
        return shifted(ordered, timedelta(weeks=weeks), breaks)
    first = ordered[-1] + timedelta(days=usual * ((bound - ordered[-1]).days // usual + 1))
    ahead = list(_every(first, usual // 7, None))[: 10 * len(ordered)]
    taken = set(breaks(ahead))
    kept = [day for day in ahead if day not in taken][: len(ordered)]
    left_out = tuple(sorted(day for day in taken if kept and day < kept[-1]))
    return Moved(dict(zip(ordered, kept, strict=False)), first - ordered[0], left_out)
