"""Two households under one offer: whose turn a date is, and parts to the cent."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from courtil.domain.contracts import Available
from courtil_contracts.domain.sharing import FIRST, SECOND, second_part, turns, uneven


@given(st.integers(0, 1_000_000), st.integers(1, 100), st.integers(1, 100))
def test_both_parts_are_the_whole_and_odd_cents_are_the_first_s(cents: int, first: int, second: int) -> None:
    part = second_part(cents, (first, second))
    assert 0 <= part <= cents
    assert 0 <= (cents * second) / (first + second) - part < 1


@given(st.lists(st.integers(1, 99), unique=True), st.booleans())
def test_each_takes_every_other_date_and_who_begins_has_the_odd_one(days: list[int], inverted: bool) -> None:
    found = list(turns(days, {}, inverted=inverted).values())
    first, second = found.count(FIRST), found.count(SECOND)
    begins, other = (second, first) if inverted else (first, second)
    assert begins - other == len(days) % 2
    assert all(one != after for one, after in pairwise(found))


def test_what_both_knew_stays_when_dates_move_or_come() -> None:
    kept = {1: FIRST, 2: SECOND, 3: FIRST, 4: SECOND}
    assert turns([1, 3, 2, 4], kept, inverted=False) == kept
    assert turns([1, 2, 9, 3, 4, 8], kept, inverted=False) == kept | {9: FIRST, 8: FIRST}


def test_a_product_that_comes_for_one_of_them_only_is_found() -> None:
    cells = [
        Available(product, day, date(2027, 1, day), 100) for product, days in ((7, (1, 3)), (8, (1, 2))) for day in days
    ]
    assert uneven(cells, {1: FIRST, 2: SECOND, 3: FIRST}) == [7]
