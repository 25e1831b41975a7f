"""Entry rules: those of real contracts, what they say, what they forbid, and which nobody can keep."""

import itertools
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtil_contracts.domain import rule_model
from courtil_contracts.domain.rules import (
    Cell,
    Contradiction,
    Grid,
    Quantities,
    Rule,
    breaches,
    checked,
    contradiction,
    sentence,
)

BUTTER, MILK, TOMME = 9001, 9002, 9003
NAMES = {BUTTER: "Beurre", MILK: "Lait", TOMME: "Tomme"}
PRICES = {BUTTER: 280, MILK: 120, TOMME: 400}
FIRST = date(2027, 1, 7)


def dairy(dates: int = 3, most: int = 20, of: int | None = None) -> Grid:
    cells = [
        Cell(product, 7001 + number, FIRST + timedelta(weeks=number), price, most)
        for number in range(dates)
        for product, price in PRICES.items()
    ]
    return Grid(tuple(cells), NAMES, of or dates)


def rule(measure: str, dates: Any, operator: str, value: int, **more: Any) -> Rule:
    return Rule.model_validate({"measure": measure, "dates": dates, "operator": operator, "value": value} | more)


def everywhere(grid: Grid, **quantities: int) -> dict[tuple[int, int], int]:
    """The same basket at each delivery, by the first letter of the product's name."""
    return {cell[:2]: quantities.get(NAMES[cell.offer_product_id][0], 0) for cell in grid.cells}


FOUR_EUROS = rule("amount", "each", ">=", 400, or_nothing=True)
THREE_BESIDE_BUTTER = rule("quantity", "each", ">=", 3, products=(MILK, TOMME), or_nothing=True)
HALF_BUTTER = rule("quantity", "each", "<=", 1, every=2, products=(BUTTER,), for_each=tuple(NAMES))


@pytest.mark.parametrize(("units", "butter"), [(3, 0), (4, 1), (5, 2), (6, 3), (7, 3), (8, 4), (9, 4)])
def test_butter_is_limited_by_the_number_of_units(units: int, butter: int) -> None:
    grid = dairy(1, 99)
    for taken in range(units + 1):
        broken = breaches([THREE_BESIDE_BUTTER, HALF_BUTTER], grid, everywhere(grid, B=taken, L=units - taken))
        assert bool(broken) == (taken > butter)


def test_an_order_of_bread_is_four_euros_or_nothing() -> None:
    grid = dairy(2)
    assert not breaches([FOUR_EUROS], grid, {})
    [broken] = breaches([FOUR_EUROS], grid, {(BUTTER, 7001): 1, (TOMME, 7002): 1})
    assert broken.delivery_id == 7001
    assert _plain(broken.message) == (
        "Le jeudi 7 janvier 2027 : au moins 4,00 € en tout, pas 2,80 €. Ajoutez au moins 1,20 €, ou ne prenez rien."
    )


def test_two_parcels_a_year_are_fewer_for_who_joins_late() -> None:
    parcels = rule("quantity", "season", ">=", 2, prorated=True)
    assert sentence(parcels, dairy(3)) == (
        "Sur la saison, prenez au moins 2 produits en tout, en proportion des livraisons restantes."
    )
    assert [breach.message for breach in breaches([parcels], dairy(3), {(MILK, 7001): 1})] == [
        "Sur la saison : au moins 2 produits en tout, pas 1 produit. Ajoutez 1 produit."
    ]
    assert not breaches([parcels], dairy(3, of=6), {(MILK, 7001): 1})
    assert len(breaches([parcels], dairy(3, of=5), {(MILK, 7001): 1})) == 1, "rounded up"


