"""A choice times a matrix: the totals that AMAPs print, and the evidence of a signature."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from courtil.domain.contracts import Available, Choice, Evidence, by_day, lines, total
from courtil.domain.money import Cents, instalments

FIRST = date(2026, 12, 3)
BEFORE = FIRST - timedelta(days=1)


def a_matrix(prices: dict[int, int], number: int, absent: frozenset[tuple[int, int]] = frozenset()) -> list[Available]:
    return [
        Available(product, week, FIRST + timedelta(weeks=week), price)
        for week in range(number)
        for product, price in prices.items()
        if (product, week) not in absent
    ]


@pytest.mark.parametrize(
    ("number", "price", "expected"),
    [
        (25, 900, 22_500), (8, 2_000, 16_000), (8, 1_500, 12_000), (8, 1_200, 9_600), (49, 1_900, 93_100),
        (49, 2_980, 146_020), (9, 1_750, 15_750), (4, 1_100, 4_400), (25, 1_900, 47_500), (24, 2_980, 71_520),
    ],
)  # fmt: skip
def test_totals_that_real_contracts_state(number: int, price: int, expected: int) -> None:
    assert total(lines(Choice(quantities={1: 1}), a_matrix({1: price}, number), BEFORE)) == expected


@pytest.mark.parametrize(
    ("cents", "count", "step", "expected"),
    [
        (8_550, 2, 50, [4_300, 4_250]), (11_700, 2, 50, [5_850] * 2), (15_750, 2, 50, [7_900, 7_850]),
        (15_750, 3, 50, [5_250] * 3), (22_500, 6, 1, [3_750] * 6), (93_100, 4, 100, [23_300] * 3 + [23_200]),
        (146_020, 4, 100, [36_500] * 3 + [36_520]),
    ],
)  # fmt: skip
def test_cheques_that_real_contracts_state(cents: int, count: int, step: int, expected: list[int]) -> None:
    assert instalments(Cents(cents), count, step) == expected


def test_apples_and_juice_add_up() -> None:
    choice = Choice(quantities={1: 1, 2: 2})
    assert total(lines(choice, a_matrix({1: 1_700, 2: 250}, 6), BEFORE)) == 10_200 + 3_000


PRICES = st.dictionaries(st.integers(1, 5), st.integers(0, 10_000), min_size=1)


@given(prices=PRICES, number=st.integers(0, 30), data=st.data())
def test_days_and_lines_agree_with_the_total(prices: dict[int, int], number: int, data: st.DataObject) -> None:
    cells = st.tuples(st.sampled_from(sorted(prices)), st.integers(0, 30))
    absent = data.draw(st.frozensets(cells))
    choice = Choice(quantities=data.draw(st.dictionaries(st.integers(1, 7), st.integers(0, 99))))
    after = FIRST + timedelta(days=data.draw(st.integers(-3, 100)))
    matrix = a_matrix(prices, number, absent)
    found = lines(choice, matrix, after)
    assert sum(by_day(found).values()) == total(found)
    assert all(line.day > after and line.quantity > 0 for line in found)
    assert len({(line.offer_product_id, line.delivery_id) for line in found}) == len(found)
    whole = lines(choice, matrix, FIRST - timedelta(days=1))
    assert total(found) <= total(whole)
    assert [line for line in whole if line.day > after] == found


def test_a_choice_reads_back_what_it_stored() -> None:
    choice = Choice(quantities={3: 2, 1: 0})
    assert choice.stored() == {"3": 2}
    assert Choice.of(choice.stored()).chosen == {3: 2}


@pytest.mark.parametrize("quantity", [-1, 100, 0.5, "beaucoup"])
def test_a_quantity_is_a_small_whole_number(quantity: object) -> None:
    with pytest.raises(ValidationError):
        Choice.model_validate({"quantities": {1: quantity}})


PROOF = Evidence(
    1, "member", 2, "Zoé Lantier", datetime(2026, 11, 23, 18, tzinfo=UTC), "account", "192.0.2.1", "a" * 64
)


@pytest.mark.parametrize(
    "change",
    [
        {"contract_id": 2}, {"party": "farm"}, {"person_id": 3}, {"name": "Zoé Lantié"}, {"method": "paper"},
        {"signed_at": PROOF.signed_at + timedelta(microseconds=1)}, {"address": ""}, {"text_hash": "b" * 64},
        {"previous": "c" * 64},
    ],
)  # fmt: skip
def test_nothing_in_the_evidence_can_change_unseen(change: dict[str, object]) -> None:
    assert replace(PROOF, **change).digest() != PROOF.digest()  # type: ignore[arg-type]
