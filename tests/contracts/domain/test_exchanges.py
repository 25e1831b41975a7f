"""A basket composed anew: as many points, or as much money; what is paid does not move."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtil.api import Available, LineEffect, Refused
from courtil_contracts.domain.changes import Held, Outcome, Situation
from courtil_contracts.domain.exchanges import composed, exchange, exchangeable, told, worth
from courtil_contracts.domain.rules import Rule
from courtil_contracts.domain.terms import ChangeTerms, ProductTerms, Terms

BASKET, EGGS, CHEESE, CHICKEN = 1, 2, 3, 4
PRICES = {BASKET: 1_200, EGGS: 300, CHEESE: 600, CHICKEN: 2_000}
POINTS = {BASKET: 4, EGGS: 2, CHEESE: 3}
DAY = date(2026, 5, 7)


def a_contract(*, points: dict[int, int] | None = None, **facts: Any) -> Situation:
    """Two baskets, eggs and a cheese on Thursday: 13 points for 33 €; a weighed chicken could come too."""
    worths = POINTS if points is None else points
    products = [ProductTerms(offer_product_id=key, points=worths.get(key, 0)) for key in (BASKET, EGGS, CHEESE)]
    products.append(ProductTerms(offer_product_id=CHICKEN, kg_cents=1_400))
    terms = Terms(products=tuple(products), changes=(ChangeTerms(kind="exchange"),), rules=facts.pop("rules", ()))
    quantities = facts.pop("quantities", {BASKET: 2, EGGS: 1, CHEESE: 1})
    known: dict[str, Any] = {
        "lines": [Held(key, 10, DAY, number, PRICES[key]) for key, number in quantities.items() if number],
        "cells": [Available(key, 10, DAY, cents) for key, cents in PRICES.items()],
        "terms": terms, "today": date(2026, 5, 1), "joined_on": date(2026, 4, 1),
        "products": {BASKET: "Panier", EGGS: "Œufs", CHEESE: "Fromage", CHICKEN: "Poulet"}, "most": {CHEESE: 3},
    }  # fmt: skip
    return Situation(**(known | facts))


def paid(found: Outcome) -> int:
    lines = sum(one.quantity * one.unit_cents for one in found.lines.values())
    return lines + sum(one.cents for one in found.charges)


def test_thirteen_points_are_composed_anew_for_the_same_money() -> None:
    here = a_contract()
    assert (exchangeable(here, 10), composed(here, 10)) == (POINTS, {BASKET: 2, EGGS: 1, CHEESE: 1})
    assert told(here, worth(here, 10, composed(here, 10))) == "13 points"
    found = exchange(here, 10, {BASKET: 1, EGGS: 3, CHEESE: 1})
    assert {place: one.quantity for place, one in found.lines.items()} == {
        (BASKET, 10): 1,
        (EGGS, 10): 3,
        (CHEESE, 10): 1,
    }
    assert (found.cents, found.difference, paid(found)) == (3_300, 0, 3_300)


@pytest.mark.parametrize(("eggs", "says"), [(2, "ajoutez-en pour 2 points"), (4, "enlevez-en pour 2 points")])
def test_another_number_of_points_is_refused_with_what_to_do(eggs: int, says: str) -> None:
    with pytest.raises(Refused, match=says):
        exchange(a_contract(), 10, {BASKET: 1, EGGS: eggs})


def test_without_points_the_price_counts() -> None:
    here = a_contract(points={})
    found = exchange(here, 10, {BASKET: 1, CHEESE: 3})
    assert (paid(found), found.charges) == (3_300, ())
    assert found.lines[CHEESE, 10].unit_cents == 600
    with pytest.raises(Refused, match="ajoutez-en pour 6,00"):
        exchange(here, 10, {BASKET: 1, CHEESE: 2})


def test_a_weighed_product_and_one_without_points_stay_out_of_it() -> None:
    assert CHICKEN not in exchangeable(a_contract(), 10)
    assert CHICKEN not in exchangeable(a_contract(points={}), 10)
    assert CHEESE not in exchangeable(a_contract(points={BASKET: 4, EGGS: 2}), 10)


def test_limits_rules_and_notice_hold() -> None:
    with pytest.raises(Refused, match="De 0 à 3 « Fromage »"):
        exchange(a_contract(quantities={BASKET: 3}), 10, {BASKET: 0, CHEESE: 4})
    two_baskets = Rule(operator=">=", value=2, products=(BASKET,))
    with pytest.raises(Refused, match="au moins 2"):
        exchange(a_contract(rules=(two_baskets,)), 10, {BASKET: 1, EGGS: 3})
    with pytest.raises(Refused, match="Trop tard"):
        exchange(a_contract(today=DAY - timedelta(days=2)), 10, {BASKET: 1, EGGS: 3})
    with pytest.raises(Refused, match="Rien ne change"):
        exchange(a_contract(), 10, {BASKET: 2})


def test_a_date_to_which_a_basket_was_reported_waits() -> None:
    with pytest.raises(Refused, match="revenez d’abord sur le report"):
        exchange(a_contract(brought={(BASKET, 10): 1}), 10, {BASKET: 1, EGGS: 3})


QUANTITIES = st.fixed_dictionaries({BASKET: st.integers(0, 4), EGGS: st.integers(0, 7), CHEESE: st.integers(0, 3)})


@given(before=QUANTITIES, after=QUANTITIES, by_price=st.booleans())
def test_an_exchange_keeps_points_and_cents(before: dict[int, int], after: dict[int, int], by_price: bool) -> None:
    here = a_contract(points={} if by_price else None, quantities=before)
    worths = PRICES if by_price else POINTS
    equal = sum(worths[key] * (after[key] - before[key]) for key in before) == 0
    try:
        found = exchange(here, 10, after)
    except Refused:
        assert not equal or before == after or not any(before.values())
        return
    assert equal
    assert paid(found) == sum(PRICES[key] * number for key, number in before.items())
    assert all(0 <= one.cents < max(after.values()) for one in found.charges)
    assert {key: found.lines[key, 10].quantity for key in after if (key, 10) in found.lines} == {
        key: number for key, number in after.items() if number or before[key]
    }


@pytest.mark.parametrize("effect", [LineEffect.KEPT, LineEffect.CREDITED])
def test_what_is_not_handed_out_that_day_is_not_composed_again(effect: LineEffect) -> None:
    here = a_contract(points={})
    short = [one._replace(effect=effect) if one.offer_product_id == EGGS else one for one in here.lines]
    here = replace(here, lines=short)
    assert EGGS not in exchangeable(here, 10)
    found = exchange(here, 10, {BASKET: 1, CHEESE: 3})
    assert (EGGS, 10) not in found.lines
    assert found.difference == 0