def test_eggs_come_by_six() -> None:
    boxes = rule("quantity", "each", "multiple", 6, products=(MILK,))
    grid = dairy(1)
    assert [b.message for b in breaches([boxes], grid, {(MILK, 7001): 8})] == [
        "Le jeudi 7 janvier 2027 : « Lait » : un multiple de 6, pas 8. Prenez-en 6 ou 12."
    ]
    assert breaches([boxes], grid, {(MILK, 7001): 19})[0].message.endswith("Prenez-en 18.")
    assert breaches([boxes], grid, {(MILK, 7001): 2})[0].message.endswith("Prenez-en 6, ou rien.")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (FOUR_EUROS, "À chaque livraison, prenez au moins 4,00 € en tout, ou rien."),
        (rule("quantity", "each", "<=", 1, every=4, products=(BUTTER,), for_each=tuple(NAMES)),
         "À chaque livraison, « Beurre » : au plus 1 pour 4 produits."),
        (rule("quantity", "each", "<=", 1, every=2, products=(BUTTER,), for_each=(MILK,)),
         "À chaque livraison, « Beurre » : au plus 1 pour 2 « Lait »."),
        (rule("dates", "season", ">=", 2), "Sur la saison, prenez quelque chose à au moins 2 livraisons."),
        (rule("quantity", "season", "=", 4, products=(MILK, TOMME)), "Sur la saison, « Lait » et « Tomme » : exactement 4."),
        (rule("quantity", "season", ">=", 4, products=(MILK, TOMME), apart=True),
         "Sur la saison, « Lait » et « Tomme », chacun : au moins 4."),
        (rule("quantity", [7001], "<=", 3), "Le jeudi 7 janvier 2027, prenez au plus 3 produits en tout."),
        (rule("quantity", [7001, 7002], "<=", 3, apart=True),
         "Pour les livraisons du jeudi 7 janvier 2027 et du jeudi 14 janvier 2027, chaque produit : au plus 3."),
        (rule("quantity", "each", "<=", 1), "À chaque livraison, prenez au plus 1 produit en tout."),
    ],
)  # fmt: skip
def test_a_rule_is_said_back_in_one_sentence(made: Rule, said: str) -> None:
    assert _plain(sentence(made, dairy())) == said


@pytest.mark.parametrize(
    ("made", "taken", "advice"),
    [
        (HALF_BUTTER, {(BUTTER, 7001): 3, (MILK, 7001): 1}, "Enlevez 2 « Beurre »."),
        (rule("quantity", "each", ">=", 1, every=2, products=(BUTTER,), for_each=(MILK,)), {(MILK, 7001): 3},
         "Ajoutez 2 « Beurre »."),
        (rule("quantity", "season", "=", 4, or_nothing=True), {(MILK, 7001): 6},
         "Enlevez 2 produits, ou ne prenez rien."),
        (rule("amount", "season", "<=", 1000, products=(MILK, TOMME)), {(TOMME, 7001): 3},
         "Enlevez au moins 2,00 € de « Lait » et « Tomme »."),
        (rule("dates", "season", ">=", 2), {(MILK, 7001): 6}, "Prenez quelque chose à 1 livraison de plus."),
        (rule("dates", "season", "<=", 1), {(MILK, 7001): 6, (MILK, 7002): 1}, "Ne prenez plus rien à 1 livraison."),
        (rule("amount", "each", "multiple", 500), {(TOMME, 7001): 1}, "Prenez-en pour 5,00 €, ou rien."),
        (rule("quantity", "each", ">=", 1, products=(BUTTER,), for_each=tuple(NAMES)),
         {(MILK, 7001): 1}, "Changez la part de chaque produit."),
    ],
)  # fmt: skip
def test_a_breach_says_what_to_do(made: Rule, taken: dict[tuple[int, int], int], advice: str) -> None:
    [broken] = breaches([made], dairy(2), taken)
    assert _plain(broken.message).endswith(f". {advice}")


def test_a_product_that_does_not_come_asks_nothing() -> None:
    whole = dairy(2)
    grid = Grid(tuple(cell for cell in whole.cells if cell[:2] != (MILK, 7001)), NAMES, 2)
    assert [
        breach.delivery_id for breach in breaches([rule("quantity", "each", ">=", 1, products=(MILK,))], grid, {})
    ] == [7002]


def test_who_enters_by_hand_is_held_to_the_rules_for_everyone() -> None:
    rules = [FOUR_EUROS, rule("quantity", "each", "<=", 0, who="everyone")]
    broken = breaches(rules, dairy(1), {(MILK, 7001): 1}, by_hand=True)
    assert [breach.rule for breach in broken] == rules[1:]


def _found(*rules: Rule, grid: Grid | None = None) -> Contradiction:
    found = contradiction(rules, grid or dairy())
    assert found
    return found


def test_a_minimum_above_a_maximum() -> None:
    least = rule("quantity", "each", ">=", 5, products=(TOMME,))
    most = rule("quantity", "each", "<=", 3, products=(TOMME,))
    found = _found(least, FOUR_EUROS, most)
    assert found.rules == (least, most)
    assert found.message == (
        "Aucun choix ne permet de respecter ces règles ensemble : À chaque livraison, « Tomme » : au moins 5. "
        "À chaque livraison, « Tomme » : au plus 3. Baissez le minimum à 3 : À chaque livraison, « Tomme » : au moins 3."
    )


