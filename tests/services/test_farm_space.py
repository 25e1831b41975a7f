"""What a farmer sees of money comes from the books, as the treasurer sees it."""

from courtil.domain.states import LineEffect
from courtil.services import deliveries, farm_space, payments
from courtil.services.instance import Instance
from treasury import noted, signed


def test_a_credited_date_comes_off_what_the_farm_may_expect(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        noted(unit, contract, 2_000)
        deliveries.cancel(unit, contract.lines[0].delivery_id, LineEffect.CREDITED)
        farm_id = contract.offer.farm_id
        [balance] = payments.farm_summary(unit, farm_id)
        [offer] = farm_space.contracts_of(unit, farm_id)
        found = farm_space.payments_of(unit, farm_id)
    assert offer.cents == balance.signed == 4_500
    assert sum(month.expected for month in found.months) == 4_500
    assert found.waiting == balance.waiting == 2_000
