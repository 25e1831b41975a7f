"""Orders and terms for the tests of payment plans."""

from collections.abc import Iterable
from datetime import date, timedelta

from hypothesis import strategies as st

from courtil_contracts.domain.plans import Due, Plan, PlanTerms

SIGNED = date(2026, 1, 5)
SIGNING = st.dates(date(2026, 1, 1), date(2026, 12, 31))
SEASON = st.dates(date(2025, 12, 1), date(2027, 9, 30))


def every(first: date, count: int, cents: int, *, weeks: int = 1, quantity: int = 1, product: int = 1) -> list[Due]:
    """The same basket at each delivery."""
    return [Due(first + timedelta(weeks=weeks * n), cents, product, quantity) for n in range(count)]


def amounts(plan: Plan) -> list[int]:
    return [part.cents for part in plan.parts]


def days(plan: Plan) -> list[date]:
    return [part.due_on for part in plan.parts]


def by_count(found: Iterable[Plan]) -> dict[int, list[int]]:
    """Amounts of the plans, by their number of payments."""
    return {len(plan.parts): amounts(plan) for plan in found}


@st.composite
def orders(draw: st.DrawFn, most: int = 20_000) -> tuple[list[Due], int, date]:
    """Lines after a day of signature, charges, that day."""
    signed_on = draw(SIGNING)
    line = st.builds(
        Due,
        st.integers(1, 420).map(lambda later: signed_on + timedelta(days=later)),
        st.integers(0, most),
        st.integers(1, 3),
        st.integers(1, 4),
    )
    return draw(st.lists(line, min_size=1, max_size=25)), draw(st.integers(0, 500)), signed_on


@st.composite
def ways(draw: st.DrawFn, /, **fixed: object) -> PlanTerms:
    """Any terms, but for what is fixed."""
    found = {
        "counts": st.lists(st.integers(1, 12), max_size=4).map(tuple),
        "per": st.sampled_from(["", "delivery", "delivery_product", "quantity"]),
        "dates": st.sampled_from(["month", "first_delivery", "delivery", "listed", "free"]),
        "listed": st.lists(SEASON, max_size=5).map(tuple),
        "starts_on": st.none() | SEASON,
        "every_months": st.integers(1, 3),
        "amounts": st.sampled_from(["equal", "whole_euros", "ahead"]),
        "step": st.sampled_from([1, 50, 100, 500]),
        "even": st.booleans(),
        "remainder": st.sampled_from(["first", "last"]),
        "smallest": st.sampled_from([0, 500, 1000]),
        "editable": st.booleans(),
        "cheque_days": st.sampled_from([0, 373]),
    }
    values = {name: draw(one) for name, one in found.items() if name not in fixed}
    return PlanTerms.model_validate(values | fixed)