@pytest.mark.parametrize(
    ("rules", "proposal"),
    [
        ([rule("quantity", "each", "<=", 2), rule("quantity", "season", ">=", 10)], "Baissez le minimum à 6 : "),
        ([rule("quantity", "each", "multiple", 6), rule("quantity", "each", "=", 4)], "Demandez plutôt 6 : "),
        ([rule("amount", "each", "=", 410)], "Demandez plutôt 4,00 € : "),
        ([rule("amount", "season", "<=", 100)], "Montez le maximum à 1,20 € : "),
        ([rule("dates", "season", ">=", 4)], "Baissez le minimum à 3 livraisons : "),
        ([rule("quantity", "season", "multiple", 100), rule("quantity", "season", "<=", 60)], "Montez le maximum à 100 "),
        ([rule("quantity", "season", ">=", 200, products=(MILK,))], "Baissez le minimum à 60 : "),
        ([rule("quantity", "each", ">=", 3, or_nothing=True), rule("dates", "season", "=", 2),
          rule("quantity", "season", "<=", 5)], "Baissez le minimum à 2 : "),
    ],
)  # fmt: skip
def test_what_to_change_in_rules_that_nobody_can_keep(rules: list[Rule], proposal: str) -> None:
    found = _found(*rules)
    assert set(found.rules) == set(rules)
    assert _plain(found.proposal).startswith(proposal)


def test_when_no_number_helps_a_rule_must_go() -> None:
    rules = [rule("quantity", "each", "=", 1, products=(MILK,)), rule("quantity", "each", "<=", 1, every=2, products=(MILK,), for_each=(BUTTER,)),
             rule("quantity", "each", "<=", 1, every=2, products=(BUTTER,), for_each=(MILK,))]  # fmt: skip
    assert _found(*rules).rules == tuple(rules)


def test_what_costs_nothing_reaches_no_amount() -> None:
    grid = Grid((Cell(MILK, 7001, FIRST, 0),), NAMES, 1)
    assert _found(rule("amount", "each", ">=", 100), grid=grid).proposal == "Enlevez cette règle."


TWELVE_POINTS = rule("points", "each", "=", 12)


def in_points() -> Grid:
    """The same products, at four, two and three points."""
    points = {BUTTER: 4, MILK: 2, TOMME: 3}
    grid = dairy()
    return Grid(tuple(c._replace(points=points[c.offer_product_id]) for c in grid.cells), NAMES, grid.days_of_offer)


def test_each_delivery_adds_up_to_so_many_points() -> None:
    grid = in_points()
    assert sentence(TWELVE_POINTS, grid) == "À chaque livraison, prenez exactement 12 points en tout."
    assert not breaches([TWELVE_POINTS], grid, everywhere(grid, B=2, L=2))
    [broken, *_others] = breaches([TWELVE_POINTS], grid, everywhere(grid, B=1, L=3))
    assert broken.message == "Le jeudi 7 janvier 2027 : exactement 12 points en tout, pas 10 points. Ajoutez 2 points."


def test_a_card_of_points_is_used_up_whole() -> None:
    card = rule("points", "season", "multiple", 10)
    assert sentence(card, in_points()) == "Sur la saison, prenez un multiple de 10 points en tout."
    [broken] = breaches([card], in_points(), everywhere(in_points(), B=1))
    assert broken.message.endswith("Prenez-en pour 10 points ou 20 points.")


def test_points_that_no_product_makes_contradict() -> None:
    odd = rule("points", "each", "=", 5, products=(BUTTER, MILK))
    found = contradiction([odd], in_points())
    assert found is not None
    assert "6 points" in found.proposal or "4 points" in found.proposal
    [problem] = checked([TWELVE_POINTS], dairy())
    assert problem.message.startswith("Aucun produit de cette règle ne vaut de points")


