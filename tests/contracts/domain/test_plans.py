"""Payment plans: the splits that AMAPs print on their contracts, and what is not proposed."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from contracts.domain.plan_samples import SIGNED, amounts, by_count, days, every
from courtil_contracts.domain.plans import Due, Plan, PlanTerms, nearest, offered, plan_problems, plans

YEARLY = date(2026, 1, 7)


def test_terms_left_as_they_are_mean_one_payment_at_the_signature() -> None:
    assert plans(PlanTerms(), every(YEARLY, 50, 1150), 0, SIGNED) == [
        Plan.model_validate({"key": "1", "parts": [{"due_on": SIGNED, "cents": 57_500}]})
    ]


@pytest.mark.parametrize(
    ("terms", "printed"),
    [
        ({"remainder": "last"}, [3333, 3333, 3334]),
        ({"remainder": "first"}, [3334, 3333, 3333]),
        ({"remainder": "last", "step": 100}, [3300, 3300, 3400]),
        ({"remainder": "first", "step": 100}, [3400, 3300, 3300]),
        ({"amounts": "whole_euros"}, [3300, 3300, 3400]),
    ],
)
def test_a_hundred_euros_over_three_dates(terms: dict[str, object], printed: list[int]) -> None:
    found = plans(PlanTerms.model_validate({"counts": (3,)} | terms), every(YEARLY, 20, 500), 0, SIGNED)
    assert by_count(found) == {3: printed}


@pytest.mark.parametrize(
    ("units", "halves", "thirds", "sixths"),
    [
        (3, [6975] * 2, [4650] * 3, [2325] * 6),
        (4, [9275] * 2, [6200, 6200, 6150], [3100] * 5 + [3050]),
        (5, [11575] * 2, [7750, 7700, 7700], [3900] + [3850] * 5),
        (6, [13875] * 2, [9250] * 3, [4625] * 6),
        (7, [16175] * 2, [10800, 10800, 10750], [5400] * 5 + [5350]),
        (8, [18475] * 2, [12350, 12300, 12300], [6200] + [6150] * 5),
        (9, [20775] * 2, [13850] * 3, [6925] * 6),
        (10, [23075] * 2, [15400, 15400, 15350], [7700] * 5 + [7650]),
        (11, [25375] * 2, [16950, 16900, 16900], [8500] + [8450] * 5),
        (12, [27675] * 2, [18450] * 3, [9225] * 6),
    ],
)
def test_to_the_half_euro_unless_it_divides_evenly_with_the_fee_in_the_total(
    units: int, halves: list[int], thirds: list[int], sixths: list[int]
) -> None:
    terms = PlanTerms(counts=(1, 2, 3, 6), step=50, even=True)
    found = plans(terms, every(YEARLY, 20, units * 230, weeks=2), 150, SIGNED)
    assert by_count(found) == {1: [units * 230 * 20 + 150], 2: halves, 3: thirds, 6: sixths}


@pytest.mark.parametrize(
    ("cents", "halves", "thirds"),
    [
        (950, [4300, 4250], [2850] * 3),
        (1300, [5850] * 2, [3900] * 3),
        (1400, [6300] * 2, [4200] * 3),
        (1750, [7900, 7850], [5250] * 3),
        (700, [3150] * 2, [2100] * 3),
    ],
)
def test_always_to_the_half_euro_cashed_on_days_fixed_in_the_contract(
    cents: int, halves: list[int], thirds: list[int]
) -> None:
    listed = (date(2019, 3, 10), date(2019, 4, 10), date(2019, 5, 10))
    terms = PlanTerms(counts=(1, 2, 3), dates="listed", listed=listed, step=50)
    found = plans(terms, every(date(2019, 3, 1), 9, cents, weeks=2), 0, date(2019, 2, 22))
    assert by_count(found) == {1: [9 * cents], 2: halves, 3: thirds}
    assert [days(plan) for plan in found] == [list(listed[:count]) for count in (1, 2, 3)]


@pytest.mark.parametrize(
    ("total", "quarters", "halves"),
    [
        (93_100, [23_300] * 3 + [23_200], [46_550] * 2),
        (146_020, [36_500] * 3 + [36_520], [73_010] * 2),
        (29_204, [7300] * 3 + [7304], [14_602] * 2),
        (18_620, [4700] * 3 + [4520], [9310] * 2),
        (22_800, [5700] * 4, [11_400] * 2),
    ],
)
def test_four_cheques_to_the_nearest_euro_from_february_one_in_january(
    total: int, quarters: list[int], halves: list[int]
) -> None:
    february = date(2026, 2, 2)
    terms = [
        PlanTerms(counts=(1,), starts_on=date(2026, 1, 7)),
        PlanTerms(counts=(2,), starts_on=february, every_months=2),
        PlanTerms(counts=(4,), starts_on=february, every_months=2, amounts="whole_euros"),
    ]
    dues = [*every(YEARLY, 48, total // 49), Due(date(2026, 12, 16), total - total // 49 * 48, 1, 1)]
    found = [plan for _terms, plan in offered(terms, dues, 0, SIGNED)]
    assert by_count(found) == {1: [total], 2: halves, 4: quarters}
    assert days(found[0]) == [date(2026, 1, 7)]
    assert days(found[1]) == [february, date(2026, 4, 1)]
    assert days(found[2]) == [february, date(2026, 4, 1), date(2026, 6, 1), date(2026, 8, 1)]


@pytest.mark.parametrize(("parts", "split"), [(1, []), (2, [6840] * 2), (3, [6840] * 3), (4, [6840] * 4)])
def test_one_cheque_or_as_many_as_parts_taken(parts: int, split: list[int]) -> None:
    dues = every(date(2019, 11, 22), 10, parts * 684, weeks=4, quantity=parts)
    found = plans(PlanTerms(per="quantity"), dues, 0, date(2019, 11, 1))
    assert by_count(found) == {1: [parts * 6840]} | ({parts: split} if split else {})


def test_one_cheque_for_each_delivery_and_each_meat() -> None:
    windows = [date(2019, 10, 18), date(2019, 12, 13), date(2020, 2, 14)]
    meats = {1: 7050, 2: 7250, 3: 8000}
    dues = [Due(day, cents, product, 1) for day in windows for product, cents in meats.items()]
    (plan,) = plans(PlanTerms(counts=(), per="delivery_product"), dues, 0, date(2019, 9, 20))
    assert amounts(plan) == [7050, 7250, 8000] * 3
    assert days(plan) == sorted(windows * 3)
    assert sum(amounts(plan)[:3]) == 22_300


@pytest.mark.parametrize(
    "baskets",
    [[650] * 6, [1150, 0, 2400, 1200], [5960, 2910, 17_000], [4200, 3600, 2850, 2600, 3100]],
    ids=["six equal bunches", "pots as one likes", "three parcels", "five different baskets of fish"],
)
def test_one_cheque_for_each_delivery_is_what_that_delivery_costs(baskets: list[int]) -> None:
    dues = [Due(SIGNED + timedelta(days=30 * (n + 1)), cents, 1, 1) for n, cents in enumerate(baskets)]
    (plan,) = plans(PlanTerms(counts=(), per="delivery"), dues, 0, SIGNED)
    assert list(zip(days(plan), amounts(plan), strict=True)) == [(due.day, due.cents) for due in dues if due.cents]


def test_charges_come_with_the_first_of_the_cheques_by_delivery() -> None:
    (plan,) = plans(PlanTerms(counts=(), per="delivery"), every(YEARLY, 3, 650), 150, SIGNED)
    assert amounts(plan) == [800, 650, 650]


def test_two_dates_tied_to_the_needs_of_the_farm() -> None:
    winter, hay = date(2008, 2, 29), date(2008, 7, 1)
    terms = PlanTerms(counts=(2,), dates="listed", listed=(hay, winter))
    dues = [Due(date(2008, month, 7), 1000, 1, 1) for month in range(3, 13)]
    (plan,) = plans(terms, dues, 0, date(2008, 2, 8))
    assert (days(plan), amounts(plan)) == ([winter, hay], [5000, 5000])
    (late,) = plans(terms, dues[2:], 0, date(2008, 5, 2))
    assert (days(late), amounts(late)) == ([date(2008, 5, 2), hay], [4000, 4000])


@pytest.mark.parametrize(("cents", "membership", "first"), [(1650, 3000, 9600), (1150, 3000, 7600), (1000, 3000, 7000)])
def test_the_first_cheque_is_the_membership_and_four_baskets(cents: int, membership: int, first: int) -> None:
    terms = PlanTerms(counts=(3,), dates="delivery", amounts="ahead")
    (plan,) = plans(terms, every(YEARLY, 12, cents), membership, SIGNED)
    assert amounts(plan) == [first, 4 * cents, 4 * cents]
    assert days(plan) == [YEARLY + timedelta(weeks=4 * n) for n in range(3)]


def test_an_account_is_topped_up_without_any_delivery() -> None:
    for top_up in (2500, 5000, 10_000):
        assert by_count(plans(PlanTerms(), [], top_up, SIGNED)) == {1: [top_up]}


@pytest.mark.parametrize(
    ("cents", "deliveries", "count", "each"),
    [(900, 25, 6, 3750), (2400, 50, 12, 10_000), (1800, 50, 12, 7500), (1200, 50, 12, 5000), (480, 21, 3, 3360)],
)
def test_the_same_cheque_each_month(cents: int, deliveries: int, count: int, each: int) -> None:
    (plan,) = plans(PlanTerms(counts=(count,)), every(YEARLY, deliveries, cents), 0, SIGNED)
    assert amounts(plan) == [each] * count
    assert days(plan)[1:] == [date(2026, month, 1) for month in range(2, count + 1)]


@pytest.mark.parametrize(
    ("deliveries", "counts", "split"),
    [
        (8, (1, 2), {1: [12_000], 2: [6000] * 2}),
        (42, (1, 2, 5, 10), {1: [63_000], 2: [31_500] * 2, 5: [12_600] * 5, 10: [6300] * 10}),
    ],
)
def test_farms_that_follow_each_other_have_their_own_cheques(
    deliveries: int, counts: tuple[int, ...], split: dict[int, list[int]]
) -> None:
    terms = PlanTerms(counts=counts, dates="free")
    assert by_count(plans(terms, every(YEARLY, deliveries, 1500), 0, SIGNED)) == split


def test_a_cheque_at_each_kiwi_or_at_every_other() -> None:
    terms = PlanTerms(counts=(1, 2, 3, 4), dates="delivery")
    dues = every(date(2019, 10, 18), 4, 1100, weeks=4)
    found = plans(terms, dues, 0, date(2019, 10, 1))
    assert by_count(found)[4] == [1100] * 4
    assert days(found[1]) == [dues[0].day, dues[2].day]
    assert days(found[3]) == [due.day for due in dues]


def test_the_first_delivery_of_each_month() -> None:
    terms = PlanTerms(counts=(3,), dates="first_delivery", amounts="ahead")
    (plan,) = plans(terms, every(date(2026, 1, 15), 8, 1000), 0, SIGNED)
    assert days(plan) == [date(2026, 1, 15), date(2026, 2, 5), date(2026, 3, 5)]
    assert amounts(plan) == [3000, 4000, 1000]


def test_what_is_paid_ahead_is_rounded_up_to_the_step_and_months_without_delivery_ask_nothing() -> None:
    terms = PlanTerms(counts=(3,), amounts="ahead", step=100)
    dues = [Due(date(2026, 1, 15), 1250, 1, 1), Due(date(2026, 2, 12), 1250, 1, 1), Due(date(2026, 5, 12), 1250, 1, 1)]
    (plan,) = plans(terms, dues, 0, SIGNED)
    assert days(plan) == [SIGNED, date(2026, 2, 1), date(2026, 5, 1)]
    assert amounts(plan) == [1300, 1200, 1250]


def test_who_joins_late_has_as_many_cheques_as_months_left() -> None:
    terms = PlanTerms(counts=(1, 2, 3, 6, 12))
    left = every(date(2026, 9, 3), 8, 1500)
    assert list(by_count(plans(terms, left, 0, date(2026, 8, 31)))) == [1, 2, 3]
    assert plans(PlanTerms(counts=(12,)), left, 0, date(2026, 8, 31)) == []
    found = nearest(PlanTerms(counts=(12,)), left, 0, date(2026, 8, 31))
    assert found is not None
    assert days(found) == [date(2026, 8, 31), date(2026, 9, 1), date(2026, 10, 1)]


def test_a_payment_below_the_minimum_is_not_proposed_but_one_alone_is() -> None:
    terms = PlanTerms(counts=(1, 2, 3), smallest=2000)
    assert by_count(plans(terms, every(YEARLY, 20, 250), 0, SIGNED)) == {1: [5000], 2: [2500] * 2}
    assert by_count(plans(terms, every(YEARLY, 20, 50), 0, SIGNED)) == {1: [1000]}


def test_a_contract_of_nothing_has_nothing_to_pay() -> None:
    assert plans(PlanTerms(counts=(3, 2)), every(YEARLY, 3, 0), 0, SIGNED) == [Plan(key="2", parts=())]


def test_of_two_ways_with_the_same_number_of_payments_the_first_counts() -> None:
    ahead, equal = PlanTerms(counts=(2,), amounts="ahead"), PlanTerms(counts=(2, 3))
    found = offered([ahead, equal], every(YEARLY, 20, 500), 0, SIGNED)
    assert [(terms, plan.key) for terms, plan in found] == [(ahead, "2"), (equal, "3")]


def test_amounts_are_never_negative() -> None:
    with pytest.raises(ValueError):
        plans(PlanTerms(), every(YEARLY, 3, -1), 0, SIGNED)
    with pytest.raises(ValueError):
        plans(PlanTerms(), every(YEARLY, 3, 1), -1, SIGNED)


@pytest.mark.parametrize(
    "wrong", [{"counts": (0,)}, {"counts": (25,)}, {"step": 0}, {"every_months": 0}, {"smallest": -1}]
)
def test_terms_out_of_bounds_do_not_exist(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PlanTerms.model_validate(wrong)


SEASON = [YEARLY + timedelta(weeks=n) for n in range(10)]


@pytest.mark.parametrize(
    ("terms", "least", "sentence", "field"),
    [
        (
            {"counts": (6,), "smallest": 500, "dates": "free"},
            900,
            (
                "Le plus petit contrat fait 9,00 € : il ne se paie pas en 6 chèques d’au moins 5,00 €. "
                "Proposez au plus 1 paiement."
            ),
            "counts",
        ),
        (
            {"counts": (3,), "step": 500},
            1200,
            "Le plus petit contrat fait 12,00 € : il ne se paie pas en 3 paiements. Proposez au plus 2 paiements.",
            "counts",
        ),
        ({"counts": ()}, 900, "Proposez au moins un nombre de paiements.", "counts"),
        (
            {"counts": (1, 6)},
            9000,
            (
                "Il n’y a pas assez de dates pour 6 paiements avant la dernière livraison, le mercredi 11 mars 2026. "
                "Proposez au plus 4 paiements."
            ),
            "counts",
        ),
        (
            {"counts": (1,), "dates": "listed", "listed": (date(2026, 7, 1),)},
            9000,
            (
                "La date du mercredi 1er juillet 2026 vient après la dernière livraison, le mercredi 11 mars 2026 : "
                "choisissez-en une plus tôt."
            ),
            "listed",
        ),
        (
            {"dates": "listed"},
            9000,
            "Choisissez au moins une date de paiement avant le mercredi 11 mars 2026.",
            "dates",
        ),
        (
            {"amounts": "ahead", "starts_on": date(2026, 2, 2)},
            9000,
            "Le premier paiement vient après la première livraison : choisissez-le plus tôt.",
            "dates",
        ),
    ],
)
def test_terms_that_cannot_be_proposed_are_told_with_what_to_do(
    terms: dict[str, object], least: int, sentence: str, field: str
) -> None:
    (problem,) = plan_problems(PlanTerms.model_validate(terms), least, SEASON)
    assert problem.message.replace("\u00a0", " ").replace("\u202f", " ") == sentence
    assert problem.field == field


def test_a_number_too_large_for_the_smallest_contract_is_no_problem_while_another_fits() -> None:
    assert plan_problems(PlanTerms(counts=(1, 3), smallest=500), 900, SEASON) == []
    assert plan_problems(PlanTerms(counts=(), per="delivery"), 900, SEASON) == []
