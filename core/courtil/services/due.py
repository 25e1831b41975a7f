"""What is to be handed out: the lines of signed contracts on deliveries, in one query."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, select

from courtil.domain.states import BINDING, DeliveryState, LineEffect
from courtil.plugin.payloads import Reader
from courtil.store.contracts import Contract, ContractLine
from courtil.store.deliveries import Delivery
from courtil.store.farms import Farm, Product
from courtil.store.offers import OfferProduct
from courtil.store.people import Household


class DueLine(NamedTuple):
    """A quantity of a product that a household gets at a delivery; `cents` is its price at the signature."""

    line_id: int
    contract_id: int
    household_id: int
    household: str
    delivery_id: int
    farm_id: int
    farm: str
    product_id: int
    product: str
    unit: str
    quantity: int
    cents: int
    position: int

    @property
    def words(self) -> str:
        """`2 × Panier (5 kg)`, the number never alone at the end of a line."""
        return f"{self.quantity}\u00a0×\u00a0{self.product}" + (f" ({self.unit})" if self.unit else "")


_COLUMNS = (
    ContractLine.id, Contract.id, Household.id, Household.name, Delivery.id, Farm.id, Farm.name, Product.id,
    Product.name, Product.unit, ContractLine.quantity, ContractLine.quantity * ContractLine.unit_cents,
    OfferProduct.position,
)  # fmt: skip


def binding_lines(*conditions: ColumnElement[bool]) -> Select[*tuple[object, ...]]:
    """Every line of signed contracts, whatever its effect, that meets the conditions: the columns of `DueLine`."""
    query: Select[*tuple[object, ...]] = (
        select(*_COLUMNS)
        .select_from(ContractLine)
        .join(Contract, Contract.id == ContractLine.contract_id)
        .join(Household, Household.id == Contract.household_id)
        .join(Delivery, Delivery.id == ContractLine.delivery_id)
        .join(OfferProduct, OfferProduct.id == ContractLine.offer_product_id)
        .join(Product, Product.id == OfferProduct.product_id)
        .join(Farm, Farm.id == Delivery.farm_id)
        .where(Contract.state.in_(BINDING), *conditions)
    )
    return query.order_by(
        Household.search, Household.id, Farm.id, OfferProduct.position, OfferProduct.id, ContractLine.id
    )


def due_lines(reader: Reader, *conditions: ColumnElement[bool]) -> list[DueLine]:
    """The lines to hand out that meet the conditions, by household; cancelled deliveries have none."""
    due = (ContractLine.effect == LineEffect.DUE, Delivery.state != DeliveryState.CANCELLED)
    return [DueLine(*row) for row in reader.rows(binding_lines(*due, *conditions))]


def totals(lines: Iterable[DueLine]) -> list[tuple[str, str, int]]:
    """(product, packaging, quantity) over all households, in the order of the farm's list."""
    sums: dict[tuple[int, str, str], int] = {}
    for line in sorted(lines, key=lambda line: (line.farm, line.position, line.product_id)):
        key = (line.product_id, line.product, line.unit)
        sums[key] = sums.get(key, 0) + line.quantity
    return [(product, unit, quantity) for (_id, product, unit), quantity in sums.items()]
