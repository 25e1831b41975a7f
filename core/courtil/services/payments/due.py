"""Expected payments: which contracts still owe something, the late ones first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, or_, select

from courtil.domain.fields import search_key
from courtil.domain.states import BINDING, PaymentMethod
from courtil.services.payments.covering import Due, Paid, Planned, adjusted, cover
from courtil.services.payments.ledger import by_contract
from courtil.services.payments.rights import on_my_farms
from courtil.services.payments.schedules import COUNTING
from courtil.services.unit import Reader
from courtil.store.books import Payment
from courtil.store.contracts import Contract, Instalment
from courtil.store.farms import Farm
from courtil.store.offers import Offer
from courtil.store.people import Household, Person

PAGE_SIZE = 40


@dataclass(frozen=True)
class DueRow:
    """A contract that still owes something, in cents; `dues` are the instalments that lack something."""

    contract_id: int
    household_id: int
    household: str
    offer: str
    farm: str
    payee: str
    method: PaymentMethod
    owed: int
    dues: tuple[Due, ...]
    today: date

    @property
    def first(self) -> Due:
        """The instalment that comes first."""
        return self.dues[0]

    @property
    def late(self) -> int:
        """Cents whose day has passed."""
        return sum(due.left for due in self.dues if due.is_late(self.today))


@dataclass(frozen=True)
class DuePage:
    """A page of expected payments, and what the whole list amounts to."""

    rows: Sequence[DueRow]
    page: int
    pages: int
    total: int
    owed: int
    late: int


def due(
    reader: Reader, *, farm_id: int | None = None, season_id: int | None = None, late: bool = False,
    search: str = "", page: int = 1, size: int = PAGE_SIZE,
) -> DuePage:  # fmt: skip
    """Contracts of the actor's farms that owe something, the late ones first, then by day and household."""
    found = open_rows(reader, farm_id=farm_id, season_id=season_id, search=search)
    found = [row for row in found if row.late] if late else found
    pages = max(1, -(-len(found) // size))
    page = min(page, pages)
    return DuePage(
        rows=found[(page - 1) * size : page * size],
        page=page,
        pages=pages,
        total=len(found),
        owed=sum(row.owed for row in found),
        late=sum(row.late for row in found),
    )


def open_rows(
    reader: Reader, *, farm_id: int | None = None, season_id: int | None = None, search: str = ""
) -> list[DueRow]:
    """Every contract that owes something, in the order of `due`."""
    wanted = _wanted(reader, farm_id, season_id, search)
    ids = wanted.with_only_columns(Contract.id).order_by(None)
    planned, paid = _planned(reader, ids), _paid(reader, ids)
    found = []
    for row in reader.rows(wanted):
        dues, _over = cover(adjusted(planned[row.id], int(row.billed), row.created_at.date()), paid[row.id])
        open_dues = tuple(one for one in dues if one.left > 0)
        found.append(
            DueRow(
                row.id, row.household_id, row.household, row.offer, row.farm, row.payee or row.farm, row.method,
                int(row.billed - row.paid), open_dues, reader.today,
            )
        )  # fmt: skip
    return sorted(found, key=lambda row: (not row.late, row.first.due_on, search_key(row.household), row.contract_id))


def _wanted(reader: Reader, farm_id: int | None, season_id: int | None, search: str) -> Select[tuple[object, ...]]:
    sums = by_contract()
    query = (
        select(
            Contract.id, Contract.household_id, Household.name.label("household"), Offer.name.label("offer"),
            Farm.name.label("farm"), Farm.payee.label("payee"), Contract.method, Contract.created_at,
            sums.c.billed, sums.c.paid,
        )
        .join(sums, sums.c.contract_id == Contract.id)
        .join(Household, Household.id == Contract.household_id)
        .join(Offer, Offer.id == Contract.offer_id)
        .join(Farm, Farm.id == Offer.farm_id)
        .where(Contract.state.in_(BINDING), sums.c.billed > sums.c.paid, on_my_farms(reader))
    )  # fmt: skip
    if farm_id is not None:
        query = query.where(Offer.farm_id == farm_id)
    if season_id is not None:
        query = query.where(Offer.season_id == season_id)
    if key := search_key(search):
        query = query.where(_named(key))
    return query


def _named(key: str) -> ColumnElement[bool]:
    persons = exists().where(Person.household_id == Household.id, Person.search.contains(key, autoescape=True))
    return or_(Household.search.contains(key, autoescape=True), persons)


def _planned(reader: Reader, ids: Select[int]) -> dict[int, list[Planned]]:
    query = select(Instalment).where(Instalment.contract_id.in_(ids)).order_by(Instalment.position)
    found: dict[int, list[Planned]] = defaultdict(list)
    for one in reader.all(query):
        found[one.contract_id].append(Planned(one.id, one.due_on, one.cents))
    return found


def _paid(reader: Reader, ids: Select[int]) -> dict[int, list[Paid]]:
    query = (
        select(Payment.contract_id, Payment.id, Payment.cents, Payment.instalment_id)
        .where(Payment.contract_id.in_(ids), Payment.state.in_(COUNTING))
        .order_by(Payment.received_on, Payment.id)
    )
    found: dict[int, list[Paid]] = defaultdict(list)
    for contract_id, payment_id, cents, instalment_id in reader.rows(query):
        found[contract_id].append(Paid(payment_id, cents, instalment_id))
    return found
