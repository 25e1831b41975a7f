"""The sheet of a household: its contracts with what was paid, as far as the actor may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from courtil.domain.states import ContractState
from courtil.services.payments.ledger import Sums, sums_of
from courtil.services.payments.rights import on_my_farms
from courtil.services.unit import Reader
from courtil.store.contracts import Contract
from courtil.store.offers import Offer


@dataclass(frozen=True)
class HeldContract:
    """A contract of the household; `sums` is None when the actor may not see its payments."""

    contract: Contract
    sums: Sums | None


def held_contracts(reader: Reader, household_id: int) -> Sequence[HeldContract]:
    """The contracts of a household on the actor's farms, the newest first, cancelled ones left out."""
    query = (
        select(Contract, reader.seen("payments.read", Contract).label("paid"))
        .join(Contract.offer)
        .where(Contract.household_id == household_id, Contract.state != ContractState.CANCELLED)
        .where(on_my_farms(reader, "contracts.read"))
        .options(contains_eager(Contract.offer).options(joinedload(Offer.farm), joinedload(Offer.season)))
        .order_by(Contract.id.desc())
    )
    sums = sums_of(reader, select(Contract.id).where(Contract.household_id == household_id))
    return [HeldContract(one, sums.get(one.id, Sums()) if told else None) for one, told in reader.rows(query)]
