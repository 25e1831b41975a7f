"""Goods weighed at delivery: the difference with the advance is paid or given back, to the cent, and can be corrected."""

import pytest

from contracts.offers import an_offer, open_, product_ids, signed_for, write_terms
from courtil.domain.problems import NotFound, Refused
from courtil.domain.states import LineEffect
from courtil.services import contracts, payments
from courtil.services.amending import Amendment, LineNow
from courtil.services.instance import Instance
from courtil.store.contracts import Contract
from courtil.store.farms import Product
from courtil.testing.clock import Clock
from courtil_contracts.services import weighing


@pytest.fixture
def contract(with_contracts: Instance, clock: Clock) -> Contract:
    """On the evening of the first delivery: two chickens at 21 € in advance, 13,50 € the kilogram, and eggs that are not weighed."""
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [2_100, 310], number=2)
        chicken, eggs = product_ids(offer)
        write_terms(unit, offer, products=[{"offer_product_id": chicken, "kg_cents": 1_350}])
        open_(unit, offer.id)
        made = signed_for(unit, offer.id, {"quantities": {str(chicken): 1, str(eggs): 2}})
    clock.forward(days=7)
    return made


def delivery_of(contract: Contract) -> int:
    return contract.lines[0].delivery_id


def worth(instance: Instance, contract: Contract) -> int:
    with instance.reading() as reader:
        assert payments.agreement(reader) == []
        return contracts.worth(contracts.contract(reader, contract.id))


def weigh(instance: Instance, contract: Contract, grams: int | None) -> None:
    with instance.working() as unit:
        (one,) = weighing.to_weigh(unit, delivery_of(contract))
        weighing.weigh(unit, delivery_of(contract), {one.key: grams})


def test_only_what_is_weighed_is_listed(with_contracts: Instance, contract: Contract) -> None:
    with with_contracts.reading() as reader:
        found = weighing.to_weigh(reader, delivery_of(contract))
    assert [(one.line.product, one.line.cents, one.grams) for one in found] == [("Produit 1", 2_100, None)]


@pytest.mark.parametrize(("grams", "difference"), [(1_800, 330), (1_500, -75), (1_556, 1)])
def test_the_difference_is_settled(with_contracts: Instance, contract: Contract, grams: int, difference: int) -> None:
    before = worth(with_contracts, contract)
    weigh(with_contracts, contract, grams)
    assert worth(with_contracts, contract) == before + difference


def test_a_weight_is_corrected_and_forgotten(with_contracts: Instance, contract: Contract) -> None:
    before = worth(with_contracts, contract)
    for grams, difference in ((1_800, 330), (1_500, -75), (None, 0)):
        weigh(with_contracts, contract, grams)
        assert worth(with_contracts, contract) == before + difference


def test_the_same_weight_twice_changes_nothing(with_contracts: Instance, contract: Contract) -> None:
    weigh(with_contracts, contract, 1_800)
    with with_contracts.working() as unit:
        (one,) = weighing.to_weigh(unit, delivery_of(contract))
        assert weighing.weigh(unit, delivery_of(contract), {one.key: 1_800}) == []


def test_impossible_weights_and_lines_are_refused(with_contracts: Instance, contract: Contract) -> None:
    with pytest.raises(Refused):
        weigh(with_contracts, contract, 0)
    with with_contracts.working() as unit, pytest.raises(NotFound):
        weighing.weigh(unit, delivery_of(contract), {"1-999999": 1_000})


def test_a_farm_weighs_some_days_before_and_no_earlier(
    with_contracts: Instance, contract: Contract, clock: Clock
) -> None:
    clock.forward(days=-1 - weighing.DAYS_BEFORE)
    with pytest.raises(Refused, match="Pesez à partir du"):
        weigh(with_contracts, contract, 1_800)
    clock.forward(days=1)
    weigh(with_contracts, contract, 1_800)


def test_two_products_of_one_name_are_settled_apart(with_contracts: Instance, clock: Clock) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [2_100, 2_100], number=1)
        keys = product_ids(offer)
        for one in offer.products:
            unit.get(Product, one.product_id).name = "Poulet"
        write_terms(unit, offer, products=[{"offer_product_id": key, "kg_cents": 1_350} for key in keys])
        open_(unit, offer.id)
        found = signed_for(unit, offer.id, {"quantities": {str(key): 1 for key in keys}})
    clock.forward(days=7)
    before = worth(with_contracts, found)
    for weights, difference in (((1_800, 1_800), 660), ((1_500, 1_800), 255)):
        with with_contracts.working() as unit:
            lines = weighing.to_weigh(unit, delivery_of(found))
            weighing.weigh(unit, delivery_of(found), dict(zip((one.key for one in lines), weights, strict=True)))
        assert worth(with_contracts, found) == before + difference


def test_a_quantity_that_changes_afterwards_is_settled_anew(with_contracts: Instance, contract: Contract) -> None:
    before = worth(with_contracts, contract)
    weigh(with_contracts, contract, 3_800)
    line = next(one for one in contract.lines if one.unit_cents == 2_100)
    place, what = (line.offer_product_id, line.delivery_id), "un poulet de plus"
    with with_contracts.working() as unit:
        weighing.amend_weighed(unit, contract.id, Amendment({place: LineNow(2, 2_100)}), what)
    assert worth(with_contracts, contract) == before - 2_100 + 5_130
    gone = LineNow(2, 2_100, LineEffect.CREDITED, "contracts.hazard")
    with with_contracts.working() as unit:
        back = weighing.amend_weighed(unit, contract.id, Amendment({place: gone}), "poulets perdus")
    assert worth(with_contracts, contract) == before - 2_100
    with with_contracts.working() as unit:
        weighing.amend_weighed(unit, contract.id, back, "poulets retrouvés")
    assert worth(with_contracts, contract) == before - 2_100 + 5_130
