"""Contracts of households: reading them, cancelling, ending them early, and what the calendar does by itself."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from courtil.domain.contracts import Evidence, fingerprint
from courtil.domain.events import ContractEnded
from courtil.domain.money import Cents
from courtil.domain.problems import NotFound, Problem, Refused
from courtil.domain.states import BINDING, ContractState, DeliveryState, LineEffect, follow, label
from courtil.domain.words import FRENCH, N_, _, spoken
from courtil.plugin.payloads import Reader, Unit
from courtil.services import books
from courtil.services.limits import live_contract, wanted_problems, whom_to_ask, window_problems
from courtil.store.contracts import DELIVERY, TERMINATION, Contract, ContractLine
from courtil.store.deliveries import Delivery
from courtil.store.offers import Offer, OfferProduct
from courtil.store.operations import LogEntry
from courtil.store.people import Household

log = logging.getLogger(__name__)


def loads() -> Sequence[ExecutableOption]:
    """What every page and service needs of a contract."""
    return (
        joinedload(Contract.offer).options(
            joinedload(Offer.farm), joinedload(Offer.place), joinedload(Offer.season),
            selectinload(Offer.products).joinedload(OfferProduct.product),
        ),
        joinedload(Contract.household).selectinload(Household.persons),
        selectinload(Contract.lines).options(
            joinedload(ContractLine.delivery).joinedload(Delivery.distribution),
            joinedload(ContractLine.offer_product).joinedload(OfferProduct.product),
        ),
        selectinload(Contract.charges),
        selectinload(Contract.signatures),
        selectinload(Contract.instalments),
    )  # fmt: skip


def contract(reader: Reader, contract_id: int, *, fresh: bool = False) -> Contract:
    """The contract with all that belongs to it, read again from the database when `fresh`. Raises NotFound."""
    query = select(Contract).where(Contract.id == contract_id).options(*loads())
    return reader.one(query.execution_options(populate_existing=fresh))


def visible(reader: Reader, contract_id: int, permission: str = "contracts.read") -> Contract:
    """The contract, for its household, its farmer once it binds, and who holds the permission. Raises NotFound."""
    found = contract(reader, contract_id)
    signed = found.state in BINDING and reader.allows("contracts.countersign", found)
    if not (signed or reader.allows("self.read", found) or reader.allows(permission, found)):
        raise NotFound(permission)
    return found


def held(unit: Unit, contract_id: int) -> Contract:
    """The contract, its offer locked so that nobody decides on it at the same time. Raises NotFound."""
    unit.locked(Offer, unit.get(Contract, contract_id).offer_id)
    return contract(unit, contract_id, fresh=True)


def of_offer(reader: Reader, offer_id: int, *conditions: ColumnElement[bool]) -> list[Contract]:
    """The contracts of an offer that meet the conditions by household, with their lines; cancelled ones too."""
    query = (
        select(Contract)
        .join(Household, Household.id == Contract.household_id)
        .where(Contract.offer_id == offer_id, *conditions)
        .options(joinedload(Contract.household), selectinload(Contract.lines), selectinload(Contract.charges))
        .order_by(Household.search, Contract.id)
    )
    return list(reader.all(query))


def worth(found: Contract) -> Cents:
    """What the household owes the farm under the contract: charges and every line not given back, once signed."""
    if found.state not in BINDING:
        return Cents(0)
    lines = sum(line.quantity * line.unit_cents for line in found.lines if line.effect != LineEffect.CREDITED)
    return Cents(lines + sum(charge.cents for charge in found.charges))


def settle(unit: Unit, found: Contract, before: int, words: str) -> None:
    """Bring the books from what the contract was worth `before` to what it is worth now."""
    if difference := worth(found) - before:
        debt = (books.household(found.household_id), books.farm(found.offer.farm_id), difference)
        books.move(unit, words, [debt], contract_id=found.id)


def first_day(found: Contract) -> date | None:
    """The day of the first line that is handed out."""
    return min((line.delivery.distribution.day for line in found.lines), default=None)


def may_cancel(found: Contract, today: date) -> bool:
    """Before the first delivery and before the farm signs, a household may change its mind."""
    begins = first_day(found)
    return found.state == ContractState.SIGNED_MEMBER and (begins is None or begins > today)


def cancel(unit: Unit, contract_id: int, reason: str = "") -> Contract:
    """Cancel before the first delivery and before the farm signed; a draft simply goes. `uncancel` brings it back."""
    found = held(unit, contract_id)
    if found.state != ContractState.DRAFT and not may_cancel(found, unit.today):
        raise Refused(_("Ce contrat ne s’annule plus : la ferme a signé ou livré. Demandez une résiliation."))
    before = worth(found)
    found.state = follow(found.state, ContractState.CANCELLED)
    found.ended_on, found.end_reason = unit.today, reason
    unit.session.flush()
    settle(unit, found, before, N_("Contrat annulé : %(name)s") % {"name": found.offer.name})
    _tell(unit, found, reason or N_("avant la première livraison"))
    return found


def may_terminate(found: Contract) -> bool:
    """Whether the contract binds and has not ended."""
    return found.state in {ContractState.SIGNED_MEMBER, ContractState.SIGNED_FARM, ContractState.ACTIVE}


@dataclass(frozen=True)
class Termination:
    """What ending a contract after a day changes; `cents` is the worth of the lines after it."""

    contract: Contract
    after: date
    lines: Sequence[ContractLine]
    credit: bool

    @property
    def cents(self) -> Cents:
        """What those lines cost."""
        return Cents(sum(line.quantity * line.unit_cents for line in self.lines))

    @property
    def days(self) -> list[date]:
        """The deliveries that the household will not get."""
        return sorted({line.delivery.distribution.day for line in self.lines})


def termination(found: Contract, after: date, *, credit: bool) -> Termination:
    """The effects of ending the contract: lines due after this day are kept by the farm or given back."""
    later = [
        line for line in found.lines
        if line.effect == LineEffect.DUE and line.delivery.distribution.day > after
        and line.delivery.state == DeliveryState.PLANNED
    ]  # fmt: skip
    return Termination(found, after, later, credit)


def terminate(unit: Unit, contract_id: int, on: date, reason: str, *, credit: bool) -> Contract:
    """End the contract: `on` is the last day on which baskets are handed out. `resume` takes it back."""
    found = held(unit, contract_id)
    if not may_terminate(found):
        raise Refused(_("Ce contrat ne peut pas être résilié : il n’est pas en cours."))
    if not reason:
        raise Refused(Problem(_("Écrivez la raison : elle figure au journal."), "reason"))
    if on < unit.today and any(on < line.delivery.distribution.day <= unit.today for line in found.lines):
        raise Refused(Problem(_("Des paniers ont été livrés après ce jour. Choisissez un autre jour."), "on"))
    before = worth(found)
    for line in termination(found, on, credit=credit).lines:
        line.effect, line.cause = LineEffect.CREDITED if credit else LineEffect.KEPT, TERMINATION
    found.state = follow(found.state, ContractState.TERMINATED)
    found.ended_on, found.end_reason = on, reason
    unit.session.flush()
    settle(unit, found, before, N_("Contrat résilié : %(name)s") % {"name": found.offer.name})
    _tell(unit, found, reason)
    return found


def resume(unit: Unit, contract_id: int) -> Contract:
    """Take a termination back: the lines after it are due again. Raises Refused when the baskets are gone."""
    found = held(unit, contract_id)
    if found.state != ContractState.TERMINATED or found.ended_on is None:
        raise Refused(_("Ce contrat n’est pas résilié."))
    gone = [line for line in found.lines if line.cause == TERMINATION]
    back = [line for line in gone if line.delivery.state == DeliveryState.PLANNED]
    _still_possible(unit, found, back)
    before = worth(found)
    for line in gone:
        line.cause = DELIVERY
    for line in back:
        line.effect, line.cause = LineEffect.DUE, ""
    found.state = follow(found.state, _state_of(found, unit.today))
    found.ended_on, found.end_reason = None, ""
    unit.session.flush()
    settle(unit, found, before, N_("Résiliation reprise : %(name)s") % {"name": found.offer.name})
    _tell(unit, found, N_("résiliation reprise"))
    return found


def uncancel(unit: Unit, contract_id: int) -> Contract:
    """Bring a cancelled contract back as it was signed.

    Raises Refused when its place or baskets are gone, when it has begun; for a household also when the window is
    closed or somebody else cancelled.
    """
    found = held(unit, contract_id)
    if found.state != ContractState.CANCELLED or not found.signatures:
        raise Refused(_("Ce contrat n’a pas été signé puis annulé."))
    begins = first_day(found)
    if any(line.delivery.state != DeliveryState.PLANNED for line in found.lines) or (begins and begins <= unit.today):
        raise Refused(_("Une livraison a changé depuis. Souscrivez de nouveau."))
    _check_window(unit, found)
    _still_possible(unit, found, found.lines)
    found.state = follow(found.state, ContractState.SIGNED_MEMBER)
    found.ended_on, found.end_reason = None, ""
    unit.session.flush()
    settle(unit, found, 0, N_("Annulation reprise : %(name)s") % {"name": found.offer.name})
    _tell(unit, found, N_("annulation reprise"))
    return found


def _check_window(unit: Unit, found: Contract) -> None:
    by_hand = unit.actor is None or unit.allows("contracts.write", found)
    if problems := window_problems(unit, found.offer, by_hand=by_hand):
        raise Refused(*problems)
    if not by_hand and _cancelled_by_another(unit, found):
        message = _("La coordination a annulé ce contrat. Demandez à %(whom)s.")
        raise Refused(message % {"whom": whom_to_ask(unit, found.offer.farm_id)})


def _cancelled_by_another(reader: Reader, found: Contract) -> bool:
    """Whether the one who cancelled is not of the household."""
    told = select(LogEntry.person_id).where(
        LogEntry.subject == f"contract:{found.id}", LogEntry.kind == ContractEnded.__name__
    )
    who = reader.session.scalar(told.order_by(LogEntry.id.desc()).limit(1))
    return who is not None and who not in {person.id for person in found.household.persons}


def _still_possible(unit: Unit, found: Contract, lines: Collection[ContractLine]) -> None:
    wanted = {(line.offer_product_id, line.delivery_id): line.quantity for line in lines}
    if problems := wanted_problems(unit, found.offer, found.household_id, wanted):
        raise Refused(*problems)
    if (draft := live_contract(unit, found.offer_id, found.household_id)) is not None and draft is not found:
        draft.state = follow(draft.state, ContractState.CANCELLED)
        unit.session.flush()
        _tell(unit, contract(unit, draft.id), N_("le contrat signé est de retour"))


def _state_of(found: Contract, today: date) -> ContractState:
    if len(found.signatures) < 2:
        return ContractState.SIGNED_MEMBER
    begins = first_day(found)
    return ContractState.ACTIVE if begins is not None and begins <= today else ContractState.SIGNED_FARM


def turn(unit: Unit) -> None:
    """What the calendar does: contracts signed by both begin at their first delivery; all end after their last."""
    states = (ContractState.SIGNED_MEMBER, ContractState.SIGNED_FARM, ContractState.ACTIVE)
    days = joinedload(ContractLine.delivery).joinedload(Delivery.distribution)
    query = select(Contract).where(Contract.state.in_(states)).options(selectinload(Contract.lines).options(days))
    for found in unit.all(query):
        try:
            state = _turned(found, unit.today)
        except Refused:
            log.exception("contract %s stays as it is", found.id)
            continue
        found.state = state


def _turned(found: Contract, today: date) -> ContractState:
    """The state that the contract has on this day; one without any delivery stays as it is."""
    dates, state = [line.delivery.distribution.day for line in found.lines], found.state
    if state == ContractState.SIGNED_FARM and dates and min(dates) <= today:
        state = follow(state, ContractState.ACTIVE)
    if state != ContractState.SIGNED_FARM and dates and max(dates) < today:
        state = follow(state, ContractState.ENDED)
    return state


@dataclass(frozen=True)
class Proof:
    """What was recorded about one signature, and whether text and hashes still agree."""

    party: str
    name: str
    signed_at: datetime
    method: str
    address: str
    evidence_hash: str
    holds: bool


def proofs(found: Contract) -> list[Proof]:
    """The signatures in order, each hash computed again from what is stored."""
    previous, found_proofs = "", []
    text_holds = fingerprint(found.text) == found.text_hash
    for one in found.signatures:
        evidence = Evidence(
            found.id,
            one.party,
            one.person_id,
            one.name,
            one.signed_at,
            one.method,
            one.address,
            one.text_hash,
            previous,
        )
        holds = text_holds and one.text_hash == found.text_hash and evidence.digest() == one.evidence_hash
        found_proofs.append(
            Proof(one.party, one.name, one.signed_at, one.method, one.address, one.evidence_hash, holds)
        )
        previous = one.evidence_hash
    return found_proofs


@spoken(FRENCH)
def _tell(unit: Unit, found: Contract, reason: str) -> None:
    unit.record(
        ContractEnded(
            contract_id=found.id, household=found.household.name, offer=found.offer.name, after=found.state.value,
            label=label(found.state), reason=reason,
        )
    )  # fmt: skip
