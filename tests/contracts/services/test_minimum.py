"""Households without whom an offer does not begin."""

from datetime import timedelta

import pytest

from contracts.offers import an_offer, product_ids, signed_for, write_terms
from courtil.domain.access import Actor, Grant
from courtil.domain.problems import Refused
from courtil.domain.states import LineEffect, OfferState
from courtil.services import deliveries, offer_life, offers
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.offers import Offer
from courtil_contracts.services import minimum
from courtil_contracts.services.terms import renewed, terms_of
from subscriptions import a_person


def an_offer_for(unit: Unit, least: int, signed: int) -> Offer:
    """An open offer that wants so many households and has so many."""
    offer = an_offer(unit, "contracts.same", [900], opened=True)
    write_terms(unit, offer, least_households=least)
    for _one in range(signed):
        signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 1}})
    return offers.offer(unit, offer.id)


def few(unit: Unit, offer: Offer) -> list[int]:
    """How many households are missing, where some are."""
    return [one.few for one in minimum.gatherings(unit, [offer]) if one.few]


@pytest.mark.parametrize(("least", "signed", "missing"), [(3, 0, [3]), (3, 2, [1]), (3, 3, []), (2, 3, []), (0, 0, [])])
def test_signatures_are_counted_against_the_minimum(
    with_contracts: Instance, least: int, signed: int, missing: list[int]
) -> None:
    with with_contracts.working() as unit:
        offer = an_offer_for(unit, least, signed)
        assert few(unit, offer) == missing


def test_closing_and_starting_below_it_are_told_and_never_blocked(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer_for(unit, 3, 1)
        offer_life.move(unit, offer.id, OfferState.CLOSED)
        assert few(unit, offer) == [2]
        assert offer_life.move(unit, offer.id, OfferState.RUNNING).state is OfferState.RUNNING
        assert few(unit, offer) == []


def test_the_minimum_may_be_lowered_after_signatures(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer_for(unit, 3, 1)
        write_terms(unit, offer, least_households=1)
        assert few(unit, offer) == []


def test_a_household_sees_it_for_what_is_open_and_for_what_it_has_signed(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        opened, closed, other = (an_offer_for(unit, 5, 1) for _one in range(3))
        for one in (closed, other):
            offer_life.move(unit, one.id, OfferState.CLOSED)
        household = unit.session.scalar(
            minimum.select(minimum.Contract.household_id).where(minimum.Contract.offer_id == closed.id)
        )
        unit.actor = Actor(1, "Ana", household, frozenset({Grant("self.read")}))
        assert {one.offer.id for one in minimum.seen_by(unit, household or 0)} == {opened.id, closed.id}


PALLET = {"word": "caisses", "aim": "la palette", "multiple": 4}


def pieces(unit: Unit, offer: Offer, *quantities: int) -> None:
    """Households that take so many at each of the four dates."""
    for quantity in quantities:
        signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): quantity}})


def said(unit: Unit, offer: Offer) -> list[str]:
    return [str(goal) for one in minimum.gatherings(unit, [offer]) for goal in one.goals]


@pytest.mark.parametrize(
    ("goal", "says"),
    [
        (PALLET, "12 caisses sur 12 : c’est atteint pour la palette."),
        ({"least": 20, "multiple": 8}, "12 paniers sur 24 : il en manque 12."),
        ({"least": 4, "dates": "each"}, "3 paniers sur 4 : il en manque 1."),
        ({"least": 40, "unit": "kg"}, "30 kg sur 40 : il en manque 10."),
    ],
)
def test_what_all_households_take_is_counted_against_a_volume(
    with_contracts: Instance, goal: dict[str, object], says: str
) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900], opened=True)
        weighs = [{"offer_product_id": product_ids(offer)[0], "usual_grams": 2_500}]
        write_terms(unit, offer, goals=[goal], products=weighs)
        pieces(unit, offer, 1, 2)
        assert said(unit, offers.offer(unit, offer.id)) == [says]


def test_one_product_counts_by_itself_and_what_does_not_come_counts_not(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900, 500], opened=True)
        first, second = product_ids(offer)
        write_terms(unit, offer, goals=[{"least": 9, "offer_product_id": first}, {"least": 2, "dates": "each"}])
        mine = signed_for(unit, offer.id, {"quantities": {str(first): 1, str(second): 1}})
        assert said(unit, offer) == [
            "Produit 1, 4 paniers sur 9 : il en manque 5.", "2 paniers sur 2 : c’est atteint.",
        ]  # fmt: skip
        deliveries.cancel(unit, mine.lines[0].delivery_id, LineEffect.KEPT)
        assert said(unit, offer)[0] == "Produit 1, 3 paniers sur 9 : il en manque 6."
        assert [len(one.lacking) for one in minimum.gatherings(unit, [offer])] == [1]


def test_a_volume_that_cannot_be_counted_is_refused(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900])
        with pytest.raises(Refused, match="poids d’une pièce"):
            write_terms(unit, offer, goals=[{"least": 9, "unit": "kg"}])
        with pytest.raises(Refused, match="produit de ce contrat"):
            write_terms(unit, offer, goals=[{"least": 9, "offer_product_id": 999}])


def test_the_text_that_is_signed_says_it_and_next_season_keeps_it(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900], opened=True)
        write_terms(unit, offer, goals=[PALLET | {"offer_product_id": product_ids(offer)[0]}])
        found = signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 1}})
        assert "un multiple de 4 caisses" in found.text
        later = offers.copy(unit, offer.id, offer.season_id, timedelta(weeks=52))
        renewed(unit, offer.id, later.id)
        [goal] = terms_of(unit, later.id).goals
        assert (goal.offer_product_id, goal.multiple) == (product_ids(offers.offer(unit, later.id))[0], 4)


def test_it_is_told_to_who_settles_it_before_the_offer_goes_to_the_farm(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [900], opened=True)
        write_terms(unit, offer, goals=[{"least": 9}])
        ada = a_person(unit).id
        unit.actor = Actor(ada, "Ada", None, frozenset({Grant("offers.write"), Grant("offers.read")}))
        assert minimum.to_settle(unit, 5) == []
        unit.get(Offer, offer.id).closes_on = unit.today + timedelta(days=5)
        unit.session.flush()
        [found] = minimum.to_settle(unit, 5)
        assert (found.offer.id, found.few, [str(one) for one in found.lacking]) == (
            offer.id, 0, ["0 panier sur 9 : il en manque 9."]
        )  # fmt: skip
        pieces(unit, offer, 3)
        assert minimum.to_settle(unit, 5) == []
