"""Handing payments to the farm (a remise), and taking them back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from courtil.domain.problems import NotFound, Problem, Refused
from courtil.domain.states import PaymentMethod, PaymentState
from courtil.domain.words import N_, _
from courtil.services.payments.noting import DIRECT, WITH_CONTRACT, put_in_farm, take_from_farm, tell
from courtil.services.payments.rights import on_my_farms, require
from courtil.services.unit import Reader, Unit
from courtil.store.books import Payment
from courtil.store.contracts import Contract, Instalment
from courtil.store.farms import Farm
from courtil.store.offers import Offer
from courtil.store.people import Household

LATEST = timedelta(days=31)


@dataclass(frozen=True)
class ToHand:
    """A payment that waits at the AMAP; `due_on` is the day of its instalment."""

    payment_id: int
    farm_id: int
    contract_id: int
    household: str
    offer: str
    cents: int
    method: PaymentMethod
    reference: str
    received_on: date
    due_on: date | None


@dataclass(frozen=True)
class Handed:
    """What a farm was handed on a day."""

    farm_id: int
    day: date
    count: int
    cents: int


def hand_over(unit: Unit, payment_ids: Iterable[int], on: date) -> list[Payment]:
    """Hand these payments of one farm over to it; those it already has stay as they are. Gives those handed now.

    Raises Refused when they belong to several farms, NotFound when one is unknown or not the actor's.
    """
    if on > unit.today + LATEST:
        raise Refused(Problem(_("Vérifiez cette date : elle est trop lointaine."), "on"))
    payments = _held(unit, payment_ids)
    if len({payment.contract.offer.farm_id for payment in payments}) > 1:
        raise Refused(_("Une remise concerne une seule ferme. Choisissez la ferme, puis recommencez."))
    waiting = [payment for payment in payments if payment.state is not PaymentState.HANDED]
    put_in_farm(unit, waiting, on)
    return _all_told(unit, waiting, N_("remis à la ferme"))


def take_back(unit: Unit, payment_ids: Iterable[int]) -> list[Payment]:
    """Undo `hand_over`: the AMAP has these payments again. Gives those that were at the farm."""
    there = [payment for payment in _held(unit, payment_ids) if payment.state is not PaymentState.RECEIVED]
    if any(payment.method in DIRECT for payment in there):
        raise Refused(_("Un virement arrive directement à la ferme. Annulez-le s’il est faux."))
    if any(payment.state is not PaymentState.HANDED for payment in there):
        raise Refused(_("Un de ces paiements est annulé ou impayé. Rechargez la page, puis recommencez."))
    for payment in there:
        take_from_farm(unit, payment)
    return _all_told(unit, there, N_("repris à la ferme"))


def to_hand_over(reader: Reader, farm_id: int | None = None, only: Iterable[int] | None = None) -> list[ToHand]:
    """What waits at the AMAP, by farm, instalment and household; `only` keeps these payments."""
    query = (
        select(
            Payment.id, Offer.farm_id, Contract.id, Household.name, Offer.name, Payment.cents, Payment.method,
            Payment.reference, Payment.received_on, Instalment.due_on,
        )
        .join(Contract, Contract.id == Payment.contract_id)
        .join(Offer, Offer.id == Contract.offer_id)
        .join(Household, Household.id == Contract.household_id)
        .outerjoin(Instalment, Instalment.id == Payment.instalment_id)
        .where(Payment.state == PaymentState.RECEIVED, on_my_farms(reader, "payments.write"))
        .order_by(Offer.farm_id, Instalment.due_on.nulls_first(), Household.search, Payment.id)
    )  # fmt: skip
    if farm_id is not None:
        query = query.where(Offer.farm_id == farm_id)
    if only is not None:
        query = query.where(Payment.id.in_(list(only)))
    return [ToHand(*row) for row in reader.rows(query)]


def handed_days(reader: Reader, farm_id: int, most: int = 12) -> list[Handed]:
    """The last days on which this farm was handed payments, the newest first; transfers are not counted."""
    require(reader, "payments.read", reader.get(Farm, farm_id))
    query = (
        select(Offer.farm_id, Payment.handed_on, func.count(), func.sum(Payment.cents))
        .join(Contract, Contract.id == Payment.contract_id)
        .join(Offer, Offer.id == Contract.offer_id)
        .where(Offer.farm_id == farm_id, Payment.state == PaymentState.HANDED, Payment.method.not_in(DIRECT))
        .where(on_my_farms(reader))
        .group_by(Offer.farm_id, Payment.handed_on)
        .order_by(Payment.handed_on.desc())
        .limit(most)
    )
    return [Handed(farm, day, count, int(cents)) for farm, day, count, cents in reader.rows(query)]


def _held(unit: Unit, payment_ids: Iterable[int]) -> list[Payment]:
    wanted = set(payment_ids)
    if not wanted:
        raise Refused(_("Cochez au moins un paiement."))
    query = select(Payment).where(Payment.id.in_(wanted)).options(WITH_CONTRACT).order_by(Payment.id)
    found = list(unit.all(query.with_for_update(of=Payment).execution_options(populate_existing=True)))
    if len(found) < len(wanted):
        raise NotFound(f"payments {sorted(wanted)}")
    require(unit, "payments.write", *(payment.contract for payment in found))
    return found


def _all_told(unit: Unit, payments: list[Payment], what: str) -> list[Payment]:
    unit.session.flush()
    for payment in payments:
        tell(unit, payment, what)
    return payments
