"""What a household chooses, what that makes at each date, and the evidence of a signature."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field

from courtil.domain.money import Cents

MOST_BASKETS = 99
"""More of one product at one date is a mistake of typing."""

Quantity = Annotated[int, Field(ge=0, le=MOST_BASKETS)]


class Choice(BaseModel):
    """The same basket at each date: product of the offer -> quantity; zero is not chosen."""

    model_config = ConfigDict(frozen=True)
    quantities: Mapping[int, Quantity] = Field(default_factory=dict)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Read back what `stored` gave."""
        return cls(quantities={int(key): quantity for key, quantity in stored.items()})

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it, without what is not chosen."""
        return {str(key): quantity for key, quantity in sorted(self.chosen.items())}

    @property
    def chosen(self) -> dict[int, int]:
        """Products with a quantity above zero."""
        return {key: quantity for key, quantity in self.quantities.items() if quantity}


class Available(NamedTuple):
    """One tick of the matrix: a product that comes at a delivery."""

    offer_product_id: int
    delivery_id: int
    day: date
    unit_cents: int


class Line(NamedTuple):
    """A quantity of a product at a delivery."""

    offer_product_id: int
    delivery_id: int
    day: date
    quantity: int
    unit_cents: int

    @property
    def cents(self) -> int:
        """Quantity times price."""
        return self.quantity * self.unit_cents


class Charge(NamedTuple):
    """What a contract costs beside its lines: a fee, a share of a budget; never zero cents."""

    label: str
    cents: int


def lines(choice: Choice, matrix: Iterable[Available], after: date) -> list[Line]:
    """The choice at each tick of the matrix after this day, by day: who joins late pays what is left."""
    chosen = choice.chosen
    found = [
        Line(cell.offer_product_id, cell.delivery_id, cell.day, chosen[cell.offer_product_id], cell.unit_cents)
        for cell in matrix
        if cell.offer_product_id in chosen and cell.day > after
    ]
    return sorted(found, key=lambda line: (line.day, line.delivery_id, line.offer_product_id))


def total(found: Iterable[Line], charges: Iterable[Charge] = ()) -> Cents:
    """What lines and charges cost together."""
    return Cents(sum(line.cents for line in found) + sum(charge.cents for charge in charges))


def by_day(found: Iterable[Line]) -> dict[date, Cents]:
    """What each day costs."""
    days: dict[date, Cents] = {}
    for line in found:
        days[line.day] = Cents(days.get(line.day, 0) + line.cents)
    return days


def fingerprint(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Evidence:
    """What one party's signature proves; `previous` is the hash of the signature before, empty for the first."""

    contract_id: int
    party: str
    person_id: int
    name: str
    signed_at: datetime
    method: str
    address: str
    text_hash: str
    previous: str = ""

    def digest(self) -> str:
        """A hash over all of it: nothing can change later without being seen."""
        facts = asdict(self) | {"signed_at": self.signed_at.astimezone(UTC).isoformat(timespec="microseconds")}
        return fingerprint(json.dumps(facts, ensure_ascii=False, sort_keys=True))
