"""Rules that nobody can keep: which ones cannot hold together, and what to change."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from courtil.api import _
from courtil_contracts.domain.rule_model import Grid, Rule, holds, worth_of
from courtil_contracts.domain.rule_search import possible
from courtil_contracts.domain.rule_words import amount, sentence

_TRIES = 16
_STEPS = 4_000


@dataclass(frozen=True)
class Contradiction:
    """Rules that no choice keeps together, in the order they were given; dropping any of them would do."""

    rules: tuple[Rule, ...]
    reason: str
    proposal: str

    @property
    def message(self) -> str:
        """Both sentences."""
        return f"{self.reason} {self.proposal}"


def contradiction(rules: Iterable[Rule], grid: Grid) -> Contradiction | None:
    """Why no choice but nothing keeps the rules on this grid, or None; members are held to all of them.

    The rules are supposed `checked`. A contradiction that is told is certain. None is certain when the search ended;
    it has a budget of steps (a tenth of a second), and rules tangled beyond it are given the benefit of the doubt.
    Where nothing can be taken at all the rules are not to blame: None.
    """
    given = tuple(dict.fromkeys(rules))
    if not any(cell.most > 0 for cell in grid.cells) or possible(given, grid) is not False:
        return None
    guilty = _guilty(given, grid)
    told = " ".join(sentence(rule, grid) for rule in guilty)
    if len(guilty) == 1:
        reason = _("Aucun choix ne permet de respecter cette règle : %(rules)s") % {"rules": told}
    else:
        reason = _("Aucun choix ne permet de respecter ces règles ensemble : %(rules)s") % {"rules": told}
    return Contradiction(guilty, reason, _proposal(guilty, grid))


def _guilty(rules: tuple[Rule, ...], grid: Grid) -> tuple[Rule, ...]:
    """The rules without those that can go and leave the contradiction."""
    for rule in rules:
        fewer = tuple(other for other in rules if other != rule)
        if possible(fewer, grid, _STEPS) is False:
            rules = fewer
    return rules


def _proposal(rules: Sequence[Rule], grid: Grid) -> str:
    """The first change of one number that makes a choice possible, minima first."""
    for operator in (">=", "<=", "=", "multiple"):
        for rule in rules:
            if rule.operator == operator and (better := _eased(rule, rules, grid)):
                return _change(better, grid)
    return _("Enlevez cette règle.") if len(rules) == 1 else _("Enlevez l’une de ces règles.")


def _change(rule: Rule, grid: Grid) -> str:
    words = {"amount": amount(rule.measure, rule.value, named=True), "rule": sentence(rule, grid)}
    changes = {
        ">=": _("Baissez le minimum à %(amount)s : %(rule)s"), "<=": _("Montez le maximum à %(amount)s : %(rule)s"),
        "=": _("Demandez plutôt %(amount)s : %(rule)s"),
        "multiple": _("Demandez plutôt un multiple de %(amount)s : %(rule)s"),
    }  # fmt: skip
    return changes[rule.operator] % words


def _eased(rule: Rule, rules: Sequence[Rule], grid: Grid) -> Rule | None:
    """The rule with the nearest number that makes a choice possible."""

    def at(value: int) -> Rule:
        return rule.model_copy(update={"value": value})

    def works(value: int) -> bool:
        return possible([at(value) if other == rule else other for other in rules], grid, _STEPS) is True

    if rule.operator == ">=":
        found = _nearest(works, rule.value, 1)
    elif rule.operator == "<=":
        found = _nearest(works, rule.value, _ceiling(rule, grid))
    else:
        found = next((value for value in _candidates(rule, grid) if works(value)), None)
    return None if found is None else at(found)


def _nearest(works: Callable[[int], bool], wrong: int, right: int) -> int | None:
    """The number nearest to the wrong one that works, when all beyond it do; None when not even the last does."""
    if wrong == right or not works(right):
        return None
    while abs(right - wrong) > 1:
        middle = (wrong + right) // 2
        wrong, right = (wrong, middle) if works(middle) else (middle, right)
    return right


def _ceiling(rule: Rule, grid: Grid) -> int:
    """A maximum that forbids nothing."""
    factor = max([1, *(worth_of(rule.measure, cell) for cell in grid.cells)])
    return max(rule.value, rule.every * factor * sum(cell.most for cell in grid.cells))


def _candidates(rule: Rule, grid: Grid) -> Iterator[int]:
    """Numbers to try in place of this one, the nearest first."""
    if rule.operator == "multiple":
        yield from [value for value in range(rule.value // 2, 1, -1) if rule.value % value == 0][:_TRIES]
        return
    weights = (worth_of(rule.measure, cell) for hold in holds(rule, grid) for cell in hold.cells)
    step = math.gcd(*weights) or 1
    start = rule.value // step * step
    for far in range(_TRIES):
        yield from (value for value in (start - far * step, start + (far + 1) * step) if 0 < value != rule.value)
