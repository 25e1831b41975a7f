"""Entry rules at full size: a weekly contract of a year with a dozen products."""

import time
from collections.abc import Callable
from datetime import timedelta

from contracts.domain.test_rules import FIRST, FOUR_EUROS, rule
from courtil_contracts.domain.rules import Cell, Grid, breaches, contradiction


def _year() -> Grid:
    prices = [150 + 37 * number for number in range(12)]
    cells = [Cell(p + 1, d + 1, FIRST + timedelta(weeks=d), prices[p]) for d in range(45) for p in range(12)]
    return Grid(tuple(cells), {p + 1: f"Produit {'abcdefghijkl'[p]}" for p in range(12)}, 45)


YEAR_RULES = [
    FOUR_EUROS,
    rule("quantity", "each", "<=", 1, every=2, products=(1,), for_each=range(1, 13)),
    rule("quantity", "each", "<=", 6, apart=True),
    rule("amount", "season", ">=", 20000, prorated=True),
    rule("dates", "season", ">=", 10),
]


def _seconds(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return min(spent)


def test_a_whole_year_is_answered_at_once() -> None:
    grid = _year()
    choice = {cell[:2]: 1 + (cell.offer_product_id > 1) for cell in grid.cells}
    assert not breaches(YEAR_RULES, grid, choice)
    assert contradiction(YEAR_RULES, grid) is None
    assert contradiction([*YEAR_RULES, rule("quantity", "season", "<=", 9)], grid)
    assert _seconds(lambda: contradiction(YEAR_RULES, grid)) < 0.5, "a tenth of a second, with room for a busy machine"
    assert _seconds(lambda: breaches(YEAR_RULES, grid, choice)) < 0.03
