"""Rules of an offer as data: which dates, which products, what is compared, and whom it binds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field

from courtil.api import Problem, _, format_euros, long_day

Quantities = Mapping[tuple[int, int], int]
"""By product of the offer and delivery; nothing is zero."""


class Cell(NamedTuple):
    """A product that comes at a delivery, its price in cents and the most a household may have of it there."""

    offer_product_id: int
    delivery_id: int
    day: date
    unit_cents: int
    most: int


@dataclass(frozen=True)
class Grid:
    """What rules look at: the cells by day, the names of products, and how many dates the whole offer has."""

    cells: tuple[Cell, ...]
    products: Mapping[int, str]
    days_of_offer: int = 0


class Rule(BaseModel):
    """One rule.

    `measure` is baskets or pieces, cents, or dates on which something comes. `dates` is each date alone, the season, or
    some deliveries together. Without `products` it is about all of them; `apart` asks it of each alone. `for_each`
    makes `value` a ratio: so many for every `every` of those products. `or_nothing` lets a household take nothing at
    all. Binds everyone, or members only: a coordinator who enters a form may then break it. `prorated` lowers the value
    of a whole season for who joins late, in the proportion of the dates that are left, rounded in her favour.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    measure: Literal["quantity", "amount", "dates"] = "quantity"
    dates: Literal["each", "season"] | tuple[int, ...] = "each"
    products: tuple[int, ...] = ()
    apart: bool = False
    operator: Literal["=", ">=", "<=", "multiple"] = ">="
    value: int = Field(1, ge=0, le=100_000_000)
    for_each: tuple[int, ...] = ()
    every: int = Field(1, ge=1, le=1_000)
    or_nothing: bool = False
    who: Literal["member", "everyone"] = "member"
    prorated: bool = False

    def lasts(self, products: Mapping[int, int]) -> bool:
        """Whether it can hold in another season, where only these products are left."""
        return not isinstance(self.dates, tuple) and all(one in products for one in (*self.products, *self.for_each))

    def renewed(self, products: Mapping[int, int]) -> Self:
        """The rule about the products of another season, by the old ones."""
        changed = {
            "products": tuple(products[one] for one in self.products),
            "for_each": tuple(products[one] for one in self.for_each),
        }
        return self.model_copy(update=changed)


class Breach(NamedTuple):
    """A rule that a choice breaks, where, and what to do about it in French."""

    rule: Rule
    delivery_id: int | None
    products: tuple[int, ...]
    message: str


class Scope(NamedTuple):
    """The cells that a rule looks at together; `day` is told when it is one date."""

    delivery_id: int | None
    day: date | None
    products: tuple[int, ...]
    cells: tuple[Cell, ...]


def breaches(rules: Sequence[Rule], grid: Grid, quantities: Quantities, by_hand: bool = False) -> list[Breach]:
    """What the choice breaks, by rule and date; a form entered by hand is held to the rules for everyone alone."""
    return [
        Breach(rule, scope.delivery_id, scope.products, message)
        for rule in rules
        if rule.who == "everyone" or not by_hand
        for scope in scopes(rule, grid)
        if (message := _broken(rule, grid, scope, quantities))
    ]


def scopes(rule: Rule, grid: Grid) -> Iterator[Scope]:
    """What the rule is asked of, one after the other."""
    products = rule.products or tuple(grid.products)
    groups = [(one,) for one in products] if rule.apart else [products]
    for group in groups:
        cells = tuple(cell for cell in grid.cells if cell.offer_product_id in group)
        if rule.dates == "each":
            for delivery, day in sorted({(cell.delivery_id, cell.day) for cell in cells}, key=lambda one: one[1]):
                yield Scope(delivery, day, group, tuple(cell for cell in cells if cell.delivery_id == delivery))
        elif cells:
            kept = cells if rule.dates == "season" else tuple(c for c in cells if c.delivery_id in rule.dates)
            yield Scope(None, None, group, kept)


def measured(rule: Rule, cells: Sequence[Cell], quantities: Quantities) -> int:
    """What the rule compares: pieces, cents, or dates with something."""
    taken = [(cell, quantities.get((cell.offer_product_id, cell.delivery_id), 0)) for cell in cells]
    if rule.measure == "amount":
        return sum(cell.unit_cents * quantity for cell, quantity in taken)
    if rule.measure == "dates":
        return len({cell.delivery_id for cell, quantity in taken if quantity})
    return sum(quantity for _cell, quantity in taken)


