"""A basket in two parts: what each household signs and pays, settled again whatever changes the basket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, select

from courtil.api import (
    BINDING,
    FRENCH,
    N_,
    Amendment,
    Charge,
    Contract,
    ContractLine,
    ContractState,
    Costing,
    Delivery,
    DeliveryState,
    Distribution,
    Draft,
    Household,
    Line,
    LineEffect,
    NotFound,
    OfferDate,
    Problem,
    Reader,
    Refused,
    Unit,
    _,
    amend,
    find_contract,
    format_euros,
    ngettext,
    spoken,
)
from courtil_contracts.domain.plans import Due
from courtil_contracts.domain.sharing import FIRST, SECOND, Manner, PairingState, other, second_part
from courtil_contracts.services.pairings import (
    STANDING,
    Sharing,
    bound_id,
    days_of,
    held_pairing,
    of_household,
    sharing_of,
    signed_states,
    turns_to_come,
)
from courtil_contracts.tables import Pairing


class Coming(NamedTuple):
    """A basket that is shared: its delivery, its evening, whose turn it is (both fetch it: None)."""

    delivery_id: int
    distribution_id: int
    day: date
    side: int | None

    def is_for(self, side: int) -> bool:
        """Whether this household fetches it."""
        return self.side in (None, side)


def part_of(pairing: Pairing, found: Contract) -> int:
    """What the second pays of the basket that the first has signed.

    After an end, of what came until then: of what is paid as a whole, so much as of all deliveries had come.
    """
    last = pairing.ended_on or date.max
    counted = [line for line in found.lines if line.effect is not LineEffect.CREDITED]
    came = [line for line in counted if line.delivery.distribution.day <= last]
    lines = sum(line.quantity * line.unit_cents for line in came)
    charges = sum(charge.cents for charge in found.charges if charge.label != pairing.first_label)
    if counted:
        charges = charges * _deliveries(came) // _deliveries(counted)
    return second_part(lines + charges, pairing.shares)


def _deliveries(lines: Sequence[ContractLine]) -> int:
    return len({line.delivery_id for line in lines})


def bound(reader: Reader, pairing: Pairing, side: int) -> Contract | None:
    """The contract that this side has signed, with all that belongs to it."""
    key = bound_id(reader, pairing.offer_id, pairing.first_id if side == FIRST else pairing.second_id)
    return find_contract(reader, key) if key is not None else None


def settle(unit: Unit, pairing: Pairing) -> None:
    """Bring the parts of both to what the basket costs now; together they are the whole basket, to the cent.

    Once the pairing has ended without the second's signature, the first pays all.
    """
    if not pairing.parts or pairing.state not in STANDING:
        return
    first, second = bound(unit, pairing, FIRST), bound(unit, pairing, SECOND)
    alone = first is None or (pairing.state is PairingState.ENDED and second is None)
    part = 0 if first is None or alone else part_of(pairing, first)
    for found, label, cents in ((first, pairing.first_label, -part), (second, pairing.second_label, part)):
        if found is not None:
            _put(unit, found, label, cents)


def _put(unit: Unit, found: Contract, label: str, cents: int) -> None:
    if sum(one.cents for one in found.charges if one.label == label) == cents:
        return
    charges = [Charge(one.label, one.cents) for one in found.charges if one.label != label]
    charges += [Charge(label, cents)] if cents else []
    amend(unit, found.id, Amendment(charges=charges), N_("part du panier partagé"), ended=True)


def follow(unit: Unit, contract_id: int) -> None:
    """Something changed what this contract costs, or whether it binds: settle the basket that it is a part of."""
    found = unit.get(Contract, contract_id)
    here = (Pairing.offer_id == found.offer_id, Pairing.state.in_(STANDING), of_household(found.household_id))
    for pairing in unit.all(select(Pairing).where(*here)):
        _not_eaten(unit, pairing, found)
        settle(unit, pairing)


def _not_eaten(unit: Unit, pairing: Pairing, found: Contract) -> None:
    """A part has no dates of its own: raise Refused when it is cancelled after a basket of it was there."""
    if not pairing.parts or found.household_id != pairing.second_id or found.state is not ContractState.CANCELLED:
        return
    first = bound(unit, pairing, FIRST)
    if first is not None and any(line.delivery.distribution.day <= unit.today for line in first.lines):
        message = _(
            "Des paniers partagés sont déjà venus : votre part ne s’annule plus, demandez d’arrêter le partage."
        )
        raise Refused(message)


def signed(unit: Unit, contract_id: int) -> None:
    """One of the two has signed: whose turn each date is stays as both knew it."""
    found = unit.get(Contract, contract_id)
    here = sharing_of(unit, found.offer_id, found.household_id)
    if here is not None:
        here.pairing.turns = {str(key): side for key, _day, side in days_of(unit, here.pairing)}
        unit.session.flush()
        settle(unit, here.pairing)


def follow_delivery(unit: Unit, delivery_id: int) -> None:
    """A date was cancelled or restored: settle the baskets of its offers."""
    on_it = exists().where(OfferDate.offer_id == Pairing.offer_id, OfferDate.delivery_id == delivery_id)
    query = select(Pairing).where(on_it, Pairing.state.in_(STANDING), Pairing.manner == Manner.TOGETHER)
    for pairing in unit.all(query.order_by(Pairing.id)):
        settle(unit, pairing)


def end(unit: Unit, pairing_id: int, on: date) -> Pairing:
    """The coordination ends a pairing of which somebody has signed: what comes after this day the first pays alone.

    With every other date each keeps its own contract. `reopen` takes it back. Raises NotFound, Refused.
    """
    _offer, found = held_pairing(unit, pairing_id)
    if found.state is not PairingState.ACCEPTED:
        raise Refused(_("Ce partage n’est pas en cours."))
    found.state, found.ended_on = PairingState.ENDED, on
    unit.session.flush()
    settle(unit, found)
    return found


def reopen(unit: Unit, pairing_id: int) -> Pairing:
    """Take an end back: both parts are as before. Raises NotFound, Refused."""
    _offer, found = held_pairing(unit, pairing_id)
    if found.state is not PairingState.ENDED:
        raise Refused(_("Ce partage n’est pas arrêté."))
    found.state, found.ended_on = PairingState.ACCEPTED, None
    unit.session.flush()
    settle(unit, found)
    return found


def costing_of_second(reader: Reader, here: Sharing | None) -> Costing | None:
    """What the second signs where it chooses nothing itself: its part, or nothing at all; None where it chooses."""
    if here is None or here.side == FIRST or here.halves:
        return None
    words = {"name": here.first}
    if not here.signs:
        message = _("Le foyer %(name)s signe et paie pour vous deux : vous n’avez rien à signer.")
        return Costing(problems=(Problem(message % words),))
    first = bound(reader, here.pairing, FIRST)
    if first is None or first.state is ContractState.TERMINATED:
        message = _("Votre part dépend du panier que choisit le foyer %(name)s : signez après lui.")
        return Costing(problems=(Problem(message % words),))
    part = part_of(here.pairing, first)
    charges = (Charge(here.pairing.second_label, part),) if part else ()
    return Costing(charges=charges, clauses=(_second_clause(here),))


def part_taken_off(here: Sharing | None, lines: Sequence[Line], charges: Sequence[Charge]) -> list[Charge]:
    """What the second pays of the first's choice, taken off; nothing where nobody else pays a part."""
    if here is None or here.side != FIRST or not here.pairing.parts:
        return []
    whole = sum(line.cents for line in lines) + sum(charge.cents for charge in charges)
    part = second_part(whole, here.pairing.shares)
    return [Charge(here.pairing.first_label, -part)] if part else []


