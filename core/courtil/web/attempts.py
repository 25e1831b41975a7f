"""Trying a write from a page: what is refused is shown there, and what it wrote is taken back."""

from collections.abc import Callable

from courtil.domain.problems import Problem, Refused
from courtil.plugin.payloads import Unit


def attempt(unit: Unit, action: Callable[[], object]) -> list[Problem]:
    """Run the action; the problems it was refused for, none when it is done."""
    try:
        with unit.session.begin_nested():
            action()
    except Refused as refused:
        return list(refused.problems)
    return []
