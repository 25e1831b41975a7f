"""Entry rules as equations in whole numbers, so that one search answers whether any choice fits them all.

A variable is a quantity between 0 and a cap, or a yes-or-no helper: "something is taken here". A row is a weighted sum
that must lie between two ends or be a multiple. Cells that no row tells apart become one variable.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from courtil_contracts.domain.rule_model import Cell, Grid, Hold, Measure, Rule, holds, worth_of

Weights = dict[int, int]
"""Variable -> weight."""


@dataclass
class Variable:
    """A whole number from 0 to `cap`; variables are tried in the order of `rank`."""

    cap: int
    rank: tuple[int, int, int]


@dataclass
class Row:
    """A weighted sum with its ends, or the number of which it must be a multiple; `source` tells one rule's rows."""

    weights: Weights
    low: int | None = None
    high: int | None = None
    modulus: int = 0
    source: int = -1


@dataclass
class System:
    """Variables and the rows between them; the first `choices` variables are the cells, the others helpers."""

    variables: list[Variable]
    rows: list[Row]
    choices: int


@dataclass
class _Builder:
    cells: tuple[Cell, ...]
    variables: list[Variable] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    source: int = -1

    def __post_init__(self) -> None:
        self.place = {cell[:2]: number for number, cell in enumerate(self.cells)}
        days = {key: number for number, key in enumerate(dict.fromkeys(cell.delivery_id for cell in self.cells))}
        self.variables = [Variable(c.most, (days[c.delivery_id], 1, c.unit_cents)) for c in self.cells]
        self.helpers: dict[tuple[int, ...], int] = {}

    def add(self, hold: Hold) -> None:
        """The rows that say that the rule holds here."""
        rule, value, weights = hold.rule, hold.value, self._sum(hold.rule.measure, hold.cells)
        if rule.operator == "multiple":
            self._row(weights, value, value, modulus=value)
            return
        if rule.for_each:
            value, weights = 0, self._proportion(hold, weights)
        low, high = None if rule.operator == "<=" else value, None if rule.operator == ">=" else value
        if rule.or_nothing:
            self._unless_nothing(weights, low, high, self.something(hold.cells))
            return
        self._row(weights, low, high)
        if rule.measure == "dates" and not rule.for_each and low is not None:
            self._row(self._sum("quantity", hold.cells), low, None)  # it follows, and shortens the search

    def _proportion(self, hold: Hold, taken: Weights) -> Weights:
        weights = {key: weight * hold.rule.every for key, weight in taken.items()}
        for key, weight in self._sum(hold.rule.measure, hold.base).items():
            weights = _with(weights, key, -hold.value * weight)
        return weights

    def _unless_nothing(self, weights: Weights, low: int | None, high: int | None, helper: int) -> None:
        """Ends that bind only where the helper is 1; where it is 0 they are as far as the sum can go."""
        least = sum(weight * self.variables[key].cap for key, weight in weights.items() if weight < 0)
        most = sum(weight * self.variables[key].cap for key, weight in weights.items() if weight > 0)
        if least == 0:
            ends = (None if low is None else 0, None if high is None else 0)
            self._row(_with(weights, helper, -(low or high or 0)), *ends)
            return
        if low is not None:
            self._row(_with(weights, helper, least - low), least, None)
        if high is not None:
            self._row(_with(weights, helper, most - high), None, most)

    def _row(self, weights: Weights, low: int | None, high: int | None, modulus: int = 0) -> None:
        weights = {key: weight for key, weight in weights.items() if weight}
        if modulus:
            low = high = None
        self.rows.append(Row(weights, low, high, modulus, self.source))

    def _sum(self, measure: Measure, cells: Sequence[Cell]) -> Weights:
        if measure != "dates":
            return {self.place[cell[:2]]: worth_of(measure, cell) for cell in cells}
        days: dict[int, list[Cell]] = {}
        for cell in cells:
            days.setdefault(cell.delivery_id, []).append(cell)
        return {self.something(day): 1 for day in days.values()}

    def something(self, cells: Sequence[Cell]) -> int:
        """The helper that is 1 where something is taken of these cells, 0 where nothing is."""
        keys = tuple(self.place[cell[:2]] for cell in cells)
        if keys not in self.helpers:
            first = min(self.variables[key].rank for key in keys)[0]
            helper = self.helpers[keys] = len(self.variables)
            self.variables.append(Variable(1, (first - (len({c.delivery_id for c in cells}) > 1), 0, 0)))
            whole, caps = dict.fromkeys(keys, 1), sum(self.variables[key].cap for key in keys)
            self.rows.append(Row(whole | {helper: -1}, low=0))
            self.rows.append(Row(whole | {helper: -max(caps, 1)}, high=0))
        return self.helpers[keys]


