"""Real contract terms, made into offers and subscriptions through the services, against the figures that they state.

`COURTIL_CASES=<folder>` runs another folder of the same form. Each case passes, fails, or is skipped with the rule it misses.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from cases import contract_oracle, contract_terms
from cases.contract_terms import Terms
from courtil.domain.contracts import Choice
from courtil.domain.fields import search_key
from courtil.domain.money import parse_cents
from courtil.domain.states import OfferState, PaymentMethod
from courtil.services import calendar, farms, offer_life, offers, payments, people, subscribing
from courtil.services.calendar import PlaceData, SeasonData
from courtil.services.farms import FarmData, ProductData
from courtil.services.instance import Instance
from courtil.services.offer_parts import OfferProductData
from courtil.services.offers import OfferData
from courtil.services.people import HouseholdData, PersonData
from courtil.services.unit import Unit
from courtil.store.contracts import Contract
from courtil.store.offers import Offer, OfferDate, OfferProduct

FOLDER = Path(os.environ.get("COURTIL_CASES") or Path(__file__).parent / "contracts")
CASES = sorted(FOLDER.glob("*.yaml"))


class NotExpressible(Exception):
    """A rule or a stated fact that has no place in the application; the message names it."""


@dataclass
class Season:
    """One case in one instance: its offer, and households that sign under it."""

    instance: Instance
    terms: Terms
    offer_id: int = 0
    products: dict[int, int] = field(default_factory=dict)  # price in cents -> product of the offer
    signed: int = 0

    @property
    def eve(self) -> datetime:
        """The day before the first delivery."""
        return self.before(self.terms.days[0])

    def before(self, day: Any) -> datetime:
        return datetime.combine(day - timedelta(days=1), time(12), tzinfo=UTC)

    def open(self) -> None:
        """Prepare the offer and open it for signature."""
        terms = self.terms
        with self.instance.working(now=self.eve) as unit:
            place = calendar.add_place(unit, PlaceData(name="Salle", starts_at="18:30", ends_at="19:30"))
            season = calendar.add_season(
                unit, SeasonData(name="Saison", starts_on=terms.days[0], ends_on=terms.days[-1])
            )
            farm = farms.add_farm(unit, FarmData(name="Ferme"))
            priced = [
                OfferProductData(product_id=self._product(unit, farm.id, i), price_cents=option.price)
                for i, option in enumerate(terms.options)
            ]
            data = OfferData(
                season_id=season.id, farm_id=farm.id, place_id=place.id, name=terms.name[:200],
                instalment_counts=terms.counts, instalment_step=terms.step, methods=[PaymentMethod.CHEQUE],
                terms=terms.clauses,
            )  # fmt: skip
            self.offer_id = offers.create(unit, data, terms.days, priced).id
        if not priced:
            return
        with self.instance.working(now=self.eve) as unit:
            offer_life.move(unit, self.offer_id, OfferState.OPEN)
            for product in unit.all(select(OfferProduct).where(OfferProduct.offer_id == self.offer_id)):
                self.products.setdefault(product.price_cents, product.id)

    def _product(self, unit: Unit, farm_id: int, index: int) -> int:
        option = self.terms.options[index]
        name = f"{option.name} {index + 1}" if self._homonym(index) else option.name
        return farms.add_product(unit, farm_id, ProductData(name=name, unit=option.unit, price_cents=option.price)).id

    def _homonym(self, index: int) -> bool:
        names = [search_key(option.name, option.unit) for option in self.terms.options]
        return names.index(names[index]) != index

    def sign(self, price: int, quantity: int, count: int | None = None, deliveries: int | None = None) -> Contract:
        """A new household takes `quantity` of the product at this price in `count` payments; late for fewer deliveries."""
        days = self.terms.days
        now = self.eve if deliveries is None else self.before(days[-deliveries])
        self.signed += 1
        with self.instance.working(now=now) as unit:
            household = people.add_household(
                unit, HouseholdData(), [PersonData(first_name="Zoé", last_name=f"Lantier {self.signed}")]
            )
            person = people.present(people.household(unit, household.id))[0]
            choice = Choice(quantities={self.products[price]: quantity}).stored()
            contract = subscribing.save_draft(unit, self.offer_id, household.id, choice)
            subscribing.choose_payment(unit, contract.id, str(count or self.terms.counts[0]), "cheque")
            read = subscribing.reading(unit, contract.id)
            subscribing.sign(unit, contract.id, read.quote.total, read.text_hash, person)
        with self.instance.reading() as reader:
            query = select(Contract).where(Contract.id == contract.id)
            return reader.one(query.options(selectinload(Contract.instalments), selectinload(Contract.lines)))

    def deliveries(self) -> int:
        with self.instance.reading() as reader:
            return int(reader.session.scalar(select(func.count()).where(OfferDate.offer_id == self.offer_id)) or 0)

    def prices(self) -> list[int]:
        with self.instance.reading() as reader:
            offer = reader.one(select(Offer).where(Offer.id == self.offer_id).options(selectinload(Offer.products)))
            return [product.price_cents for product in offer.products]


def to_cents(value: object) -> int:
    return parse_cents(str(value))


def stated(item: Mapping[str, Any]) -> object:
    """What the application must produce: the source's figure, or the right one where the source does not add up."""
    return item["computed"] if item.get("agrees") is False else item["stated"]


