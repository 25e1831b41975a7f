"""Dates and hours in words, for mails, documents and the log."""

from datetime import date, time

from babel.dates import format_date


def long_day(value: date, locale: str = "fr") -> str:
    """`jeudi 26 novembre 2026`."""
    return format_date(value, "EEEE d MMMM y", locale=locale)


def clock(value: time) -> str:
    """`18 h 30`, `19 h`."""
    return f"{value.hour}\u00a0h\u00a0{value.minute:02d}" if value.minute else f"{value.hour}\u00a0h"
