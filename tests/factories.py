"""Rows that tests of many areas need: an offer with its dates, households, a signed contract with its books."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from itertools import count

from sqlalchemy import select

from courtil.domain.fields import search_key
from courtil.domain.money import Cents, instalments
from courtil.domain.states import ContractState, OfferState
from courtil.services import books
from courtil.services.unit import Unit
from courtil.store.calendar import Place, Season
from courtil.store.contracts import Contract, ContractLine, Instalment
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm, Product
from courtil.store.offers import Offer, OfferDate, OfferProduct
from courtil.store.people import Household

_numbers = count(1)


def a_farm(unit: Unit, name: str = "Les Trois-Chênes") -> Farm:
    """A farm of this name, made once."""
    return unit.session.scalar(select(Farm).where(Farm.name == name)) or unit.add(Farm(name=name))


def a_household(unit: Unit, name: str = "") -> Household:
    """A household of its own."""
    name = name or f"Foyer {next(_numbers)}"
    return unit.add(Household(name=name, search=search_key(name)))


def days_from(first: date, count: int = 4) -> list[date]:
    """Days a week apart."""
    return [first + timedelta(weeks=week) for week in range(count)]


def an_offer(
    unit: Unit, *, farm: Farm | None = None, name: str = "Légumes", days: Sequence[date] = (),
    price_cents: int = 1_500, state: OfferState = OfferState.OPEN, places: int | None = None,
) -> Offer:  # fmt: skip
    """An offer of one basket on these days: four of them, a week apart, from next week unless said."""
    farm = farm or a_farm(unit)
    days = list(days) or days_from(unit.today + timedelta(days=7))
    season = unit.add(Season(name="Saison", starts_on=min(days), ends_on=max(days)))
    place = unit.session.scalar(select(Place).where(Place.name == "Préau")) or unit.add(
        Place(name="Préau", address="3 rue du Four", city="Villeneuve", starts_at=time(18, 30), ends_at=time(20))
    )
    product = unit.add(Product(farm_id=farm.id, name="Panier", unit="environ 5 kg", price_cents=price_cents))
    offer = unit.add(
        Offer(season_id=season.id, farm_id=farm.id, place_id=place.id, name=name, state=state, places=places)
    )  # fmt: skip
    unit.add(OfferProduct(offer_id=offer.id, product_id=product.id, price_cents=price_cents))
    for day in days:
        unit.add(OfferDate(offer_id=offer.id, delivery_id=_delivery(unit, farm, place, day).id))
    return offer


def _delivery(unit: Unit, farm: Farm, place: Place, day: date) -> Delivery:
    evening = unit.session.scalar(
        select(Distribution).where(Distribution.place_id == place.id, Distribution.day == day)
    )
    evening = evening or unit.add(
        Distribution(place_id=place.id, day=day, starts_at=place.starts_at, ends_at=place.ends_at)
    )
    query = select(Delivery).where(Delivery.farm_id == farm.id, Delivery.distribution_id == evening.id)
    return unit.session.scalar(query) or unit.add(
        Delivery(farm_id=farm.id, distribution_id=evening.id, planned_on=day)
    )  # fmt: skip


def a_signed_contract(
    unit: Unit, offer: Offer, household: Household | None = None, *, quantity: int = 1, payments: int = 3,
    due: Sequence[date] = (), state: ContractState = ContractState.ACTIVE,
) -> Contract:  # fmt: skip
    """A contract for this many baskets at each date, with its instalments a month apart, and the debt in the books."""
    household = household or a_household(unit)
    product = unit.session.scalars(select(OfferProduct).where(OfferProduct.offer_id == offer.id)).one()
    deliveries = unit.session.scalars(
        select(OfferDate.delivery_id).where(OfferDate.offer_id == offer.id).order_by(OfferDate.id)
    ).all()
    total = Cents(quantity * product.price_cents * len(deliveries))
    due = list(due) or [unit.today + timedelta(days=30 * number) for number in range(payments)]
    contract = unit.add(
        Contract(
            offer_id=offer.id, household_id=household.id, state=state, total_cents=total, instalment_count=len(due),
            created_at=unit.now,
        )
    )  # fmt: skip
    for delivery_id in deliveries:
        line = ContractLine(contract_id=contract.id, offer_product_id=product.id, delivery_id=delivery_id)
        line.quantity, line.unit_cents = quantity, product.price_cents
        unit.add(line)
    for position, (day, cents) in enumerate(zip(due, instalments(total, len(due)), strict=True), start=1):
        unit.add(Instalment(contract_id=contract.id, position=position, due_on=day, cents=cents))
    if state is not ContractState.DRAFT:
        debt = (books.household(household.id), books.farm(offer.farm_id), total)
        books.move(unit, f"Contrat signé : {offer.name}", [debt], contract.id)
    return contract
