"""Rows for tests: farms, places, offers and signed contracts, in one line each."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time, timedelta

from sqlalchemy import select

from courtil.domain.fields import search_key
from courtil.domain.states import ContractState, OfferState
from courtil.services import books, calendar, deliveries, farms
from courtil.services.calendar import PlaceData, SeasonData
from courtil.services.farms import FarmData, ProductData
from courtil.services.unit import Unit
from courtil.store.calendar import Place, Season
from courtil.store.contracts import Contract, ContractLine, Instalment, Signature
from courtil.store.farms import Farm, Product
from courtil.store.offers import Offer, OfferDate, OfferProduct
from courtil.store.people import Household, Person

_numbers = itertools.count(1)


def thursdays(first: date, count: int = 4) -> list[date]:
    """`count` Thursdays, the first one on or after this date."""
    start = first + timedelta(days=(3 - first.weekday()) % 7)
    return [start + timedelta(weeks=week) for week in range(count)]


def a_household(unit: Unit, name: str = "Lantier", *first_names: str) -> Household:
    """A household of persons with these first names (one when none is given), each with an e-mail address."""
    home = unit.add(Household(name=name, search=search_key(name)))
    for position, first in enumerate(first_names or ("Zoé",)):
        email = f"{search_key(first).replace(' ', '.')}.{next(_numbers)}@foyer.exemple.fr"
        unit.add(
            Person(
                household_id=home.id, first_name=first, last_name=name, search=search_key(first, name), email=email,
                position=position,
            )
        )  # fmt: skip
    return home


def a_place(unit: Unit, name: str = "Préau de l’école") -> Place:
    """A place open on Thursdays from 18:30 to 20:00; the one of this name when it exists."""
    known = next((place for place in calendar.places(unit) if place.name == name), None)
    return known or calendar.add_place(unit, PlaceData(name=name, weekday=3, starts_at=time(18, 30), ends_at=time(20)))


def a_season(unit: Unit, name: str = "Hiver 2026-2027") -> Season:
    """A season of a year; the one of this name when it exists."""
    known = next((season for season in calendar.seasons(unit) if season.name == name), None)
    return known or calendar.add_season(
        unit, SeasonData(name=name, starts_on=date(2026, 9, 1), ends_on=date(2027, 8, 31))
    )


def a_farm(unit: Unit, name: str = "Ferme des Trois-Chênes", products: Mapping[str, int] | None = None) -> Farm:
    """A farm with its products, in cents; a "Panier" at 10 € when none is given."""
    farm = farms.add_farm(unit, FarmData(name=name))
    for product, cents in ({"Panier": 1000} if products is None else products).items():
        farms.add_product(unit, farm.id, ProductData(name=product, price_cents=cents))
    return farm


def an_offer(
    unit: Unit,
    *,
    farm: Farm | None = None,
    place: Place | None = None,
    days: Sequence[date] | None = None,
    products: Mapping[str, int] | None = None,
    name: str = "Légumes d’hiver",
    state: OfferState = OfferState.OPEN,
) -> Offer:
    """An offer of all the farm's products on these days (four Thursdays to come when none is given)."""
    farm = farm or a_farm(unit, products=products)
    place = place or a_place(unit)
    offer = unit.add(
        Offer(season_id=a_season(unit).id, farm_id=farm.id, place_id=place.id, name=name, state=state)
    )  # fmt: skip
    for product in unit.all(select(Product).where(Product.farm_id == farm.id).order_by(Product.position)):
        unit.add(
            OfferProduct(
                offer_id=offer.id, product_id=product.id, price_cents=product.price_cents, position=product.position
            )
        )  # fmt: skip
    for delivery in deliveries.plan(unit, farm.id, place.id, days or thursdays(unit.today)):
        unit.add(OfferDate(offer_id=offer.id, delivery_id=delivery.id))
    return offer


def a_signed_contract(
    unit: Unit,
    offer: Offer,
    household: Household,
    quantities: Mapping[str, int] | None = None,
    *,
    state: ContractState = ContractState.ACTIVE,
    due_on: Iterable[date] = (),
) -> Contract:
    """A contract with these quantities of products on every date (one of each when none is given), in the books.

    `due_on` are the days of its instalments, of equal parts; a draft moves no money and has no signature.
    """
    contract = unit.add(Contract(offer_id=offer.id, household_id=household.id, state=state, created_at=unit.now))
    rows = unit.rows(
        select(OfferProduct, Product.name).join(Product, Product.id == OfferProduct.product_id)
        .where(OfferProduct.offer_id == offer.id)
    )  # fmt: skip
    wanted = quantities or {name: 1 for _row, name in rows}
    dates = unit.all(select(OfferDate.delivery_id).where(OfferDate.offer_id == offer.id).order_by(OfferDate.id))
    for product, name in rows:
        for delivery_id in dates if name in wanted else ():
            contract.total_cents += wanted[name] * product.price_cents
            line = ContractLine(
                contract_id=contract.id, offer_product_id=product.id, delivery_id=delivery_id, quantity=wanted[name],
                unit_cents=product.price_cents,
            )  # fmt: skip
            unit.session.add(line)
    if state is not ContractState.DRAFT:
        _sign(unit, contract, offer, household)
        _schedule(unit, contract, list(due_on))
    unit.session.flush()
    return contract


def _sign(unit: Unit, contract: Contract, offer: Offer, household: Household) -> None:
    signer = unit.all(select(Person).where(Person.household_id == household.id).order_by(Person.position))
    if signer:
        unit.add(
            Signature(
                contract_id=contract.id, party="member", person_id=signer[0].id, name=signer[0].full_name,
                signed_at=unit.now, method="test", text_hash="", evidence_hash="",
            )
        )  # fmt: skip
    move = (books.household(household.id), books.farm(offer.farm_id), contract.total_cents)
    books.move(unit, f"Contrat {offer.name}", [move], contract.id)


def _schedule(unit: Unit, contract: Contract, days: list[date]) -> None:
    contract.plan = str(max(1, len(days)))
    for position, day in enumerate(days):
        rest = contract.total_cents - (contract.total_cents // len(days)) * (len(days) - 1)
        cents = rest if position == 0 else contract.total_cents // len(days)
        unit.session.add(Instalment(contract_id=contract.id, position=position, due_on=day, cents=cents))
