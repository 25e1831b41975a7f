"""Preparing an offer: what must hold to open it, what signatures freeze, next season from the last."""

from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from courtil.domain.problems import Refused, Stale
from courtil.domain.states import ContractState, OfferState
from courtil.services import contracts, offer_life, offer_parts, offers, turning
from courtil.services.availability import matrix
from courtil.services.countersigning import countersign
from courtil.services.instance import Instance
from courtil.services.offers import OfferFilter, OfferProductData
from courtil.services.unit import Unit
from courtil.store.calendar import Season
from courtil.store.contracts import Contract
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm, Product
from courtil.store.offers import Offer
from courtil.store.operations import LogEntry
from subscriptions import a_draft, a_garden, a_person, a_signed_contract, an_open_offer, products_of, weekly


def days_of(unit: Unit, offer_id: int) -> list[object]:
    return sorted(one.delivery.distribution.day for one in offers.offer(unit, offer_id).dates)


def test_a_draft_says_all_that_it_lacks_to_open(instance: Instance) -> None:
    with instance.working() as unit:
        garden = a_garden(unit)
        made = offers.create(unit, garden.data())
        with pytest.raises(Refused) as refused:
            offer_life.move(unit, made.id, OfferState.OPEN)
    assert [problem.field for problem in refused.value.problems] == ["products", "days"]


def test_payments_that_no_contract_can_be_split_into_keep_it_closed(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, opened=False, instalment_counts=[12], instalment_step=1_000)
        with pytest.raises(Refused, match="ne se paie pas ainsi"):
            offer_life.move(unit, offer_id, OfferState.OPEN)


def test_a_date_counts_once_and_meets_the_other_farms(instance: Instance) -> None:
    with instance.working() as unit:
        garden = a_garden(unit)
        days = weekly(unit.today + timedelta(days=7))
        an_open_offer(unit, garden=garden, days=[*days, days[0]])
        an_open_offer(unit, garden=garden, days=days, name="Œufs")
        assert len(list(unit.all(select(Delivery)))) == len(list(unit.all(select(Distribution)))) == 4


def test_a_removed_date_leaves_the_calendar(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit)
        first, *rest = days_of(unit, offer_id)
        offer_parts.set_dates(unit, offer_id, rest)  # type: ignore[arg-type]
        assert days_of(unit, offer_id) == rest
        assert first not in {one.day for one in unit.all(select(Distribution))}


def test_a_signed_date_cannot_be_unticked(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit)
        a_signed_contract(unit, offer_id)
        days = days_of(unit, offer_id)
        with pytest.raises(Refused, match="Annulez plutôt la livraison"):
            offer_parts.set_dates(unit, offer_id, days[1:])  # type: ignore[arg-type]
        offer_parts.set_dates(unit, offer_id, [*days, unit.today + timedelta(days=70)])  # type: ignore[list-item]
        assert len(days_of(unit, offer_id)) == 5


def test_a_signed_price_cannot_change_nor_its_product_go(instance: Instance) -> None:
    with instance.working() as unit:
        garden = a_garden(unit)
        offer_id = an_open_offer(unit, garden=garden)
        a_signed_contract(unit, offer_id, baskets=2)
        basket = OfferProductData(product_id=garden.basket_id, price_cents=1_250)
        honey = OfferProductData(product_id=garden.honey_id, price_cents=900)
        for wrong in (
            [honey],
            [basket.model_copy(update={"price_cents": 1_300})],
            [basket.model_copy(update={"stock": 1})],
        ):
            with pytest.raises(Refused):
                offer_parts.set_products(unit, offer_id, wrong)
        offer_parts.set_products(unit, offer_id, [basket, honey])  # nobody took honey: its price may change
        assert [one.price_cents for one in offers.offer(unit, offer_id).products] == [1_250, 900]


def test_products_of_another_farm_are_refused(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit)
        other = unit.add(Farm(name="Ailleurs"))
        foreign = unit.add(Product(farm_id=other.id, name="Vin"))
        for key in (foreign.id, 999_999):
            with pytest.raises(Refused):
                offer_parts.set_products(unit, offer_id, [OfferProductData(product_id=key, price_cents=1)])


def test_the_matrix_holds_exactly_what_is_ticked(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit)
        basket, honey = products_of(unit, offer_id)
        dates = sorted(offers.offer(unit, offer_id).dates, key=lambda one: one.id)
        ticks = {(basket, one.id) for one in dates} | {(honey, dates[0].id), (honey, 999_999), (999_999, dates[0].id)}
        offer_parts.set_matrix(unit, offer_id, ticks)
        assert len(matrix(unit, offer_id)) == 5
        a_signed_contract(unit, offer_id, honey=1)
        with pytest.raises(Refused, match="Miel"):
            offer_parts.set_matrix(unit, offer_id, {(basket, one.id) for one in dates})


def test_what_signed_contracts_say_cannot_change(instance: Instance) -> None:
    with instance.working() as unit:
        garden = a_garden(unit)
        offer_id = an_open_offer(unit, garden=garden, places=3)
        a_signed_contract(unit, offer_id)
        a_signed_contract(unit, offer_id)
        for change in ({"terms": "Autre"}, {"price_note": "Autre"}, {"places": 1}):
            with pytest.raises(Refused):
                offers.change(unit, offer_id, garden.data(**{"places": 3} | change))
        offers.change(unit, offer_id, garden.data(places=5, presentation="Nouveau"))
        assert unit.get(Offer, offer_id).places == 5


