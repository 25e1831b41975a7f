"""Dates and hours in words, for pages, mails, documents and the log."""

import re
from datetime import date, time

from babel.dates import format_date

from courtil.domain.words import language


def in_words(value: date, pattern: str, locale: str = "") -> str:
    """The date in Babel's pattern, in the current language unless told; in French the first of a month is `1er`."""
    locale = locale or language()
    text = format_date(value, pattern, locale=locale)
    return re.sub(r"\b1(?=\s\D)", "1er", text, count=1) if locale.startswith("fr") and value.day == 1 else text


def long_day(value: date, locale: str = "") -> str:
    """`jeudi 26 novembre 2026`."""
    return in_words(value, "EEEE d MMMM y", locale)


def clock(value: time) -> str:
    """`18 h 30`, `19 h`; in another language `18:30`."""
    if language() != "fr":
        return f"{value:%H:%M}"
    return f"{value.hour}\u00a0h\u00a0{value.minute:02d}" if value.minute else f"{value.hour}\u00a0h"