def test_an_offer_where_nothing_can_be_taken_contradicts_no_rule() -> None:
    assert contradiction([FOUR_EUROS], Grid((), NAMES, 0)) is None
    assert contradiction([FOUR_EUROS], dairy(most=0)) is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"products": (1,)}, "Un produit de cette règle"),
        ({"for_each": (1,)}, "Un produit de cette règle"),
        ({"dates": (1,)}, "Une date de cette règle"),
        ({"dates": ()}, "Choisissez au moins une date"),
        ({"value": 0}, "Donnez un nombre d’au moins 1"),
        ({"value": -5, "measure": "amount"}, "Donnez un montant"),
        ({"value": 0, "operator": "multiple"}, "Donnez un nombre d’au moins 1"),
        ({"value": 1, "operator": "multiple"}, "Un multiple de 1"),
        ({"products": (MILK,), "for_each": (TOMME,), "every": 0}, "Une proportion compare"),
        ({"products": (MILK,), "for_each": (TOMME,), "operator": "multiple"}, "Une proportion ne va pas"),
        ({"for_each": tuple(NAMES)}, "Cette proportion compare des produits à eux-mêmes"),
        ({"products": (MILK,), "for_each": (TOMME,), "prorated": True}, "Une proportion suit déjà"),
        ({"dates": (7001, 7002), "prorated": True}, "Seule une règle sur toute la saison"),
        ({"dates": "each", "prorated": True}, "Seule une règle sur toute la saison"),
        ({"operator": "multiple", "prorated": True}, "Un multiple ne se réduit pas"),
        ({"dates": "each", "measure": "dates"}, "Compter les livraisons"),
        ({"dates": (7001,), "measure": "dates"}, "Compter les livraisons"),
    ],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_told(wrong: dict[str, Any], words: str) -> None:
    made = rule(**{"measure": "quantity", "dates": "season", "operator": ">=", "value": 2} | wrong)
    [problem] = checked([FOUR_EUROS, made], dairy())
    assert problem.field == "rules-1"
    assert problem.message.startswith(words)


def test_rules_of_real_contracts_make_sense() -> None:
    assert not checked(
        [FOUR_EUROS, HALF_BUTTER, THREE_BESIDE_BUTTER, rule("dates", "season", ">=", 2, prorated=True)], dairy()
    )


# -- Properties on grids small enough to try every choice --

