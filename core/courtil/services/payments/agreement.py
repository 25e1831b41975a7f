"""Whether contracts, payments and the books agree to the cent."""

from dataclasses import dataclass

from sqlalchemy import func, select

from courtil.domain.states import BINDING, LineEffect, PaymentState
from courtil.domain.words import _
from courtil.services.payments.ledger import Sums, by_contract
from courtil.services.unit import Reader
from courtil.store.books import Payment
from courtil.store.contracts import Contract, ContractLine
from courtil.store.offers import Offer
from courtil.store.people import Household


@dataclass(frozen=True)
class Difference:
    """Where the books say something else; cents."""

    contract_id: int
    household: str
    offer: str
    what: str
    expected: int
    found: int


def agreement(reader: Reader) -> list[Difference]:
    """The differences between what contracts and payments say and what the books say; empty when all is well.

    A binding contract earns the farm its total less the lines given back, any other earns nothing; what was paid and
    handed over is the sum of the payments in those states.
    """
    credited, paid, handed = _credited(reader), _paid(reader, handed=False), _paid(reader, handed=True)
    sums = by_contract()
    query = (
        select(Contract.id, Contract.state, Contract.total_cents, Household.name, Offer.name, *list(sums.c)[1:])
        .join(Household, Household.id == Contract.household_id)
        .join(Offer, Offer.id == Contract.offer_id)
        .outerjoin(sums, sums.c.contract_id == Contract.id)
        .order_by(Contract.id)
    )
    found = []
    for key, state, total, household, offer, *cents in reader.rows(query):
        books = Sums(*(int(value or 0) for value in cents))
        earned = total - credited.get(key, 0) if state in BINDING else 0
        for what, expected, written in (
            (_("dû à la ferme"), earned, books.earned),
            (_("payé par le foyer"), paid.get(key, 0), books.paid),
            (_("remis à la ferme"), handed.get(key, 0), books.handed),
        ):
            if expected != written:
                found.append(Difference(key, household, offer, what, expected, written))
    return found


def _credited(reader: Reader) -> dict[int, int]:
    query = (
        select(ContractLine.contract_id, func.sum(ContractLine.quantity * ContractLine.unit_cents))
        .where(ContractLine.effect == LineEffect.CREDITED)
        .group_by(ContractLine.contract_id)
    )
    return {key: int(cents) for key, cents in reader.rows(query)}


def _paid(reader: Reader, *, handed: bool) -> dict[int, int]:
    states = (PaymentState.HANDED,) if handed else (PaymentState.RECEIVED, PaymentState.HANDED)
    query = select(Payment.contract_id, func.sum(Payment.cents)).where(Payment.state.in_(states))
    return {key: int(cents) for key, cents in reader.rows(query.group_by(Payment.contract_id))}
