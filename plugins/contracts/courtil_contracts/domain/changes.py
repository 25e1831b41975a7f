"""Changes after signing: which are possible, why not, and what each makes of lines and money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from courtil.api import (
    N_,
    NOTHING,
    Available,
    Charge,
    LineEffect,
    LineNow,
    Problem,
    Refused,
    _,
    format_euros,
    in_words,
    ngettext,
)
from courtil_contracts.domain.terms import ChangeTerms, Terms

Place = tuple[int, int]
"""A product of the offer and a delivery."""


class Money(StrEnum):
    """What becomes of the price of what changes."""

    KEPT = "kept"
    CREDITED = "credited"
    MOVED = "moved"
    GIVEN = "given"
    DONATED = "donated"
    CHANGED = "changed"


class Kind(StrEnum):
    """What was changed; hazards are the coordination's, the others the household's."""

    ABSENCE = "absence"
    REPORT = "report"
    QUANTITY = "quantity"
    EXCHANGE = "exchange"
    DONATION = "donation"
    HANDOVER = "handover"
    HAZARD = "hazard"


class Held(NamedTuple):
    """A line of the contract as it is now."""

    offer_product_id: int
    delivery_id: int
    day: date
    quantity: int
    unit_cents: int
    effect: LineEffect = LineEffect.DUE

    @property
    def place(self) -> Place:
        """Where it stands in the contract."""
        return self.offer_product_id, self.delivery_id

    @property
    def cents(self) -> int:
        """Quantity times price."""
        return self.quantity * self.unit_cents


@dataclass(frozen=True)
class Situation:
    """One contract on one day.

    `cells` is what comes when in the offer, `used` counts the changes made by kind, `closed` are deliveries that are
    cancelled or done, `promised` says of baskets that are given away to whom, and `brought` is what a report added to
    a line. `by_hand`: a coordinator enters what a household told her, the days of notice do not bind her.
    """

    lines: Sequence[Held]
    cells: Sequence[Available]
    terms: Terms
    today: date
    joined_on: date
    products: Mapping[int, str] = field(default_factory=dict)
    most: Mapping[int, int] = field(default_factory=dict)
    charges: Sequence[Charge] = ()
    used: Mapping[str, int] = field(default_factory=dict)
    closed: frozenset[int] = frozenset()
    promised: Mapping[int, str] = field(default_factory=dict)
    brought: Mapping[Place, int] = field(default_factory=dict)
    composed: frozenset[int] = frozenset()
    """Deliveries that were composed anew: other quantities from a date on leave them as they are."""
    by_hand: bool = False

    def due(self, delivery_id: int) -> list[Held]:
        """What is handed out at a delivery."""
        return [one for one in self.lines if one.delivery_id == delivery_id and one.effect is LineEffect.DUE]

    def day_of(self, delivery_id: int) -> date | None:
        """The day of a delivery of the offer or of the contract."""
        days = {one.delivery_id: one.day for one in self.cells} | {one.delivery_id: one.day for one in self.lines}
        return days.get(delivery_id)


@dataclass(frozen=True)
class Outcome:
    """What a change makes.

    `lines` are new, by product and delivery; `charges` add cents to what bears that label; `cents` is the price of what
    changes, and `difference` what the household owes more (less when negative).
    """

    money: Money
    cents: int
    difference: int = 0
    lines: Mapping[Place, LineNow] = field(default_factory=dict)
    charges: tuple[Charge, ...] = ()


class Target(NamedTuple):
    """A date to which a basket could go, and why not, if so; `double`: something comes there already."""

    delivery_id: int
    day: date
    why_not: str
    double: bool


USED: Mapping[str, tuple[str, str]] = {
    "absence": (N_("Vous avez déjà utilisé votre absence."), N_("Vous avez déjà utilisé vos %(n)s absences.")),
    "report": (N_("Vous avez déjà fait votre report."), N_("Vous avez déjà fait vos %(n)s reports.")),
    "quantity": (N_("Vous avez déjà changé les quantités."), N_("Vous avez déjà changé %(n)s fois les quantités.")),
    "exchange": (N_("Vous avez déjà échangé un panier."), N_("Vous avez déjà échangé %(n)s paniers.")),
    "donation": (N_("Vous avez déjà donné un panier."), N_("Vous avez déjà donné %(n)s paniers.")),
    "handover": (N_("Vous avez déjà confié un panier."), N_("Vous avez déjà confié %(n)s paniers.")),
}


def bounds(situation: Situation, kind: str) -> ChangeTerms | None:
    """The terms of a kind of change; None when the contract does not allow it."""
    return next((one for one in situation.terms.changes if one.kind == kind), None)


def quota(situation: Situation, allowed: ChangeTerms) -> int | None:
    """How many in all, fewer for who joined late, rounded in her favour; None without a limit."""
    if allowed.most is None:
        return None
    days = {one.day for one in situation.cells}
    after = sum(day > situation.joined_on for day in days)
    return -(-allowed.most * after // len(days)) if after else allowed.most


def left(situation: Situation, kind: str) -> int | None:
    """How many may still be made; None without a limit."""
    allowed = bounds(situation, kind)
    most = quota(situation, allowed) if allowed else 0
    return None if most is None else max(0, most - situation.used.get(kind, 0))


def last_day(situation: Situation, allowed: ChangeTerms, day: date) -> date:
    """The last day on which a delivery may still be changed."""
    return day if situation.by_hand else day - timedelta(days=allowed.notice_days)


def why_not(situation: Situation, kind: str, delivery_id: int) -> str:
    """Why this change is not possible at this delivery, in French; empty when it is."""
    allowed, day = bounds(situation, kind), situation.day_of(delivery_id)
    if allowed is None or day is None:
        return _("Votre contrat ne prévoit pas ce changement.")
    if delivery_id in situation.promised:
        return situation.promised[delivery_id]
    return (
        too_late(situation, allowed, delivery_id, day)
        or ("" if situation.due(delivery_id) else _("Rien ne vous est remis ce jour-là : il n’y a rien à changer."))
        or _outside(allowed, day)
        or _used_up(situation, allowed)
    )


def too_late(situation: Situation, allowed: ChangeTerms, delivery_id: int, day: date) -> str:
    """Why nothing changes any more at a delivery; empty when there is time."""
    if day < situation.today:
        return _("Cette livraison est passée.")
    if delivery_id in situation.closed:
        return _("Cette livraison est annulée ou déjà faite.")
    if situation.today <= last_day(situation, allowed, day):
        return ""
    notice = ngettext("%(n)s jour avant", "%(n)s jours avant", allowed.notice_days)
    return _("Trop tard pour %(day)s : il faut prévenir %(notice)s.") % {"day": short(day), "notice": notice}


def _outside(allowed: ChangeTerms, day: date) -> str:
    begins, ends = allowed.begins_on, allowed.ends_on
    if (begins is None or begins <= day) and (ends is None or day <= ends):
        return ""
    if begins and ends:
        words = {"first": short(begins), "last": short(ends)}
        return _("Seulement pour les livraisons du %(first)s au %(last)s.") % words
    if begins:
        return _("Seulement pour les livraisons à partir du %(first)s.") % {"first": short(begins)}
    return _("Seulement pour les livraisons jusqu’au %(last)s.") % {"last": short(ends or day)}


def _used_up(situation: Situation, allowed: ChangeTerms) -> str:
    most = quota(situation, allowed)
    if most is None or situation.used.get(allowed.kind, 0) < most:
        return ""
    return ngettext(*USED[allowed.kind], most)


def short(day: date) -> str:
    """`jeudi 7 mai`."""
    return in_words(day, "EEEE d MMMM")


def checked(situation: Situation, kind: str, delivery_id: int) -> list[Held]:
    """What is due there. Raises Refused when the change is not possible."""
    if problem := why_not(situation, kind, delivery_id):
        raise Refused(problem)
    return situation.due(delivery_id)


def absence(situation: Situation, delivery_id: int) -> Outcome:
    """Not coming on a date: the price stays with the farm, or is given back, as the terms say. Raises Refused."""
    lines = checked(situation, "absence", delivery_id)
    allowed = bounds(situation, "absence")
    money = Money(allowed.money) if allowed else Money.KEPT
    effect, cents = LineEffect(money.value), sum(one.cents for one in lines)
    made = {one.place: LineNow(one.quantity, one.unit_cents, effect, "contracts.absence") for one in lines}
    return Outcome(money, cents, -cents if money is Money.CREDITED else 0, made)


def report(situation: Situation, delivery_id: int, target_id: int) -> Outcome:
    """The basket of a date comes on another one, at its own price, beside what comes there already. Raises Refused."""
    lines = checked(situation, "report", delivery_id)
    if problem := _cannot_come(situation, lines, target_id):
        raise Refused(Problem(problem, "target"))
    made: dict[Place, LineNow] = {one.place: NOTHING for one in lines}
    there = {one.offer_product_id: one.quantity for one in situation.due(target_id)}
    for one in lines:
        quantity = one.quantity + there.get(one.offer_product_id, 0)
        made[one.offer_product_id, target_id] = LineNow(quantity, one.unit_cents)
    return Outcome(Money.MOVED, sum(one.cents for one in lines), 0, made)


def targets(situation: Situation, delivery_id: int) -> list[Target]:
    """The dates to come of the offer, each with why the basket of this delivery cannot go there, if so."""
    lines = situation.due(delivery_id)
    days = {one.delivery_id: one.day for one in situation.cells if one.day > situation.today}
    return [
        Target(key, day, _cannot_come(situation, lines, key), bool(situation.due(key)))
        for key, day in sorted(days.items(), key=lambda one: one[1])
        if key != delivery_id
    ]


def _cannot_come(situation: Situation, lines: Sequence[Held], target_id: int) -> str:
    allowed, day = bounds(situation, "report"), situation.day_of(target_id)
    comes = {one.offer_product_id for one in situation.cells if one.delivery_id == target_id}
    if allowed is None or day is None or not comes or any(one.delivery_id == target_id for one in lines):
        return _("Choisissez une autre date du contrat.")
    if day <= situation.today:
        return _("Cette livraison est passée.")
    if problem := too_late(situation, allowed, target_id, day) or situation.promised.get(target_id, ""):
        return problem
    there = {one.offer_product_id: one for one in situation.lines if one.delivery_id == target_id}
    return next(filter(None, (_clash(situation, one, there, comes, day) for one in lines)), "")


def _clash(situation: Situation, line: Held, there: Mapping[int, Held], comes: set[int], day: date) -> str:
    """Why one product cannot come with what is there."""
    name, other = situation.products.get(line.offer_product_id, "?"), there.get(line.offer_product_id)
    words = {"name": name, "day": short(day)}
    if line.offer_product_id not in comes:
        return _("« %(name)s » ne vient pas le %(day)s.") % words
    if other is None:
        return ""
    if other.effect is not LineEffect.DUE:
        return _("Vous ne venez pas le %(day)s.") % words
    if other.unit_cents == line.unit_cents:
        return ""
    words |= {"there": format_euros(other.unit_cents), "here": format_euros(line.unit_cents)}
    return _("« %(name)s » coûte %(there)s le %(day)s, au lieu de %(here)s : choisissez une autre date.") % words


def donation(situation: Situation, delivery_id: int) -> Outcome:
    """The farm brings the basket, the household pays it, somebody else eats it. Raises Refused."""
    return Outcome(Money.DONATED, sum(one.cents for one in checked(situation, "donation", delivery_id)))


def handover(situation: Situation, delivery_id: int) -> Outcome:
    """Another household takes the basket; the giver pays the farm, no money moves. Raises Refused."""
    return Outcome(Money.GIVEN, sum(one.cents for one in checked(situation, "handover", delivery_id)))
