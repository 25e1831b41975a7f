"""A basket composed anew for one delivery: other products worth as much, and the same money."""

from collections.abc import Mapping

from courtil.api import (
    FRENCH,
    NOTHING,
    Available,
    Charge,
    LineNow,
    Problem,
    Refused,
    _,
    format_euros,
    ngettext,
    spoken,
)
from courtil_contracts.domain.changes import Money, Outcome, Place, Situation, checked, short
from courtil_contracts.domain.quantities import lines_after, respects_rules, within


def exchangeable(situation: Situation, delivery_id: int) -> dict[int, int]:
    """The products that a basket of this delivery can be made of, each with what one piece is worth.

    In points where the terms give points, else in cents. Those that are paid as a whole, weighed, or that come a
    number of times only stay out of it; so does what is not handed out that day, whatever became of its price.
    """
    now = {one.offer_product_id: one.unit_cents for one in situation.due(delivery_id)}
    there = {one.offer_product_id for one in situation.lines if one.delivery_id == delivery_id}
    cells = [one for one in situation.cells if one.delivery_id == delivery_id and one.offer_product_id not in there]
    found = {one.offer_product_id: _worth(situation, one) for one in cells}
    found |= {key: situation.terms.of(key).points if situation.terms.has_points else now[key] for key in now}
    return {key: found[key] for key in situation.products if found.get(key) and _moves(situation, key)}


def _worth(situation: Situation, cell: Available) -> int:
    return situation.terms.of(cell.offer_product_id).points if situation.terms.has_points else cell.unit_cents


def _moves(situation: Situation, key: int) -> bool:
    terms = situation.terms.of(key)
    return terms.per == "delivery" and not terms.kg_cents and not terms.tiers and terms.deliveries is None


def composed(situation: Situation, delivery_id: int) -> dict[int, int]:
    """How many of each exchangeable product come now."""
    now = {one.offer_product_id: one.quantity for one in situation.due(delivery_id)}
    return {key: now.get(key, 0) for key in exchangeable(situation, delivery_id)}


def worth(situation: Situation, delivery_id: int, quantities: Mapping[int, int]) -> int:
    """What so many of each product are worth together, in points or cents."""
    worths = exchangeable(situation, delivery_id)
    return sum(number * worths.get(key, 0) for key, number in quantities.items())


def told(situation: Situation, number: int) -> str:
    """A worth in words: `12 points`, `34,00 €`."""
    return ngettext("%(n)s point", "%(n)s points", number) if situation.terms.has_points else format_euros(number)


def exchange(situation: Situation, delivery_id: int, wanted: Mapping[int, int]) -> Outcome:
    """Other products at one delivery, worth as much, for the same money; what is not named stays. Raises Refused.

    Each line bears its share of what the basket costs, so that giving it back or ending the contract counts right;
    a cent that no line can bear is a charge.
    """
    checked(situation, "exchange", delivery_id)
    if any(place[1] == delivery_id and extra for place, extra in situation.brought.items()):
        raise Refused(_("Un panier reporté arrive aussi ce jour-là : revenez d’abord sur le report."))
    now = composed(situation, delivery_id)
    then = now | {key: number for key, number in wanted.items() if key in now}
    within(situation, then)
    if then == now:
        raise Refused(_("Rien ne change : composez un autre panier."))
    _equal(situation, worth(situation, delivery_id, now), worth(situation, delivery_id, then))
    lines, rest = _paid_alike(situation, delivery_id, now, then)
    respects_rules(situation, lines_after(situation, lines))
    charge = (Charge(_label(situation, delivery_id), rest),) if rest else ()
    return Outcome(Money.MOVED, sum(one.cents for one in situation.due(delivery_id)), 0, lines, charge)


@spoken(FRENCH)
def _label(situation: Situation, delivery_id: int) -> str:
    day = situation.day_of(delivery_id) or situation.today
    return _("Échange du %(day)s, arrondi") % {"day": short(day)}


def _equal(situation: Situation, now: int, then: int) -> None:
    if now == then:
        return
    words = {"now": told(situation, now), "then": told(situation, then), "gap": told(situation, abs(now - then))}
    message = _("Votre panier vaut %(now)s, celui que vous composez %(then)s : ajoutez-en pour %(gap)s.")
    if then > now:
        message = _("Votre panier vaut %(now)s, celui que vous composez %(then)s : enlevez-en pour %(gap)s.")
    raise Refused(Problem(message % words))


def _paid_alike(
    situation: Situation, delivery_id: int, now: Mapping[int, int], then: Mapping[int, int]
) -> tuple[dict[Place, LineNow], int]:
    """The lines that bear what the old ones cost, in proportion to their worth, and the cents that none can bear."""
    worths = exchangeable(situation, delivery_id)
    rest = sum(one.cents for one in situation.due(delivery_id) if one.offer_product_id in now)
    total = worth(situation, delivery_id, then)
    units = {key: rest * worths[key] // total for key, number in then.items() if number}
    rest -= sum(units[key] * then[key] for key in units)
    for key in sorted(units, key=lambda key: -then[key]):
        units[key], rest = units[key] + rest // then[key], rest % then[key]
    lines: dict[Place, LineNow] = {(key, delivery_id): NOTHING for key, number in now.items() if number}
    return lines | {(key, delivery_id): LineNow(then[key], cents) for key, cents in units.items()}, rest