IDS = [8001, 8002, 8003]
DAYS = [6001, 6002, 6003]
POINTS = {8001: 4, 8002: 0, 8003: 2}


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Two or three products and dates, not all open, with at most 1,500 choices."""
    prices = draw(st.lists(st.sampled_from([0, 100, 150, 250, 400]), min_size=3, max_size=3))
    places = draw(st.lists(st.sampled_from(list(itertools.product(DAYS, IDS))), min_size=1, max_size=6, unique=True))
    cells, choices = [], 1
    for day, product in sorted(places):
        most = draw(st.integers(0, min(4, 1500 // choices - 1)))
        choices *= most + 1
        cells.append(Cell(product, day, FIRST + timedelta(days=day), prices[IDS.index(product)], most))
        cells[-1] = cells[-1]._replace(points=POINTS[product])
    return Grid(tuple(cells), dict(zip(IDS, ("Pain", "Miel", "Noix"), strict=True)), draw(st.integers(3, 5)))


@st.composite
def made_rules(draw: st.DrawFn) -> Rule:
    some = st.lists(st.sampled_from(IDS), max_size=3, unique=True)
    measure = draw(st.sampled_from(["quantity", "quantity", "amount", "points", "dates"]))
    values = st.sampled_from([50, 100, 150, 300, 400, 650, 800]) if measure == "amount" else st.integers(1, 6)
    dates: Any = draw(st.sampled_from(["each", "season"]) | st.lists(st.sampled_from(DAYS), max_size=3, unique=True))
    operator = draw(st.sampled_from(["=", ">=", "<=", "multiple"]))
    return rule(
        measure, dates, operator, draw(values), products=draw(some), apart=draw(st.booleans()),
        for_each=[] if operator == "multiple" or draw(st.booleans()) else draw(some),
        every=draw(st.integers(1, 4)), or_nothing=draw(st.booleans()), prorated=draw(st.booleans()),
        who=draw(st.sampled_from(["member", "everyone"])),
    )  # fmt: skip


SOME_RULES = st.lists(made_rules(), max_size=4)


def _choices(grid: Grid) -> Iterator[Quantities]:
    keys = [cell[:2] for cell in grid.cells]
    for taken in itertools.product(*(range(cell.most + 1) for cell in grid.cells)):
        yield dict(zip(keys, taken, strict=True))


def _satisfied(made: Rule, grid: Grid, choice: Quantities) -> bool:
    """The meaning of a rule, written apart from the code."""
    among = [c for c in grid.cells if isinstance(made.dates, str) or c.delivery_id in made.dates]
    moments = [[c for c in among if c.delivery_id == day] for day in DAYS] if made.dates == "each" else [among]
    products = made.products or tuple(IDS)
    shares = [{product} for product in products] if made.apart else [set(products)]
    return all(
        _satisfied_here(made, grid, choice, [c for c in moment if c.offer_product_id in share],
                        [c for c in moment if c.offer_product_id in made.for_each])
        for moment in moments for share in shares
    )  # fmt: skip


def _satisfied_here(made: Rule, grid: Grid, choice: Quantities, cells: list[Cell], base: list[Cell]) -> bool:
    if not cells or (made.or_nothing and all(choice[c[:2]] == 0 for c in cells)):
        return True
    taken, value = _weighed(made, cells, choice), float(made.value)
    left = len({c.delivery_id for c in grid.cells})
    if made.for_each:
        value = made.value * _weighed(made, base, choice) / made.every
    elif made.prorated and made.dates == "season" and made.operator != "multiple":
        value = -(-made.value * min(left, grid.days_of_offer) // grid.days_of_offer)
    if made.operator == "multiple":
        return taken % made.value == 0
    near = abs(taken - value) < 1e-9
    return near or (made.operator == ">=" and taken > value) or (made.operator == "<=" and taken < value)


def _weighed(made: Rule, cells: list[Cell], choice: Quantities) -> int:
    if made.measure == "dates":
        return len({c.delivery_id for c in cells if choice[c[:2]]})
    worth = {"amount": lambda c: c.unit_cents, "points": lambda c: c.points, "quantity": lambda c: 1}[made.measure]
    return sum(choice[c[:2]] * worth(c) for c in cells)


@settings(max_examples=250, deadline=None)
@given(grid=grids(), rules=SOME_RULES)
def test_a_contradiction_is_told_exactly_when_no_choice_fits(grid: Grid, rules: list[Rule]) -> None:
    fits = any(
        any(choice.values()) and all(_satisfied(made, grid, choice) for made in rules) for choice in _choices(grid)
    )
    found = contradiction(rules, grid)
    assert (found is None) == (fits or not any(cell.most for cell in grid.cells))
    if found:
        assert contradiction(found.rules, grid), "the rules it names are enough"
        assert all(contradiction([r for r in found.rules if r != one], grid) is None for one in found.rules)


@settings(max_examples=150, deadline=None)
@given(grid=grids(), rules=SOME_RULES, data=st.data())
def test_what_breaks_is_told_and_nothing_else(grid: Grid, rules: list[Rule], data: st.DataObject) -> None:
    choice = {cell[:2]: data.draw(st.integers(0, cell.most)) for cell in grid.cells}
    found = breaches(rules, grid, choice)
    assert {breach.rule for breach in found} == {made for made in rules if not _satisfied(made, grid, choice)}
    by_hand = breaches(rules, grid, choice, by_hand=True)
    assert by_hand == [breach for breach in found if breach.rule.who == "everyone"]
    for breach in found:
        assert breach.message.endswith(".")
        assert not re.search(r"[68]00\d", breach.message)


@settings(max_examples=100, deadline=None)
@given(grid=grids(), made=made_rules())
def test_a_sentence_names_products_and_days_never_their_numbers(grid: Grid, made: Rule) -> None:
    said = sentence(made, grid)
    assert said[0].isupper()
    assert said.endswith(".")
    assert "  " not in said
    assert "%" not in said
    assert not re.search(r"[68]00\d", said)


@given(made=made_rules())
def test_a_rule_is_kept_as_json(made: Rule) -> None:
    assert Rule.model_validate_json(made.model_dump_json()) == made
    assert Rule.model_validate(made.model_dump(mode="json")) == made


@settings(max_examples=100, deadline=None)
@given(grid=grids(), least=st.integers(1, 30), more=st.integers(0, 10))
def test_what_holds_together_still_does_for_who_joins_late(grid: Grid, least: int, more: int) -> None:
    low = rule_model.due(rule("quantity", "season", ">=", least, prorated=True), grid)
    high = rule_model.due(rule("quantity", "season", "<=", least + more, prorated=True), grid)
    assert 1 <= low <= high <= least + more


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")
