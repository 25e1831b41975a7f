"""Whether any choice but nothing fits a system of equations: a search with look-ahead, a memory and a budget.

Each row looks ahead: bounds for a minimum or a maximum, the exact set of sums that can still be reached (as the bits of
a number) for an equality or a multiple. Alone, a row never leads astray; together, what failed once is remembered. What
is exact is the answer yes or no; when the budget of steps is used up there is no answer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from courtil_contracts.domain.rule_model import Grid, Rule
from courtil_contracts.domain.rule_system import Row, System, parts, system

STEPS = 20_000
"""About a tenth of a second."""
_SHORT = 500
_MOST_BITS = 1 << 16

State = dict[int, int | None]
"""Open row -> its sum so far; None when nothing to come can break it."""


def possible(rules: Iterable[Rule], grid: Grid, steps: int = STEPS) -> bool | None:
    """Whether some choice but nothing keeps these rules on this grid; None when `steps` were not enough to know."""
    answers: dict[str, bool | None] = {}
    known, unknown, purse = False, False, [steps]
    whole = system(rules, grid)
    if not all(row.weights or _is_idle(row) for row in whole.rows):
        return False  # an amount asked of what costs nothing
    for part in sorted(parts(whole), key=_fits_nothing):
        idle = _fits_nothing(part)
        if idle and known:
            break
        key = repr(part)
        if key not in answers:
            answers[key] = _fits_something(part, purse)
        if answers[key] is False and not idle:
            return False
        unknown = unknown or answers[key] is None
        known = known or answers[key] is True
        if idle and known and not unknown:
            break
    return None if unknown else known


def _fits_nothing(part: System) -> bool:
    return all(_is_idle(row) for row in part.rows)


def _is_idle(row: Row) -> bool:
    return (row.low or 0) <= 0 <= (row.high or 0)


def _fits_something(part: System, purse: list[int]) -> bool | None:
    rows = [*part.rows, Row(dict.fromkeys(range(part.choices), 1), low=1, source=-2)]
    return False if is_outweighed(part, rows) else Search(part, rows).solved(purse)


def is_outweighed(part: System, rows: list[Row]) -> bool:
    """Whether one row asks for more than all rows of another rule let through, or allows less than they ask for.

    A relaxation to fractions: it proves at once what a search would take long to find, as a minimum of a season that
    the maxima of its dates cannot add up to.
    """
    plain = [row for row in rows if not row.modulus and min(row.weights.values(), default=0) >= 0]
    sources: dict[int, list[Row]] = {}
    for row in plain:
        sources.setdefault(row.source, []).append(row)
    for row in plain:
        for source, others in sources.items():
            if source == row.source:
                continue
            if row.low is not None and _most(row, others, part) < row.low:
                return True
            if row.high is not None and _least(row, others) > row.high:
                return True
    return False


def _most(row: Row, others: list[Row], part: System) -> int:
    """At most how much the row can sum to under the maxima of rows that share no variable."""
    total, free = 0, set(row.weights)
    for other in others:
        shared = free & other.weights.keys()
        if other.high is None or not shared:
            continue
        free -= shared
        room = other.high
        for key in sorted(shared, key=lambda key: -row.weights[key] / other.weights[key]):
            weight, each = row.weights[key], other.weights[key]
            taken = min(part.variables[key].cap, room // each)
            total, room = total + taken * weight, room - taken * each
            if taken < part.variables[key].cap:
                total += room * weight // each
                break
    return total + sum(row.weights[key] * part.variables[key].cap for key in free)


def _least(row: Row, others: list[Row]) -> int:
    """At least how much the row sums to when rows that share no variable reach their minima by its cheapest way."""
    total = 0
    for other in others:
        if other.low is not None and other.low > 0 and other.weights.keys() <= row.weights.keys():
            weight, each = min(
                ((row.weights[key], each) for key, each in other.weights.items()), key=lambda pair: pair[0] / pair[1]
            )
            total += -(-other.low * weight // each)
    return total


@dataclass
class Ahead:
    """What the rest of a row can still add, from one of its variables on."""

    least: int
    most: int
    sums: int | None
    """Where exact sums count: bit n is set when n can still be added; for a multiple, n is a remainder."""

    def allows(self, row: Row, total: int) -> bool:
        """Whether the row may still come right."""
        if row.modulus:
            return self.sums is None or bool(self.sums >> (-total % row.modulus) & 1)
        if row.low is not None and total + self.most < row.low:
            return False
        if row.high is not None and total + self.least > row.high:
            return False
        return self.sums is None or row.high is None or bool(self.sums >> (row.high - total) & 1)

    def settles(self, row: Row, total: int) -> bool:
        """Whether nothing to come can break the row."""
        if row.modulus:
            return False
        if row.low is not None and total + self.least < row.low:
            return False
        return row.high is None or total + self.most <= row.high


def ahead(row: Row, caps: list[int], order: list[int]) -> list[Ahead]:
    """What can still be added before each of the row's variables in this order, and after the last."""
    least = most = 0
    limit = _limit(row, caps)
    sums = None if limit is None else 1
    found = [Ahead(0, 0, sums)]
    for key in reversed(order):
        reach = row.weights[key] * caps[key]
        least, most = least + min(reach, 0), most + max(reach, 0)
        if limit is None or limit >= _MOST_BITS or (row.weights[key] < 0 and not row.modulus):
            sums = None
        if sums is not None and limit is not None:
            sums = _added(sums, row.weights[key], caps[key], limit, row.modulus)
        found.append(Ahead(least, most, sums))
    return found[::-1]


