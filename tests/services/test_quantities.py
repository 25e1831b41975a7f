"""How much contracts bring, in words and in numbers."""

from courtil.services import contracts, offers, subscribing
from courtil.services.instance import Instance
from courtil.services.quantities import in_words, quantities_of, varying
from subscriptions import a_person, a_signed_contract, an_open_offer

NAMES = {1: "Panier", 2: "Pain"}


def test_what_comes_each_time_is_told_once_and_what_varies_is_added_up() -> None:
    assert in_words({1: [2, 2, 2], 2: [1, 3]}, NAMES) == "2 × Panier, 4 × Pain en tout"
    assert in_words({}, NAMES) == ""
    assert varying({7: {1: [2, 2]}, 8: {1: [1], 2: [1, 3]}}) == {2}


def test_a_signed_contract_brings_its_lines_and_a_draft_nothing_yet(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit)
        signed = a_signed_contract(unit, offer_id, baskets=2)
        basket = offers.offer(unit, offer_id).products[0]
        draft = subscribing.save_draft(unit, offer_id, a_person(unit).household_id or 0, {str(basket.id): 3})
        found = quantities_of(contracts.of_offer(unit, offer_id))
    assert found == {signed.id: {basket.id: [2] * 4}, draft.id: {}}
