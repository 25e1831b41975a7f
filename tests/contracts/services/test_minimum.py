"""Households without whom an offer does not begin."""

import pytest

from contracts.offers import an_offer, product_ids, signed_for, write_terms
from courtil.domain.access import Actor, Grant
from courtil.domain.states import OfferState
from courtil.services import offer_life, offers
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.offers import Offer
from courtil_contracts.services import minimum


def an_offer_for(unit: Unit, least: int, signed: int) -> Offer:
    """An open offer that wants so many households and has so many."""
    offer = an_offer(unit, "contracts.same", [900], opened=True)
    write_terms(unit, offer, least_households=least)
    for _one in range(signed):
        signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 1}})
    return offers.offer(unit, offer.id)


@pytest.mark.parametrize(("least", "signed", "missing"), [(3, 0, [3]), (3, 2, [1]), (3, 3, []), (2, 3, []), (0, 0, [])])
def test_signatures_are_counted_against_the_minimum(
    with_contracts: Instance, least: int, signed: int, missing: list[int]
) -> None:
    with with_contracts.working() as unit:
        offer = an_offer_for(unit, least, signed)
        assert [one.missing for one in minimum.missing(unit, [offer])] == missing


def test_closing_and_starting_below_it_are_told_and_never_blocked(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer_for(unit, 3, 1)
        offer_life.move(unit, offer.id, OfferState.CLOSED)
        assert [one.missing for one in minimum.missing(unit, [offer])] == [2]
        assert offer_life.move(unit, offer.id, OfferState.RUNNING).state is OfferState.RUNNING
        assert minimum.missing(unit, [offer]) == []


def test_the_minimum_may_be_lowered_after_signatures(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer_for(unit, 3, 1)
        write_terms(unit, offer, least_households=1)
        assert minimum.missing(unit, [offer]) == []


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
