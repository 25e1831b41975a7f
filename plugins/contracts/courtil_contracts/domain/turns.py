"""Payees who follow each other in one contract: a farm takes over from another, and each is paid for what it brings."""

from collections.abc import Sequence
from datetime import date
from itertools import product
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from courtil_contracts.domain.plans import Due, Part, Plan, PlanTerms, nearest, offered

MOST_TURNS = 2
"""More farms than that after one another make as many contracts."""


class Turn(BaseModel):
    """From a day on, what comes is paid to this order, in one of these ways; the first turn has no day."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    payee: str = Field(min_length=1, max_length=120)
    begins_on: date | None = None
    ways: tuple[PlanTerms, ...] = Field((PlanTerms(),), min_length=1)

    @property
    def since(self) -> date:
        """Its first day; the beginning of time for the first turn."""
        return self.begins_on or date.min

    def renewed(self, begins_on: date | None, ways: Sequence[PlanTerms]) -> Self:
        """The turn in another season."""
        return self.model_copy(update={"begins_on": begins_on, "ways": tuple(ways)})


def turn_of(turns: Sequence[Turn], day: date) -> Turn:
    """Whose turn a day is: the last that has begun, else the first. Raises ValueError without turns."""
    ordered = sorted(turns, key=lambda turn: turn.since)
    return max((turn for turn in ordered if turn.since <= day), key=lambda turn: turn.since, default=ordered[0])


def in_turns(turns: Sequence[Turn], dues: Sequence[Due], charges: int, signed_on: date) -> list[Plan]:
    """Plans that pay each payee for its own deliveries, every way of one with every way of the other.

    Charges go to the first who is paid. A payee to whom none of its numbers of payments fits is offered the most that
    do; one who brings nothing any more to who joins late is left out. Empty when nothing fits or nothing is to pay.
    """
    ordered = sorted(turns, key=lambda turn: turn.since)
    own = {turn.since: [due for due in dues if turn_of(turns, due.day) == turn] for turn in ordered}
    paid = [turn for turn in ordered if any(due.cents for due in own[turn.since])] or ordered[: bool(charges)]
    choices = []
    for turn in paid:
        proposed = _proposed(turn, own[turn.since], charges if turn is paid[0] else 0, signed_on)
        choices.append([_to(turn.payee, plan) for plan in proposed])
    return [_together(plans) for plans in product(*choices)] if choices else []


def _proposed(turn: Turn, dues: Sequence[Due], charges: int, signed_on: date) -> list[Plan]:
    found = [plan for _way, plan in offered(turn.ways, dues, charges, signed_on)]
    late = (nearest(way, dues, charges, signed_on) for way in turn.ways)
    return found or [plan for plan in late if plan is not None][:1]


def _to(payee: str, plan: Plan) -> Plan:
    return Plan(key=plan.key, parts=tuple(part.model_copy(update={"payee": payee}) for part in plan.parts))


def _together(plans: Sequence[Plan]) -> Plan:
    parts: list[Part] = sorted((part for plan in plans for part in plan.parts), key=lambda part: part.due_on)
    return Plan(key="+".join(plan.key for plan in plans), parts=tuple(parts))
