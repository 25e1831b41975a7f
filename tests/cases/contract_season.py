"""A published contract in an instance: households that choose, take a plan and sign under its offers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from cases.contract_days import SOME_DAY, Calendar, facts
from cases.contract_offers import Opened, Plan, noon_before, open_offer
from cases.contract_payments import payees_of, ways_of
from cases.contract_products import MADE_UP, Option, in_calendar
from cases.contract_terms import ACCOUNT, SAME, Published
from courtil.domain.contracts import Charge
from courtil.domain.money import Cents
from courtil.services import amending, contracts, people, subscribing
from courtil.services.amending import Amendment
from courtil.services.instance import Instance
from courtil.services.people import HouseholdData, PersonData
from courtil.services.unit import Unit
from courtil.store.contracts import Contract
from courtil.store.people import Person


@dataclass(frozen=True)
class Order:
    """What a household takes of an offer; `last`: it joins for so many deliveries, `first`: it asks for so many."""

    offer: Opened
    quantities: Mapping[int, int] = field(default_factory=dict)
    """How many of each option, each time."""
    rhythm: str = "every"
    last: int | None = None
    first: int | None = None
    fees: Sequence[int] = ()
    cents: int = 0
    """What an account is opened with."""

    @property
    def days(self) -> Sequence[date]:
        """The dates that it asks for."""
        return self.offer.days[-self.last :] if self.last else self.offer.days[: self.first]

    @property
    def signed_at(self) -> datetime:
        """The eve of the first of them."""
        return noon_before(self.days[0] if self.last else self.offer.days[0])

    @property
    def key(self) -> tuple[object, ...]:
        """The same for orders of the same."""
        return (self.offer.offer_id, *sorted(self.quantities.items()), self.rhythm, self.last, self.first,
                *self.fees, self.cents)  # fmt: skip

    def choice(self) -> dict[str, Any]:
        """As the kind of the offer reads it."""
        if self.offer.kind == ACCOUNT:
            return {"cents": self.cents}
        ids = {str(self.offer.product_ids[option]): quantity for option, quantity in self.quantities.items()}
        if self.offer.kind == SAME:
            return {"quantities": ids, "rhythms": dict.fromkeys(ids, self.rhythm), "fees": list(self.fees)}
        deliveries = dict(zip(self.offer.days, self.offer.delivery_ids, strict=True))
        cells = {f"{one}-{deliveries[day]}": quantity for one, quantity in ids.items() for day in self.days}
        return {"cells": cells, "fees": list(self.fees)}


@dataclass(frozen=True)
class Signed:
    """What was signed, as it is kept: cells with quantity and cents, charges, payments with their payees, the text."""

    contract_id: int
    total: int
    lines: Mapping[tuple[int, int], tuple[int, int]]
    charges: Sequence[Charge]
    payments: Sequence[tuple[int, str]]
    text: str

    @property
    def deliveries(self) -> set[int]:
        """The deliveries on which something comes."""
        return {delivery for _product, delivery in self.lines}

    @classmethod
    def of(cls, found: Contract) -> "Signed":
        """Read from the rows."""
        return cls(
            found.id, found.total_cents,
            {(one.offer_product_id, one.delivery_id): (one.quantity, one.quantity * one.unit_cents)
             for one in found.lines},
            [Charge(one.label, one.cents) for one in found.charges],
            [(one.cents, one.payee) for one in found.instalments], found.text,
        )  # fmt: skip


@dataclass
class Season:
    """One case in one instance."""

    instance: Instance
    published: Published
    offers: list[Opened] = field(default_factory=list)
    apart: dict[tuple[str, int], Opened] = field(default_factory=dict)
    needed: Order | None = None
    quotes: dict[tuple[object, ...], subscribing.Quote] = field(default_factory=dict)
    contracts: dict[tuple[object, ...], Signed] = field(default_factory=dict)
    known: dict[int, Order] = field(default_factory=dict)
    households: int = 0

    def open(self) -> None:
        """Open an offer for each calendar of the contract, after the one on which it depends."""
        published, labels = self.published, [one.label for one in self.published.calendars]
        if published.depends:
            required = Calendar("", published.calendars[0].days)
            plan = Plan("Contrat requis", SAME, required, [Option("Panier", "", MADE_UP)], {})
            self.needed = Order(open_offer(self.instance, plan), {0: 1})
        by_goods = isinstance(facts(published.raw, "delivery").get("count"), dict)
        for one in published.calendars:
            options = [x for x in published.options if not by_goods or in_calendar(x, one.label, labels)]
            plan = Plan(published.name, published.kind, one, options, self._terms(one), published.clauses)
            self.offers.append(open_offer(self.instance, plan))

    def _terms(self, one: Calendar) -> dict[str, Any]:
        published = self.published
        return {
            "fees": published.fees, "rules": published.rules, "changes": published.changes, "turns": published.turns,
            "topups": published.topups, "payees": payees_of(published.raw), "needs_offer_id": self.needed.offer.offer_id if self.needed else None,
            "ways": ways_of(published.raw, one.label, one.days, published.months), "months": published.months,
        }  # fmt: skip

    def with_price(self, price: int, per: str = "delivery") -> Opened:
        """The same dates with one product at another price: an earlier season, a membership, a price in parts."""
        if (per, price) not in self.apart:
            days = self.published.calendars[0].days if self.published.calendars else (SOME_DAY,)
            self.apart[per, price] = self.on_days(days, Option("Panier", "", Cents(price), per=per))
        return self.apart[per, price]

    def on_days(self, days: Sequence[date], option: Option) -> Opened:
        """An offer of one product on these days."""
        self.households += 1
        name = f"À part {self.households}"
        return open_offer(self.instance, Plan(name, SAME, Calendar("", tuple(days)), [option], {"months": 1}))

    def quote(self, order: Order) -> subscribing.Quote:
        """What the order would make."""
        if order.key not in self.quotes:
            asker = self._asker
            with self.instance.working(now=order.signed_at) as unit:
                self.quotes[order.key] = subscribing.quote(unit, order.offer.offer_id, order.choice(), asker)
        return self.quotes[order.key]

    def total(self, order: Order) -> int | None:
        """What the order would cost; None when it cannot be had."""
        asked = self.quote(order)
        return None if asked.problems else asked.total

    @cached_property
    def _asker(self) -> int:
        """A household that asks for prices."""
        with self.instance.working(now=noon_before(min(self.offers[0].days))) as unit:
            person = self._person(unit)
            if self.needed:
                self._take(unit, self.needed, person)
            return person.household_id or 0

    def _person(self, unit: Unit) -> Person:
        self.households += 1
        data = [PersonData(first_name="Zoé", last_name=f"Lantier {self.households}")]
        household = people.add_household(unit, HouseholdData(), data)
        return people.present(people.household(unit, household.id))[0]

    def sign(self, order: Order, count: int | None = None, payee: str = "") -> Signed:
        """A new household chooses, pays in `count` payments (to that payee), reads and signs; once for the same order.

        Raises LookupError without a plan of that many payments, Refused for what cannot be had.
        """
        key = (*order.key, count, payee)
        if key not in self.contracts:
            self.contracts[key] = self.newly(order, count, payee)
        return self.contracts[key]

    def newly(self, order: Order, count: int | None = None, payee: str = "") -> Signed:
        """What `sign` does, with a household and a contract of its own."""
        with self.instance.working(now=order.signed_at) as unit:
            person = self._person(unit)
            if self.needed and order.offer.terms.needs_offer_id:
                self._take(unit, self.needed, person)
            return self._take(unit, order, person, count, payee)

    def _take(
        self, unit: Unit, order: Order, person: Person, count: int | None = None, payee: str = ""
    ) -> Signed:  # fmt: skip
        draft = subscribing.save_draft(unit, order.offer.offer_id, person.household_id or 0, order.choice())
        read = subscribing.reading(unit, draft.id)
        for plan in read.plans:
            assert sum(part.cents for part in plan.parts) == read.quote.total
        if count is not None:
            subscribing.choose_payment(unit, draft.id, _key(read, count, payee), "cheque")
            read = subscribing.reading(unit, draft.id)
        subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, person)
        return Signed.of(contracts.contract(unit, draft.id, fresh=True))

    def charged(self, order: Order, charges: Sequence[Charge]) -> int:
        """By how much the contract of a new household changes with charges that come later, in cents."""
        signed = self.newly(order)
        with self.instance.working(now=order.signed_at) as unit:
            amending.amend(unit, signed.contract_id, Amendment(charges=[*signed.charges, *charges]), "cas")
            return contracts.worth(contracts.contract(unit, signed.contract_id, fresh=True)) - signed.total

    def longest(self, order: Order) -> int:
        """The most payments among the plans of the order."""
        with self.instance.working(now=order.signed_at) as unit:
            person = self._person(unit)
            if self.needed:
                self._take(unit, self.needed, person)
            draft = subscribing.save_draft(unit, order.offer.offer_id, person.household_id or 0, order.choice())
            return max(len(plan.parts) for plan in subscribing.reading(unit, draft.id).plans)

    def fullest(self, offer: Opened) -> Order:
        """What a household takes that wants something at every date, as little as the rules allow."""
        if offer.kind == ACCOUNT:
            return Order(offer, cents=offer.terms.topups[0])
        most = [rule.value for rule in offer.terms.rules if rule.measure == "dates"]
        orders = (Order(offer, {0: n}, rhythm=offer.options[0].rhythms[0], first=min(most, default=None))
                  for n in range(1, 13))  # fmt: skip
        return next(order for order in orders if self.total(order) is not None)

    def costing(self, wanted: int) -> Order | None:
        """The plainest order of one product for the whole season that costs so much."""
        while wanted not in self.known:
            order = next(self._plainest, None)
            if order is None:
                return None
            total = self.total(order)
            if total is not None:
                self.known.setdefault(total, order)
        return self.known[wanted]

    @cached_property
    def _plainest(self) -> Iterator[Order]:
        return self._plain()

    def _plain(self) -> Iterator[Order]:
        for offer in self.offers:
            yield from (Order(offer, cents=topup) for topup in offer.terms.topups)
            prices = [(option.price, option.per, option.deliveries) for option in offer.options]
            kept = [i for i, option in enumerate(offer.options) if option.published and prices.index(prices[i]) == i]
            for rhythm in ("every", "first", "second"):
                for index in kept:
                    if rhythm in offer.options[index].rhythms:
                        for quantity in range(1, 13):
                            yield Order(offer, {index: quantity}, rhythm)


def _key(read: subscribing.Reading, count: int, payee: str) -> str:
    for plan in read.plans:
        if len([part for part in plan.parts if not payee or part.payee == payee]) == count:
            return plan.key
    raise LookupError(count)