def _with(weights: Weights, key: int, more: int) -> Weights:
    return weights | {key: weights.get(key, 0) + more}


def system(rules: Iterable[Rule], grid: Grid) -> System:
    """The equations of these rules on this grid."""
    builder = _Builder(grid.cells)
    for number, rule in enumerate(rules):
        builder.source = number
        for hold in holds(rule, grid):
            builder.add(hold)
    return _merged(System(builder.variables, builder.rows, len(builder.cells)))


def _merged(whole: System) -> System:
    """Cells that weigh the same in each row are one variable: any sum of them can be had."""
    columns = _columns(whole)
    kept: dict[object, int] = {}
    variables: list[Variable] = []
    renamed: dict[int, int] = {}
    for key, variable in enumerate(whole.variables):
        sign: object = tuple(columns[key]) if key < whole.choices else key
        if sign in kept:
            variables[kept[sign]].cap += variable.cap
            continue
        kept[sign] = renamed[key] = len(variables)
        variables.append(Variable(variable.cap, variable.rank))
    rows = [_renamed(row, renamed) for row in whole.rows]
    return System(variables, rows, sum(key < whole.choices for key in renamed))


def _columns(whole: System) -> list[list[tuple[int, int]]]:
    columns: list[list[tuple[int, int]]] = [[] for _ in whole.variables]
    for number, row in enumerate(whole.rows):
        for key, weight in row.weights.items():
            columns[key].append((number, weight))
    return columns


def parts(whole: System) -> Iterator[System]:
    """The system in parts that share no variable, written so that dates that are alike give equal parts."""
    columns, seen = _columns(whole), [False] * len(whole.variables)
    for start in range(len(whole.variables)):
        if not seen[start]:
            yield _part(whole, columns, start, seen)


def _part(whole: System, columns: list[list[tuple[int, int]]], start: int, seen: list[bool]) -> System:
    seen[start], found, numbers, waiting = True, [start], set[int](), [start]
    while waiting:
        for number, _ in columns[waiting.pop()]:
            if number in numbers:
                continue
            numbers.add(number)
            new = [key for key in whole.rows[number].weights if not seen[key]]
            for key in new:
                seen[key] = True
            found += new
            waiting += new
    # Choices first keeps `choices` true; the search orders by rank.
    found.sort(key=lambda key: (key >= whole.choices, whole.variables[key].rank, key))
    places = {key: place for place, key in enumerate(found)}
    first = whole.variables[found[0]].rank[0]
    variables = [_shifted(whole.variables[key], first) for key in found]
    rows = [_renamed(whole.rows[number], places) for number in sorted(numbers)]
    return System(variables, rows, sum(key < whole.choices for key in found))


def _shifted(variable: Variable, first: int) -> Variable:
    day, kind, price = variable.rank
    return Variable(variable.cap, (day - first, kind, price))


def _renamed(row: Row, places: dict[int, int]) -> Row:
    weights = dict(sorted((places[key], weight) for key, weight in row.weights.items() if key in places))
    return Row(weights, row.low, row.high, row.modulus, row.source)
