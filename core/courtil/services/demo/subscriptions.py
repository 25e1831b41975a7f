"""Households of the demonstration choose, sign and pay; farms countersign."""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from courtil.domain.contracts import Choice
from courtil.domain.states import ContractState, PaymentMethod, PaymentState
from courtil.services import countersigning, deliveries, offers, payments, people, subscribing
from courtil.services.demo.cast import FARMS, CastProduct
from courtil.services.instance import Instance
from courtil.services.payments import PaymentData
from courtil.services.unit import Unit
from courtil.store.books import Payment
from courtil.store.contracts import Contract, Instalment
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.offers import Offer
from courtil.store.people import Person, Role, RoleGrant

AT_ONCE = 10
T = TypeVar("T")

_WANTED: dict[str, CastProduct] = {product.name: product for farm in FARMS for product in farm.products}


def subscribe_all(
    instance: Instance, chance: random.Random, offer_ids: Sequence[int], households: Sequence[int], now: datetime
) -> None:
    """Each household takes what it likes of each offer, while there are places."""
    for offer_id in offer_ids:
        with instance.reading() as reader:
            offer = offers.proposed(reader, offer_id)
        takers = [(home, choice) for home in households if (choice := _choice(offer, chance)).chosen]
        for some in batched(takers[: offer.places or len(takers)]):
            with instance.working(now=now) as unit:
                for home, choice in some:
                    _sign(unit, chance, offer, home, choice)


def batched(things: Sequence[T]) -> Iterator[Sequence[T]]:
    """A few at a time: nobody should wait long for the unit that handles them."""
    for start in range(0, len(things), AT_ONCE):
        yield things[start : start + AT_ONCE]
        time.sleep(0.01)  # SQLite gives its lock to whoever asks next, not to whoever waited longest


def _choice(offer: Offer, chance: random.Random) -> Choice:
    """At most one size of a basket, some quantity of what is counted."""
    found: dict[int, int] = {}
    for product in offer.products:
        if chance.randrange(100) < _WANTED[product.product.name].chosen and not (found and offer.name == "Légumes"):
            found[product.id] = 2 if chance.random() < 0.15 and offer.name != "Légumes" else 1
    return Choice(quantities=found)


def _sign(unit: Unit, chance: random.Random, offer: Offer, household_id: int, choice: Choice) -> None:
    person = people.present(people.household(unit, household_id))[0]
    contract = subscribing.save_draft(unit, offer.id, household_id, choice.stored())
    method = PaymentMethod.CHEQUE if chance.random() < 0.85 else PaymentMethod.TRANSFER
    plan = str(chance.choice(offer.instalment_counts[:3]))
    if (plan, method) != (contract.plan, contract.method):
        subscribing.choose_payment(unit, contract.id, plan, method)
    read = subscribing.reading(unit, contract.id)
    subscribing.sign(unit, contract.id, read.quote.total, read.text_hash, person, address="192.0.2.10")


def countersign_all(instance: Instance, offer_ids: Sequence[int], now: datetime, *, leave: int = 0) -> None:
    """Each farm signs what households signed, but for the last `leave` contracts."""
    for offer_id in offer_ids:
        with instance.reading() as reader:
            farm_id = reader.get(Offer, offer_id).farm_id
            keys = [contract.id for contract in countersigning.waiting(reader, Contract.offer_id == offer_id)]
        for some in batched(keys[: len(keys) - leave]):
            with instance.working(now=now) as unit:
                countersigning.countersign(unit, some, _farmer(unit, farm_id))


def confirm_deliveries(instance: Instance, today: date) -> None:
    """The farms came on every past date but the last."""
    query = (
        select(Delivery.id)
        .join(Distribution, Distribution.id == Delivery.distribution_id)
        .where(Distribution.day < today - timedelta(days=7))
        .order_by(Delivery.id)
    )
    with instance.reading() as reader:
        past = reader.all(query)
    for some in batched(past):
        with instance.working() as unit:
            for delivery_id in some:
                deliveries.mark_delivered(unit, delivery_id)


def pay_all(instance: Instance, offer_ids: Sequence[int], now: datetime, until: date) -> None:
    """Households give their payments for what both signed; those that fell due by `until` are handed over."""
    for offer_id in offer_ids:
        for some in batched(_expected(instance, offer_id)):
            with instance.working(now=now) as unit:
                for contract_id, instalment, method in some:
                    _pay(unit, contract_id, instalment, method)
        for fallen_due in batched(_fallen_due(instance, offer_id, until)):
            with instance.working(now=now) as unit:
                payments.hand_over(unit, fallen_due, unit.today + timedelta(days=1))


def _farmer(unit: Unit, farm_id: int) -> Person:
    query = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Role, Role.id == RoleGrant.role_id)
        .where(Role.code == "farmer", RoleGrant.farm_id == farm_id)
    )
    return unit.one(query)


def _expected(instance: Instance, offer_id: int) -> list[tuple[int, Instalment, PaymentMethod]]:
    """Payments of what both signed; one household in seventeen still owes its last one."""
    query = select(Contract).where(Contract.offer_id == offer_id, Contract.state != ContractState.SIGNED_MEMBER)
    with instance.reading() as reader:
        found = reader.all(query.options(selectinload(Contract.instalments)))
        return [
            (contract.id, instalment, contract.method)
            for number, contract in enumerate(found)
            for instalment in list(contract.instalments)[: -1 if number % 17 == 3 else None]
        ]


def _pay(unit: Unit, contract_id: int, instalment: Instalment, method: PaymentMethod) -> None:
    data = PaymentData(
        cents=instalment.cents, method=method, reference=f"{7_000_000 + instalment.id}", received_on=unit.today,
        instalment_id=instalment.id,
    )  # fmt: skip
    payments.note(unit, contract_id, data, f"demo-{instalment.id}")


def _fallen_due(instance: Instance, offer_id: int, until: date) -> Sequence[int]:
    query = (
        select(Payment.id)
        .join(Contract, Contract.id == Payment.contract_id)
        .join(Instalment, Instalment.id == Payment.instalment_id)
        .where(Contract.offer_id == offer_id, Payment.state == PaymentState.RECEIVED, Instalment.due_on <= until)
    )
    with instance.reading() as reader:
        return reader.all(query)
