"""Households of the demonstration choose, sign and pay; farms countersign."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from courtil.domain.contracts import Choice
from courtil.domain.states import PaymentMethod, PaymentState
from courtil.services import countersigning, offers, payments, people, subscribing
from courtil.services.demo.cast import FARMS, CastProduct
from courtil.services.instance import Instance
from courtil.services.payments import PaymentData
from courtil.services.unit import Unit
from courtil.store.books import Payment
from courtil.store.contracts import Contract
from courtil.store.offers import Offer
from courtil.store.people import Person, Role, RoleGrant

_WANTED: dict[str, CastProduct] = {product.name: product for farm in FARMS for product in farm.products}


def subscribe_all(
    instance: Instance, chance: random.Random, offer_ids: Sequence[int], households: Sequence[int], now: datetime
) -> None:
    """Each household takes what it likes of each offer, while there are places."""
    for offer_id in offer_ids:
        with instance.working(now=now) as unit:
            offer = offers.offer(unit, offer_id)
            takers = [(home, _choice(offer, chance)) for home in households]
            takers = [(home, choice) for home, choice in takers if choice.chosen]
            for home, choice in takers[: offer.places or len(takers)]:
                _sign(unit, chance, offer, home, choice)


def _choice(offer: Offer, chance: random.Random) -> Choice:
    """At most one size of a basket, some quantity of what is counted."""
    found: dict[int, int] = {}
    for product in offer.products:
        if chance.randrange(100) < _WANTED[product.product.name].chosen and not (found and offer.name == "Légumes"):
            found[product.id] = 2 if chance.random() < 0.15 and offer.name != "Légumes" else 1
    return Choice(quantities=found)


def _sign(unit: Unit, chance: random.Random, offer: Offer, household_id: int, choice: Choice) -> None:
    person = people.present(people.household(unit, household_id))[0]
    contract = subscribing.save_draft(unit, offer.id, household_id, choice)
    method = PaymentMethod.CHEQUE if chance.random() < 0.85 else PaymentMethod.TRANSFER
    subscribing.choose_payment(unit, contract.id, chance.choice(offer.instalment_counts), method)
    read = subscribing.reading(unit, contract.id)
    subscribing.sign(unit, contract.id, read.quote.total, read.text_hash, person, address="192.0.2.10")


def settle_season(instance: Instance, offer_ids: Sequence[int], now: datetime, *, finished: bool) -> None:
    """The farm countersigns; households give their payments, which are handed over as they fall due."""
    with instance.reading() as reader:
        today = reader.today
    for offer_id in offer_ids:
        with instance.working(now=now) as unit:
            offer = unit.get(Offer, offer_id)
            waiting = countersigning.waiting(unit, frozenset({offer.farm_id}))
            keys = [contract.id for contract in waiting if contract.offer_id == offer_id]
            left_open = [] if finished else keys[-2:]
            countersigning.countersign(
                unit, [key for key in keys if key not in left_open], _farmer(unit, offer.farm_id)
            )
        with instance.working(now=now) as unit:
            _pay(unit, offer_id, left_open)
        with instance.working(now=now) as unit:
            _hand_over(unit, offer_id, None if finished else today)


def _farmer(unit: Unit, farm_id: int) -> Person:
    query = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Role, Role.id == RoleGrant.role_id)
        .where(Role.code == "farmer", RoleGrant.farm_id == farm_id)
    )
    return unit.one(query)


def _pay(unit: Unit, offer_id: int, left_open: Sequence[int]) -> None:
    query = select(Contract).where(Contract.offer_id == offer_id).options(selectinload(Contract.instalments))
    for number, contract in enumerate(unit.all(query)):
        if contract.id in left_open:
            continue
        planned = list(contract.instalments)
        for instalment in planned:
            reference = f"{7_000_000 + contract.id * 20 + instalment.position}"
            data = PaymentData(
                cents=instalment.cents, method=contract.method, reference=reference, received_on=unit.today,
                instalment_id=instalment.id,
            )  # fmt: skip
            if not (number % 17 == 3 and instalment is planned[-1]):
                payments.note(unit, contract.id, data, f"demo-{instalment.id}")


def _hand_over(unit: Unit, offer_id: int, until: date | None) -> None:
    """Payments whose day has come go to the farm."""
    query = (
        select(Payment)
        .join(Contract, Contract.id == Payment.contract_id)
        .where(Contract.offer_id == offer_id, Payment.state == PaymentState.RECEIVED)
        .options(selectinload(Payment.contract).selectinload(Contract.instalments))
    )
    waiting = unit.all(query)
    due = {i.id: i.due_on for payment in waiting for i in payment.contract.instalments}
    ready = [p.id for p in waiting if until is None or due[p.instalment_id or 0] <= until]
    if ready:
        payments.hand_over(unit, ready, unit.today + timedelta(days=1))