@spoken(FRENCH)
def clause(reader: Reader, here: Sharing) -> str:
    """What is said of the sharing where one chooses, and in the text that gets signed."""
    if here.side == SECOND and not here.halves:
        return _second_clause(here)
    words = {"name": here.partner, "shares": _shares(here.pairing)}
    if here.pairing.manner is Manner.ALTERNATING:
        return _alternating_clause(reader, here)
    if not here.pairing.parts:
        return _("Le panier est partagé avec le foyer %(name)s, qui peut venir le chercher et ne doit rien.") % words
    message = _(
        "Chaque panier est partagé avec le foyer %(name)s, qui paie sa part à la ferme par son propre contrat "
        "(%(shares)s). Ce qui change le prix du panier change les deux parts."
    )
    return message % words


def _alternating_clause(reader: Reader, here: Sharing) -> str:
    sides = turns_to_come(reader, [here.pairing])[here.pairing.id]
    mine, theirs = sides.count(here.side), sides.count(other(here.side))
    words = {"name": here.partner, "mine": dates(mine), "theirs": dates(theirs)}
    if here.halves:
        message = _("Panier en alternance avec le foyer %(name)s : %(mine)s pour vous, %(theirs)s pour lui.")
    else:
        message = _("Le foyer %(name)s vient chercher le panier une fois sur deux (%(theirs)s) et ne doit rien.")
    return message % words


