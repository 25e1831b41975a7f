"""Changing a signed contract: what is possible, what it would make, doing it, and the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from courtil.api import (
    AMENDABLE,
    N_,
    NOTHING,
    Amendment,
    Charge,
    Contract,
    ContractAmended,
    Delivery,
    Distribution,
    LineEffect,
    LineNow,
    NotFound,
    Reader,
    Refused,
    Schedule,
    Stale,
    Unit,
    _,
    held_contract,
    long_day,
    schedule,
    stock_problems,
    worth,
)
from courtil_contracts.domain import changes as rules
from courtil_contracts.domain import quantities
from courtil_contracts.domain.changes import Kind, Outcome, Place, Situation
from courtil_contracts.domain.exchanges import exchange
from courtil_contracts.services import amendments
from courtil_contracts.services.sharing import own_difference
from courtil_contracts.services.situations import (
    active_changes,
    charges_of,
    kept_lines,
    lines_of,
    situation,
    touched,
)
from courtil_contracts.services.weighing import amend_weighed
from courtil_contracts.tables import ACTIVE, ChangeState, ContractChange

KINDS = ("absence", "report", "donation", "handover")
"""Changes of one date; other quantities are from a date on."""

PHRASES = {
    "absence": N_("absence le %(day)s"),
    "report": N_("panier du %(day)s reporté"),
    "quantity": N_("quantités changées à partir du %(day)s"),
    "exchange": N_("panier du %(day)s recomposé"),
    "donation": N_("panier du %(day)s donné"),
    "handover": N_("panier du %(day)s confié à un autre foyer"),
    "hazard": N_("manque le %(day)s"),
}


@dataclass(frozen=True)
class Wish:
    """What a household wants to change, from or at which delivery."""

    kind: str
    delivery_id: int
    target_id: int | None = None
    to_household_id: int | None = None
    quantities: Mapping[int, int] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Day:
    """A delivery of the contract with what is due there; `why_not` says by kind what stands against a change."""

    delivery_id: int
    day: date
    words: str
    why_not: Mapping[str, str]
    promised: str = ""

    @property
    def open(self) -> bool:
        """Whether something may change."""
        return not all(self.why_not.values())


@dataclass(frozen=True)
class Preview:
    """What a change would make: cents owed to the farm before and after, and the payments as they would be."""

    outcome: Outcome
    before: int
    after: int
    plan: Schedule | None


def possible(reader: Reader, found: Contract, *, by_hand: bool = False) -> list[Day]:
    """The deliveries to come with what may change at each; none when terms or state of the contract allow nothing."""
    here = situation(reader, found, by_hand=by_hand)
    if not here.terms.changes or found.state not in AMENDABLE:
        return []
    kinds = [one.kind for one in here.terms.changes]
    coming = sorted({(one.day, one.delivery_id) for one in here.lines if one.day >= here.today})
    return [
        Day(key, day, words(here, key), {kind: rules.why_not(here, kind, key) for kind in kinds},
            here.promised.get(key, ""))
        for day, key in coming
    ]  # fmt: skip


def words(here: Situation, delivery_id: int) -> str:
    """What is due at a delivery: `1 × Panier, 2 × Miel`."""
    return ", ".join(
        f"{one.quantity}\u00a0×\u00a0{here.products[one.offer_product_id]}" for one in here.due(delivery_id)
    )


def outcome_of(here: Situation, wish: Wish) -> Outcome:
    """What the wish makes. Raises Refused."""
    match wish.kind:
        case "absence":
            return rules.absence(here, wish.delivery_id)
        case "report":
            return rules.report(here, wish.delivery_id, wish.target_id or 0)
        case "quantity":
            return quantities.quantity(here, wish.delivery_id, wish.quantities)
        case "exchange":
            return exchange(here, wish.delivery_id, wish.quantities)
        case "donation":
            return rules.donation(here, wish.delivery_id)
        case "handover":
            return rules.handover(here, wish.delivery_id)
    raise NotFound(wish.kind)


def preview(reader: Reader, found: Contract, wish: Wish, *, by_hand: bool = False) -> Preview:
    """What changes and what the household will pay. Raises Refused for what cannot be had."""
    check_state(found)
    here = situation(reader, found, by_hand=by_hand)
    outcome = outcome_of(here, wish)
    if problems := stock_problems(reader, found.offer, _more(here, outcome)):
        raise Refused(*(problem.message for problem in problems))
    before, more = worth(found), own_difference(reader, found, outcome.difference)
    return Preview(outcome, before, before + more, plan_of(reader, found, more))


def plan_of(reader: Reader, found: Contract, more: int) -> Schedule | None:
    """The payments if the contract cost so many cents more; None for whom they are none of her business."""
    try:
        return schedule(reader, found.id, more=more)
    except NotFound:
        return None


def _more(here: Situation, outcome: Outcome) -> dict[Place, int]:
    """What the farm has to bring beyond what it brings now; what it need not any more as negative numbers."""
    now = {one.place: one.quantity for one in here.lines if one.effect is LineEffect.DUE}
    due = {place: one.quantity if _is_due(one) else 0 for place, one in outcome.lines.items()}
    return {place: number - now.get(place, 0) for place, number in due.items() if number != now.get(place, 0)}


def _is_due(line: LineNow) -> bool:
    return line.effect is LineEffect.DUE


def check_state(found: Contract) -> None:
    """Raise Refused for a contract that does not change any more."""
    if found.state not in AMENDABLE:
        raise Refused(_("Ce contrat n’est pas en cours : il ne change plus."))


def make(
    unit: Unit, contract_id: int, wish: Wish, *, by_hand: bool = False, version: int | None = None
) -> ContractChange:
    """Change the contract as wished; a handover goes through `handovers.ask`.

    Raises NotFound, Refused with what to do instead, Stale when the contract changed since the form was opened.
    """
    found = locked(unit, contract_id, version)
    outcome = outcome_of(situation(unit, found, by_hand=by_hand), wish)
    return keep(unit, found, wish, outcome, ChangeState.DONE)


def locked(unit: Unit, contract_id: int, version: int | None = None) -> Contract:
    """The contract, its offer held; it still changes. Raises NotFound, Refused, Stale."""
    found = held_contract(unit, contract_id)
    if version is not None and found.version != version:
        raise Stale
    check_state(found)
    return found


def keep(unit: Unit, found: Contract, wish: Wish, outcome: Outcome, state: ChangeState) -> ContractChange:
    """Bring lines, charges and books along, write down how it was, and the amendment once something changes."""
    was = worth(found)
    what = told(unit, wish.kind, wish.delivery_id)
    before: Mapping[Place, LineNow] = {}
    if outcome.lines:
        before = apply(unit, found, outcome, what)
    elif state is not ChangeState.ASKED:
        tell(unit, found, what)
    change = unit.add(
        ContractChange(
            contract_id=found.id, kind=Kind(wish.kind), money=outcome.money, state=state,
            delivery_id=wish.delivery_id, target_delivery_id=wish.target_id, to_household_id=wish.to_household_id,
            cents=outcome.cents, before=kept_lines(before), after=kept_lines(outcome.lines, outcome.charges),
            note=wish.note, by_person_id=unit.actor.person_id if unit.actor else None, at=unit.now,
        )
    )  # fmt: skip
    if state is not ChangeState.ASKED:
        amendments.write(unit, found, change, was)
    return change


def apply(unit: Unit, found: Contract, outcome: Outcome, what: str) -> Mapping[Place, LineNow]:
    """Make the lines and charges so; the lines as they were before. Raises Refused as `amend` does."""
    charges = shifted(found, outcome.charges) if outcome.charges else None
    return amend_weighed(unit, found.id, Amendment(outcome.lines, charges), what).lines


def shifted(found: Contract, more: Sequence[Charge], sign: int = 1) -> list[Charge]:
    """The charges of the contract with these cents added to, or taken off, what bears their label."""
    cents: dict[str, int] = {}
    for one in found.charges:
        cents[one.label] = cents.get(one.label, 0) + one.cents
    for label, part in more:
        cents[label] = cents.get(label, 0) + sign * part
    return [Charge(label, value) for label, value in cents.items() if value]


def told(reader: Reader, kind: str, delivery_id: int | None) -> str:
    """What was changed, in a French phrase for log and books."""
    query = select(Distribution.day).join(Delivery).where(Delivery.id == delivery_id)
    return PHRASES[kind] % {"day": long_day(reader.one(query), "fr")}


def tell(unit: Unit, found: Contract, what: str) -> None:
    """Log what moved neither lines nor money."""
    unit.record(
        ContractAmended(contract_id=found.id, household=found.household.name, offer=found.offer.name, what=what)
    )


def change_of(reader: Reader, change_id: int) -> ContractChange:
    """A change. Raises NotFound."""
    return reader.get(ContractChange, change_id)


def undo(unit: Unit, change_id: int, *, by_hand: bool = False) -> ContractChange:
    """Take a change back: lines, charges and books are as before.

    Raises NotFound; Refused when a delivery is past or too near, or something else changed the same baskets since.
    """
    found = held_contract(unit, unit.get(ContractChange, change_id).contract_id)
    change = unit.locked(ContractChange, change_id)
    check_state(found)
    if change.state not in ACTIVE or change.hazard_id is not None:
        raise Refused(_("Ce changement n’est plus en cours."))
    if problem := stands_against(situation(unit, found, by_hand=by_hand), change):
        raise Refused(problem)
    take_back(unit, found, change)
    return change


def stands_against(here: Situation, change: ContractChange) -> str:
    """Why it is too late to take a change back; empty when there is time."""
    allowed = rules.bounds(here, change.kind) if lines_of(change.after) else None
    for key in touched(change):
        day = here.day_of(key)
        if day is not None and day < here.today:
            return _("Une livraison concernée est passée : on ne revient plus en arrière.")
        if allowed and day and (problem := rules.too_late(here, allowed, key, day)):
            return problem
    return ""


def take_back(unit: Unit, found: Contract, change: ContractChange) -> None:
    """Put lines and charges back as they were, and say so in an amendment.

    Raises Refused when something else changed them since.
    """
    after, added = lines_of(change.after), charges_of(change.after)
    if _changed_since(unit, found, change):
        message = _("Un changement plus récent touche les mêmes paniers du foyer %(name)s : revenez d’abord dessus.")
        raise Refused(message % {"name": found.household.name})
    what = N_("retour sur : %(what)s") % {"what": told(unit, change.kind, change.delivery_id)}
    was, stood = worth(found), change.state is not ChangeState.ASKED
    if after or added:
        charges = shifted(found, added, -1) if added else None
        amend_weighed(unit, found.id, Amendment(lines_of(change.before), charges), what)
    elif stood:
        tell(unit, found, what)
    change.state = ChangeState.UNDONE
    unit.session.flush()
    if stood:
        amendments.write(unit, found, change, was, undoes=True)


def _changed_since(reader: Reader, found: Contract, change: ContractChange) -> bool:
    """Whether the lines are not as this change left them, or a newer one is about the same deliveries."""
    now = {
        (one.offer_product_id, one.delivery_id): LineNow(one.quantity, one.unit_cents, one.effect, one.cause)
        for one in found.lines
    }
    if any(now.get(place, NOTHING) != line for place, line in lines_of(change.after).items()):
        return True
    labels = {one.label for one in found.charges}
    if any(one.cents > 0 and one.label not in labels for one in charges_of(change.after)):
        return True
    newer = (one for one in active_changes(reader, found.id) if one.id > change.id)
    return any(touched(one) & touched(change) for one in newer)
