"""A farm that offers vegetables for a season, and households that subscribe, all through the services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import count
from typing import Any

from courtil.domain.contracts import Choice
from courtil.domain.fields import search_key
from courtil.domain.states import OfferState
from courtil.services import offer_life, offers, subscribing
from courtil.services.offers import OfferData, OfferProductData
from courtil.services.unit import Reader, Unit
from courtil.store.calendar import Place, Season
from courtil.store.contracts import Contract
from courtil.store.farms import Farm, Product
from courtil.store.people import Household, Person

_numbers = count(1)


@dataclass(frozen=True)
class Garden:
    """The ids of what `a_garden` made."""

    farm_id: int
    place_id: int
    season_id: int
    basket_id: int
    honey_id: int

    def data(self, **changes: object) -> OfferData:
        """An offer as somebody would fill it in."""
        facts = {
            "season_id": self.season_id, "farm_id": self.farm_id, "place_id": self.place_id, "name": "Légumes",
            "instalment_counts": [1, 3], "methods": ["cheque", "transfer"],
        }  # fmt: skip
        return OfferData.model_validate(facts | changes)


def a_garden(unit: Unit) -> Garden:
    """A farm with baskets (fresh) and honey, a place, a season."""
    number = next(_numbers)
    farm = unit.add(
        Farm(name=f"Les Trois-Chênes {number}", payee="GAEC des Chênes", siret="12345678901234", city="Dax")
    )
    place = unit.add(Place(name=f"Préau {number}", starts_at=time(18, 30), ends_at=time(20)))
    season = unit.add(Season(name=f"Saison {number}", starts_on=unit.today, ends_on=unit.today + timedelta(days=400)))
    basket = unit.add(Product(farm_id=farm.id, name="Panier moyen", unit="environ 5 kg", price_cents=1_250))
    honey = unit.add(Product(farm_id=farm.id, name="Miel", unit="500 g", price_cents=700, perishable=False))
    return Garden(farm.id, place.id, season.id, basket.id, honey.id)


def weekly(first: date, number: int = 4) -> list[date]:
    """Days a week apart."""
    return [first + timedelta(weeks=week) for week in range(number)]


def an_open_offer(
    unit: Unit, *, days: Sequence[date] = (), stock: int | None = None, most: int | None = None,
    garden: Garden | None = None, opened: bool = True, **changes: object,
) -> int:  # fmt: skip
    """The id of an offer of baskets at 12,50 € and honey at 7 € on four coming weeks, open unless said."""
    garden = garden or a_garden(unit)
    products = [
        OfferProductData(product_id=garden.basket_id, price_cents=1_250, stock=stock, most=most),
        OfferProductData(product_id=garden.honey_id, price_cents=700),
    ]
    made = offers.create(unit, garden.data(**changes), list(days) or weekly(unit.today + timedelta(days=7)), products)
    if opened:
        offer_life.move(unit, made.id, OfferState.OPEN)
    return made.id


def a_person(unit: Unit, name: str = "") -> Person:
    """A person in a household of her own, with an address for mail."""
    name = name or f"Foyer{next(_numbers):05}"
    home = unit.add(Household(name=name, search=search_key(name)))
    mail = f"{search_key(name)}.{next(_numbers)}@exemple.fr"
    return unit.add(Person(first_name="Ana", last_name=name, search=search_key(name), household_id=home.id, email=mail))


def products_of(reader: Reader, offer_id: int) -> tuple[int, int]:
    """The ids of the basket and the honey in the offer."""
    basket, honey = offers.offer(reader, offer_id).products
    return basket.id, honey.id


def a_choice(reader: Reader, offer_id: int, baskets: int = 1, honey: int = 0) -> dict[str, Any]:
    """So many baskets and so much honey at each date."""
    keys = products_of(reader, offer_id)
    return Choice(quantities=dict(zip(keys, (baskets, honey), strict=True))).stored()


def a_draft(unit: Unit, offer_id: int, person: Person, baskets: int = 1, honey: int = 0) -> Contract:
    """A choice that is kept and waits for the signature."""
    assert person.household_id is not None
    return subscribing.save_draft(unit, offer_id, person.household_id, a_choice(unit, offer_id, baskets, honey))


def signed(unit: Unit, contract_id: int, person: Person) -> Contract:
    """Re-read, then signed."""
    read = subscribing.reading(unit, contract_id)
    return subscribing.sign(unit, contract_id, read.quote.total, read.text_hash, person, address="192.0.2.1")


def a_signed_contract(
    unit: Unit, offer_id: int, person: Person | None = None, baskets: int = 1, honey: int = 0
) -> Contract:
    """A contract that a household has just signed."""
    person = person or a_person(unit)
    return signed(unit, a_draft(unit, offer_id, person, baskets, honey).id, person)
