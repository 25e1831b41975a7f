"""The farm's signature, over the household's: one contract or all at once."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from courtil.domain.events import ContractCountersigned
from courtil.domain.problems import Refused
from courtil.domain.states import BINDING, ContractState, follow
from courtil.domain.words import _
from courtil.services import access, contracts
from courtil.services.subscribing import ACCOUNT, PAPER, add_signature
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract
from courtil.store.offers import Offer
from courtil.store.people import Household, Person


def waiting(reader: Reader, *conditions: ColumnElement[bool]) -> list[Contract]:
    """Contracts that meet the conditions, which households signed and farms did not yet, by offer and household."""
    query = (
        select(Contract)
        .join(Offer, Offer.id == Contract.offer_id)
        .join(Household, Household.id == Contract.household_id)
        .where(Contract.state == ContractState.SIGNED_MEMBER, *conditions)
        .options(joinedload(Contract.offer).joinedload(Offer.farm), joinedload(Contract.household))
        .order_by(Offer.name, Offer.id, Household.search, Contract.id)
    )
    return list(reader.all(query))


def countersign(
    unit: Unit, contract_ids: Sequence[int], person: Person, address: str = "", method: str = ACCOUNT
) -> list[Contract]:
    """Sign these contracts for the farm; those that the farm has signed already are left as they are.

    Raises NotFound when the actor may not sign one of them for its farm, Refused when a household has not signed.
    """
    for offer_id in sorted(set(unit.all(select(Contract.offer_id).where(Contract.id.in_(contract_ids))))):
        unit.locked(Offer, offer_id)  # in the order of their ids: two units never wait for each other
    if unit.actor is not None:
        wanted = select(Contract).where(Contract.id.in_(contract_ids)).options(joinedload(Contract.offer))
        access.require(unit, "contracts.countersign", *unit.all(wanted))
    return [_countersign(unit, key, person, address, method) for key in sorted(set(contract_ids))]


def countersign_on_paper(unit: Unit, offer_id: int, person: Person) -> list[Contract]:
    """Enter that the farm signed on paper every contract of this offer that waits for it; `person` enters it.

    Raises NotFound when the actor may not write this offer's contracts.
    """
    offer = unit.locked(Offer, offer_id)
    if unit.actor is not None:
        access.require(unit, "contracts.write", offer)
    mine = access.reached(unit, "contracts.write", Contract)
    wait = select(Contract.id).where(Contract.offer_id == offer_id, Contract.state == ContractState.SIGNED_MEMBER, mine)
    return [_countersign(unit, key, person, "", PAPER) for key in unit.all(wait.order_by(Contract.id))]


def _countersign(unit: Unit, contract_id: int, person: Person, address: str, method: str) -> Contract:
    found = contracts.held(unit, contract_id)
    if found.state in BINDING and found.state != ContractState.SIGNED_MEMBER:
        return found
    if found.state != ContractState.SIGNED_MEMBER:
        raise Refused(_("Le foyer %(name)s n’a pas signé, ou a annulé.") % {"name": found.household.name})
    found.state = follow(found.state, ContractState.SIGNED_FARM)
    unit.session.flush()
    add_signature(unit, found, person, party="farm", method=method, address=address)
    unit.session.expire(found, ["signatures"])
    unit.record(ContractCountersigned(contract_id=found.id, household=found.household.name, offer=found.offer.name))
    return found