def dates(count: int) -> str:
    """`3 dates`."""
    return ngettext("%(n)s date", "%(n)s dates", count)


def _shares(pairing: Pairing) -> str:
    return _("%(second)s sur %(all)s") % {"second": pairing.second_share, "all": sum(pairing.shares)}


@spoken(FRENCH)
def _second_clause(here: Sharing) -> str:
    if not here.signs:
        return _("Le foyer %(name)s signe et paie pour vous deux : vous n’avez rien à signer.") % {"name": here.first}
    message = _(
        "Chaque panier est partagé avec le foyer %(name)s, au nom duquel les paniers viennent. Ce contrat en est la "
        "part à payer (%(shares)s) ; ce qui change le prix du panier change les deux parts."
    )
    return message % {"name": here.first, "shares": _shares(here.pairing)}


def own_difference(reader: Reader, found: Contract, difference: int) -> int:
    """Of so many cents that a change adds to the basket, what the household of this contract owes more itself."""
    here = sharing_of(reader, found.offer_id, found.household_id)
    if here is None or here.side != FIRST or not here.pairing.parts:
        return difference
    before = part_of(here.pairing, found)
    whole = sum(one.cents for one in found.charges if one.label != here.pairing.first_label)
    whole += sum(one.quantity * one.unit_cents for one in found.lines if one.effect is not LineEffect.CREDITED)
    return difference - (second_part(whole + difference, here.pairing.shares) - before)


def dues_of(reader: Reader, draft: Draft) -> tuple[list[Due], int]:
    """What falls due when, for the plans of a draft, and its charges beside: of a basket in two parts, this part.

    So a payment for each delivery, or to whose order a day is paid, is found for the second as well.
    """
    dues = [Due(line.day, line.cents, line.offer_product_id, line.quantity) for line in draft.lines]
    here = sharing_of(reader, draft.offer_id, draft.household_id)
    if here is None or not here.pairing.parts:
        return dues, sum(charge.cents for charge in draft.charges)
    if here.side == SECOND and (first := bound(reader, here.pairing, FIRST)) is not None:
        dues = _dues(first)
    mine = [_own(here, due) for due in dues if due.day > reader.today]
    rest = draft.total - sum(due.cents for due in mine)
    return (mine, rest) if rest >= 0 else ([], draft.total)


def _dues(found: Contract) -> list[Due]:
    return [
        Due(line.delivery.distribution.day, line.quantity * line.unit_cents, line.offer_product_id, line.quantity)
        for line in found.lines
        if line.effect is not LineEffect.CREDITED
    ]


def _own(here: Sharing, due: Due) -> Due:
    """This side's part of what falls due on a day, cents that cannot be split left for the whole."""
    shares = here.pairing.shares
    return due._replace(cents=second_part(due.cents, shares if here.side == SECOND else (shares[1], shares[0])))


@dataclass(frozen=True)
class Open:
    """A pairing that wants something of the coordination, and what."""

    sharing: Sharing
    says: str
    do: str


