"""Payment plans of offers with terms: what is proposed, to whose order, and for who joins late."""

from datetime import timedelta

import pytest

from contracts.offers import an_offer, open_, product_ids, signed_for, write_terms
from courtil.domain.problems import Refused
from courtil.services import payments, subscribing
from courtil.services.instance import Instance
from subscriptions import a_person, weekly


def test_the_first_to_the_euro_and_the_rest_on_the_last(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [2_980], number=49)
        write_terms(unit, offer, ways=[{"counts": [1, 2, 4], "amounts": "whole_euros"}])
        open_(unit, offer.id)
        found = signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 1}}, "4")
        assert [one.cents for one in found.instalments] == [36_500, 36_500, 36_500, 36_520]
    with with_contracts.reading() as reader:
        assert payments.schedule(reader, found.id).owed == 146_020


def test_two_farms_of_one_contract_get_their_own_payments(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [2_400], number=50)
        write_terms(unit, offer, payees={"Ferme du haut": 3, "Ferme du bas": 2}, ways=[{"counts": [2]}])
        open_(unit, offer.id)
        found = signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 1}})
        sums: dict[str, int] = {}
        for one in found.instalments:
            sums[one.payee] = sums.get(one.payee, 0) + one.cents
    assert sums == {"Ferme du haut": 72_000, "Ferme du bas": 48_000}
    assert "Ferme du haut" in found.text


def test_a_farm_that_takes_over_is_paid_for_its_own_deliveries(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_500], number=50)
        begins_on = offer.dates[8].delivery.planned_on
        turns = [
            {"payee": "Ferme du haut", "ways": [{"counts": [1, 2]}]},
            {"payee": "Ferme du bas", "begins_on": begins_on, "ways": [{"counts": [1, 10]}]},
        ]
        write_terms(unit, offer, turns=turns)
        open_(unit, offer.id)
        found = signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 1}}, "2+10")
        sums: dict[str, list[int]] = {}
        for one in found.instalments:
            sums.setdefault(one.payee, []).append(one.cents)
    assert sums == {"Ferme du haut": [6_000] * 2, "Ferme du bas": [6_300] * 10}
    assert "Les premières livraisons se paient à l’ordre de Ferme du haut." in found.text
    assert "se paie à l’ordre de Ferme du bas." in found.text


def test_a_payee_without_any_delivery_is_refused(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_500])
        turns = [{"payee": "Ferme du haut"}, {"payee": "Ferme du bas", "begins_on": unit.today + timedelta(days=400)}]
        with pytest.raises(Refused, match="Ferme du bas n’a aucune livraison"):
            write_terms(unit, offer, turns=turns)


def test_who_joins_late_is_offered_the_most_payments_that_fit(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_000], number=30)
        write_terms(unit, offer, ways=[{"counts": [6]}])
        open_(unit, offer.id)
        late = unit.now + timedelta(weeks=28)
    with with_contracts.working(now=late) as unit:
        person = a_person(unit)
        draft = subscribing.save_draft(
            unit, offer.id, person.household_id or 0, {"quantities": {str(product_ids(offer)[0]): 1}}
        )
        plans = subscribing.reading(unit, draft.id).plans
    assert len(plans) == 1
    assert len(plans[0].parts) < 6


def test_payments_that_the_smallest_contract_cannot_be_split_into_are_refused_when_written(
    with_contracts: Instance,
) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [225], number=4)
        with pytest.raises(Refused, match="Proposez au plus"):
            write_terms(unit, offer, ways=[{"counts": [6], "smallest": 500}])


def test_a_plan_says_until_when_its_cheques_can_be_cashed(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_000], days=weekly(unit.today, 60)[6:])
        last = unit.today + timedelta(days=368)
        write_terms(
            unit, offer, ways=[{"counts": [1]}, {"counts": [2], "dates": "listed", "listed": [unit.today, last]}]
        )
        open_(unit, offer.id)
        person = a_person(unit)
        choice = {"quantities": {str(product_ids(offer)[0]): 1}}
        draft = subscribing.save_draft(unit, offer.id, person.household_id or 0, choice)
        once, twice = subscribing.reading(unit, draft.id).plans
    assert once.says == ""
    assert "plus de douze mois après son écriture" in twice.says