def _limit(row: Row, caps: list[int]) -> int | None:
    """The largest sum worth knowing, for an equality or a multiple."""
    if row.modulus:
        return row.modulus - 1
    if row.high is None or row.low != row.high:
        return None
    return row.high - sum(weight * caps[key] for key, weight in row.weights.items() if weight < 0)


def _added(sums: int, weight: int, cap: int, limit: int, modulus: int) -> int:
    """The sums with up to `cap` times the weight added, by doubling; kept under the limit, or as remainders."""
    mask, step = (1 << limit + 1) - 1, 1
    while cap > 0:
        times = min(step, cap)
        shift = times * weight % modulus if modulus else times * weight
        if shift <= limit:
            moved = sums << shift
            sums |= moved & mask | (moved >> modulus if modulus else 0)
        cap, step = cap - times, step * 2
    return sums


class Search:
    """Depth first over the variables by rank; the rows ahead narrow the quantities that are tried."""

    def __init__(self, part: System, rows: list[Row]) -> None:
        self.rows, self.largest_first = rows, False
        self.order = sorted(range(len(part.variables)), key=lambda key: part.variables[key].rank)
        self.caps = [variable.cap for variable in part.variables]
        places = {key: place for place, key in enumerate(self.order)}
        self.steps: list[list[tuple[int, int, Ahead]]] = [[] for _ in self.order]
        self.closing: list[list[int]] = [[] for _ in self.order]
        self.fits = True
        for number, row in enumerate(rows):
            mine = sorted(row.weights, key=places.__getitem__)
            views = ahead(row, self.caps, mine)
            self.fits = self.fits and views[0].allows(row, 0)
            for key, view in zip(mine, views[1:], strict=True):
                self.steps[places[key]].append((number, row.weights[key], view))
            if mine:
                self.closing[places[mine[-1]]].append(number)

    def solved(self, purse: list[int]) -> bool | None:
        """Whether some choice fits; None when the purse is empty.

        Two short walks first, that few steps settle when the rules are loose: from the smallest choices, which minima
        push up, and from the largest, which maxima push down.
        """
        for self.largest_first in (False, True):
            short = [min(purse[0], _SHORT + 3 * len(self.order))]
            if (answer := self._walked(short)) is not None:
                return answer
        self.largest_first = False
        return self._walked(purse)

    def _walked(self, purse: list[int]) -> bool | None:
        if not self.fits:
            return False
        failed: set[tuple[int | None, ...]] = set()
        states: list[State] = [{}]
        values = [self._range(0, {})]
        while values:
            place = len(values) - 1
            value = next(values[-1], None)
            if value is None:
                failed.add((place, *states[-1].values()))
                states.pop()
                values.pop()
                continue
            purse[0] -= 1
            if purse[0] < 0:
                return None
            state = self._after(place, states[-1], value)
            if state is None or (place + 1, *state.values()) in failed:
                continue
            if place + 1 == len(self.order):
                return True
            states.append(state)
            values.append(self._range(place + 1, state))
        return False

    def _range(self, place: int, state: State) -> Iterator[int]:
        """The quantities that no bound of a row rules out."""
        first, last = 0, self.caps[self.order[place]]
        for number, factor, view in self.steps[place]:
            row, total, weight = self.rows[number], state.get(number, 0), abs(factor)
            if row.modulus or total is None:
                continue
            more = None if row.low is None else row.low - total - view.most
            less = None if row.high is None else row.high - total - view.least
            if factor < 0:
                more, less = _minus(less), _minus(more)
            first = first if more is None else max(first, -(-more // weight))
            last = last if less is None else min(last, less // weight)
        found = range(first, last + 1)
        return reversed(found) if self.largest_first else iter(found)

    def _after(self, place: int, before: State, value: int) -> State | None:
        """The state once this variable has this value; None when a row cannot come right any more."""
        state = dict(before)
        for number, weight, view in self.steps[place]:
            row, total = self.rows[number], state.get(number, 0)
            if total is None:
                continue
            total += weight * value
            if not view.allows(row, total):
                return None
            settled = view.settles(row, total)
            state[number] = None if settled else total % row.modulus if row.modulus else total
        for number in self.closing[place]:
            del state[number]
        return state


def _minus(number: int | None) -> int | None:
    return None if number is None else -number