def check(season: Season, item: Mapping[str, Any]) -> None:
    """Ask the application for one expected figure. Raises NotExpressible, or AssertionError when it differs."""
    if "calendar" in item or "count_of" in item or item.get("unit") == "deliveries":
        assert season.deliveries() == stated(item), item["what"]
    elif "formula" in item and item.get("unit") == "EUR":
        check_amount(season, item)
    elif isinstance(item["stated"], list) and item.get("unit") == "EUR":
        assert sorted(season.prices()) == sorted(to_cents(price) for price in item["stated"]), item["what"]
    elif item.get("unit") == "EUR" and "formula" not in item and to_cents(item["stated"]) in season.prices():
        assert season.sign(to_cents(item["stated"]), 1).lines[0].unit_cents == to_cents(item["stated"])
    else:
        raise NotExpressible(
            f"stated fact: {item['what']}" if season.products else f"no published price: {item['what']}"
        )


def check_amount(season: Season, item: Mapping[str, Any]) -> None:
    """A formula in euros: the total of a season, the price of one delivery, or the payments of a contract."""
    try:
        weighed = contract_oracle.price_of(item["formula"])
        if weighed is not None:
            assert season.sign(to_cents(round(weighed, 2)), 1).lines[0].unit_cents == to_cents(stated(item)), item[
                "what"
            ]
            return
        terms = contract_oracle.terms_of(item["formula"])
    except contract_oracle.Unreadable as error:
        raise NotExpressible(f"formula {item['formula']} ({error})") from error
    if len(terms) == 1 and terms[0].amount is not None and to_cents(terms[0].amount) in season.products:
        check_price(season, item, terms[0])
    else:
        check_payments(season, item, terms)


def check_price(season: Season, item: Mapping[str, Any], term: contract_oracle.Term) -> None:
    assert term.amount is not None
    price, all_of_them = to_cents(term.amount), season.deliveries()
    times = list(term.times)
    if all_of_them in times:
        times.remove(all_of_them)
        quantity = contract_oracle.Term(tuple(times), None).count
        assert season.sign(price, quantity).total_cents == to_cents(stated(item)), item["what"]
    elif term.count < 10:
        line = season.sign(price, term.count).lines[0]
        assert line.quantity * line.unit_cents == to_cents(stated(item)), item["what"]
    elif term.count < all_of_them:
        assert season.sign(price, 1, deliveries=term.count).total_cents == to_cents(stated(item)), item["what"]
    else:
        raise NotExpressible(f"{term.count} deliveries where the contract has {all_of_them}")


def check_payments(season: Season, item: Mapping[str, Any], terms: list[contract_oracle.Term]) -> None:
    wanted = sorted(to_cents(term.amount) for term in terms if term.amount is not None for _ in range(term.count))
    total = to_cents(item["stated"])
    price = price_of_season(season, total)
    if not season.products:
        raise NotExpressible(f"no published price: {item['what']}")
    if price is None or len(wanted) not in season.terms.counts:
        raise NotExpressible(f"formula {item['formula']}: {item['what']}")
    contract = season.sign(*price, count=len(wanted))
    if item.get("agrees") is False:
        check_printed_payments(season, contract, wanted, item)
    else:
        assert sorted(one.cents for one in contract.instalments) == wanted, item["what"]
        assert sum(wanted) == contract.total_cents == total, item["what"]


def price_of_season(season: Season, total: int) -> tuple[int, int] | None:
    """The price and quantity whose season makes this total."""
    for price in season.products:
        quantity, rest = divmod(total, price * season.deliveries()) if price else (0, 1)
        if not rest and 0 < quantity < 10:
            return price, quantity
    return None


def check_printed_payments(season: Season, contract: Contract, printed: list[int], item: Mapping[str, Any]) -> None:
    """A form whose printed cheques do not add up: the schedule is exact, and the printed cheques leave the difference owed."""
    assert sum(one.cents for one in contract.instalments) == contract.total_cents
    with season.instance.working(now=season.eve) as unit:
        for number, cents in enumerate(printed):
            data = payments.PaymentData(cents=cents, method=PaymentMethod.CHEQUE, received_on=unit.today)
            payments.note(unit, contract.id, data, f"case-{contract.id}-{number}")
    with season.instance.reading() as reader:
        found = payments.schedule(reader, contract.id)
    assert sum(one.cents for one in found.payments) == to_cents(item["computed"]), item["what"]
    assert found.owed == contract.total_cents - to_cents(item["computed"]), item["what"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, instance: Instance) -> None:
    terms = contract_terms.read(path)
    season = Season(instance, terms)
    missing = list(terms.missing)
    if terms.days:
        season.open()
        for item in terms.expected:
            if terms.missing and not {"calendar", "count_of"} & set(item):
                continue
            try:
                check(season, item)
            except NotExpressible as error:
                missing.append(str(error))
    if missing:
        pytest.skip("not expressible: " + "; ".join(dict.fromkeys(missing)))


def test_the_folder_has_cases() -> None:
    assert CASES


def test_a_formula_is_read_exactly() -> None:
    assert contract_oracle.value_of("2*62.00+1*61.50") == Decimal("185.50")
    assert contract_oracle.value_of("3*6.84*10") == Decimal("205.20")
    with pytest.raises(contract_oracle.Unreadable):
        contract_oracle.terms_of("70.50/5")
