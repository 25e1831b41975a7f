"""The dates of a published contract: those it lists, those of its rule, some date in a month or a window."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from courtil.domain.calendar import occurrences

SOME_DAY = date(2027, 1, 7)
"""Where a season begins whose source gives only its length."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = rf"\b({'|'.join(MONTHS)})[a-z]*\b"
WEEKS = {
    "weekly": 1,
    "every_2_weeks": 2,
    "every_4_weeks": 4,
    "monthly": 4,
    "every_2_months": 8,
    "quarterly": 13,
    "irregular": 4,
    "mixed": 1,
    "on_demand": 1,
}


@dataclass(frozen=True)
class Calendar:
    """Days on which something comes; `label` tells apart those of one contract."""

    label: str
    days: tuple[date, ...]


def facts(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A part of a case; words without fields are its `composition`."""
    found = raw.get(key) or {}
    return found if isinstance(found, dict) else {"composition": found}


def calendars_of(raw: Mapping[str, Any]) -> list[Calendar]:
    """One calendar, or one for each kind of goods that has its own count, or for each weekday of a place."""
    delivery = raw.get("delivery")
    if not delivery:
        return []
    season = facts(raw, "season")
    if isinstance(delivery.get("count"), dict):
        return [
            Calendar(str(label), tuple(_counted(season, delivery, str(label), count)))
            for label, count in delivery["count"].items()
        ]
    if isinstance(delivery.get("weekday"), list):
        places = [(weekday, {**delivery, "weekday": weekday}) for weekday in delivery["weekday"]]
        return [Calendar(weekday, tuple(days_of(season, of_place))) for weekday, of_place in places]
    return [Calendar("", tuple(days_of(season, delivery)))]


def _counted(season: Mapping[str, Any], delivery: Mapping[str, Any], label: str, count: int) -> list[date]:
    """So many dates in the months that the frequency names in brackets after the label, else evenly over the year."""
    named = re.search(rf"\b{re.escape(label)}\b[^(]*\(([^)]*)\)", str(delivery.get("frequency")))
    months = [found.lower() for found in re.findall(MONTH, named[1], re.IGNORECASE)] if named else []
    if len(months) == count:
        return sorted(in_month(f"{MONTHS.index(month) + 1:02}", delivery.get("weekday")) for month in months)
    return occurrences(_start(season, delivery), every_weeks=max(1, 52 // count), count=count)


def days_of(season: Mapping[str, Any], delivery: Mapping[str, Any]) -> list[date]:
    """The dates: a list wins over months and windows, these over a rule."""
    if delivery.get("dates"):
        return list(delivery["dates"])
    weekday = delivery.get("weekday")
    if named := delivery.get("months") or delivery.get("windows"):
        return [in_month(str(one), weekday) for one in named]
    weeks = WEEKS.get(str(delivery.get("frequency_code")), 1)
    start, end = _start(season, delivery), season.get("end")
    excluded, count = delivery.get("excluded_dates") or (), delivery.get("count")
    if count and not (end and excluded):
        return occurrences(start, every_weeks=weeks, count=count, excluded=excluded)
    return occurrences(start, every_weeks=weeks, last=end or _end(season, start), excluded=excluded)


def in_month(text: str, weekday: object) -> date:
    """The first such weekday of `2019-12`, `03` (of some year) or of the window `2019-12/2020-01`."""
    year, _dash, month = text.partition("/")[0].rpartition("-")
    return first_weekday(date(int(year or SOME_DAY.year), int(month), 1), weekday)


def first_weekday(day: date, weekday: object) -> date:
    """The first such weekday on or after a day; the day itself when none is known."""
    return day + timedelta(days=(WEEKDAYS.index(weekday) - day.weekday()) % 7) if weekday in WEEKDAYS else day


def months_of(season: Mapping[str, Any]) -> int:
    """How many months the contract lasts: what is told, from a month to another, else a year."""
    if season.get("months"):
        return int(season["months"])
    if season.get("weeks"):
        return max(1, round(int(season["weeks"]) * 12 / 52))
    if season.get("start") and season.get("end"):
        days: int = (season["end"] - season["start"]).days
        return max(1, round(days * 12 / 365))
    label = [MONTHS.index(found.lower()) for found in re.findall(MONTH, str(season.get("label")), re.IGNORECASE)]
    return (label[1] - label[0]) % 12 + 1 if len(label) == 2 else 12


def _start(season: Mapping[str, Any], delivery: Mapping[str, Any]) -> date:
    return first_weekday(season.get("start") or SOME_DAY, delivery.get("weekday"))


def _end(season: Mapping[str, Any], start: date) -> date:
    if season.get("weeks"):
        return start + timedelta(weeks=season["weeks"] - 1)
    return start + timedelta(days=months_of(season) * 365 // 12 - 1)
