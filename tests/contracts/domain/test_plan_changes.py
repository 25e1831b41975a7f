"""A plan once chosen: what the member may change, several payees, cheques that expire, forms that do not add up."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.domain.plan_samples import SIGNED, amounts, days, every, orders, ways
from courtil.domain.problems import Refused
from courtil_contracts.domain.plan_changes import by_payee, carried, cheque_warnings, edited, manual
from courtil_contracts.domain.plans import Due, Part, Plan, PlanTerms, plans

FREE = PlanTerms(counts=(3,), dates="free", editable=True, smallest=1000)
PLAN = plans(FREE, every(date(2026, 1, 7), 20, 450), 0, SIGNED)[0]
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


def parts(*written: tuple[date, int] | tuple[date, int, str]) -> list[Part]:
    return [Part.model_validate(dict(zip(("due_on", "cents", "payee"), one, strict=False))) for one in written]


def said(refused: Refused) -> dict[str | None, str]:
    return {one.field: plain(one.message) for one in refused.problems}


def plain(sentence: str) -> str:
    return sentence.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_member_writes_her_own_amounts_and_days() -> None:
    assert amounts(PLAN) == [3000] * 3
    written = parts((date(2026, 4, 10), 2000), (SIGNED, 4000), (FEBRUARY, 3000))
    found = edited(FREE, PLAN, written, SIGNED)
    assert (days(found), amounts(found)) == ([SIGNED, FEBRUARY, date(2026, 4, 10)], [4000, 3000, 2000])
    assert found.key == PLAN.key


@pytest.mark.parametrize(
    ("written", "sentences"),
    [
        (
            parts((SIGNED, 4000), (FEBRUARY, 3000), (MARCH, 1500)),
            {"parts": "Les paiements font 90,00 € en tout : il manque 5,00 €."},
        ),
        (
            parts((SIGNED, 4000), (FEBRUARY, 3000), (MARCH, 2001)),
            {"parts": "Les paiements font 90,00 € en tout : il y a 0,01 € de trop."},
        ),
        (
            parts((SIGNED, 4050), (FEBRUARY, 4000), (MARCH, 950)),
            {"parts.2.cents": "Un paiement fait au moins 10,00 €."},
        ),
        (
            parts((SIGNED, 9000), (FEBRUARY, 1000), (MARCH, -1000)),
            {"parts.2.cents": "Chaque paiement doit dépasser zéro."},
        ),
        (
            parts((date(2026, 1, 4), 3000), (FEBRUARY, 3000), (date(2027, 1, 14), 3000)),
            {
                "parts.0.due_on": "Le dimanche 4 janvier 2026 est passé : choisissez le lundi 5 janvier 2026 ou plus tard.",
                "parts.2.due_on": "Un chèque écrit aujourd’hui s’encaisse jusqu’au mercredi 13 janvier 2027 : "
                "choisissez une date plus proche.",
            },
        ),
        (
            parts((SIGNED, 4000), (FEBRUARY, 5000)),
            {"parts": "Cet échéancier compte 3 paiements : gardez-en autant."},
        ),
    ],
)
def test_what_she_writes_wrong_is_told_under_its_field(written: list[Part], sentences: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        edited(FREE, PLAN, written, SIGNED)
    assert said(refused.value) == sentences


def test_days_and_amounts_that_are_those_of_the_offer_do_not_change() -> None:
    fixed = PlanTerms(counts=(2,))
    (plan,) = plans(fixed, every(date(2026, 1, 7), 20, 500), 0, SIGNED)
    assert edited(fixed, plan, plan.parts, SIGNED) == plan
    with pytest.raises(Refused) as refused:
        edited(fixed, plan, parts((SIGNED, 6000), (MARCH, 4000)), SIGNED)
    assert [one.message for one in refused.value.problems] == [
        "Les dates sont celles du contrat vierge : elles ne se changent pas.",
        "Les montants sont ceux du contrat vierge : ils ne se changent pas.",
    ]


def test_what_is_paid_ahead_may_come_sooner_never_later() -> None:
    terms = PlanTerms(counts=(3,), amounts="ahead", editable=True)
    (plan,) = plans(terms, every(date(2026, 1, 7), 10, 1000), 0, SIGNED)
    assert amounts(plan) == [4000, 4000, 2000]
    assert amounts(edited(terms, plan, parts((SIGNED, 5000), (FEBRUARY, 3000), (MARCH, 2000)), SIGNED))[0] == 5000
    with pytest.raises(Refused) as refused:
        edited(terms, plan, parts((SIGNED, 4000), (FEBRUARY, 3500), (MARCH, 2500)), SIGNED)
    assert said(refused.value) == {
        "parts": "Les livraisons se paient d’avance : au dimanche 1er février 2026, il faut 80,00 € ; il manque 5,00 €."
    }


def test_each_payee_keeps_its_payments_and_its_sum() -> None:
    terms = PlanTerms(counts=(2,), dates="free", editable=True)
    plan = Plan(key="2", parts=tuple(parts((SIGNED, 3000, "Le Pré"), (SIGNED, 2000, "La Tuilerie"))))
    with pytest.raises(Refused, match="Gardez au moins un paiement à l’ordre de La Tuilerie"):
        edited(terms, plan, parts((SIGNED, 3000, "Le Pré"), (SIGNED, 2000, "Le Pré")), SIGNED)
    with pytest.raises(Refused, match="Gardez autant de paiements à l’ordre de chacun"):
        edited(terms, PLAN, parts((SIGNED, 3000), (SIGNED, 3000), (SIGNED, 3000, "Le Pré")), SIGNED)
    with pytest.raises(Refused) as refused:
        edited(terms, plan, parts((SIGNED, 3500, "Le Pré"), (SIGNED, 1500, "La Tuilerie")), SIGNED)
    assert [plain(one.message) for one in refused.value.problems] == [
        "Les paiements à l’ordre de Le Pré font 30,00 € en tout : il y a 5,00 € de trop.",
        "Les paiements à l’ordre de La Tuilerie font 20,00 € en tout : il manque 5,00 €.",
    ]


def obeys(terms: PlanTerms, plan: Plan, written: Sequence[Part], signed_on: date) -> bool:
    """The rules again, each in one line."""
    same_days = Counter(days(plan)) == Counter(part.due_on for part in written)
    same_amounts = Counter(amounts(plan)) == Counter(part.cents for part in written)
    least = max(terms.smallest, 1) if len(written) > 1 else 1
    until = signed_on + timedelta(days=terms.cheque_days) if terms.cheque_days else date.max

    def paid(some: Sequence[Part], day: date) -> int:
        return sum(part.cents for part in some if part.due_on <= day)

    return (
        len(written) == len(plan.parts)
        and (terms.dates == "free" or same_days)
        and (terms.editable or same_amounts)
        and sum(part.cents for part in written) == plan.cents
        and all(part.cents >= least and signed_on <= part.due_on <= until for part in written)
        and (terms.amounts != "ahead" or all(paid(written, day) >= paid(plan.parts, day) for day in days(plan)))
    )


@given(terms=ways(per="", counts=(1, 2, 3)), order=orders(), data=st.data())
def test_what_is_accepted_is_exactly_what_obeys_the_terms(
    terms: PlanTerms, order: tuple[list[Due], int, date], data: st.DataObject
) -> None:
    found = plans(terms, *order)
    assume(found and found[-1].parts)
    plan = data.draw(st.sampled_from(found))
    written = list(plan.parts)
    for _change in range(data.draw(st.integers(0, 3))):
        number, other = (data.draw(st.integers(0, len(written) - 1)) for _twice in range(2))
        moved, later = data.draw(st.integers(-300, 300)), data.draw(st.sampled_from([0, 0, -1, 10, 400]))
        one, two = written[number], written[other]
        written[number] = one.model_copy(
            update={"cents": one.cents + moved, "due_on": one.due_on + timedelta(days=later)}
        )
        if number != other and data.draw(st.booleans()):
            written[other] = two.model_copy(update={"cents": two.cents - moved})
    if obeys(terms, plan, written, order[2]):
        changed = edited(terms, plan, written, order[2])
        assert changed.cents == plan.cents
        assert days(changed) == sorted(days(changed))
    else:
        with pytest.raises(Refused):
            edited(terms, plan, written, order[2])


@given(terms=ways(), order=orders())
def test_a_plan_left_as_proposed_is_accepted(terms: PlanTerms, order: tuple[list[Due], int, date]) -> None:
    for plan in plans(terms, *order):
        assert edited(terms, plan, plan.parts, order[2]) == plan


def test_a_contract_of_two_farms_has_cheques_for_each() -> None:
    (plan,) = plans(PlanTerms(counts=(2,)), every(date(2026, 1, 7), 50, 1500), 0, SIGNED)
    first, second = by_payee(plan, {"Ferme 1": 120, "Ferme 2": 630})
    assert (amounts(first), amounts(second)) == ([6000] * 2, [31_500] * 2)
    assert {part.payee for part in first.parts} == {"Ferme 1"}
    assert days(first) == days(second) == days(plan)


def test_funders_share_a_basket_by_percentage() -> None:
    (plan,) = plans(PlanTerms(), every(date(2026, 1, 7), 1, 270_000), 0, SIGNED)
    found = by_payee(plan, {"amapiens": 25, "familles": 10, "subventions": 40, "réseau": 25})
    assert [one.cents for one in found] == [67_500, 27_000, 108_000, 67_500]


@given(terms=ways(), order=orders(), weights=st.lists(st.integers(0, 100), min_size=1, max_size=5))
def test_what_payees_get_adds_up_to_the_plan(
    terms: PlanTerms, order: tuple[list[Due], int, date], weights: list[int]
) -> None:
    shares = {f"Ferme {number}": weight for number, weight in enumerate(weights)}
    assume(sum(weights))
    for plan in plans(terms, *order):
        found = by_payee(plan, shares)
        assert sum(one.cents for one in found) == plan.cents
        for one in found:
            (payee,) = {part.payee for part in one.parts}
            assert abs(one.cents - plan.cents * shares[payee] / sum(weights)) < 1
            assert min(amounts(one)) > 0
            assert set(days(one)) <= set(days(plan))


def test_a_cheque_cannot_be_cashed_a_year_and_nine_days_later() -> None:
    plan = Plan(key="2", parts=tuple(parts((SIGNED, 100), (date(2027, 1, 14), 100))))
    (sentence,) = cheque_warnings(PlanTerms(), plan, SIGNED)
    assert sentence == (
        "Un chèque écrit le lundi 5 janvier 2026 s’encaisse jusqu’au mercredi 13 janvier 2027 : "
        "celui du jeudi 14 janvier 2027 ne vaudra plus rien. "
        "Choisissez une date plus proche, ou demandez ce chèque plus tard."
    )


def test_a_cheque_cashed_after_twelve_months_is_told_with_its_last_day() -> None:
    plan = Plan(key="2", parts=tuple(parts((SIGNED, 100), (date(2027, 1, 13), 100))))
    (sentence,) = cheque_warnings(PlanTerms(), plan, SIGNED)
    assert sentence == (
        "Le dernier chèque s’encaisse le mercredi 13 janvier 2027, plus de douze mois après son écriture : "
        "il n’est valable que jusqu’au mercredi 13 janvier 2027."
    )


def test_within_twelve_months_or_by_transfer_there_is_nothing_to_say() -> None:
    within = Plan(key="1", parts=tuple(parts((date(2027, 1, 5), 100))))
    beyond = Plan(key="1", parts=tuple(parts((date(2028, 1, 5), 100))))
    assert cheque_warnings(PlanTerms(), within, SIGNED) == []
    assert cheque_warnings(PlanTerms(cheque_days=0), beyond, SIGNED) == []
    assert cheque_warnings(PlanTerms(), Plan(key="1", parts=()), SIGNED) == []


@pytest.mark.parametrize(
    ("total", "printed", "sentence"),
    [
        (27_360, [27_362], "Les montants écrits font 273,62 €, le contrat 273,60 € : il y a 0,02 € de trop."),
        (15_750, [4200] * 3, "Les montants écrits font 126,00 €, le contrat 157,50 € : il manque 31,50 €."),
        (15_750, [5250] * 3, ""),
    ],
)
def test_a_printed_form_that_does_not_add_up_is_kept_as_printed_and_told(
    total: int, printed: list[int], sentence: str
) -> None:
    terms = PlanTerms(counts=(len(printed),))
    (plan,) = plans(terms, every(date(2026, 1, 7), 10, total // 10, weeks=2), 0, SIGNED)
    kept, warning = manual(plan, printed)
    assert amounts(kept) == printed
    assert days(kept) == days(plan)
    assert plain(warning) == sentence


@pytest.mark.parametrize("printed", [[4500, 4500], [9000, 0, 0], [10_000, -500, -500]])
def test_a_printed_form_has_as_many_payments_all_above_zero(printed: list[int]) -> None:
    with pytest.raises(Refused):
        manual(PLAN, printed)


@given(st.lists(st.integers(1, 9_000), min_size=3, max_size=3))
def test_the_books_carry_a_printed_form_whose_last_payment_makes_up_for_the_difference(printed: list[int]) -> None:
    if sum(printed[:2]) >= PLAN.cents:
        with pytest.raises(Refused, match="Le dernier paiement ne suffit pas"):
            carried(PLAN, printed)
        return
    kept, warning = carried(PLAN, printed)
    assert (kept.cents, amounts(kept)[:2]) == (PLAN.cents, printed[:2])
    assert bool(warning) == (sum(printed) != PLAN.cents)
