"""What is to be handed out: the lines of signed contracts on deliveries, in one query."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, select

from courtil.domain.states import BINDING, DeliveryState, LineEffect
from courtil.plugin.payloads import Reader
from courtil.services.added import to_baskets
from courtil.store.contracts import Contract, ContractLine
from courtil.store.deliveries import Delivery
from courtil.store.farms import Farm, Product
from courtil.store.offers import OfferProduct
from courtil.store.people import Household


class DueLine(NamedTuple):
    """A quantity of a product that a household gets at a delivery; `cents` is its price at the signature.

    `beside` is what plugins say of the contract's baskets, in lines that people read.
    """

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
    beside: str = ""

    @property
    def words(self) -> str:
        """`2 × Panier (5 kg)`, the number never alone at the end of a line."""
        return self._said(f" ({self.unit})" if self.unit else "")

    @property
    def short_words(self) -> str:
        """`2 × Panier`: the packaging is said elsewhere."""
        return self._said("")

    def _said(self, packaging: str) -> str:
        return f"{self.quantity}\u00a0×\u00a0{self.product}{packaging}" + (f", {self.beside}" if self.beside else "")


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


def lines_in_words(reader: Reader, *conditions: ColumnElement[bool]) -> list[DueLine]:
    """The lines to hand out as people read them, with what plugins say of the contracts' baskets."""
    found = due_lines(reader, *conditions)
    said = to_baskets(reader, list({line.contract_id for line in found}))
    return [line._replace(beside=said[line.contract_id]) if line.contract_id in said else line for line in found]


def totals(lines: Iterable[DueLine]) -> list[tuple[str, str, int]]:
    """(product, packaging, quantity) over all households, in the order of the farm's list."""
    sums: dict[tuple[int, str, str], int] = {}
    for line in sorted(lines, key=lambda line: (line.farm, line.position, line.product_id)):
        key = (line.product_id, line.product, line.unit)
        sums[key] = sums.get(key, 0) + line.quantity
    return [(product, unit, quantity) for (_id, product, unit), quantity in sums.items()]
