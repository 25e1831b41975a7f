"""What all households together must reach, and how far they are in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtil_contracts.domain.goals import Goal, Progress, clause, volume

PALLET = Goal(word="caisses", aim="la palette", multiple=80)


@pytest.mark.parametrize(
    ("goal", "reached", "says"),
    [
        (PALLET, 62, "62 caisses sur 80 : il en manque 18 pour la palette."),
        (PALLET, 0, "0 caisses sur 80 : il en manque 80 pour la palette."),
        (PALLET, 160, "160 caisses sur 160 : c’est atteint pour la palette."),
        (PALLET, 85, "85 caisses sur 160 : il en manque 75 pour la palette, ou il y en a 5 de trop."),
        (Goal(unit="kg", least=200), 187.5, "187,5 kg sur 200 : il en manque 12,5."),
        (Goal(unit="kg", least=200), 230, "230 kg sur 200 : c’est atteint."),
        (Goal(least=100, multiple=80), 90, "90 paniers sur 160 : il en manque 70."),
        (Goal(least=200, multiple=80), 90, "90 paniers sur 240 : il en manque 150."),
    ],
)
def test_progress_is_said_in_one_sentence(goal: Goal, reached: float, says: str) -> None:
    assert str(Progress(goal, reached)) == says


def test_a_product_is_named() -> None:
    assert str(Progress(Goal(least=3), 1, "Pommes")) == "Pommes, 1 panier sur 3 : il en manque 2."


def test_volumes_count_a_product_or_all_at_each_date_or_once() -> None:
    quantities, grams = {(1, 10): 2, (1, 11): 3, (2, 10): 4}, {1: 500, 2: 2_000}
    assert volume(Goal(least=1), quantities, grams) == [9]
    assert volume(Goal(least=1, offer_product_id=1), quantities, grams) == [5]
    assert volume(Goal(least=1, dates="each"), quantities, grams) == [6, 3]
    assert volume(Goal(least=1, unit="kg"), quantities, grams) == [10.5]
    assert volume(Goal(least=1, offer_product_id=3), quantities, grams) == [0]


def test_the_contract_says_it() -> None:
    assert clause(PALLET, "Pommes") == (
        "Tous les foyers ensemble commandent, sur la saison et pour « Pommes », un multiple de 80 caisses."
    )
    assert "au moins 3 paniers, un multiple de 2 paniers" in clause(Goal(least=3, multiple=2), "")


@given(st.integers(0, 500), st.integers(0, 200), st.integers(0, 90))
def test_the_target_is_the_nearest_that_holds(reached: int, least: int, multiple: int) -> None:
    found = Progress(Goal(least=least, multiple=multiple), reached)
    assert found.target >= least
    assert multiple == 0 or found.target % multiple == 0
    assert found.missing == max(0, found.target - reached)
    if found.over:
        assert (reached - found.over) % multiple == 0
        assert reached - found.over >= max(1, least)
    if multiple and not found.missing:
        assert reached == found.target
