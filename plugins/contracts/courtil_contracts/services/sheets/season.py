"""What the sheets of an offer are made from: its dates, its products and what is to be handed out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from courtil.api import (
    Contract,
    ContractLine,
    Delivery,
    DeliveryState,
    Distribution,
    DueLine,
    Farm,
    NotFound,
    Offer,
    OfferDate,
    OfferProduct,
    OfferState,
    Product,
    Reader,
    due_lines,
)
from courtil_contracts.services.sheets.rights import COORDINATION, RIGHTS, right_over, seen_by_either


@dataclass(frozen=True)
class Asked:
    """What the reader of a sheet asks for: one product or household, and `whole` tables that no page has to hold."""

    product_id: int | None = None
    household_id: int | None = None
    whole: bool = False


@dataclass(frozen=True)
class Season:
    """An offer with its dates that are not cancelled, its products in words, and the lines that are due.

    `dates` and `evenings` (distributions) go by delivery, `products` by product; `packaging` by those words. `right` is
    the one by which the actor may see it.
    """

    offer: Offer
    right: str
    dates: Mapping[int, date]
    evenings: Mapping[int, int]
    products: Mapping[int, str]
    packaging: Mapping[str, str]
    lines: Sequence[DueLine]

    @property
    def priced(self) -> bool:
        """Whether prices may stand beside households: never under the eyes of the farm."""
        return self.right == COORDINATION

    @property
    def coming(self) -> Counter[int]:
        """How many households come for each delivery."""
        return Counter(delivery for delivery, _home in {(line.delivery_id, line.household_id) for line in self.lines})

    @property
    def homes(self) -> dict[int, str]:
        """The households that take something, by name."""
        return {line.household_id: line.household for line in self.lines}


def offers_with_sheets(reader: Reader) -> Sequence[Offer]:
    """The offers whose sheets the actor may have, by farm. Raises NotFound for who has none to expect."""
    if reader.actor is None or not any(reader.actor.can_somewhere(right) for right in RIGHTS):
        raise NotFound("sheets")
    query = select(Offer).join(Farm, Farm.id == Offer.farm_id).where(seen_by_either(reader, Offer))
    query = query.where(Offer.state != OfferState.ARCHIVED).options(joinedload(Offer.farm), joinedload(Offer.season))
    return reader.all(query.order_by(Farm.name, Offer.name, Offer.id))


def season_of(reader: Reader, offer_id: int) -> Season:
    """The season of one offer. Raises NotFound when its sheets are not the actor's."""
    query = select(Offer).where(Offer.id == offer_id).options(joinedload(Offer.farm), joinedload(Offer.season))
    offer = reader.one(query)
    return _season(reader, offer, right_over(reader, offer), Offer.id == offer_id)


def of_the_farm(reader: Reader, season: Season) -> Season:
    """The same season for all the offers of the farm that the actor may see."""
    offer = season.offer
    wanted = (Offer.farm_id == offer.farm_id, Offer.season_id == offer.season_id, reader.seen(season.right, Offer))
    return _season(reader, offer, season.right, *wanted)


def words_of(products: Sequence[tuple[int, str, str]]) -> tuple[dict[int, str], dict[str, str]]:
    """The words of each product (key, name, packaging), and the packaging that these words leave out.

    A name is enough at the head of a column, unless two products share it.
    """
    names = Counter(name for _key, name, _unit in products)
    words = {key: f"{name} ({unit})" if names[name] > 1 and unit else name for key, name, unit in products}
    return words, {name: unit for _key, name, unit in products if names[name] == 1 and unit}


def _season(reader: Reader, offer: Offer, right: str, *wanted: ColumnElement[bool]) -> Season:
    offers = select(Offer.id).where(*wanted)
    mine = (Contract.offer_id.in_(offers), reader.seen(right, Contract))
    agreed = select(OfferDate.delivery_id).where(OfferDate.offer_id.in_(offers))
    signed = select(ContractLine.delivery_id).join(Contract).where(*mine)
    dates = (
        select(Delivery.id, Distribution.day, Distribution.id)
        .join(Distribution, Distribution.id == Delivery.distribution_id)
        .where(Delivery.state != DeliveryState.CANCELLED, or_(Delivery.id.in_(agreed), Delivery.id.in_(signed)))
        .order_by(Distribution.day, Delivery.id)
    )
    products = (
        select(Product.id, Product.name, Product.unit)
        .join(OfferProduct, OfferProduct.product_id == Product.id)
        .where(OfferProduct.offer_id.in_(offers))
        .order_by(OfferProduct.offer_id, OfferProduct.position, OfferProduct.id)
    )
    planned = reader.rows(dates)
    words, packaging = words_of(list(dict.fromkeys((key, name, unit) for key, name, unit in reader.rows(products))))
    return Season(
        offer, right, dates={key: day for key, day, _evening in planned},
        evenings={key: evening for key, _day, evening in planned},
        products=words, packaging=packaging,
        lines=due_lines(reader, *mine),
    )  # fmt: skip
