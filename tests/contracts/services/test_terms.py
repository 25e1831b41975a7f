"""Terms of an offer: written, frozen by signatures, stale for the second coordinator, carried into the next season."""

from datetime import date, timedelta

import pytest

from contracts.offers import an_offer, product_ids, signed_for, write_terms
from courtil.domain.problems import Refused, Stale
from courtil.services import offers
from courtil.services.instance import Instance
from courtil.store.calendar import Season
from courtil.store.offers import Offer
from courtil_contracts.domain.terms import Terms
from courtil_contracts.services import terms as service


def test_an_offer_without_terms_has_plain_ones_and_the_payments_it_names(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900])
        offer.instalment_counts = [1, 2, 3]  # its four weeks have no room for three
        unit.session.flush()
        found = service.terms_of(unit, offer.id)
        assert (found.ways[0].counts, found == Terms(ways=found.ways)) == ((1, 2, 3), True)
        assert service.smallest_problems(unit, offer.id) == []
        to_write = service.terms_to_write(unit, offer.id)
        assert to_write.ways[0].counts == (1, 2)
        service.write(unit, offer.id, to_write)
        assert unit.get(Offer, offer.id).instalment_counts == [1, 2]  # its own pages say the same


def test_the_second_of_two_coordinators_is_told(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900])
        seen = service.version_of(unit, offer.id)
        service.write(unit, offer.id, Terms(rolling_months=3), seen)
        with pytest.raises(Stale):
            service.write(unit, offer.id, Terms(rolling_months=6), seen)


def test_signatures_freeze_all_but_the_payments(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900], opened=True)
        signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 1}})
        write_terms(unit, offer, ways=[{"counts": [1, 2]}])
        with pytest.raises(Refused, match="ont déjà signé"):
            write_terms(unit, offer, fees=[{"label": "Forfait", "cents": 150}])


def test_rules_that_no_choice_can_satisfy_are_refused_with_a_proposal(with_contracts: Instance) -> None:
    rules = [{"operator": ">=", "value": 5}, {"operator": "<=", "value": 3}]
    with with_contracts.working() as unit, pytest.raises(Refused, match="3"):
        write_terms(unit, an_offer(unit, "contracts.same", [900]), rules=rules)


def test_the_next_season_has_the_same_terms_about_its_own_products(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900, 1_200])
        first, second = product_ids(offer)
        first_day = unit.today + timedelta(days=7)
        write_terms(
            unit, offer, products=[{"offer_product_id": second, "rhythms": ["every", "first"]}],
            rules=[{"products": [first], "operator": "<=", "value": 4}],
            ways=[{"counts": [1], "dates": "listed", "listed": [first_day]}],
            turns=[{"payee": "Ferme du haut"}, {"payee": "Ferme du bas", "begins_on": first_day + timedelta(days=7)}],
        )  # fmt: skip
        season = unit.add(Season(name="Suivante", starts_on=date(2028, 1, 1), ends_on=date(2028, 12, 31)))
        copied = offers.offer(unit, offers.copy(unit, offer.id, season.id, timedelta(weeks=52)).id)
        new_first, new_second = product_ids(copied)
        terms = service.terms_of(unit, copied.id)
    assert terms.of(new_second).rhythms == ("every", "first")
    assert terms.rules[0].products == (new_first,)
    assert terms.turns[1].begins_on == first_day + timedelta(days=7, weeks=52)
    assert terms.ways[0].listed == (first_day + timedelta(weeks=52),)


def test_two_fees_of_one_name_are_refused(with_contracts: Instance) -> None:
    fees = [{"label": "Transport", "cents": 150}, {"label": "Transport", "cents": 200}]
    with with_contracts.working() as unit, pytest.raises(Refused, match="des noms différents"):
        write_terms(unit, an_offer(unit, "contracts.same", [900]), fees=fees)
