"""Noting a payment, and what may befall it: cancelled, restored, bounced. Each step moves or reverses the books."""

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courtil.domain.events import PaymentRecorded
from courtil.domain.fields import Day, FormModel, Line, MaybeWhole, SomeEuros, Text
from courtil.domain.money import format_euros
from courtil.domain.problems import Problem, Refused
from courtil.domain.states import BINDING, PaymentMethod, PaymentState, follow
from courtil.domain.words import FRENCH, N_, _, spoken
from courtil.services import books
from courtil.services.payments.ledger import Sums, sums_of
from courtil.services.payments.rights import require
from courtil.services.unit import Unit
from courtil.store.books import Payment
from courtil.store.contracts import Contract, Instalment
from courtil.store.offers import Offer

DIRECT = frozenset({PaymentMethod.TRANSFER, PaymentMethod.DIRECT_DEBIT})
"""Methods that reach the farm without passing through anybody's hands."""

SOONEST = timedelta(days=365)
LATEST = timedelta(days=31)
LONGEST_KEY = 64


class PaymentData(FormModel):
    """What one fills in about a payment."""

    cents: SomeEuros = Field(title=N_("Montant"))
    method: PaymentMethod = Field(PaymentMethod.CHEQUE, title=N_("Moyen de paiement"))
    reference: Line = Field(
        "", title=N_("Numéro du chèque"), description=N_("Pour un virement : sa référence."),
        max_length=60, json_schema_extra={"autocomplete": "off"},
    )  # fmt: skip
    received_on: Day = Field(title=N_("Reçu le"))
    instalment_id: MaybeWhole = Field(None, title=N_("Pour l’échéance"))
    note: Text = Field("", title=N_("Remarque"), max_length=500)


def note(unit: Unit, contract_id: int, data: PaymentData, form_key: str) -> Payment:
    """Note a payment of a household. The same `form_key` again gives the first payment and writes nothing.

    Transfers and direct debits reach the farm at once, so they are handed over when they are noted.
    Raises Refused on an amount above what is owed, an unlikely date or an unsigned contract.
    """
    contract = _contract(unit, contract_id)
    require(unit, "payments.write", contract)
    if known := _noted_before(unit, contract, form_key):
        return known
    _check(unit, contract, data)
    entry = books.move(unit, N_("Paiement reçu"), _received(contract, data.cents), contract.id)
    payment = Payment(contract=contract, entry_id=entry.id, form_key=form_key, **data.model_dump())
    unit.add(payment)
    if payment.method in DIRECT:
        put_in_farm(unit, [payment], payment.received_on)
    tell(unit, payment, N_("noté"))
    return payment


def cancel(unit: Unit, payment_id: int, version: int | None = None) -> Payment:
    """Take back a payment that was noted by mistake. Cancelled already: nothing more happens."""
    payment = payment_of(unit, payment_id)
    if payment.state is PaymentState.CANCELLED:
        return payment
    unit.unchanged_since(payment, version)
    if payment.method in DIRECT and payment.state is PaymentState.HANDED:
        take_from_farm(unit, payment)
    payment.state = follow(payment.state, PaymentState.CANCELLED)
    books.reverse(unit, payment.entry_id, N_("Paiement annulé"))
    payment.handed_on = None
    return _told(unit, payment, N_("annulé"))


def bounce(unit: Unit, payment_id: int, version: int | None = None) -> Payment:
    """The bank refused it: the household owes again, and the farm is owed again if it had it."""
    payment = payment_of(unit, payment_id)
    if payment.state is PaymentState.BOUNCED:
        return payment
    unit.unchanged_since(payment, version)
    day = payment.handed_on
    if payment.state is PaymentState.HANDED:
        take_from_farm(unit, payment)
    payment.state, payment.handed_on = follow(payment.state, PaymentState.BOUNCED), day
    books.reverse(unit, payment.entry_id, N_("Paiement impayé"))
    return _told(unit, payment, N_("impayé"))


def restore(unit: Unit, payment_id: int) -> Payment:
    """Undo `cancel` or `bounce`: the payment counts again, at the farm if it was there.

    Raises Refused when it would be more than what is owed.
    """
    unit.locked(Contract, payment_of(unit, payment_id).contract_id)
    payment = payment_of(unit, payment_id)
    if payment.state in (PaymentState.RECEIVED, PaymentState.HANDED):
        return payment
    contract = payment.contract
    _check_signed(contract)
    _check_amount(unit, contract, payment.cents)
    day = payment.received_on if payment.method in DIRECT else payment.handed_on
    payment.state = follow(payment.state, PaymentState.RECEIVED)
    payment.entry_id = books.move(unit, N_("Paiement rétabli"), _received(contract, payment.cents), contract.id).id
    if day is not None:
        put_in_farm(unit, [payment], day)
    return _told(unit, payment, N_("rétabli"))


