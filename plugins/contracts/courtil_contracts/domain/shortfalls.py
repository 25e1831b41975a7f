"""What a shortfall of a product at a delivery makes of one household's line: kept, given back, or made up later."""

from courtil.api import NOTHING, Charge, LineEffect, LineNow
from courtil_contracts.domain.changes import Held, Money, Outcome, Place

CAUSE = "contracts.hazard"


def shortfall(line: Held, fewer: int, money: Money, label: str) -> Outcome:
    """So many fewer, given back (`CREDITED`) or still paid to the farm (`KEPT`).

    A line of which something is left keeps it; what is still paid of the rest becomes a charge that bears the label.
    """
    lost = min(fewer, line.quantity)
    cents = lost * line.unit_cents
    if lost == line.quantity:
        effect = LineEffect(money.value)
        made = {line.place: LineNow(lost, line.unit_cents, effect, CAUSE)}
        return Outcome(money, cents, -cents if money is Money.CREDITED else 0, made)
    made = {line.place: LineNow(line.quantity - lost, line.unit_cents)}
    if money is Money.CREDITED:
        return Outcome(money, cents, -cents, made)
    return Outcome(money, cents, 0, made, (Charge(label, cents),) if cents else ())


def made_up(line: Held, fewer: int, delivery_id: int, there: Held | None) -> Outcome | None:
    """So many fewer, which come at a later delivery beside what is there; None where the two cannot be added up."""
    if there is not None and (there.effect is not LineEffect.DUE or there.unit_cents != line.unit_cents):
        return None
    moved = min(fewer, line.quantity)
    rest = line.quantity - moved
    target: Place = (line.offer_product_id, delivery_id)
    made = {
        line.place: LineNow(rest, line.unit_cents) if rest else NOTHING,
        target: LineNow(moved + (there.quantity if there else 0), line.unit_cents),
    }
    return Outcome(Money.MOVED, moved * line.unit_cents, 0, made)
