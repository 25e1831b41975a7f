"""Other quantities from a date on: which products, what comes when, what rules and fees say."""

from collections.abc import Mapping

from courtil.api import MOST_BASKETS, NOTHING, Charge, LineEffect, LineNow, Problem, Refused, _
from courtil_contracts.domain import prices
from courtil_contracts.domain.changes import Held, Money, Outcome, Place, Situation, checked, short
from courtil_contracts.domain.rules import Cell, Grid, breaches


def changeable(situation: Situation) -> list[int]:
    """The products whose quantities may change: those that are paid piece by piece."""
    return [key for key in situation.products if situation.terms.of(key).per == "delivery"]


def quantities_from(situation: Situation, delivery_id: int) -> dict[int, int]:
    """How many of each product come from a delivery on, without what reports bring: its first line counts."""
    found: dict[int, int] = {}
    for one in sorted(_from(situation, delivery_id), key=lambda one: one.day):
        found.setdefault(one.offer_product_id, one.quantity - situation.brought.get(one.place, 0))
    return {key: found.get(key, 0) for key in changeable(situation)}


def _from(situation: Situation, delivery_id: int) -> list[Held]:
    """The due lines from the day of a delivery on that may still change."""
    day = situation.day_of(delivery_id)
    stays = situation.closed | set(situation.promised) | situation.composed
    return [
        one
        for one in situation.lines
        if day and one.day >= day and one.effect is LineEffect.DUE and one.delivery_id not in stays
    ]


def quantity(situation: Situation, delivery_id: int, wanted: Mapping[int, int]) -> Outcome:
    """Other quantities from a delivery on, by product; what is not named stays. Raises Refused, under `q-12`.

    A product that did not come yet comes on the dates on which something does; what a report brought stays on top.
    """
    checked(situation, "quantity", delivery_id)
    within(situation, wanted)
    now = quantities_from(situation, delivery_id)
    changed = {key: new for key, new in wanted.items() if key in now and new != now[key]}
    if not changed:
        raise Refused(_("Rien ne change : écrivez une autre quantité."))
    if not any(wanted.get(key, kept) for key, kept in now.items()):
        raise Refused(_("Pour ne plus rien recevoir, demandez la résiliation du contrat."))
    lines = _requantified(situation, delivery_id, changed)
    after = lines_after(situation, lines)
    respects_rules(situation, after)
    charges = _fees(situation, after)
    difference = _cents(after) - _cents(lines_after(situation, {})) + sum(one.cents for one in charges)
    return Outcome(Money.CHANGED, difference, difference, lines, tuple(charges))


def within(situation: Situation, wanted: Mapping[int, int]) -> None:
    """Raise Refused, under `q-12`, for a quantity below zero or above what one household may take."""
    problems = []
    for key, number in wanted.items():
        most = situation.most.get(key, MOST_BASKETS)
        if not 0 <= number <= most:
            words = {"most": most, "name": situation.products.get(key, "?")}
            problems.append(Problem(_("De 0 à %(most)s « %(name)s » par foyer.") % words, f"q-{key}"))
    if problems:
        raise Refused(*problems)


def _requantified(situation: Situation, delivery_id: int, changed: Mapping[int, int]) -> dict[Place, LineNow]:
    coming, made = _from(situation, delivery_id), {}
    gone = {one.place for one in situation.lines if one.effect is not LineEffect.DUE}
    places = {(one.offer_product_id, one.delivery_id): one for one in situation.cells}
    cells = {place: one for place, one in places.items() if place not in gone}
    for key, number in changed.items():
        known = {one.delivery_id: one for one in coming if one.offer_product_id == key}
        for delivery in known or {one.delivery_id: one for one in coming}:
            cell, line = cells.get((key, delivery)), known.get(delivery)
            if line is not None or (cell is not None and situation.terms.of(key).deliveries is None):
                price = line.unit_cents if line else cell.unit_cents if cell else 0
                made[key, delivery] = _line_of(situation, (key, delivery), number, price)
    if not made:
        raise Refused(_("Ce produit ne vient aucun des jours où vous venez."))
    return made


def _line_of(situation: Situation, place: Place, number: int, price: int) -> LineNow:
    tiers, extra = situation.terms.of(place[0]).tiers, situation.brought.get(place, 0)
    unit = prices.tiered(number, tiers) if tiers and number else price
    if extra and unit != price:
        message = _("« %(name)s » vient deux fois le %(day)s à un prix qui changerait : revenez d’abord sur le report.")
        day = situation.day_of(place[1]) or situation.today
        raise Refused(message % {"name": situation.products.get(place[0], "?"), "day": short(day)})
    return LineNow(number + extra, unit) if number + extra else NOTHING


def lines_after(situation: Situation, lines: Mapping[Place, LineNow]) -> dict[Place, LineNow]:
    """All lines of the contract with these in their place; what is given back costs nothing."""
    now = {one.place: LineNow(one.quantity, one.unit_cents, one.effect) for one in situation.lines}
    return {place: one for place, one in (now | dict(lines)).items() if one.quantity}


def _cents(lines: Mapping[Place, LineNow]) -> int:
    return sum(one.quantity * one.unit_cents for one in lines.values() if one.effect is not LineEffect.CREDITED)


def respects_rules(situation: Situation, after: Mapping[Place, LineNow]) -> None:
    """Raise Refused for rules that this change breaks; what other changes broke already is not its fault."""
    cells = [one for one in situation.cells if one.day > situation.joined_on]
    most = situation.most
    grid = Grid(
        tuple(
            Cell(*one, most.get(one.offer_product_id, MOST_BASKETS), situation.terms.of(one.offer_product_id).points)
            for one in cells
        ),
        situation.products,
        len({one.delivery_id for one in situation.cells}),
    )
    rules, before = situation.terms.rules, lines_after(situation, {})
    known = {one.message for one in breaches(rules, grid, _numbers(before), by_hand=situation.by_hand)}
    broken = [one.message for one in breaches(rules, grid, _numbers(after), by_hand=situation.by_hand)]
    if new := [message for message in broken if message not in known]:
        raise Refused(*new)


def _numbers(lines: Mapping[Place, LineNow]) -> dict[Place, int]:
    return {place: one.quantity for place, one in lines.items()}


def _fees(situation: Situation, after: Mapping[Place, LineNow]) -> list[Charge]:
    """What fees by delivery or by basket become: the old charge goes, the new one comes."""
    before = lines_after(situation, {})
    more = {
        "delivery": len({place[1] for place in after}) - len({place[1] for place in before}),
        "basket": sum(_numbers(after).values()) - sum(_numbers(before).values()),
    }
    found: list[Charge] = []
    for fee in situation.terms.fees:
        old = next((one for one in situation.charges if prices.is_charge_of(fee, one)), None)
        if old is not None and fee.cents and more.get(fee.per):
            times = old.cents // fee.cents + more[fee.per]
            new = prices.charges([fee.model_copy(update={"optional": False})], (), times, times)
            found += [Charge(old.label, -old.cents), *new]
    return found
