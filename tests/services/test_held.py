"""What the contracts of an offer hold, in words and in numbers."""

from courtil.services import contracts, offers, subscribing
from courtil.services.held import held, in_words, varying
from courtil.services.instance import Instance
from courtil.store.offers import Offer
from subscriptions import a_person, a_signed_contract, an_open_offer

NAMES = {1: "Panier", 2: "Pain"}


def test_what_comes_each_time_is_told_once_and_what_varies_is_added_up() -> None:
    assert in_words({1: [2, 2, 2], 2: [1, 3]}, NAMES) == "2 × Panier, 4 × Pain en tout"
    assert in_words({}, NAMES) == ""
    assert varying({7: {1: [2, 2]}, 8: {1: [1], 2: [1, 3]}}) == {2}


def test_a_signed_contract_and_a_draft_are_told_alike(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit)
        signed = a_signed_contract(unit, offer_id, baskets=2)
        basket = offers.offer(unit, offer_id).products[0]
        home = a_person(unit).household_id or 0
        draft = subscribing.save_draft(unit, offer_id, home, {str(basket.id): 3})
        found = held(unit, offers.offer(unit, offer_id), contracts.of_offer(unit, offer_id))
    assert found == {signed.id: {basket.id: [2] * 4}, draft.id: {basket.id: [3] * 4}}


def test_a_draft_whose_plugin_is_off_holds_nothing_one_could_tell(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit)
        basket = offers.offer(unit, offer_id).products[0]
        draft = subscribing.save_draft(unit, offer_id, a_person(unit).household_id or 0, {str(basket.id): 1})
        unit.get(Offer, offer_id).kind = "gone.kind"
        unit.session.flush()
        assert held(unit, offers.offer(unit, offer_id), contracts.of_offer(unit, offer_id)) == {draft.id: {}}
