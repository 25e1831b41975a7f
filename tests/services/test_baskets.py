"""The baskets of a household: the next one, and what became of each date."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from courtil.domain.access import Actor, Grant
from courtil.domain.problems import NotFound
from courtil.domain.states import ContractState, DeliveryState, LineEffect, OfferState
from courtil.services import member
from courtil.services.baskets import baskets, next_basket
from courtil.services.instance import Instance
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract, ContractLine
from courtil.store.deliveries import Delivery, Distribution
from courtil.testing.factories import a_farm, a_household, an_offer
from treasury import BASKETS, signed


def deliveries(reader: Reader, contract: Contract) -> list[Delivery]:
    query = (
        select(Delivery)
        .join(Distribution, Distribution.id == Delivery.distribution_id)
        .where(Delivery.farm_id == contract.offer.farm_id)
        .order_by(Distribution.day)
    )
    return list(reader.all(query))


def days(unit: Unit, count: int = 3) -> list:  # type: ignore[type-arg]
    return [unit.today + timedelta(days=7 * number) for number in range(count)]


def test_the_next_basket_is_the_first_evening_with_something_to_fetch(instance: Instance) -> None:
    with instance.working() as unit:
        yesterday = unit.today - timedelta(days=1)
        contract = signed(unit, an_offer(unit, days=[yesterday, *days(unit)], products=BASKETS), quantity=2)
        found = next_basket(unit, contract.household_id)
        assert found is not None
        assert (found.day, [line.words for line in found.coming]) == (unit.today, ["2 × Panier"])
        deliveries(unit, contract)[1].state = DeliveryState.CANCELLED
        unit.session.flush()
        later = next_basket(unit, contract.household_id)
        assert later is not None
        assert later.day == unit.today + timedelta(days=7)


def test_baskets_of_several_farms_meet_on_one_evening(instance: Instance) -> None:
    with instance.working() as unit:
        home = a_household(unit)
        signed(unit, an_offer(unit, days=days(unit), products=BASKETS), home)
        signed(unit, an_offer(unit, farm=a_farm(unit, "Le Fournil", BASKETS), days=days(unit, 1)), home)
        found = baskets(unit, home.id, since=unit.today)
        assert [[line.farm for line in one.lines] for one in found] == [
            ["Ferme des Trois-Chênes", "Le Fournil"], ["Ferme des Trois-Chênes"], ["Ferme des Trois-Chênes"],
        ]  # fmt: skip


def test_a_cancelled_date_and_a_moved_one_say_so(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit, an_offer(unit, days=days(unit), products=BASKETS))
        first, second, _third = deliveries(unit, contract)
        first.state, first.reason = DeliveryState.CANCELLED, "gel"
        second.planned_on = unit.today + timedelta(days=5)
        for line in contract.lines:
            if line.delivery_id == first.id:
                line.effect = LineEffect.CREDITED
        unit.session.flush()
        cancelled, moved, usual = baskets(unit, contract.household_id)
        assert [(line.cancelled, line.reason, line.effect) for line in cancelled.missing] == [
            (True, "gel", LineEffect.CREDITED)
        ]
        assert [line.moved_from for line in moved.moved] == [unit.today + timedelta(days=5)]
        assert (usual.moved, usual.missing) == ([], [])


def test_a_period_holds_both_its_days(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit, an_offer(unit, days=days(unit), products=BASKETS))
        first, second, third = days(unit)
        assert [one.day for one in baskets(unit, contract.household_id, first, second)] == [first, second]
        assert [one.day for one in baskets(unit, contract.household_id, second)] == [second, third]


def test_what_follows_a_terminated_contract_is_no_basket(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit, an_offer(unit, days=days(unit), products=BASKETS))
        for line in unit.all(select(ContractLine).order_by(ContractLine.id))[1:]:
            line.effect = LineEffect.KEPT
        contract.state = ContractState.TERMINATED
        unit.session.flush()
        assert [one.day for one in baskets(unit, contract.household_id)] == [unit.today]


@pytest.mark.parametrize("state", [ContractState.DRAFT, ContractState.CANCELLED])
def test_a_contract_that_does_not_bind_brings_no_basket(instance: Instance, state: ContractState) -> None:
    with instance.working() as unit:
        contract = signed(unit, state=state)
        assert next_basket(unit, contract.household_id) is None


def test_nobody_reads_the_baskets_of_another_household(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        unit.actor = Actor(1, "Ali", household_id=contract.household_id + 1, grants=frozenset({Grant("self.read")}))
        for forbidden in (baskets, next_basket, member.contracts_of):
            with pytest.raises(NotFound):
                forbidden(unit, contract.household_id)


def test_offers_to_sign_are_open_have_not_closed_and_were_not_signed(instance: Instance) -> None:
    with instance.working() as unit:
        home = a_household(unit)
        bread = an_offer(unit, farm=a_farm(unit, "Le Fournil", BASKETS), name="Pain")
        bread.places = 2
        closed = an_offer(unit, farm=a_farm(unit, "Le Rucher", BASKETS), name="Miel")
        closed.closes_on = unit.today - timedelta(days=1)
        an_offer(unit, farm=a_farm(unit, "La Bergerie", BASKETS), name="Fromage", state=OfferState.DRAFT)
        signed(unit, household=home)
        signed(unit, bread, a_household(unit, "Abel"))
        unit.session.flush()
        assert [(one.offer.name, one.left) for one in member.open_offers(unit, home.id)] == [("Pain", 1)]


def test_contracts_are_sorted_by_what_is_to_be_done_with_them(instance: Instance) -> None:
    with instance.working() as unit:
        home = a_household(unit)
        for number, state in enumerate((ContractState.DRAFT, ContractState.ACTIVE, ContractState.ENDED)):
            farm = a_farm(unit, f"Ferme {number}", BASKETS)
            signed(unit, an_offer(unit, farm=farm, name=state.value), home, state=state)
        found = member.contracts_of(unit, home.id)
        names = [[one.offer.name for one in part] for part in (found.drafts, found.running, found.past)]
        assert names == [["draft"], ["active"], ["ended"]]
