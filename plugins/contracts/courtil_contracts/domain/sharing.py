"""Two households under one offer: in which manner they share, who takes which date, which part each pays."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from courtil.api import Available

MOST_SHARES = 100
FIRST, SECOND = 1, 2


class Manner(StrEnum):
    """Every other date each, or one basket a date under both names."""

    ALTERNATING = "alternating"
    TOGETHER = "together"


class PairingState(StrEnum):
    """Asked by a household; accepted by the other or set by the coordination; declined, withdrawn or ended."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ENDED = "ended"


def second_part(cents: int, shares: tuple[int, int]) -> int:
    """What the second of two households pays of so many cents; the first pays the rest, odd cents included."""
    return max(0, cents) * shares[1] // sum(shares)


def turns(days: Sequence[int], kept: Mapping[int, int], *, inverted: bool) -> dict[int, int]:
    """Whose turn each delivery is, FIRST or SECOND; `days` in their order.

    What was `kept` stays, so that a date that is moved or cancelled between the two signatures leaves no date to both;
    a date that was added since goes to whoever does not have the one before it.
    """
    found: dict[int, int] = {}
    before = FIRST if inverted else SECOND
    for key in days:
        before = found[key] = kept.get(key) or other(before)
    return found


def other(side: int) -> int:
    """The other of the two."""
    return SECOND if side == FIRST else FIRST


def uneven(cells: Iterable[Available], whose: Mapping[int, int]) -> list[int]:
    """The products of which one of the two would get at least two deliveries more than the other."""
    counts: dict[int, Counter[int]] = {}
    for cell in cells:
        counts.setdefault(cell.offer_product_id, Counter())[whose.get(cell.delivery_id, FIRST)] += 1
    return [key for key, count in counts.items() if abs(count[FIRST] - count[SECOND]) > 1]
