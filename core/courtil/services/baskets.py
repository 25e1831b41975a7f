"""The baskets of one household: the next one, and the season as a list of evenings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from sqlalchemy import Select, select

from courtil.domain.states import BINDING, ContractState, DeliveryState, LineEffect
from courtil.services.payments.rights import of_household, require_household
from courtil.services.unit import Reader
from courtil.store.calendar import Place
from courtil.store.contracts import Contract, ContractLine
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm, Product
from courtil.store.offers import OfferProduct


@dataclass(frozen=True)
class BasketLine:
    """What one contract brings on an evening, in the state of its delivery."""

    contract_id: int
    delivery_id: int
    farm: str
    product: str
    unit: str
    quantity: int
    effect: LineEffect
    cancelled: bool
    reason: str
    moved_from: date | None

    @property
    def comes(self) -> bool:
        """Whether it is handed out."""
        return not self.cancelled and self.effect is LineEffect.DUE

    @property
    def words(self) -> str:
        """`2 × Panier (environ 5 kg)`."""
        return f"{self.quantity} × {self.product}" + (f" ({self.unit})" if self.unit else "")


@dataclass(frozen=True)
class Basket:
    """An evening of the household: when, where, and what is in it."""

    distribution_id: int
    day: date
    starts_at: time
    ends_at: time
    place: str
    address: str
    note: str
    lines: list[BasketLine] = field(default_factory=list)

    @property
    def coming(self) -> list[BasketLine]:
        """What is handed out."""
        return [line for line in self.lines if line.comes]

    @property
    def missing(self) -> list[BasketLine]:
        """What was foreseen and does not come."""
        return [line for line in self.lines if not line.comes]

    @property
    def moved(self) -> list[BasketLine]:
        """What comes on another day than foreseen."""
        return [line for line in self.coming if line.moved_from is not None]


def next_basket(reader: Reader, household_id: int) -> Basket | None:
    """The first evening from today on with something to fetch. Raises NotFound for another household."""
    return next((basket for basket in baskets(reader, household_id, since=reader.today) if basket.coming), None)


def baskets(
    reader: Reader, household_id: int, since: date | None = None, until: date | None = None
) -> Sequence[Basket]:
    """The evenings of the household by day, both days included; baskets after a terminated contract are left out.

    Raises NotFound for another household than the actor's, unless she may see payments.
    """
    require_household(reader, household_id)
    found: dict[int, Basket] = {}
    for row in reader.rows(_query(household_id, since, until).where(of_household(reader))):
        evening, place, delivery, line, product, farm, state = row
        if state is ContractState.TERMINATED and line.effect is not LineEffect.DUE:
            continue
        basket = found.setdefault(evening.id, _basket(evening, place))
        basket.lines.append(_line(evening, delivery, line, product, farm))
    return list(found.values())


def _query(household_id: int, since: date | None, until: date | None) -> Select[*tuple[Any, ...]]:
    query = (
        select(Distribution, Place, Delivery, ContractLine, Product, Farm.name, Contract.state)
        .join(Place, Place.id == Distribution.place_id)
        .join(Delivery, Delivery.distribution_id == Distribution.id)
        .join(ContractLine, ContractLine.delivery_id == Delivery.id)
        .join(Contract, Contract.id == ContractLine.contract_id)
        .join(OfferProduct, OfferProduct.id == ContractLine.offer_product_id)
        .join(Product, Product.id == OfferProduct.product_id)
        .join(Farm, Farm.id == Delivery.farm_id)
        .where(Contract.household_id == household_id, Contract.state.in_(BINDING))
        .order_by(Distribution.day, Distribution.starts_at, Distribution.id, Farm.name, OfferProduct.position)
    )
    if since is not None:
        query = query.where(Distribution.day >= since)
    return query if until is None else query.where(Distribution.day <= until)


def _basket(evening: Distribution, place: Place) -> Basket:
    town = f"{place.postal_code} {place.city}".strip()
    address = ", ".join(part for part in (place.address, town) if part)
    return Basket(evening.id, evening.day, evening.starts_at, evening.ends_at, place.name, address, evening.note)


def _line(evening: Distribution, delivery: Delivery, line: ContractLine, product: Product, farm: str) -> BasketLine:
    return BasketLine(
        contract_id=line.contract_id,
        delivery_id=line.delivery_id,
        farm=farm,
        product=product.name,
        unit=product.unit,
        quantity=line.quantity,
        effect=line.effect,
        cancelled=delivery.state is DeliveryState.CANCELLED,
        reason=delivery.reason,
        moved_from=delivery.planned_on if delivery.planned_on != evening.day else None,
    )
