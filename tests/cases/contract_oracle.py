"""What a case expects, read as questions to the application: a formula names a price, a quantity, a number of payments."""

import ast
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Number = Decimal


@dataclass(frozen=True)
class Term:
    """`n * x`: a whole number of times an amount; an amount alone counts once."""

    times: tuple[int, ...]
    amount: Number | None

    @property
    def count(self) -> int:
        """The product of the whole numbers."""
        product = 1
        for number in self.times:
            product *= number
        return product


class Unreadable(Exception):
    """The formula has a form that names nothing in a contract."""


def terms_of(formula: str) -> list[Term]:
    """The terms of a sum of products. Raises Unreadable."""
    return [_term(node) for node in _summands(ast.parse(formula, mode="eval").body)]


def price_of(formula: str) -> Number | None:
    """What `price per kg * weight` makes, when the formula has that form."""
    body = ast.parse(formula, mode="eval").body
    if len(_summands(body)) != 1 or not isinstance(body, ast.BinOp) or not isinstance(body.op, ast.Mult):
        return None
    factors = [factor.value for factor in _factors(body)]
    if len(factors) == 2 and all(isinstance(value, float) for value in factors):
        return Decimal(repr(factors[0])) * Decimal(repr(factors[1]))
    return None


def value_of(formula: str) -> Number:
    """What the formula makes, exactly."""
    return sum((t.count * (t.amount if t.amount is not None else 1) for t in terms_of(formula)), Decimal(0))


def _summands(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_summands(node.left), *_summands(node.right)]
    return [node]


def _factors(node: ast.expr) -> list[Any]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*_factors(node.left), *_factors(node.right)]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return [node]
    raise Unreadable(ast.dump(node))


def _term(node: ast.expr) -> Term:
    factors = [factor.value for factor in _factors(node)]
    amounts = [value for value in factors if isinstance(value, float)]
    if len(amounts) > 1:
        raise Unreadable("two amounts multiplied")
    return Term(
        tuple(value for value in factors if isinstance(value, int)), Decimal(repr(amounts[0])) if amounts else None
    )
