"""Changes after signing: what is possible until when, how often, and what each makes of baskets and money."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from courtil.api import NOTHING, Available, Charge, LineEffect, LineNow, Refused
from courtil_contracts.domain.changes import (
    Held,
    Money,
    Outcome,
    Situation,
    absence,
    donation,
    handover,
    left,
    report,
    targets,
    why_not,
)
from courtil_contracts.domain.prices import Fee, Tier
from courtil_contracts.domain.quantities import quantities_from, quantity
from courtil_contracts.domain.rules import Rule
from courtil_contracts.domain.shortfalls import made_up, shortfall
from courtil_contracts.domain.terms import ChangeTerms, ProductTerms, Terms

BASKET, HONEY = 1, 2
THURSDAY = date(2026, 5, 7)
"""The first of four."""
TODAY = date(2026, 5, 1)


def allowed(kind: str, **bounds: Any) -> ChangeTerms:
    return ChangeTerms.model_validate({"kind": kind, **bounds})


def a_season(*changes: ChangeTerms, weeks: int = 4, honey: tuple[int, ...] = (0, 1, 2, 3), **facts: Any) -> Situation:
    """A basket at 12,50 € each Thursday, deliveries 10, 11, 12…; honey comes too on some of them."""
    terms = facts.pop("terms", Terms()).model_copy(update={"changes": changes})
    days = [THURSDAY + timedelta(weeks=week) for week in range(weeks)]
    cells = [Available(BASKET, 10 + week, day, 1_250) for week, day in enumerate(days)]
    cells += [Available(HONEY, 10 + week, days[week], 700) for week in honey if week < weeks]
    known: dict[str, Any] = {
        "lines": [Held(BASKET, 10 + week, day, 1, 1_250) for week, day in enumerate(days)], "cells": cells,
        "terms": terms, "today": TODAY, "joined_on": date(2026, 4, 1),
        "products": {BASKET: "Panier", HONEY: "Miel"}, "most": {BASKET: 99, HONEY: 3},
    }  # fmt: skip
    return Situation(**(known | facts))


def changed(here: Situation, place: int, **new: Any) -> Situation:
    """The same with another line there."""
    return replace(here, lines=[one._replace(**new) if one.delivery_id == place else one for one in here.lines])


def refusal(act: Any, *arguments: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*arguments)
    return str(refused.value)


def test_what_the_contract_does_not_foresee_is_not_possible() -> None:
    assert why_not(a_season(), "absence", 10) == "Votre contrat ne prévoit pas ce changement."


def test_an_absence_is_kept_by_the_farm_or_given_back_as_the_terms_say() -> None:
    kept = absence(a_season(allowed("absence")), 10)
    assert (kept.money, kept.cents, kept.difference) == (Money.KEPT, 1_250, 0)
    assert kept.lines == {(BASKET, 10): LineNow(1, 1_250, LineEffect.KEPT, "contracts.absence")}
    back = absence(a_season(allowed("absence", money="credited")), 10)
    assert (back.money, back.cents, back.difference) == (Money.CREDITED, 1_250, -1_250)


def test_notice_counts_whole_days_and_its_last_day_is_in_time() -> None:
    here = a_season(allowed("absence", notice_days=3))
    assert why_not(replace(here, today=date(2026, 5, 4)), "absence", 10) == ""
    late = why_not(replace(here, today=date(2026, 5, 5)), "absence", 10)
    assert late == "Trop tard pour jeudi 7 mai : il faut prévenir 3 jours avant."
    one = a_season(allowed("absence", notice_days=1), today=THURSDAY)
    assert why_not(one, "absence", 10) == "Trop tard pour jeudi 7 mai : il faut prévenir 1 jour avant."


def test_notice_does_not_bind_a_coordinator_but_the_past_does() -> None:
    here = a_season(allowed("absence", notice_days=3), today=THURSDAY, by_hand=True)
    assert why_not(here, "absence", 10) == ""
    assert why_not(replace(here, today=THURSDAY + timedelta(days=1)), "absence", 10) == "Cette livraison est passée."


def test_a_quota_that_is_used_up_says_so() -> None:
    here = a_season(allowed("absence", most=2), used={"absence": 2})
    assert why_not(here, "absence", 10) == "Vous avez déjà utilisé vos 2 absences."
    once = a_season(allowed("absence", most=1), used={"absence": 1})
    assert why_not(once, "absence", 10) == "Vous avez déjà utilisé votre absence."
    assert left(replace(here, used={"absence": 1}), "absence") == 1
    assert left(a_season(allowed("report")), "report") is None


@pytest.mark.parametrize(("weeks_missed", "most", "quota"), [(0, 4, 4), (2, 4, 2), (3, 4, 1), (1, 2, 2), (3, 2, 1)])
def test_who_joins_late_has_fewer_in_proportion_rounded_in_her_favour(weeks_missed: int, most: int, quota: int) -> None:
    joined = THURSDAY + timedelta(weeks=weeks_missed) - timedelta(days=1)
    assert left(a_season(allowed("absence", most=most), joined_on=joined), "absence") == quota


@pytest.mark.parametrize(
    ("bounds", "says"),
    [
        ({"begins_on": date(2026, 5, 14)}, "Seulement pour les livraisons à partir du jeudi 14 mai."),
        ({"ends_on": date(2026, 5, 6)}, "Seulement pour les livraisons jusqu’au mercredi 6 mai."),
        (
            {"begins_on": date(2026, 7, 1), "ends_on": date(2026, 8, 31)},
            "Seulement pour les livraisons du mercredi 1er juillet au lundi 31 août.",
        ),
        ({"begins_on": THURSDAY, "ends_on": THURSDAY}, ""),
    ],
)
def test_changes_may_be_bound_to_a_part_of_the_season(bounds: dict[str, date], says: str) -> None:
    assert why_not(a_season(allowed("absence", **bounds)), "absence", 10) == says


def test_what_is_cancelled_not_due_or_promised_does_not_change() -> None:
    here = a_season(allowed("absence"))
    assert why_not(replace(here, closed=frozenset({10})), "absence", 10) == "Cette livraison est annulée ou déjà faite."
    assert "il n’y a rien à changer" in why_not(changed(here, 10, effect=LineEffect.KEPT), "absence", 10)
    assert (
        why_not(replace(here, promised={10: "Vous avez donné ce panier."}), "absence", 10)
        == "Vous avez donné ce panier."
    )


def test_a_report_makes_a_double_delivery_at_the_price_of_the_line() -> None:
    made = report(changed(a_season(allowed("report")), 10, quantity=2), 10, 12)
    assert made.lines == {(BASKET, 10): NOTHING, (BASKET, 12): LineNow(3, 1_250)}
    assert (made.money, made.cents, made.difference) == (Money.MOVED, 2_500, 0)


def test_a_report_onto_a_free_date_keeps_its_own_price() -> None:
    here = a_season(allowed("report"))
    here = replace(here, lines=[one._replace(unit_cents=1_100) for one in here.lines if one.delivery_id != 12])
    assert report(here, 10, 12).lines[BASKET, 12] == LineNow(1, 1_100)


def test_a_report_onto_another_price_is_refused() -> None:
    here = changed(a_season(allowed("report")), 12, unit_cents=1_300)
    assert "« Panier » coûte 13,00" in refusal(report, here, 10, 12)


def test_a_report_goes_where_its_products_come_and_the_household_does() -> None:
    here = a_season(allowed("report"), honey=(0, 2))
    here = replace(here, lines=[*here.lines, Held(HONEY, 10, THURSDAY, 1, 700)])
    says = {one.delivery_id: one.why_not for one in targets(here, 10)}
    assert says == {11: "« Miel » ne vient pas le jeudi 14 mai.", 12: "", 13: "« Miel » ne vient pas le jeudi 28 mai."}
    away = changed(a_season(allowed("report")), 11, effect=LineEffect.CREDITED)
    assert refusal(report, away, 10, 11) == "Vous ne venez pas le jeudi 14 mai."


@pytest.mark.parametrize("target", [10, 99])
def test_a_report_needs_another_date_of_the_offer(target: int) -> None:
    assert refusal(report, a_season(allowed("report")), 10, target) == "Choisissez une autre date du contrat."


def test_the_farm_is_told_of_a_double_delivery_in_time_too() -> None:
    here = a_season(allowed("report", notice_days=3), today=date(2026, 5, 12))
    assert "Trop tard pour jeudi 14 mai" in refusal(report, here, 12, 11)


def test_given_away_the_farm_still_brings_and_is_paid() -> None:
    here = a_season(allowed("donation"), allowed("handover"))
    assert donation(here, 10) == Outcome(Money.DONATED, 1_250)
    assert handover(here, 11) == Outcome(Money.GIVEN, 1_250)


def test_other_quantities_touch_what_comes_from_the_date_on() -> None:
    here = a_season(allowed("quantity"))
    made = quantity(here, 12, {BASKET: 2, HONEY: 0})
    assert made.lines == {(BASKET, 12): LineNow(2, 1_250), (BASKET, 13): LineNow(2, 1_250)}
    assert (made.money, made.difference) == (Money.CHANGED, 2_500)
    assert quantities_from(here, 12) == {BASKET: 1, HONEY: 0}


def test_a_new_product_comes_on_the_dates_on_which_the_household_does() -> None:
    here = a_season(allowed("quantity"), honey=(0, 1, 3))
    here = replace(here, lines=[one for one in here.lines if one.delivery_id != 11])
    made = quantity(here, 10, {BASKET: 1, HONEY: 2})
    assert made.lines == {(HONEY, 10): LineNow(2, 700), (HONEY, 13): LineNow(2, 700)}


def test_one_basket_for_another() -> None:
    made = quantity(a_season(allowed("quantity")), 13, {BASKET: 0, HONEY: 1})
    assert made.lines == {(BASKET, 13): NOTHING, (HONEY, 13): LineNow(1, 700)}
    assert made.difference == -550


def test_what_a_report_brought_and_what_is_promised_stay() -> None:
    here = replace(
        changed(a_season(allowed("quantity")), 12, quantity=2), brought={(BASKET, 12): 1}, promised={13: "x"}
    )
    made = quantity(here, 10, {BASKET: 3})
    assert made.lines[BASKET, 12] == LineNow(4, 1_250)
    assert (BASKET, 13) not in made.lines
    assert quantity(here, 11, {BASKET: 0, HONEY: 1}).lines[BASKET, 12] == LineNow(1, 1_250)


def test_quantities_stay_within_what_may_be_had() -> None:
    here = a_season(allowed("quantity"))
    assert refusal(quantity, here, 10, {BASKET: 1, HONEY: 4}) == "De 0 à 3 « Miel » par foyer."
    assert "Rien ne change" in refusal(quantity, here, 10, {BASKET: 1})
    assert "résiliation" in refusal(quantity, here, 10, {BASKET: 0})
    paid_whole = Terms(products=(ProductTerms(offer_product_id=HONEY, per="contract"),))
    assert "Rien ne change" in refusal(quantity, a_season(allowed("quantity"), terms=paid_whole), 10, {HONEY: 2})


def test_rules_hold_for_the_whole_contract_after_the_change() -> None:
    rule = Rule(measure="quantity", dates="season", products=(BASKET,), operator=">=", value=4)
    here = a_season(allowed("quantity"), terms=Terms(rules=(rule,)))
    assert "Ajoutez 2 « Panier »" in refusal(quantity, here, 12, {BASKET: 0, HONEY: 1})
    assert quantity(here, 12, {BASKET: 2}).difference == 2_500


def test_what_another_change_broke_does_not_stand_in_the_way() -> None:
    rule = Rule(measure="quantity", dates="each", products=(BASKET,), operator="<=", value=2)
    here = changed(a_season(allowed("quantity"), terms=Terms(rules=(rule,))), 10, quantity=3)
    assert quantity(here, 12, {BASKET: 2}).difference == 2_500


def test_degressive_prices_follow_the_quantity() -> None:
    tiers = ProductTerms(offer_product_id=BASKET, tiers=(Tier(1, 1_250), Tier(3, 1_000)))
    made = quantity(a_season(allowed("quantity"), terms=Terms(products=(tiers,))), 13, {BASKET: 3})
    assert made.lines == {(BASKET, 13): LineNow(3, 1_000)}
    assert made.difference == 3_000 - 1_250


def test_fees_by_basket_follow_the_baskets() -> None:
    terms = Terms(fees=(Fee(label="Préparation", cents=50, per="basket"),))
    here = a_season(
        allowed("quantity"), terms=terms, charges=[Charge("Préparation (4\u00a0fois)", 200), Charge("Pesée", 10)]
    )
    made = quantity(here, 12, {BASKET: 2})
    assert made.charges == (Charge("Préparation (4\u00a0fois)", -200), Charge("Préparation (6\u00a0fois)", 300))
    assert made.difference == 2_500 + 100


def test_other_quantities_leave_a_basket_that_was_composed_anew_as_it_is() -> None:
    here = replace(a_season(allowed("quantity")), composed=frozenset({12}))
    made = quantity(here, 11, {BASKET: 2})
    assert made.lines
    assert 12 not in {delivery for _product, delivery in made.lines}


def test_a_shortfall_takes_so_many_off_each_and_never_more_than_there_are() -> None:
    line = Held(BASKET, 10, THURSDAY, 3, 1_250)
    back = shortfall(line, 1, Money.CREDITED, "Panier non remis")
    assert (back.difference, back.lines) == (-1_250, {(BASKET, 10): LineNow(2, 1_250)})
    kept = shortfall(line, 1, Money.KEPT, "Panier non remis")
    assert (kept.difference, kept.charges) == (0, (Charge("Panier non remis", 1_250),))
    gone = shortfall(line, 9, Money.KEPT, "Panier non remis")
    assert gone.lines == {(BASKET, 10): LineNow(3, 1_250, LineEffect.KEPT, "contracts.hazard")}
    assert (gone.cents, gone.charges) == (3_750, ())


def test_what_is_made_up_later_comes_beside_what_is_there() -> None:
    line = Held(BASKET, 10, THURSDAY, 2, 1_250)
    there = Held(BASKET, 11, THURSDAY + timedelta(weeks=1), 2, 1_250)
    made = made_up(line, 1, 11, there)
    assert made is not None
    assert made.lines == {(BASKET, 10): LineNow(1, 1_250), (BASKET, 11): LineNow(3, 1_250)}
    assert made_up(line, 5, 11, None) == Outcome(
        Money.MOVED, 2_500, 0, {(BASKET, 10): NOTHING, (BASKET, 11): LineNow(2, 1_250)}
    )
    assert made_up(line, 1, 11, there._replace(effect=LineEffect.KEPT)) is None
    assert made_up(line, 1, 11, there._replace(unit_cents=1_300)) is None