def bound(rule: Rule, grid: Grid, scope: Scope, quantities: Quantities) -> int:
    """The value that the rule asks for here: its own, a ratio of other products, less for who joins late."""
    value = rule.value
    if rule.for_each:
        deliveries = {cell.delivery_id for cell in scope.cells}
        others = sum(
            quantity for (product, delivery), quantity in quantities.items()
            if product in rule.for_each and delivery in deliveries
        )  # fmt: skip
        value = value * (others // rule.every)
    if rule.prorated and rule.dates == "season" and grid.days_of_offer:
        left = len({cell.delivery_id for cell in grid.cells})
        value = (
            value * left // grid.days_of_offer
            if rule.operator in (">=", "=")
            else -(-value * left // grid.days_of_offer)
        )
    return value


def _broken(rule: Rule, grid: Grid, scope: Scope, quantities: Quantities) -> str:
    """What is wrong and how to mend it; empty when the rule holds."""
    found, value = measured(rule, scope.cells, quantities), bound(rule, grid, scope, quantities)
    if holds(rule.operator, found, value) or (rule.or_nothing and not found):
        return ""
    return _where(grid, scope) + _mend(rule, found, value)


def holds(operator: str, found: int, value: int) -> bool:
    """Whether what was found is as the operator wants."""
    if operator == "multiple":
        return value > 0 and found % value == 0
    return {"=": found == value, ">=": found >= value, "<=": found <= value}[operator]


def _where(grid: Grid, scope: Scope) -> str:
    named = len(scope.products) < len(grid.products)
    names = ", ".join(f"« {grid.products[one]} »" for one in scope.products if one in grid.products) if named else ""
    when = long_day(scope.day) if scope.day else ""
    if when and names:
        return _("%(names)s, le %(day)s : ") % {"names": names, "day": when}
    if when:
        return _("Le %(day)s : ") % {"day": when}
    return _("%(names)s, sur la saison : ") % {"names": names} if names else _("Sur la saison : ")


def _mend(rule: Rule, found: int, value: int) -> str:
    if rule.operator == "multiple":
        lower, upper = found - found % value, found + value - found % value if value else found
        words = {"found": said(rule, found), "lower": said(rule, lower), "upper": said(rule, upper)}
        return (
            _("prenez %(upper)s, pas %(found)s.") % words
            if not lower
            else (_("prenez %(lower)s ou %(upper)s, pas %(found)s.") % words)
        )
    words = {"value": said(rule, value), "difference": said(rule, abs(value - found))}
    if found < value:
        return _("il manque %(difference)s pour atteindre %(value)s.") % words
    return _("enlevez %(difference)s pour rester à %(value)s.") % words


def said(rule: Rule, value: int) -> str:
    """The value with its unit: `4,00 €`, `3 dates`, `2`."""
    if rule.measure == "amount":
        return format_euros(value)
    return (
        _("%(n)s dates") % {"n": value}
        if rule.measure == "dates" and value > 1
        else (_("%(n)s date") % {"n": value} if rule.measure == "dates" else str(value))
    )


def sentence(rule: Rule, grid: Grid) -> str:
    """The rule said back."""
    when = {"each": _("À chaque livraison"), "season": _("Sur la saison")}.get(
        str(rule.dates), _("Sur certaines dates")
    )
    names = ", ".join(f"« {grid.products.get(one, '?')} »" for one in rule.products)
    what = names or _("en tout")
    if names and rule.apart and len(rule.products) > 1:
        what = _("chacun de %(names)s") % {"names": names}
    verbs = {"=": _("exactement"), ">=": _("au moins"), "<=": _("au plus"), "multiple": _("un multiple de")}
    parts = [f"{when}, {what} : {verbs[rule.operator]} {said(rule, rule.value)}"]
    if rule.for_each:
        others = ", ".join(f"« {grid.products.get(one, '?')} »" for one in rule.for_each)
        parts.append(_("pour %(every)s de %(others)s") % {"every": rule.every, "others": others})
    if rule.or_nothing:
        parts.append(_("ou rien"))
    if rule.prorated:
        parts.append(_("à proportion des dates qui restent"))
    return ", ".join(parts) + "."


def checked(rules: Sequence[Rule], grid: Grid) -> list[Problem]:
    """What is wrong in rules as they were written."""
    found = []
    deliveries = {cell.delivery_id for cell in grid.cells}
    for number, rule in enumerate(rules):
        if any(one not in grid.products for one in (*rule.products, *rule.for_each)):
            found.append(Problem(_("Une règle parle d’un produit qui n’est plus proposé : retirez-la."), str(number)))
        if isinstance(rule.dates, tuple) and (not rule.dates or not deliveries.issuperset(rule.dates)):
            found.append(Problem(_("Une règle parle de dates qui ne sont plus au contrat : retirez-la."), str(number)))
        if rule.value < 1 and rule.operator != "<=":
            found.append(Problem(_("Écrivez dans la règle un nombre d’au moins 1."), str(number)))
    return found


@dataclass(frozen=True)
class Contradiction:
    """Why no choice at all satisfies the rules."""

    message: str


def contradiction(rules: Sequence[Rule], grid: Grid) -> Contradiction | None:
    """Two bounds on the same measure of the same cells that exclude each other, or one that nobody can reach."""
    lowest: dict[tuple[object, ...], int] = {}
    highest: dict[tuple[object, ...], int] = {}
    for rule in rules:
        for scope in scopes(rule, grid):
            if rule.for_each or rule.prorated or rule.or_nothing or not scope.cells:
                continue
            key = (rule.measure, scope.delivery_id, scope.products)
            highest.setdefault(key, _reach(rule, scope))
            if rule.operator in (">=", "="):
                lowest[key] = max(lowest.get(key, 0), rule.value)
            if rule.operator in ("<=", "="):
                highest[key] = min(highest[key], rule.value)
            if lowest.get(key, 0) > highest[key]:
                words = {"least": said(rule, lowest[key]), "most": said(rule, highest[key])}
                message = _(
                    "Les règles demandent au moins %(least)s alors qu’on ne peut avoir que %(most)s : "
                    "baissez le minimum à %(most)s."
                )
                return Contradiction(_where(grid, scope) + message % words)
    return None


def _reach(rule: Rule, scope: Scope) -> int:
    """The most that can be had there."""
    return measured(rule, scope.cells, {(c.offer_product_id, c.delivery_id): c.most for c in scope.cells})