def payment_of(unit: Unit, payment_id: int) -> Payment:
    """The payment, held until the end of the unit, with its contract. Raises NotFound for what is not the actor's."""
    query = (
        select(Payment)
        .where(Payment.id == payment_id)
        .options(WITH_CONTRACT)
        .with_for_update(of=Payment)
        .execution_options(populate_existing=True)
    )
    payment = unit.one(query)
    require(unit, "payments.write", payment.contract)
    return payment


WITH_CONTRACT = joinedload(Payment.contract, innerjoin=True).options(
    joinedload(Contract.household, innerjoin=True),
    joinedload(Contract.offer, innerjoin=True).joinedload(Offer.farm, innerjoin=True),
)


def put_in_farm(unit: Unit, payments: Sequence[Payment], day: date) -> None:
    """The farm has these from this day on."""
    moves = [
        (one.contract_id, [(books.farm(one.contract.offer.farm_id), books.OUTSIDE, one.cents)]) for one in payments
    ]
    for payment in payments:
        payment.state = follow(payment.state, PaymentState.HANDED)
    for payment, entry in zip(payments, books.move_each(unit, N_("Paiement remis à la ferme"), moves), strict=True):
        payment.handed_entry_id, payment.handed_on = entry.id, day


def take_from_farm(unit: Unit, payment: Payment) -> None:
    """The farm no longer has it."""
    payment.state = follow(payment.state, PaymentState.RECEIVED)
    assert payment.handed_entry_id is not None
    books.reverse(unit, payment.handed_entry_id, N_("Remise reprise"))
    payment.handed_on = payment.handed_entry_id = None


@spoken(FRENCH)
def tell(unit: Unit, payment: Payment, what: str) -> None:
    """Log what happened to the payment and let plugins react."""
    contract = payment.contract
    unit.record(
        PaymentRecorded(
            contract_id=contract.id,
            payment_id=payment.id,
            household_id=contract.household_id,
            household=contract.household.name,
            offer=contract.offer.name,
            cents=payment.cents,
            amount=format_euros(payment.cents),
            method=payment.method.value,
            what=what,
        )
    )


def _told(unit: Unit, payment: Payment, what: str) -> Payment:
    unit.session.flush()
    tell(unit, payment, what)
    return payment


def _contract(unit: Unit, contract_id: int) -> Contract:
    unit.locked(Contract, contract_id)
    query = select(Contract).where(Contract.id == contract_id)
    return unit.one(query.options(joinedload(Contract.household), joinedload(Contract.offer).joinedload(Offer.farm)))


def _received(contract: Contract, cents: int) -> list[books.Move]:
    return [(books.OUTSIDE, books.household(contract.household_id), cents)]


def _noted_before(unit: Unit, contract: Contract, form_key: str) -> Payment | None:
    if not form_key or len(form_key) > LONGEST_KEY:
        raise Refused(_("Ce formulaire est incomplet. Rechargez la page, puis recommencez."))
    known = unit.session.scalar(select(Payment).where(Payment.form_key == form_key).options(WITH_CONTRACT))
    if known is not None and known.contract_id != contract.id:
        raise Refused(_("Ce formulaire a déjà servi. Rechargez la page, puis recommencez."))
    return known


def _check(unit: Unit, contract: Contract, data: PaymentData) -> None:
    _check_signed(contract)
    latest, soonest = unit.today + LATEST, contract.created_at.date() - SOONEST
    if not soonest <= data.received_on <= latest:
        raise Refused(Problem(_("Vérifiez cette date : elle est trop lointaine."), "received_on"))
    if data.instalment_id is not None:
        mine = select(Instalment.id).where(Instalment.id == data.instalment_id, Instalment.contract_id == contract.id)
        if unit.session.scalar(mine) is None:
            raise Refused(Problem(_("Choisissez une échéance de ce contrat."), "instalment_id"))
    _check_amount(unit, contract, data.cents)


def _check_signed(contract: Contract) -> None:
    if contract.state not in BINDING:
        raise Refused(_("Ce contrat n’est pas signé : rien n’est à payer. Faites-le d’abord signer."))


def _check_amount(unit: Unit, contract: Contract, cents: int) -> None:
    if cents <= 0:
        raise Refused(Problem(_("Le montant doit dépasser zéro."), "cents"))
    owed = sums_of(unit, select(Contract.id).where(Contract.id == contract.id)).get(contract.id, Sums()).owed
    if owed <= 0:
        raise Refused(Problem(_("Ce contrat est entièrement payé. Vérifiez le foyer et le contrat."), "cents"))
    if cents > owed:
        message = _("C’est trop : il reste %(owed)s à payer. Corrigez le montant.")
        raise Refused(Problem(message % {"owed": format_euros(owed)}, "cents"))
