"""What proves that the articles of an evening are due: signatures of both parties, and what was received by then."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, or_, select

from courtil.api import Contract, Instalment, Payment, PaymentMethod, PaymentState, Reader, Signature
from courtil_contracts.services.sheets.rights import FARM
from courtil_contracts.tables import ContractAcceptance, ContractAmendment

PAYMENTS = "payments.read"
COUNTS = (PaymentState.RECEIVED, PaymentState.HANDED)
"""Payments that count: what came back from a bank, or was a mistake, is nobody's business here."""


@dataclass
class Evidence:
    """One contract: the days of its signatures, how it is paid, and what was received by the day, in cents.

    `paid_on` are the days on which payments were received; it is empty where the actor may not read payments.
    """

    instalments: int
    method: PaymentMethod
    signed: dict[str, date] = field(default_factory=dict)
    paid_on: list[date] = field(default_factory=list)
    received: int = 0
    handed: int = 0
    amendments: list[tuple[int, date, dict[str, date]]] = field(default_factory=list)
    """Number, day, and the day on which each party agreed, of those written by the day."""

    @property
    def is_signed_by_both(self) -> bool:
        """Whether the household and the farm have signed."""
        return {"member", "farm"} <= set(self.signed)


def may_read_payments(reader: Reader) -> bool:
    """Whether the actor may see what was paid under a contract, on one farm at least."""
    return reader.actor is not None and reader.actor.can_somewhere(PAYMENTS)


def may_read_sums(reader: Reader) -> bool:
    """Whether the actor may see what was paid to a farm in all, as the farm itself may."""
    return may_read_payments(reader) or (reader.actor is not None and reader.actor.can_somewhere(FARM))


def evidence(reader: Reader, contracts: Sequence[int], day: date) -> dict[int, Evidence]:
    """The evidence of each of these contracts as it was on this day, in four queries."""
    planned = select(func.count()).where(Instalment.contract_id == Contract.id).scalar_subquery()
    terms = select(Contract.id, planned, Contract.method).where(Contract.id.in_(contracts))
    found = {key: Evidence(max(count, 1), method) for key, count, method in reader.rows(terms)}
    _add_signatures(reader, found)
    _add_payments(reader, found, day)
    _add_amendments(reader, found, day)
    return found


def _add_signatures(reader: Reader, found: dict[int, Evidence]) -> None:
    query = select(Signature.contract_id, Signature.party, Signature.signed_at)
    for key, party, moment in reader.rows(query.where(Signature.contract_id.in_(found))):
        found[key].signed[party] = reader.day_of(moment)


def _add_payments(reader: Reader, found: dict[int, Evidence], day: date) -> None:
    one_by_one = reader.seen(PAYMENTS, Payment)
    query = (
        select(Payment, one_by_one.label("told"))
        .where(Payment.contract_id.in_(found), Payment.state.in_(COUNTS), Payment.received_on <= day)
        .where(or_(one_by_one, reader.seen(FARM, Payment)))
        .order_by(Payment.received_on, Payment.id)
    )
    for payment, told in reader.rows(query):
        one = found[payment.contract_id]
        one.received += payment.cents
        if payment.handed_on is not None and payment.handed_on <= day:
            one.handed += payment.cents
        if told and payment.received_on not in one.paid_on:
            one.paid_on.append(payment.received_on)


def _add_amendments(reader: Reader, found: dict[int, Evidence], day: date) -> None:
    query = (
        select(ContractAmendment, ContractAcceptance.party, ContractAcceptance.at)
        .outerjoin(ContractAcceptance, ContractAcceptance.amendment_id == ContractAmendment.id)
        .where(ContractAmendment.contract_id.in_(found))
        .order_by(ContractAmendment.number)
    )
    agreed: dict[ContractAmendment, dict[str, date]] = {}
    for row, party, at in reader.rows(query):
        days = agreed.setdefault(row, {})
        if party is not None and reader.day_of(at) <= day:
            days[party] = reader.day_of(at)
    for row, days in agreed.items():
        if reader.day_of(row.at) <= day:
            found[row.contract_id].amendments.append((row.number, reader.day_of(row.at), days))
