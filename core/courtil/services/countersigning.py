"""The farm's signature, over the household's: one contract or all at once."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courtil.domain.events import ContractCountersigned
from courtil.domain.problems import Refused
from courtil.domain.states import BINDING, ContractState, follow
from courtil.domain.words import _
from courtil.services import contracts
from courtil.services.subscribing import ACCOUNT, add_signature
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract
from courtil.store.offers import Offer
from courtil.store.people import Household, Person


def waiting(reader: Reader, farms: frozenset[int] | None) -> list[Contract]:
    """Contracts that households signed and these farms did not yet (None: every farm), by offer and household."""
    query = (
        select(Contract)
        .join(Offer, Offer.id == Contract.offer_id)
        .join(Household, Household.id == Contract.household_id)
        .where(Contract.state == ContractState.SIGNED_MEMBER)
        .options(joinedload(Contract.offer).joinedload(Offer.farm), joinedload(Contract.household))
        .order_by(Offer.name, Offer.id, Household.search, Contract.id)
    )
    if farms is not None:
        query = query.where(Offer.farm_id.in_(farms))
    return list(reader.all(query))


def countersign(
    unit: Unit, contract_ids: Sequence[int], person: Person, address: str = "", method: str = ACCOUNT
) -> list[Contract]:
    """Sign these contracts for the farm; those that the farm has signed already are left as they are.

    Raises NotFound when the actor may not sign for one of the farms, Refused when a household has not signed.
    """
    return [_countersign(unit, key, person, address, method) for key in sorted(set(contract_ids))]


def _countersign(unit: Unit, contract_id: int, person: Person, address: str, method: str) -> Contract:
    found = contracts.held(unit, contract_id)
    if unit.actor is not None:
        unit.may("contracts.countersign", found.offer.farm_id)
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
