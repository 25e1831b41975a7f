"""What each contract must pay, what covers it, and what is left: for one contract or one household."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from courtil.domain.problems import NotFound
from courtil.domain.states import BINDING, PaymentState
from courtil.plugin.payloads import Reader
from courtil.services.payments.covering import Due, Paid, Planned, adjusted, cover
from courtil.services.payments.ledger import Sums, sums_of
from courtil.services.payments.rights import of_household, require_household
from courtil.store.books import Payment
from courtil.store.contracts import Contract
from courtil.store.offers import Offer

COUNTING = (PaymentState.RECEIVED, PaymentState.HANDED)
"""States in which a payment counts."""


@dataclass(frozen=True)
class Schedule:
    """A contract with its instalments, its payments (newest last) and its sums in cents."""

    contract: Contract
    dues: Sequence[Due]
    payments: Sequence[Payment]
    sums: Sums
    over: int
    """Cents received beyond what is owed, to give back."""

    @property
    def owed(self) -> int:
        """What is still to be paid, never negative."""
        return max(self.sums.owed, 0)

    @property
    def payee(self) -> str:
        """To whom cheques are written."""
        farm = self.contract.offer.farm
        return farm.payee or farm.name

    @property
    def next_due(self) -> Due | None:
        """The first instalment that lacks something."""
        return next((due for due in self.dues if due.left > 0), None)

    def late(self, today: date) -> list[Due]:
        """Instalments whose day has passed and that lack something."""
        return [due for due in self.dues if due.is_late(today)]

    def payments_of(self, due: Due) -> list[Payment]:
        """The payments that cover this instalment."""
        by_id = {payment.id: payment for payment in self.payments}
        return [by_id[part.payment_id] for part in due.parts]


def schedule(reader: Reader, contract_id: int, *, more: int = 0) -> Schedule:
    """The schedule of a contract, or what it would be if the contract cost so many cents `more`.

    Raises NotFound for what is not the actor's.
    """
    mine = select(Contract.id).where(Contract.id == contract_id, of_household(reader))
    found = _schedules(reader, mine, more)
    if not found:
        raise NotFound(f"contract {contract_id}")
    return found[0]


def expected(reader: Reader, farm_id: int) -> list[tuple[date, int]]:
    """(day, cents) of every instalment of the farm's signed contracts, brought to what is owed today.

    The caller checks who may see it.
    """
    mine = select(Contract.id).join(Offer).where(Offer.farm_id == farm_id, Contract.state.in_(BINDING))
    query = select(Contract).where(Contract.id.in_(mine)).options(selectinload(Contract.instalments))
    sums = sums_of(reader, mine)
    return [
        (row.due_on, row.cents)
        for contract in reader.all(query)
        for row in _planned(contract, sums.get(contract.id, Sums()))
    ]


def household_summary(reader: Reader, household_id: int) -> list[Schedule]:
    """The schedules of the household's signed contracts, the newest first; cancelled ones only if payments count."""
    require_household(reader, household_id)
    paid_for = select(Payment.contract_id).where(Payment.state.in_(COUNTING))
    mine = select(Contract.id).where(
        Contract.household_id == household_id,
        Contract.state.in_(BINDING) | Contract.id.in_(paid_for),
        of_household(reader),
    )
    return _schedules(reader, mine)


def _schedules(reader: Reader, ids: Select[int], more: int = 0) -> list[Schedule]:
    query = (
        select(Contract)
        .where(Contract.id.in_(ids))
        .options(
            joinedload(Contract.household),
            joinedload(Contract.offer).options(joinedload(Offer.farm), joinedload(Offer.season)),
            selectinload(Contract.instalments),
        )
        .order_by(Contract.id.desc())
        .execution_options(populate_existing=True)
    )
    contracts = reader.all(query)
    sums = sums_of(reader, ids)
    payments: dict[int, list[Payment]] = defaultdict(list)
    for payment in reader.all(
        select(Payment).where(Payment.contract_id.in_(ids)).order_by(Payment.received_on, Payment.id)
    ):
        payments[payment.contract_id].append(payment)
    billed = {key: one._replace(billed=one.billed + more) for key, one in sums.items()}
    return [_schedule(contract, payments[contract.id], billed.get(contract.id, Sums())) for contract in contracts]


def _schedule(contract: Contract, payments: Sequence[Payment], sums: Sums) -> Schedule:
    dues, over = cover(_planned(contract, sums), _counting(payments))
    shown = [due for due in dues if due.cents or due.instalment_id is not None]
    return Schedule(contract, shown, payments, sums, over)


def _planned(contract: Contract, sums: Sums) -> list[Planned]:
    planned = [Planned(one.id, one.due_on, one.cents) for one in contract.instalments]
    return adjusted(planned, sums.billed, contract.created_at.date())


def _counting(payments: Iterable[Payment]) -> list[Paid]:
    return [Paid(p.id, p.cents, p.instalment_id) for p in payments if p.state in COUNTING]