def test_an_older_form_does_not_overwrite(instance: Instance) -> None:
    with instance.working() as unit:
        garden = a_garden(unit)
        offer_id = an_open_offer(unit, garden=garden, opened=False)
        version = unit.get(Offer, offer_id).version
        offers.change(unit, offer_id, garden.data(name="Un"), version)
        with pytest.raises(Stale):
            offers.change(unit, offer_id, garden.data(name="Deux"), version)


@pytest.mark.parametrize(
    "wrong", [{"places": 0}, {"places": -3}, {"instalment_counts": []}, {"instalment_counts": [0]}, {"methods": []},
              {"methods": ["bitcoin"]}, {"name": " "}, {"instalment_step": 0}],
)  # fmt: skip
def test_nonsense_is_refused_before_it_is_written(instance: Instance, wrong: dict[str, object]) -> None:
    with instance.working() as unit:
        garden = a_garden(unit)
    with pytest.raises(ValidationError):
        garden.data(**wrong)


def test_next_season_copies_the_offer_without_its_households(instance: Instance) -> None:
    with instance.working() as unit:
        garden = a_garden(unit)
        offer_id = an_open_offer(unit, garden=garden, terms="Clause", places=9)
        basket, honey = products_of(unit, offer_id)
        dates = offers.offer(unit, offer_id).dates
        offer_parts.set_matrix(unit, offer_id, {(basket, one.id) for one in dates} | {(honey, dates[0].id)})
        a_signed_contract(unit, offer_id)
        season = unit.add(Season(name="Suivante", starts_on=unit.today, ends_on=unit.today + timedelta(days=700)))
        made = offers.copy(unit, offer_id, season.id, timedelta(weeks=52))
        assert (made.state, made.terms, made.places, made.season_id) == (OfferState.DRAFT, "Clause", 9, season.id)
        assert days_of(unit, made.id) == [day + timedelta(weeks=52) for day in days_of(unit, offer_id)]  # type: ignore[operator]
        assert len(matrix(unit, made.id)) == len(matrix(unit, offer_id)) == 5
        assert contracts.of_offer(unit, made.id) == []


def test_a_discarded_draft_comes_back(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, opened=False)
        assert offer_life.discard(unit, offer_id).state == OfferState.ARCHIVED
        assert offer_life.restore(unit, offer_id).state == OfferState.DRAFT


def test_what_somebody_began_to_sign_is_not_discarded(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit)
        a_draft(unit, offer_id, a_person(unit))
        offer_life.move(unit, offer_id, OfferState.DRAFT)
        with pytest.raises(Refused):
            offer_life.discard(unit, offer_id)


def test_an_open_offer_with_signatures_does_not_go_back_to_draft(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit)
        a_signed_contract(unit, offer_id)
        with pytest.raises(Refused, match="Clore les souscriptions"):
            offer_life.move(unit, offer_id, OfferState.DRAFT)


def test_the_list_counts_households_and_keeps_to_the_conditions(instance: Instance) -> None:
    with instance.working() as unit:
        garden = a_garden(unit)
        offer_id = an_open_offer(unit, garden=garden, places=3)
        an_open_offer(unit)
        a_signed_contract(unit, offer_id)
        [summary] = offers.offers(unit, None, Offer.farm_id == garden.farm_id)
        assert (summary.households, summary.left, summary.deliveries) == (1, 2, 4)
        assert len(offers.offers(unit)) == 2
        assert offers.offers(unit, OfferFilter(states=[OfferState.DRAFT])) == []


def test_the_calendar_turns_offers_and_contracts(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, closes_on=unit.today + timedelta(days=3))
        person = a_person(unit)
        contract_id = a_signed_contract(unit, offer_id, person).id
        countersign(unit, [contract_id], person)
        start = unit.now
    seen = []
    for later in (0, 4, 7, 28, 29):
        for _twice in range(2):
            with instance.working(now=start + timedelta(days=later)) as unit:
                turning.turn(unit)
                states = (unit.get(Offer, offer_id).state, unit.get(Contract, contract_id).state)
        seen.append(states)
    assert seen == [
        (OfferState.OPEN, ContractState.SIGNED_FARM),
        (OfferState.CLOSED, ContractState.SIGNED_FARM),
        (OfferState.RUNNING, ContractState.ACTIVE),
        (OfferState.RUNNING, ContractState.ACTIVE),
        (OfferState.FINISHED, ContractState.ENDED),
    ]
    with instance.working() as unit:
        moved = [
            entry for entry in unit.all(select(LogEntry)) if entry.kind == "OfferMoved" and entry.person_id is None
        ]
        assert len(moved) == 4  # opened by the test, then three steps of the calendar


def test_a_first_date_is_proposed_on_the_weekday_of_the_place(instance: Instance) -> None:
    with instance.working() as unit:
        garden = a_garden(unit)
        thursday = unit.today + timedelta(days=(3 - unit.today.weekday()) % 7 + 7)
        an_open_offer(unit, garden=garden, days=weekly(thursday))
        fresh = offers.offer(unit, an_open_offer(unit, garden=garden, opened=False, days=[thursday]))
        found = offer_parts.first_day(unit, fresh)
        assert (found.weekday(), 0 <= (found - unit.today).days < 7) == (3, True)
