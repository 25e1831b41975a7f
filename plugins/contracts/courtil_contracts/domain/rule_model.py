"""What an entry rule is, the grid it is read on, and the places of the grid where it must hold."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict

Measure = Literal["quantity", "amount", "points", "dates"]
Operator = Literal["=", ">=", "<=", "multiple"]
Quantities = Mapping[tuple[int, int], int]
"""(product of the offer, delivery) -> quantity; what is absent is zero."""


class Rule(BaseModel):
    """One entry rule of an offer, as it is kept; `rules.checked` says whether it makes sense.

    A rule measures what is taken at a moment (`dates`) of a share of the products (`products`, `apart`), and compares
    it with `value`: a number of baskets or pieces, cents, points, or a number of deliveries where something is taken.
    """

    model_config = ConfigDict(frozen=True)

    measure: Measure = "quantity"
    dates: Literal["each", "season"] | tuple[int, ...] = "each"
    """Each delivery alone, all together, or these deliveries together."""
    products: tuple[int, ...] = ()
    """Products of the offer; empty for all."""
    apart: bool = False
    """The rule holds for each of these products alone, not for their sum."""
    operator: Operator
    value: int
    for_each: tuple[int, ...] = ()
    """A proportion: `value` for `every` of these products at the same moment, measured alike; never rounded."""
    every: int = 1
    or_nothing: bool = False
    """Taking nothing of this share at this moment is fine too."""
    who: Literal["member", "everyone"] = "member"
    """`member`: who enters a form by hand may break it."""
    prorated: bool = False
    """Of a season: the value shrinks for who joins late, as deliveries left over those of the offer, rounded up.

    The same rounding for a minimum and a maximum, so that a pair that held together still does; up, so that nobody is
    left with 0.
    """

    def lasts(self, products: Mapping[int, int]) -> bool:
        """Whether it can hold in another season, where `products` gives what replaces each of its products."""
        return isinstance(self.dates, str) and {*self.products, *self.for_each} <= products.keys()

    def renewed(self, products: Mapping[int, int]) -> Self:
        """The same rule about the products of another season."""
        changed = {name: tuple(products[one] for one in getattr(self, name)) for name in ("products", "for_each")}
        return self.model_copy(update=changed)


class Cell(NamedTuple):
    """One open tick of the matrix: a product that can be taken at a delivery, up to `most` of it; its worth."""

    offer_product_id: int
    delivery_id: int
    day: date
    unit_cents: int
    most: int = 99
    points: int = 0


@dataclass(frozen=True)
class Grid:
    """What somebody may choose from: open cells by day, names of the products, and how many dates the offer has."""

    cells: tuple[Cell, ...]
    products: Mapping[int, str]
    days_of_offer: int


@dataclass(frozen=True)
class Hold:
    """One place of the grid where a rule must hold: some cells, and those of the other side of a proportion."""

    rule: Rule
    value: int
    cells: tuple[Cell, ...]
    base: tuple[Cell, ...] = ()

    @property
    def delivery(self) -> Cell | None:
        """A cell of the only delivery, if there is one only."""
        alone = self.rule.dates == "each" or (self.rule.dates != "season" and len(set(self.rule.dates)) == 1)
        return self.cells[0] if alone else None

    @property
    def products(self) -> tuple[int, ...]:
        """Products of the cells, each once."""
        return tuple(dict.fromkeys(cell.offer_product_id for cell in self.cells))


def due(rule: Rule, grid: Grid) -> int:
    """The value asked on this grid, in the unit of the rule: less for who joins late, if the rule is prorated."""
    if not rule.prorated or rule.dates != "season" or rule.for_each or rule.operator == "multiple":
        return rule.value
    left = len({cell.delivery_id for cell in grid.cells})
    return -(-rule.value * left // grid.days_of_offer) if left < grid.days_of_offer else rule.value


def holds(rule: Rule, grid: Grid) -> Iterator[Hold]:
    """The places where the rule must hold; where nothing of its products can be taken it asks nothing."""
    value, wanted, against = due(rule, grid), set(rule.products), set(rule.for_each)
    for cells in _moments(rule, grid):
        mine = [cell for cell in cells if cell.offer_product_id in wanted] if wanted else cells
        base = tuple(cell for cell in cells if cell.offer_product_id in against) if against else ()
        for share in _by(mine, 0) if rule.apart else [mine]:
            if share:
                yield Hold(rule, value, tuple(share), base)


def _moments(rule: Rule, grid: Grid) -> list[list[Cell]]:
    """Cells that count together, whatever the product."""
    if rule.dates == "each":
        return _by(grid.cells, 1)
    if rule.dates == "season":
        return [list(grid.cells)]
    among = set(rule.dates)
    return [[cell for cell in grid.cells if cell.delivery_id in among]]


def _by(cells: Iterable[Cell], field: int) -> list[list[Cell]]:
    groups: dict[object, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell[field], []).append(cell)
    return list(groups.values())


def measured(measure: Measure, cells: Iterable[Cell], quantities: Quantities) -> int:
    """How much is taken in these cells: pieces, cents, points, or deliveries with something."""
    if measure == "dates":
        return len({cell.delivery_id for cell in cells if quantities.get(cell[:2], 0)})
    return sum(quantities.get(cell[:2], 0) * worth_of(measure, cell) for cell in cells)


def worth_of(measure: Measure, cell: Cell) -> int:
    """What one piece taken in this cell counts: one, its cents or its points; nothing where deliveries are counted."""
    return {"quantity": 1, "amount": cell.unit_cents, "points": cell.points, "dates": 0}[measure]


def excess(hold: Hold, quantities: Quantities) -> int:
    """How far above the value (below when negative), times `every` for a proportion; for a multiple, what is over it.

    0 is neither: the equality holds.
    """
    rule, taken = hold.rule, measured(hold.rule.measure, hold.cells, quantities)
    if rule.operator == "multiple":
        return taken % hold.value if hold.value else taken
    if rule.for_each:
        return taken * rule.every - hold.value * measured(rule.measure, hold.base, quantities)
    return taken - hold.value


def is_kept(hold: Hold, quantities: Quantities) -> bool:
    """Whether the rule holds here for this choice."""
    beyond = excess(hold, quantities)
    if beyond == 0 or (hold.rule.operator == ">=" and beyond > 0) or (hold.rule.operator == "<=" and beyond < 0):
        return True
    return hold.rule.or_nothing and not any(quantities.get(cell[:2], 0) for cell in hold.cells)
