"""Several offers of a farm share what it can bring, in parts: at each date or over the season, never more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from contracts.offers import an_offer, open_, product_ids, signed_for, write_terms
from courtil.domain.problems import NotFound, Refused, Stale
from courtil.domain.states import ContractState, LineEffect
from courtil.services import contracts, deliveries, offers, subscribing
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.contracts import Contract
from courtil.store.offers import Offer
from courtil.store.people import Person
from courtil_contracts.domain.capacities import Per
from courtil_contracts.services import capacities, changes, orders
from courtil_contracts.services.capacities import CapacityData
from courtil_contracts.services.changes import Wish
from courtil_contracts.services.terms import renewed
from courtil_contracts.tables import Capacity
from subscriptions import Garden, a_garden, a_person, signed

CHANGES = [{"kind": kind, "money": "credited", "notice_days": 0} for kind in ("absence", "report", "quantity")]


def two_offers(unit: Unit, parts: int, per: Per = Per.DELIVERY, **changes: Any) -> tuple[Offer, Offer, Capacity]:
    """Large baskets (2 parts) and small ones (1 part) on the same dates, sharing so many parts."""
    garden = a_garden(unit)
    large, small = (an_offer(unit, "contracts.same", [1_000], garden=garden, opened=True) for _one in range(2))
    for offer in (large, small):
        write_terms(unit, offer, changes=CHANGES)
    uses = {product_ids(large)[0]: 2, product_ids(small)[0]: 1}
    kept = capacities.write(unit, garden.farm_id, CapacityData("Paniers", parts, per, uses, **changes))
    return offers.offer(unit, large.id), offers.offer(unit, small.id), kept


def takes(unit: Unit, offer: Offer, quantity: int = 1) -> Contract:
    return signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): quantity}})


def test_offers_share_what_comes_at_each_date(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        large, small, _kept = two_offers(unit, 5)
        takes(unit, large, 2)
        with pytest.raises(Refused, match=r"il reste 1 part le .* ce choix prend 2 parts"):
            takes(unit, large)
        takes(unit, small)
        with pytest.raises(Refused, match="« Paniers » est complet le"):
            takes(unit, small)


def test_or_over_the_season(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        large, small, _kept = two_offers(unit, 12, Per.SEASON)
        takes(unit, large)
        takes(unit, small)
        with pytest.raises(Refused, match="est complet : il n’en reste plus"):
            takes(unit, small)


def test_a_contract_that_is_cancelled_makes_room_and_comes_back_only_if_there_is_some(
    with_contracts: Instance,
) -> None:
    with with_contracts.working() as unit:
        large, small, _kept = two_offers(unit, 2)
        mine = takes(unit, large)
        contracts.cancel(unit, mine.id)
        theirs = takes(unit, small)
        with pytest.raises(Refused, match="« Paniers »"):
            contracts.uncancel(unit, mine.id)
        contracts.cancel(unit, theirs.id)
        contracts.uncancel(unit, mine.id)


def test_changes_after_signing_respect_it(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        large, small, _kept = two_offers(unit, 3)
        mine = takes(unit, small)
        takes(unit, large)
        days = sorted(one.delivery_id for one in mine.lines)
        more = Wish("quantity", days[0], quantities={product_ids(small)[0]: 2})
        with pytest.raises(Refused, match="« Paniers »"):
            changes.preview(unit, mine, more)
        with pytest.raises(Refused, match="« Paniers »"), unit.session.begin_nested():
            changes.make(unit, mine.id, more)
        with pytest.raises(Refused, match="« Paniers »"), unit.session.begin_nested():
            changes.make(unit, mine.id, Wish("report", days[0], days[1]))
        away = changes.make(unit, mine.id, Wish("absence", days[0]))
        takes_one = an_offer_on(unit, small, days[0])
        with pytest.raises(Refused, match="« Paniers »"), unit.session.begin_nested():
            changes.undo(unit, away.id)
        contracts.cancel(unit, takes_one)
        changes.undo(unit, away.id)


def an_offer_on(unit: Unit, offer: Offer, delivery_id: int) -> int:
    """Somebody takes the part of one date: a contract under an offer that has this date alone."""
    day = deliveries.delivery(unit, delivery_id).distribution.day
    garden = Garden(offer.farm_id, offer.place_id, offer.season_id, 0, 0)
    other = an_offer(unit, "contracts.same", [1_000], garden=garden, opened=True, days=[day])
    [kept] = capacities.capacities_of(unit, offer.farm_id)
    uses = capacities.uses_of(unit, kept.id) | {product_ids(other)[0]: 1}
    capacities.write(unit, offer.farm_id, CapacityData(kept.name, kept.parts, kept.per, uses), kept.id)
    return takes(unit, other).id


def test_a_report_within_the_season_takes_nothing_more(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        _large, small, _kept = two_offers(unit, 4, Per.SEASON)
        mine = takes(unit, small)
        days = sorted(one.delivery_id for one in mine.lines)
        changes.make(unit, mine.id, Wish("report", days[0], days[1]))


def test_orders_from_an_account_respect_it(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        garden = a_garden(unit)
        offer = an_offer(unit, "contracts.account", [500], garden=garden)
        write_terms(unit, offer, topups=[20_000], order_days=0)
        capacities.write(unit, garden.farm_id, CapacityData("Œufs", 3, Per.DELIVERY, {product_ids(offer)[0]: 1}))
        open_(unit, offer.id)
        mine, theirs = (signed_for(unit, offer.id, {"cents": 20_000}) for _one in range(2))
        delivery = next(iter(orders.account(unit, mine.id).open_days))
        orders.order(unit, mine.id, delivery, {product_ids(offer)[0]: 2})
        with pytest.raises(Refused, match="« Œufs » : il reste 1 part"), unit.session.begin_nested():
            orders.order(unit, theirs.id, delivery, {product_ids(offer)[0]: 2})
        orders.order(unit, theirs.id, delivery, {product_ids(offer)[0]: 1})


def test_a_cancelled_date_and_what_does_not_come_take_nothing(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        large, _small, kept = two_offers(unit, 9)
        mine = takes(unit, large)
        deliveries.cancel(unit, mine.lines[0].delivery_id, LineEffect.KEPT)
        assert sorted(capacities.taken(unit, kept, 0).values()) == [2, 2, 2]
        assert [count for _day, count in capacities.filled(unit, kept)] == [0, 2, 2, 2]


def test_lowered_below_what_is_signed_it_lets_less_through_and_nothing_more(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        large, small, kept = two_offers(unit, 4)
        mine = takes(unit, large, 2)
        uses = capacities.uses_of(unit, kept.id)
        capacities.write(unit, kept.farm_id, CapacityData("Paniers", 1, Per.DELIVERY, uses), kept.id, kept.version)
        with pytest.raises(Refused):
            takes(unit, small)
        first = min(one.delivery_id for one in mine.lines)
        changes.make(unit, mine.id, Wish("quantity", first, quantities={product_ids(large)[0]: 1}))


def test_what_cannot_be_is_refused(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        large, _small, kept = two_offers(unit, 4)
        stranger = an_offer(unit, "contracts.same", [1_000])
        for data in (
            CapacityData("", 4), CapacityData("x", -1), CapacityData("x", 2_000_000),
            CapacityData("x", 4, Per.SEASON, {product_ids(large)[0]: 100}),
        ):  # fmt: skip
            with pytest.raises(Refused):
                capacities.write(unit, kept.farm_id, data)
        with pytest.raises(NotFound):
            capacities.write(unit, kept.farm_id, CapacityData("x", 4, Per.SEASON, {product_ids(stranger)[0]: 1}))
        with pytest.raises(NotFound):
            capacities.write(unit, stranger.farm_id, CapacityData("x", 4), kept.id)
        with pytest.raises(Stale):
            capacities.write(unit, kept.farm_id, CapacityData("x", 4), kept.id, kept.version + 1)


def test_removed_and_brought_back(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        large, _small, kept = two_offers(unit, 2)
        takes(unit, large)
        capacities.remove(unit, kept.id)
        assert capacities.rooms(unit, large.id) == []
        takes(unit, large)
        capacities.restore(unit, kept.id)
        with pytest.raises(Refused):
            takes(unit, large)


def test_next_season_s_products_take_the_same(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        large, _small, kept = two_offers(unit, 4)
        later = offers.copy(unit, large.id, large.season_id, timedelta(weeks=52)).id
        renewed(unit, large.id, later)
        [room] = capacities.rooms(unit, later)
        assert (room.capacity.id, list(room.uses.values())) == (kept.id, [2])


@pytest.mark.parametrize("per", list(Per))
def test_signatures_at_the_same_moment_never_take_more_than_there_is(with_contracts: Instance, per: Per) -> None:
    with with_contracts.working() as unit:
        large, small, kept = two_offers(unit, 7 if per is Per.DELIVERY else 28, per)
        drafts = []
        for place in range(16):
            offer, person = (large, small)[place % 2], a_person(unit)
            choice = {"quantities": {str(product_ids(offer)[0]): 1}}
            drafts.append((subscribing.save_draft(unit, offer.id, person.household_id or 0, choice).id, person.id))

    def sign(pair: tuple[int, int]) -> str:
        try:
            with with_contracts.working() as unit:
                signed(unit, pair[0], unit.get(Person, pair[1]))
        except Refused as refused:
            return refused.problems[0].message
        return ""

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(sign, drafts))
    with with_contracts.working() as unit:
        counts = capacities.taken(unit, kept, large.season_id).values()
        assert all(count in {6, 7} if per is Per.DELIVERY else count in {24, 28} for count in counts)
        signed_now = unit.session.scalar(select(func.count()).where(Contract.state == ContractState.SIGNED_MEMBER))
        assert signed_now == answers.count("")
        assert all("« Paniers »" in answer for answer in answers if answer)
