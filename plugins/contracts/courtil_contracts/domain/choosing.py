"""What a household chooses, and the quantities that makes at each date."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from courtil.api import MOST_BASKETS, Available
from courtil_contracts.domain.rules import Quantities
from courtil_contracts.domain.terms import Rhythm, Terms

Quantity = Annotated[int, Field(ge=0, le=MOST_BASKETS)]
Fees = frozenset[int | str]
"""Optional fees by their label; by their number in choices that were kept before labels counted."""


class Same(BaseModel):
    """The same quantity each time, every time or one in two; `fees` names the optional ones that are wanted."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    quantities: Mapping[int, Quantity] = Field(default_factory=dict)
    rhythms: Mapping[int, Rhythm] = Field(default_factory=dict)
    fees: Fees = frozenset()

    @property
    def chosen(self) -> dict[int, int]:
        """Products with a quantity above zero."""
        return {key: quantity for key, quantity in self.quantities.items() if quantity}


class ByDate(BaseModel):
    """A quantity of each product at each date, by `product-delivery`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    cells: Mapping[str, Quantity] = Field(default_factory=dict)
    fees: Fees = frozenset()

    @property
    def chosen(self) -> Quantities:
        """Cells with a quantity above zero."""
        return {cell_of(key): quantity for key, quantity in self.cells.items() if quantity}


class Account(BaseModel):
    """An amount in cents that is paid in advance and ordered from afterwards."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    cents: int = Field(0, ge=0)


def cell_of(key: str) -> tuple[int, int]:
    """`12-34`: product 12 of the offer at delivery 34. Raises ValueError."""
    product, _dash, delivery = key.partition("-")
    return int(product), int(delivery)


def cell_key(product: int, delivery: int) -> str:
    """What `cell_of` reads."""
    return f"{product}-{delivery}"


def same_each_time(choice: Same, terms: Terms, matrix: Iterable[Available], after: date, until: date) -> Quantities:
    """The choice at the dates of the matrix after one day and up to another, each product at its rhythm.

    Which dates are first and second is counted from the first date of the offer, so that two households who share a
    basket meet the same calendar whenever they join.
    """
    found: dict[tuple[int, int], int] = {}
    seen: dict[int, int] = {}
    taken: dict[int, int] = {}
    for cell in sorted(matrix, key=lambda cell: (cell.day, cell.delivery_id)):
        key = cell.offer_product_id
        number = seen[key] = seen.get(key, 0) + 1
        if not choice.chosen.get(key) or not _comes(choice.rhythms.get(key, "every"), number):
            continue
        if after < cell.day <= until and taken.get(key, 0) < (terms.of(key).deliveries or MOST_BASKETS * 2):
            taken[key] = taken.get(key, 0) + 1
            found[key, cell.delivery_id] = choice.chosen[key]
    return found


def _comes(rhythm: Rhythm, number: int) -> bool:
    return rhythm == "every" or (number % 2 == 1) == (rhythm == "first")


def by_date(choice: ByDate, matrix: Iterable[Available], after: date, until: date) -> Quantities:
    """What was written at the dates of the matrix after one day and up to another; the rest is left out."""
    chosen = choice.chosen
    open_cells = {(cell.offer_product_id, cell.delivery_id) for cell in matrix if after < cell.day <= until}
    return {cell: quantity for cell, quantity in chosen.items() if cell in open_cells}


def months_after(day: date, months: int) -> date:
    """The last day of so many months from this one: three months from 15 January end on 14 April."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last) - timedelta(days=1)
