"""Which payment covers which instalment: pure arithmetic in cents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Planned:
    """One instalment of a schedule; `instalment_id` is None for what no instalment foresaw."""

    instalment_id: int | None
    due_on: date
    cents: int


@dataclass(frozen=True)
class Paid:
    """A payment that counts, and the instalment it was noted for."""

    payment_id: int
    cents: int
    instalment_id: int | None = None


@dataclass(frozen=True)
class Part:
    """The cents of one payment that go to one instalment."""

    payment_id: int
    cents: int


@dataclass
class Due:
    """An instalment and what covers it."""

    instalment_id: int | None
    due_on: date
    cents: int
    parts: list[Part] = field(default_factory=list)

    @property
    def covered(self) -> int:
        """Cents that were received for it."""
        return sum(part.cents for part in self.parts)

    @property
    def left(self) -> int:
        """Cents still to come."""
        return self.cents - self.covered

    def is_late(self, today: date) -> bool:
        """Whether its day has passed and something is missing."""
        return self.left > 0 and self.due_on < today


def adjusted(planned: Sequence[Planned], billed: int, otherwise: date) -> list[Planned]:
    """The schedule brought to what is owed today.

    What was given back comes off the last instalments, an extra goes on the last one. Without any instalment the whole
    is due on `otherwise`.
    """
    rows = list(planned) or [Planned(None, otherwise, 0)]
    difference = billed - sum(row.cents for row in rows)
    for index in range(len(rows) - 1, -1, -1):
        change = max(difference, -rows[index].cents)
        rows[index] = Planned(rows[index].instalment_id, rows[index].due_on, rows[index].cents + change)
        difference -= change
    return rows


def cover(planned: Iterable[Planned], paid: Iterable[Paid]) -> tuple[list[Due], int]:
    """The instalments with what covers each, and the cents received beyond them.

    A payment first goes to the instalment it was noted for; the others, and what exceeds, fill the oldest first.
    """
    dues = [Due(row.instalment_id, row.due_on, row.cents) for row in planned]
    rest = []
    for one in paid:
        its_own = [due for due in dues if one.instalment_id and due.instalment_id == one.instalment_id]
        rest.append((one.payment_id, _fill(its_own, one.payment_id, one.cents)))
    return dues, sum(_fill(dues, payment_id, cents) for payment_id, cents in rest)


def _fill(dues: Iterable[Due], payment_id: int, cents: int) -> int:
    """Put the cents on these instalments in order; what is left over."""
    for due in dues:
        part = min(due.left, cents)
        if part > 0:
            due.parts.append(Part(payment_id, part))
            cents -= part
    return cents
