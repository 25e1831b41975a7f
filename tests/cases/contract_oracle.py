"""The formulas of cases, read exactly: sums of products of whole numbers and decimals, some over a whole number."""

import ast
from dataclasses import dataclass
from decimal import Decimal
from math import prod


class Unreadable(Exception):
    """The formula has a form that names nothing in a contract."""


@dataclass(frozen=True)
class Term:
    """`n * x / m` with its sign: whole numbers are counts, decimals are prices, weights or shares."""

    times: tuple[int, ...] = ()
    decimals: tuple[Decimal, ...] = ()
    over: tuple[int, ...] = ()
    sign: int = 1

    @property
    def count(self) -> int:
        """The product of the whole numbers."""
        return prod(self.times)

    def without(self, number: int) -> "Term":
        """The same without one of its counts."""
        times = list(self.times)
        times.remove(number)
        return Term(tuple(times), self.decimals, self.over, self.sign)


def terms_of(formula: str) -> list[Term]:
    """The terms of the formula once its brackets are multiplied out. Raises Unreadable."""
    return _expanded(formula, ast.parse(formula, mode="eval").body)


def value_of(formula: str) -> Decimal:
    """What the formula makes, exactly."""
    return sum((t.sign * Decimal(t.count) * prod(t.decimals) / prod(t.over) for t in terms_of(formula)), Decimal(0))


def _expanded(formula: str, node: ast.expr) -> list[Term]:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        text = ast.get_source_segment(formula, node) or ""
        return [Term(times=(node.value,)) if isinstance(node.value, int) else Term(decimals=(Decimal(text),))]
    if not isinstance(node, ast.BinOp):
        raise Unreadable(formula)
    left, right = _expanded(formula, node.left), _expanded(formula, node.right)
    if isinstance(node.op, ast.Add):
        return [*left, *right]
    if isinstance(node.op, ast.Sub):
        return [*left, *(Term(one.times, one.decimals, one.over, -one.sign) for one in right)]
    if isinstance(node.op, ast.Mult):
        return [_product(one, other) for one in left for other in right]
    if isinstance(node.op, ast.Div) and len(right) == 1 and not (right[0].decimals or right[0].over):
        return [Term(one.times, one.decimals, (*one.over, *right[0].times), one.sign) for one in left]
    raise Unreadable(formula)


def _product(one: Term, other: Term) -> Term:
    return Term(
        one.times + other.times, one.decimals + other.decimals, one.over + other.over, one.sign * other.sign
    )  # fmt: skip
