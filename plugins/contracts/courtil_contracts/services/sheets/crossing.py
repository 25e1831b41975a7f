"""Tables of numbers that cross two things, as households and dates: cut into parts that a page holds, with totals."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courtil.api import Cell, Column, Group, Table, _

Line = tuple[Hashable, tuple[Cell, ...]]
"""A row: its key, and the cells before its numbers."""

Sums = Mapping[tuple[Hashable, Hashable], int]
"""Quantities by row and column."""


def added_up(pairs: Iterable[tuple[tuple[Hashable, Hashable], int]]) -> Sums:
    """The sums of quantities by row and column."""
    sums: Counter[tuple[Hashable, Hashable]] = Counter()
    for key, quantity in pairs:
        sums[key] += quantity
    return sums


@dataclass(frozen=True)
class End:
    """A column after the numbers: its cells by row, and what stands under them."""

    column: Column
    cells: Mapping[Any, int]
    total: int | None


def cumul(sums: Sums) -> End:
    """The column of the totals of each row."""
    rows = _totals(sums, 0)
    return End(Column(label=_("Cumul"), kind="number"), rows, sum(rows.values()))


@dataclass(frozen=True)
class Crossing:
    """What is crossed: rows, plain (`lines`) or under headings (`groups`), the columns of numbers, their quantities.

    `heads` are the columns before the numbers, `across` the key and the words of each column of numbers.
    """

    caption: str
    heads: tuple[Column, ...]
    across: Sequence[tuple[Hashable, str]]
    sums: Sums
    empty: str
    lines: Sequence[Line] = ()
    groups: Sequence[tuple[str, Sequence[Line]]] = ()
    group_label: str | None = None
    ends: Sequence[End] = ()

    def tables(self, at_once: int | None = None) -> tuple[Table, ...]:
        """One table with its totals, or one for each `at_once` columns of numbers; zeros are left empty."""
        size = at_once or len(self.across) or 1
        parts = [self.across[start : start + size] for start in range(0, len(self.across), size)] or [()]
        totals = _totals(self.sums, 1)
        return tuple(self._part(part, number, len(parts), totals) for number, part in enumerate(parts, 1))

    def _part(
        self, across: Sequence[tuple[Hashable, str]], number: int, count: int, totals: Mapping[Hashable, int]
    ) -> Table:
        ends = self.ends if number == count else ()
        numbers = [Column(label=words, kind="number") for _key, words in across]
        labels = [_("Cumul"), *("" for _head in self.heads[1:])]
        sums = [totals.get(key) or None for key, _words in across]
        words = {"caption": self.caption, "number": number, "count": count}
        return Table(
            caption=self.caption if count == 1 else _("%(caption)s, partie %(number)s sur %(count)s") % words,
            columns=(*self.heads, *numbers, *(end.column for end in ends)),
            rows=self._rows(self.lines, across, ends),
            groups=tuple(Group(heading=name, rows=self._rows(lines, across, ends)) for name, lines in self.groups),
            group_label=self.group_label,
            footer=(*labels, *sums, *(end.total for end in ends)) if self.lines or self.groups else None,
            empty=self.empty,
        )

    def _rows(
        self, lines: Sequence[Line], across: Sequence[tuple[Hashable, str]], ends: Sequence[End]
    ) -> tuple[tuple[Cell, ...], ...]:
        return tuple(
            (
                *heads,
                *(self.sums.get((row, column)) or None for column, _words in across),
                *(end.cells.get(row) or None for end in ends),
            )
            for row, heads in lines
        )


def _totals(sums: Sums, side: int) -> Mapping[Hashable, int]:
    """The sums of each row (0) or of each column (1)."""
    totals: Counter[Hashable] = Counter()
    for key, quantity in sums.items():
        totals[key[side]] += quantity
    return totals
