"""Prices that are not one number: what AMAPs print, and what holds for any grid and any weight."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from courtil.domain.problems import Refused
from courtil_contracts.domain.prices import (
    Fee,
    Tier,
    by_weight,
    charges,
    estimate,
    is_charge_of,
    prorata,
    read_grams,
    read_price,
    settlement,
    tier_problems,
    tiered,
)

GRID = [Tier(1, 500), Tier(5, 460), Tier(10, 400)]


@st.composite
def grids(draw: st.DrawFn) -> list[Tier]:
    """Degressive tiers, in any order."""
    starts = draw(st.lists(st.integers(1, 100), min_size=1, max_size=6, unique=True))
    prices = draw(st.lists(st.integers(0, 10_000), min_size=len(starts), max_size=len(starts)))
    ordered = zip(sorted(starts), sorted(prices, reverse=True), strict=True)
    return draw(st.permutations([Tier(start, price) for start, price in ordered]))


@pytest.mark.parametrize(("quantity", "unit"), [(1, 500), (4, 500), (5, 460), (9, 460), (10, 400), (1000, 400)])
def test_the_whole_quantity_is_at_the_price_of_its_tier(quantity: int, unit: int) -> None:
    assert tiered(quantity, GRID) == unit


def test_nothing_is_sold_below_the_first_tier() -> None:
    with pytest.raises(Refused, match="Prenez-en au moins 5"):
        tiered(4, GRID[1:])


@pytest.mark.parametrize(
    ("tiers", "sentence"),
    [
        ([], "Indiquez au moins un palier."),
        ([Tier(1, 500), Tier(1, 400)], "Deux paliers commencent à 1 : gardez-en un."),
        ([Tier(0, 500)], "Chaque palier commence à 1 ou plus, avec un prix qui n’est pas négatif."),
        ([Tier(1, -5)], "Chaque palier commence à 1 ou plus, avec un prix qui n’est pas négatif."),
        (
            [Tier(5, 460), Tier(1, 400)],
            "À partir de 5, le prix monte de 4,00 € à 4,60 € : un tarif dégressif ne peut que baisser.",
        ),
    ],
)
def test_tiers_that_are_no_degressive_grid_are_told(tiers: list[Tier], sentence: str) -> None:
    assert [one.message.replace("\u00a0", " ") for one in tier_problems(tiers)] == [sentence]
    with pytest.raises(Refused):
        tiered(10, tiers)


@given(tiers=grids(), quantity=st.integers(1, 200), more=st.integers(0, 200))
def test_who_takes_more_never_pays_more_for_each(tiers: list[Tier], quantity: int, more: int) -> None:
    assume(quantity >= min(tiers).from_quantity)
    assert tier_problems(tiers) == []
    assert tiered(quantity + more, tiers) <= tiered(quantity, tiers)
    assert tiered(quantity, tiers) in {tier.unit_cents for tier in tiers}


@pytest.mark.parametrize(
    ("grams", "per_kg", "cents"),
    [
        (450, 1520, 684), (250, 960, 240), (500, 960, 480), (750, 960, 720), (1000, 960, 960), (8000, 1600, 12_800),
        (8000, 1700, 13_600), (7000, 2000, 14_000), (5000, 1300, 6500), (5, 100, 1), (4, 100, 0), (1, 500, 1),
    ],
)  # fmt: skip
def test_a_weight_at_its_price_per_kilogram_half_a_cent_up(grams: int, per_kg: int, cents: int) -> None:
    assert by_weight(grams, per_kg) == cents


@given(grams=st.integers(1, 100_000), per_kg=st.integers(0, 100_000), more=st.integers(0, 1000))
def test_a_price_by_weight_is_the_nearest_cent(grams: int, per_kg: int, more: int) -> None:
    exact = Fraction(grams * per_kg, 1000)
    assert exact - Fraction(1, 2) < by_weight(grams, per_kg) <= exact + Fraction(1, 2)
    assert by_weight(grams + more, per_kg) >= by_weight(grams, per_kg)


@pytest.mark.parametrize(("grams", "left"), [(1800, 330), (1500, -75)])
def test_a_chicken_is_settled_on_its_real_weight_either_way(grams: int, left: int) -> None:
    assert settlement(2100, by_weight(grams, 1350)) == left


def test_an_advance_is_asked_on_the_usual_weight() -> None:
    assert estimate(2, 7000, 1700) == 23_800
    assert settlement(estimate(1, 7000, 1700), by_weight(7500, 1700)) == 850


@given(advance=st.integers(0, 10**6), real=st.integers(0, 10**6))
def test_advance_and_settlement_make_the_real_price(advance: int, real: int) -> None:
    assert advance + settlement(advance, real) == real


@pytest.mark.parametrize(
    ("cents", "part", "whole", "share"),
    [
        (2400, 12, 12, 2400), (2400, 11, 12, 2200), (2400, 1, 12, 200), (2400, 0, 12, 0), (93_100, 20, 100, 18_620),
        (146_020, 20, 100, 29_204), (146_020, 80, 100, 116_816), (45_000, 10, 100, 4500), (1, 1, 2, 1), (1, 1, 3, 0),
    ],
)  # fmt: skip
def test_a_part_of_an_amount_by_months_or_by_percentage(cents: int, part: int, whole: int, share: int) -> None:
    assert prorata(cents, part, whole) == share


@given(cents=st.integers(0, 10**7), whole=st.integers(1, 1000), data=st.data())
def test_a_part_is_the_nearest_cent_and_never_more_than_the_whole(cents: int, whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    exact = Fraction(cents * part, whole)
    assert exact - Fraction(1, 2) < prorata(cents, part, whole) <= exact + Fraction(1, 2)
    assert prorata(cents, part, whole) <= cents


def test_fees_are_once_for_the_contract_or_for_each_delivery_or_basket() -> None:
    jars, transport, ready = (
        Fee(label="Bocaux", cents=150),
        Fee(label="Transport", cents=200, per="delivery"),
        Fee(label="Panier prêt", cents=70, per="basket"),
    )
    assert charges([jars], (), 20, 60) == [("Bocaux", 150)]
    assert charges([ready], (), 47, 47) == [("Panier prêt (47\u00a0fois)", 3290)]
    assert [one.cents for one in charges([jars, transport, ready], (), 4, 8)] == [150, 800, 560]
    assert charges([], (), 4, 8) == []
    assert charges([transport], (), 0, 0) == []


def test_an_optional_fee_is_paid_by_who_wants_it() -> None:
    ready = Fee(label="Panier prêt", cents=70, per="basket", optional=True)
    assert charges([ready], (), 4, 8) == []
    assert [one.cents for one in charges([ready], {0}, 4, 8)] == [560]


def test_a_fee_is_above_zero_and_reads_back() -> None:
    ready = Fee(label="Panier prêt", cents=70, per="basket")
    assert Fee.model_validate_json(ready.model_dump_json()) == ready
    with pytest.raises(ValidationError):
        Fee(label="Remise", cents=-150)


@pytest.mark.parametrize(("typed", "cents"), [("4,13", 413), ("12.5 €", 1250), ("0", 0), ("1 234,50", 123_450)])
def test_a_price_is_typed_in_euros_and_cents(typed: str, cents: int) -> None:
    assert read_price(typed) == cents


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("4,125", "Un prix s’arrête aux centimes : écrivez deux décimales, par exemple 4,13."),
        ("1.192 €", "Un prix s’arrête aux centimes : écrivez deux décimales, par exemple 4,13."),
        ("gratuit", "Écrivez un prix en euros, par exemple 12,50."),
        ("", "Écrivez un prix en euros, par exemple 12,50."),
        ("1e3", "Écrivez un prix en euros, par exemple 12,50."),
        ("-2", "Un prix ne peut pas être négatif."),
    ],
)
def test_a_price_that_is_none_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_price(typed)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(("typed", "grams"), [("1,85", 1850), ("2 kg", 2000), ("0.25", 250), ("1,850 kg", 1850)])
def test_a_weight_is_typed_in_kilograms(typed: str, grams: int) -> None:
    assert read_grams(typed) == grams


@pytest.mark.parametrize("typed", ["1,8505", "0", "-1", "", "un kilo", "99999999", "999999", "1,5 g"])
def test_a_weight_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        read_grams(typed)


@pytest.mark.parametrize(
    "impossible",
    [
        lambda: by_weight(0, 100),
        lambda: by_weight(-1, 100),
        lambda: by_weight(100, -1),
        lambda: by_weight(10_000_000, 100_000_000),
        lambda: estimate(0, 100, 100),
        lambda: settlement(-1, 100),
        lambda: prorata(100, 13, 12),
        lambda: prorata(100, -1, 12),
        lambda: prorata(100, 0, 0),
        lambda: prorata(-100, 1, 2),
        lambda: charges([Fee(label="Transport", cents=100, per="delivery")], (), -1, 0),
        lambda: tiered(0, GRID),
    ],
)
def test_impossible_values_are_refused_in_words(impossible: object) -> None:
    assert callable(impossible)
    with pytest.raises(Refused) as refused:
        impossible()
    assert str(refused.value).endswith((".", "!"))


def test_a_charge_is_known_by_its_fee_and_no_other() -> None:
    transport = Fee(label="Transport", cents=200, per="delivery")
    further = Fee(label="Transport (zone 2)", cents=300, per="delivery")
    for fee, other in ((transport, further), (further, transport)):
        (charge,) = charges([fee], (), 10, 10)
        assert is_charge_of(fee, charge)
        assert not is_charge_of(other, charge)
