"""Payees who follow each other: whose day it is, every way of one with every way of the other."""

from datetime import date, timedelta

import pytest

from contracts.domain.plan_samples import SIGNED, every
from courtil_contracts.domain.plans import Plan, PlanTerms
from courtil_contracts.domain.turns import Turn, in_turns, turn_of

FIRST = SIGNED + timedelta(days=1)
SECOND_FARM = FIRST + timedelta(weeks=8)
TURNS = (
    Turn(payee="Ferme du haut", ways=(PlanTerms(counts=(1, 2)),)),
    Turn(payee="Ferme du bas", begins_on=SECOND_FARM, ways=(PlanTerms(counts=(1, 5)),)),
)


def paid(plan: Plan) -> dict[str, list[int]]:
    """What each payee gets."""
    found: dict[str, list[int]] = {}
    for part in plan.parts:
        found.setdefault(part.payee, []).append(part.cents)
    return found


def test_the_first_day_of_a_turn_is_its_own() -> None:
    assert turn_of(TURNS, SECOND_FARM - timedelta(days=1)).payee == "Ferme du haut"
    assert turn_of(TURNS, SECOND_FARM).payee == "Ferme du bas"
    assert turn_of(TURNS[1:], date(2000, 1, 1)).payee == "Ferme du bas"


def test_each_is_paid_for_what_it_brings_in_its_own_numbers_of_payments() -> None:
    plans = {plan.key: plan for plan in in_turns(TURNS, every(FIRST, 50, 1_500), 0, SIGNED)}
    assert set(plans) == {"1+1", "1+5", "2+1", "2+5"}
    assert paid(plans["2+5"]) == {"Ferme du haut": [6_000] * 2, "Ferme du bas": [12_600] * 5}
    assert [part.due_on for part in plans["2+5"].parts] == sorted(part.due_on for part in plans["2+5"].parts)


def test_fees_go_to_the_first_who_is_paid() -> None:
    plan = in_turns(TURNS, every(FIRST, 10, 1_000), 150, SIGNED)[0]
    assert paid(plan) == {"Ferme du haut": [8_150], "Ferme du bas": [2_000]}


def test_who_joins_late_does_not_pay_the_farm_that_has_gone() -> None:
    plans = in_turns(TURNS, every(SECOND_FARM, 10, 1_000), 150, SECOND_FARM - timedelta(days=1))
    assert [set(paid(plan)) for plan in plans] == [{"Ferme du bas"}] * len(plans)
    assert {plan.cents for plan in plans} == {10_150}


def test_what_is_paid_as_a_whole_goes_to_the_first() -> None:
    assert paid(in_turns(TURNS, every(FIRST, 20, 0), 9_000, SIGNED)[0]) == {"Ferme du haut": [9_000]}
    assert in_turns(TURNS, [], 0, SIGNED) == []


def test_a_payee_whose_numbers_do_not_fit_is_offered_the_most_that_do() -> None:
    turns = (TURNS[0], Turn(payee="Ferme du bas", begins_on=SECOND_FARM, ways=(PlanTerms(counts=(12,)),)))
    (plan,) = [one for one in in_turns(turns, every(FIRST, 12, 1_000), 0, SIGNED) if one.key.startswith("1+")]
    assert 1 < len(paid(plan)["Ferme du bas"]) < 12


@pytest.mark.parametrize("count", [1, 3, 8, 9, 30])
def test_plans_always_add_up(count: int) -> None:
    for plan in in_turns(TURNS, every(FIRST, count, 1_333), 77, SIGNED):
        assert plan.cents == count * 1_333 + 77