def open_pairings(reader: Reader, found: Sequence[Sharing]) -> list[Open]:
    """Those of which one side has signed and the other has not, though it has to."""
    states = signed_states(reader, [here.pairing for here in found])
    return [one for here in found if (one := _open(here, states[here.pairing.id])) is not None]


def _open(here: Sharing, states: Mapping[int, ContractState]) -> Open | None:
    pairing = here.pairing
    if pairing.state is not PairingState.ACCEPTED or pairing.payers == 1:
        return None
    names = {FIRST: here.first, SECOND: here.second}
    for side, state in states.items():
        if state is ContractState.TERMINATED:
            says = _("Le contrat du foyer %(name)s est résilié.") % {"name": names[side]}
            do = _("Arrêtez le partage. Si l’autre veut la suite, résiliez aussi son contrat, puis il en signe un.")
            return Open(here, says, do)
    if len(states) != 1:
        return None
    name = {"name": here.second if FIRST in states else here.first}
    if pairing.parts:
        do = _("Rappelez-le, saisissez sa signature sur papier, ou arrêtez le partage : l’autre foyer paie alors tout.")
        return Open(here, _("Le foyer %(name)s n’a pas encore signé sa part.") % name, do)
    do = _("Rappelez-le, saisissez sa signature sur papier, ou arrêtez le partage : ses dates restent libres.")
    return Open(here, _("Le foyer %(name)s n’a pas encore signé ses dates.") % name, do)


def stands(day: date) -> ColumnElement[bool]:
    """The pairings under which baskets are shared on this day."""
    ends_later = (Pairing.state == PairingState.ENDED) & (Pairing.ended_on >= day)
    return (Pairing.state == PairingState.ACCEPTED) | ends_later


def beside(reader: Reader, contract_ids: Sequence[int]) -> dict[int, str]:
    """With whom each of these contracts' baskets are shared: said where they are handed out."""
    query = (
        select(Contract.id, Household.name)
        .join(Pairing, (Pairing.offer_id == Contract.offer_id) & (Pairing.first_id == Contract.household_id))
        .join(Household, Household.id == Pairing.second_id)
        .where(
            Contract.id.in_(contract_ids), Contract.state.in_(BINDING), stands(reader.today),
            (Pairing.manner == Manner.TOGETHER) | (Pairing.payers == 1),
        )
    )  # fmt: skip
    return {int(key): _("avec %(name)s") % {"name": name} for key, name in reader.rows(query)}


def own_part(reader: Reader, here: Sharing) -> str:
    """`25,00 €`: what the second has to sign now. Raises NotFound while there is nothing to sign."""
    first = bound(reader, here.pairing, FIRST)
    if not here.pairing.parts or first is None:
        raise NotFound("part")
    return format_euros(part_of(here.pairing, first))


def coming(reader: Reader, here: Sharing, since: date | None = None) -> list[Coming]:
    """What comes under the first's contract from this day on, today when none is given, as long as they share.

    With the side that fetches it where they take turns.
    """
    query = (
        select(Delivery.id, Delivery.distribution_id, Distribution.day)
        .join(Distribution, Distribution.id == Delivery.distribution_id)
        .join(ContractLine, ContractLine.delivery_id == Delivery.id)
        .join(Contract, Contract.id == ContractLine.contract_id)
        .where(
            Contract.offer_id == here.pairing.offer_id, Contract.household_id == here.pairing.first_id,
            Contract.state.in_(BINDING), ContractLine.effect == LineEffect.DUE,
            Delivery.state != DeliveryState.CANCELLED, Distribution.day >= (since or reader.today),
            Distribution.day <= (here.pairing.ended_on or date.max),
        )
        .order_by(Distribution.day)
        .distinct()
    )  # fmt: skip
    turns = {key: side for key, _day, side in days_of(reader, here.pairing)}
    alternating = here.pairing.manner is Manner.ALTERNATING
    return [
        Coming(delivery, evening, day, turns.get(delivery) if alternating else None)
        for delivery, evening, day in reader.rows(query)
    ]
