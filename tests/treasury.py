"""A contract with its schedule, for tests of payments and of the member's space."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

from courtil.domain.states import ContractState
from courtil.services import payments
from courtil.services.instance import Instance
from courtil.services.payments import PaymentData
from courtil.services.unit import Reader, Unit
from courtil.store.books import Payment
from courtil.store.contracts import Contract
from courtil.store.offers import Offer
from courtil.store.people import Household
from courtil.testing.factories import a_household, a_signed_contract, an_offer

BASKETS = {"Panier": 1_500}
TOTAL = 6_000
"""Four baskets at 15 €, in three payments of 20 €."""


def signed(
    unit: Unit, offer: Offer | None = None, household: Household | None = None, *, due: Sequence[date] = (),
    state: ContractState = ContractState.ACTIVE, quantity: int = 1,
) -> Contract:  # fmt: skip
    """A contract for four baskets, to be paid in three months from today unless said, with its parts loaded."""
    offer = offer or an_offer(unit, products=BASKETS)
    days = due or [unit.today + timedelta(days=30 * number) for number in range(3)]
    contract = a_signed_contract(
        unit, offer, household or a_household(unit), {"Panier": quantity}, state=state, due_on=days
    )
    unit.session.refresh(contract, ["offer", "household", "instalments", "lines"])
    return contract


def cheque(reader: Reader, cents: int = 2_000, **changes: object) -> PaymentData:
    """A cheque received today."""
    return PaymentData.model_validate({"cents": cents, "received_on": reader.today, "reference": "123", **changes})


def noted(unit: Unit, contract: Contract, cents: int = 2_000, key: str = "k1", **changes: object) -> Payment:
    """A payment noted for the contract."""
    return payments.note(unit, contract.id, cheque(unit, cents, **changes), key)


@contextmanager
def discarded(instance: Instance) -> Iterator[Unit]:
    """A unit of work that leaves nothing behind: many examples share one database."""
    with instance.working() as unit:
        yield unit
        unit.session.rollback()
