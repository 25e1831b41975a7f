"""Offers made of a published contract through the services: a farm, its products, a place, dates, terms, open to sign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cases.contract_days import Calendar
from cases.contract_products import Option
from courtil.domain.states import OfferState, PaymentMethod
from courtil.services import calendar, farms, offer_life, offers
from courtil.services.calendar import PlaceData, SeasonData
from courtil.services.farms import FarmData, ProductData
from courtil.services.instance import Instance
from courtil.services.offer_parts import OfferProductData
from courtil.services.offers import OfferData
from courtil.services.unit import Unit
from courtil.store.offers import Offer
from courtil_contracts.domain.terms import Terms
from courtil_contracts.services import terms as terms_service


@dataclass(frozen=True)
class Plan:
    """What to offer: a kind, dates, products, terms, and the clauses in words."""

    name: str
    kind: str
    calendar: Calendar
    options: Sequence[Option]
    terms: Mapping[str, Any]
    clauses: str = ""


@dataclass(frozen=True)
class Opened:
    """An offer that is open: its dates and deliveries, its options and their ids in it, its terms."""

    offer_id: int
    kind: str
    label: str
    days: Sequence[date]
    delivery_ids: Sequence[int]
    options: Sequence[Option]
    product_ids: Sequence[int]
    terms: Terms


def noon_before(day: date) -> datetime:
    """Noon of the day before."""
    return datetime.combine(day - timedelta(days=1), time(12), tzinfo=UTC)


def open_offer(instance: Instance, plan: Plan) -> Opened:
    """Prepare the offer with its terms and open it on the eve of its first date. Raises Refused."""
    with instance.working(now=noon_before(min(plan.calendar.days))) as unit:
        made = _draft(unit, plan)
        ids = [product.id for product in made.products]
        by_day = {row.delivery.planned_on: row.delivery_id for row in made.dates}
        terms = Terms.model_validate({**plan.terms, "products": list(map(_product_terms, ids, plan.options))})
        terms_service.write(unit, made.id, terms)
        offer_life.move(unit, made.id, OfferState.OPEN)
        days = sorted(by_day)
        return Opened(
            made.id, plan.kind, plan.calendar.label, days, [by_day[day] for day in days], plan.options, ids, terms
        )


def _product_terms(offer_product_id: int, option: Option) -> dict[str, Any]:
    return {
        "offer_product_id": offer_product_id, "per": option.per, "deliveries": option.deliveries,
        "rhythms": option.rhythms, "kg_cents": option.kg_cents if option.weighed else 0,
    }  # fmt: skip


def _draft(unit: Unit, plan: Plan) -> Offer:
    days, name = plan.calendar.days, f"{plan.name[:60]} {plan.calendar.label}".strip()
    place = calendar.add_place(unit, PlaceData(name=name, starts_at="18:30", ends_at="19:30"))
    season = calendar.add_season(unit, SeasonData(name=name, starts_on=min(days), ends_on=max(days)))
    farm = farms.add_farm(unit, FarmData(name=name))
    priced = [
        OfferProductData(product_id=_product(unit, farm.id, option), price_cents=option.price)
        for option in plan.options
    ]
    data = OfferData(
        season_id=season.id, farm_id=farm.id, place_id=place.id, name=name, kind=plan.kind,
        methods=[PaymentMethod.CHEQUE], terms=plan.clauses,
    )  # fmt: skip
    return offers.offer(unit, offers.create(unit, data, list(days), priced).id)


def _product(unit: Unit, farm_id: int, option: Option) -> int:
    data = ProductData(name=option.name, unit=option.unit, price_cents=option.price)
    return farms.add_product(unit, farm_id, data).id
