"""Payment plans: what holds for any terms and any order."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.domain.plan_samples import amounts, days, orders, ways
from courtil_contracts.domain.plans import Due, Plan, PlanTerms, nearest, plan_problems, plans

FIRST = date(2026, 1, 7)


@given(terms=ways(), order=orders())
def test_payments_add_up_in_order_none_is_nothing_none_is_too_small(
    terms: PlanTerms, order: tuple[list[Due], int, date]
) -> None:
    dues, charges, signed_on = order
    total = charges + sum(due.cents for due in dues)
    assume(total)
    for plan in plans(terms, dues, charges, signed_on):
        assert plan.cents == total
        assert days(plan) == sorted(days(plan))
        assert min(days(plan)) >= signed_on
        assert min(amounts(plan)) >= (terms.smallest if len(plan.parts) > 1 else 1)
        assert min(amounts(plan)) > 0


@given(terms=ways(), order=orders())
def test_none_is_due_after_the_last_delivery_nor_after_the_cheque_is_void(
    terms: PlanTerms, order: tuple[list[Due], int, date]
) -> None:
    dues, charges, signed_on = order
    for plan in plans(terms, dues, charges, signed_on):
        for day in days(plan):
            assert terms.dates == "free" or day <= max(due.day for due in dues)
            assert not terms.cheque_days or day <= signed_on + timedelta(days=terms.cheque_days)


@given(terms=ways(per="", amounts="equal"), order=orders())
def test_equal_payments_are_at_most_a_step_apart_but_for_the_rest(
    terms: PlanTerms, order: tuple[list[Due], int, date]
) -> None:
    for plan in plans(terms, *order):
        parts = amounts(plan)[:-1] or amounts(plan) or [0]
        assert max(parts) - min(parts) <= terms.step
        assert all(abs(cents - amounts(plan)[-1]) < 2 * terms.step for cents in amounts(plan))
        assert parts == sorted(parts, reverse=terms.remainder == "first")


@given(terms=ways(per="", amounts="whole_euros"), order=orders())
def test_whole_euros_are_all_the_same_but_for_the_last(terms: PlanTerms, order: tuple[list[Due], int, date]) -> None:
    for plan in plans(terms, *order):
        first = amounts(plan)[:-1]
        assert len(set(first)) <= 1
        assert all(cents % 100 == 0 and abs(cents - plan.cents / len(plan.parts)) <= 50 for cents in first)


def _paid_less_than_delivered(plan: Plan, dues: Sequence[Due]) -> list[date]:
    return [
        day
        for day in sorted({due.day for due in dues})
        if sum(part.cents for part in plan.parts if part.due_on <= day)
        < sum(due.cents for due in dues if due.day <= day)
    ]


@given(
    terms=ways(amounts="ahead", per="") | ways(per="delivery", counts=()) | ways(per="delivery_product", counts=()),
    order=orders(),
)
def test_paid_ahead_is_never_less_than_what_has_been_delivered(
    terms: PlanTerms, order: tuple[list[Due], int, date]
) -> None:
    for plan in plans(terms, *order):
        assert _paid_less_than_delivered(plan, order[0]) == []


@given(terms=ways(amounts="ahead", per="", step=1, dates="month"), order=orders())
def test_paid_ahead_covers_no_more_than_until_the_next_payment(
    terms: PlanTerms, order: tuple[list[Due], int, date]
) -> None:
    dues, charges, _signed_on = order
    for plan in plans(terms, *order):
        paid = 0
        for part, later in pairwise(plan.parts):
            paid += part.cents
            assert paid == charges + sum(due.cents for due in dues if due.day < later.due_on)


@given(terms=ways(), order=orders())
def test_a_plan_is_found_again_by_its_key(terms: PlanTerms, order: tuple[list[Due], int, date]) -> None:
    found = plans(terms, *order)
    assert len({plan.key for plan in found}) == len(found) == len({plan.parts for plan in found})
    assert [len(plan.parts) for plan in found] == sorted(len(plan.parts) for plan in found)
    assert {plan.key for plan in found} <= {str(count) for count in terms.counts} | {terms.per, "0"}


@given(terms=ways(), order=orders())
def test_terms_and_plans_are_kept_as_json(terms: PlanTerms, order: tuple[list[Due], int, date]) -> None:
    assert PlanTerms.model_validate_json(terms.model_dump_json()) == terms
    assert PlanTerms.model_validate(terms.model_dump(mode="json")) == terms
    for plan in plans(terms, *order):
        assert Plan.model_validate_json(plan.model_dump_json()) == plan


@given(terms=ways(per=""), order=orders())
def test_the_nearest_plan_is_the_longest_that_fits(terms: PlanTerms, order: tuple[list[Due], int, date]) -> None:
    found = nearest(terms, *order)
    fitting = plans(terms, *order)
    assume(order[1] + sum(due.cents for due in order[0]))
    if fitting:
        assert found is not None
        assert len(found.parts) >= len(fitting[-1].parts)


@given(terms=ways(per="", editable=False), least=st.integers(1, 10_000))
def test_terms_without_a_problem_can_be_signed_for_the_smallest_contract(terms: PlanTerms, least: int) -> None:
    deliveries = [FIRST + timedelta(weeks=2 * n) for n in range(12)]
    assume(least >= len(deliveries))
    if plan_problems(terms, least, deliveries):
        return
    asked = terms.listed if terms.dates == "listed" else (terms.starts_on,)
    early = min(day for day in (FIRST - timedelta(days=31), *asked) if day)
    early = max(early, FIRST - timedelta(days=365))
    each, rest = divmod(least, len(deliveries))
    dues = [Due(day, each + (n < rest), 1, 1) for n, day in enumerate(deliveries)]
    assert plans(terms, dues, 0, early)
