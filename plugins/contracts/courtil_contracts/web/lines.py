"""What people type in one line or a few: dates, numbers of payments, degressive prices, amounts, shares."""

import re
from datetime import date

from pydantic import TypeAdapter, ValidationError

from courtil.api import N_, Day, Refused, refuse
from courtil_contracts.domain.prices import Tier, read_price

DAY: TypeAdapter[date] = TypeAdapter(Day)
YEARS = range(2000, 2101)
WRONG_DAY = N_("Écrivez des dates qui existent, par exemple 10/03/2027 ; 10/04/2027.")


def read_days(text: str) -> tuple[date, ...]:
    """Dates in a line, as people type them. Raises a message for what is none, or too far from any season."""
    try:
        found = tuple(DAY.validate_python(word) for word in filter(None, re.split(r"[;,\s]+", text)))
    except ValidationError as error:
        raise refuse(WRONG_DAY) from error
    if any(day.year not in YEARS for day in found):
        raise refuse(WRONG_DAY)
    return found


def read_counts(text: str) -> tuple[int, ...]:
    """Numbers of payments, 1 to 24, in a line. Raises a message for what is none."""
    words = [word for word in re.split(r"[;,\s]+", text) if word]
    if any(not word.isdecimal() or len(word) > 4 or not 1 <= int(word) <= 24 for word in words):
        raise refuse(N_("Écrivez des nombres de 1 à 24, par exemple 1, 3, 6."))
    return tuple(int(word) for word in words)


def read_tiers(text: str) -> tuple[Tier, ...]:
    """Degressive prices, as `1 : 5,00 ; 10 : 4,00`. Raises a message for what is none."""
    found = []
    for part in filter(str.strip, text.split(";")):
        quantity, _colon, price = part.partition(":")
        if not quantity.strip().isdecimal() or len(quantity.strip()) > 6:
            raise refuse(N_("Écrivez des paliers, par exemple 1 : 5,00 ; 10 : 4,00."))
        try:
            found.append(Tier(int(quantity), read_price(price.strip())))
        except Refused as error:
            raise refuse(str(error)) from error
    return tuple(found)


def read_amounts(text: str) -> tuple[int, ...]:
    """Amounts in euros, divided by semicolons, in cents. Raises a message for what is none."""
    try:
        return tuple(read_price(word.strip()) for word in text.split(";") if word.strip())
    except Refused as error:
        raise refuse(str(error)) from error


def read_shares(text: str) -> dict[str, int]:
    """A payee and its share on each line. Raises a message for what is none."""
    found: dict[str, int] = {}
    for line in filter(str.strip, text.splitlines()):
        name, colon, share = line.rpartition(":")
        if not colon or not name.strip() or not share.strip().isdecimal() or not 0 < int(share.strip()) < 1_000_000:
            raise refuse(N_("Écrivez un nom et une part sur chaque ligne, par exemple « Ferme du haut : 3 »."))
        found[name.strip()[:200]] = int(share)
    return found
