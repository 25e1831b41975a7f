"""Money in integer cents: reading, writing and splitting amounts."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import NewType

from babel.numbers import format_currency

from courtil.domain.words import language

Cents = NewType("Cents", int)

MOST = 100_000_000  # a million euros: beyond it somebody mistyped

_SPACES = re.compile(r"[\s\u00a0\u202f]|€|EUR", re.IGNORECASE)
_AMOUNT = re.compile(r"-?[0-9]+([.,][0-9]{1,2})?\Z")


def parse_cents(text: str) -> Cents:
    """Read an amount as French people type it: `12,5`, `1 234,50 €`, `9.00`.

    Raises ValueError for anything else, a third decimal or an amount beyond a million euros.
    """
    cleaned = _SPACES.sub("", text)
    if not _AMOUNT.match(cleaned):
        raise ValueError(text)
    try:
        cents = int(Decimal(cleaned.replace(",", ".")) * 100)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if abs(cents) > MOST:
        raise ValueError(text)
    return Cents(cents)


def plain_euros(cents: int) -> str:
    """`12,50`: what a form field shows and accepts back."""
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // 100},{cents % 100:02d}"


def format_euros(cents: int, locale: str = "") -> str:
    """`1 234,50 €` with the spaces of the current language, unless another is told."""
    return format_currency(Decimal(cents) / 100, "EUR", locale=locale or language())


def split(total: Cents, weights: Sequence[int]) -> list[Cents]:
    """Share a non-negative total by weight, by largest remainder.

    Parts add up, none is a cent off, zero weight gets zero. Raises ValueError without a positive weight.
    """
    whole = sum(weights)
    if total < 0 or whole <= 0 or min(weights) < 0:
        raise ValueError(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return [Cents(part) for part in parts]


def instalments(total: Cents, count: int, step: int = 1) -> list[Cents]:
    """Equal payments in multiples of `step` cents, the larger first; what is smaller than a step goes on the last.

    85,50 € in two payments to the half euro is 43,00 then 42,50.
    Raises ValueError when the total has not `count` steps.
    """
    steps, rest = divmod(total, step)
    if count < 1 or steps < count:
        raise ValueError(count)
    base, longer = divmod(steps, count)
    parts = [(base + (i < longer)) * step for i in range(count)]
    parts[-1] += rest
    return [Cents(part) for part in parts]
