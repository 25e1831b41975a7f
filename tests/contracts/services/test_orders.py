"""Ordering from a prepaid account: the balance pays, the books do not move, notice and rules hold."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.offers import an_offer, open_, product_ids, signed_for, write_terms
from courtil.domain.problems import NotFound, Refused, Stale
from courtil.domain.states import LineEffect
from courtil.services import payments
from courtil.services.amending import Amendment, LineNow, amend
from courtil.services.instance import Instance
from courtil.store.contracts import Contract
from courtil_contracts.services import orders


@pytest.fixture
def contract(with_contracts: Instance) -> Contract:
    """An account of 50 € for bread at 4,90 € and 2,90 € on four dates, ordered three days before."""
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.account", [490, 290])
        write_terms(unit, offer, topups=[2_500, 5_000], rules=[{"operator": "<=", "value": 9}])
        open_(unit, offer.id)
        return signed_for(unit, offer.id, {"cents": 5_000})


def state(instance: Instance, contract: Contract) -> tuple[int, int, int]:
    """Balance, worth of what is ordered, total of the contract."""
    with instance.reading() as reader:
        assert payments.agreement(reader) == []
        found = orders.account(reader, contract.id)
        ordered = sum(line.quantity * line.unit_cents for line in found.contract.lines)
        return found.balance, ordered, found.contract.total_cents


def first(instance: Instance, contract: Contract) -> tuple[int, int, int]:
    """The two products and the first delivery."""
    with instance.reading() as reader:
        found = orders.account(reader, contract.id)
        bread, half = product_ids(found.contract.offer)
        return bread, half, next(iter(found.open_days))


def test_ten_loaves_leave_what_remains(with_contracts: Instance, contract: Contract) -> None:
    _bread, half, delivery = first(with_contracts, contract)
    with with_contracts.working() as unit:
        orders.order(unit, contract.id, delivery, {half: 9})
    assert state(with_contracts, contract) == (5_000 - 9 * 290, 9 * 290, 5_000)


def test_an_order_is_changed_and_taken_back(with_contracts: Instance, contract: Contract) -> None:
    bread, half, delivery = first(with_contracts, contract)
    for quantities, ordered in (({half: 3}, 870), ({bread: 1}, 490), ({}, 0)):
        with with_contracts.working() as unit:
            orders.order(unit, contract.id, delivery, quantities)
        assert state(with_contracts, contract) == (5_000 - ordered, ordered, 5_000)


def test_an_account_is_never_overdrawn(with_contracts: Instance, contract: Contract) -> None:
    with with_contracts.working() as unit:
        days = list(orders.account(unit, contract.id).open_days)
        bread = product_ids(orders.account(unit, contract.id).contract.offer)[0]
        orders.order(unit, contract.id, days[0], {bread: 9})
        with pytest.raises(Refused, match="il reste 5,90"):
            orders.order(unit, contract.id, days[1], {bread: 2})
    assert state(with_contracts, contract)[0] == 590


def test_topping_up_is_owed_to_the_farm(with_contracts: Instance, contract: Contract) -> None:
    with with_contracts.working() as unit:
        orders.top_up(unit, contract.id, 2_500)
        with pytest.raises(Refused):
            orders.top_up(unit, contract.id, 1)
    assert state(with_contracts, contract) == (7_500, 0, 7_500)
    with with_contracts.reading() as reader:
        assert payments.schedule(reader, contract.id).owed == 7_500


def test_too_late_is_told_with_the_day_it_was(with_contracts: Instance, contract: Contract) -> None:
    bread, _half, delivery = first(with_contracts, contract)
    with with_contracts.reading() as reader:
        late = reader.now + timedelta(days=5)
    with with_contracts.working(now=late) as unit, pytest.raises(Refused, match="Trop tard"):
        orders.order(unit, contract.id, delivery, {bread: 1})


def test_rules_hold_for_each_order(with_contracts: Instance, contract: Contract) -> None:
    _bread, half, delivery = first(with_contracts, contract)
    with with_contracts.working() as unit, pytest.raises(Refused, match="au plus 9"):
        orders.order(unit, contract.id, delivery, {half: 10})


def test_what_is_not_of_the_offer_is_not_found(with_contracts: Instance, contract: Contract) -> None:
    bread, _half, delivery = first(with_contracts, contract)
    with with_contracts.working() as unit:
        with pytest.raises(NotFound):
            orders.order(unit, contract.id, 999_999, {bread: 1})
        with pytest.raises(NotFound):
            orders.order(unit, contract.id, delivery, {999_999: 1})
        plain = an_offer(unit, "contracts.same", [100], opened=True)
        other = signed_for(unit, plain.id, {"quantities": {str(product_ids(plain)[0]): 1}})
        with pytest.raises(NotFound):
            orders.account(unit, other.id)


@pytest.mark.parametrize("effect", [LineEffect.CREDITED, LineEffect.KEPT])
def test_a_basket_that_a_shortfall_took_away_is_not_ordered_again(
    with_contracts: Instance, contract: Contract, effect: LineEffect
) -> None:
    _bread, half, delivery = first(with_contracts, contract)
    with with_contracts.working() as unit:
        orders.order(unit, contract.id, delivery, {half: 2})
        gone = Amendment({(half, delivery): LineNow(2, 290, effect, "hazard")})
        amend(unit, contract.id, gone, "récolte manquée")
    before = state(with_contracts, contract)
    for quantities in ({}, {half: 1}):
        with with_contracts.working() as unit, pytest.raises(Refused, match="ne se commande plus"):
            orders.order(unit, contract.id, delivery, quantities)
    assert state(with_contracts, contract) == before


def test_a_second_click_pays_nothing(with_contracts: Instance, contract: Contract) -> None:
    with with_contracts.working() as unit:
        seen = orders.account(unit, contract.id).contract.version
        orders.top_up(unit, contract.id, 2_500, seen)
    with with_contracts.working() as unit, pytest.raises(Stale):
        orders.top_up(unit, contract.id, 2_500, seen)
    assert state(with_contracts, contract)[0] == 7_500


@given(steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 9)), max_size=6))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_ordered_balance_and_orders_make_what_was_paid(
    with_contracts: Instance, steps: list[tuple[int, int, int]]
) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.account", [490, 290])
        write_terms(unit, offer, topups=[5_000])
        open_(unit, offer.id)
        contract = signed_for(unit, offer.id, {"cents": 5_000})
        keys, days = product_ids(offer), list(orders.account(unit, contract.id).open_days)
    for day, first_quantity, second_quantity in steps:
        try:
            with with_contracts.working() as unit:
                orders.order(
                    unit, contract.id, days[day], dict(zip(keys, (first_quantity, second_quantity), strict=True))
                )
        except Refused:
            pass
        balance, ordered, total = state(with_contracts, contract)
        assert (balance + ordered, total) == (5_000, 5_000)
        assert balance >= 0
