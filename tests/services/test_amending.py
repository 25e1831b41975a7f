"""Changing a signed contract: its lines, total and the books move together, and what was is given back."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courtil.domain.contracts import Charge
from courtil.domain.problems import Refused
from courtil.domain.states import LineEffect
from courtil.services import amending, contracts, deliveries, payments
from courtil.services.amending import NOTHING, Amendment, LineNow
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.contracts import Contract
from courtil.store.people import Person
from subscriptions import a_draft, a_person, a_signed_contract, an_open_offer, signed


@pytest.fixture
def contract(instance: Instance) -> Contract:
    """One basket at 12,50 € on four dates, signed."""
    with instance.working() as unit:
        return contracts.contract(unit, a_signed_contract(unit, an_open_offer(unit)).id)


def cells(contract: Contract) -> list[tuple[int, int]]:
    return [(line.offer_product_id, line.delivery_id) for line in contract.lines]


def agree(instance: Instance) -> None:
    with instance.reading() as reader:
        assert payments.agreement(reader) == []


def test_a_basket_taken_off_is_paid_back_and_comes_again_when_undone(instance: Instance, contract: Contract) -> None:
    first = cells(contract)[0]
    with instance.working() as unit:
        before = amending.amend(unit, contract.id, Amendment({first: NOTHING}), "un panier de moins")
    agree(instance)
    with instance.reading() as reader:
        found = contracts.contract(reader, contract.id)
        assert (found.total_cents, len(found.lines)) == (3_750, 3)
        assert payments.schedule(reader, contract.id).owed == 3_750
    with instance.working() as unit:
        amending.amend(unit, contract.id, before, "retour")
    agree(instance)
    with instance.reading() as reader:
        assert contracts.contract(reader, contract.id).total_cents == 5_000


def test_a_basket_moves_to_another_date_at_no_cost(instance: Instance, contract: Contract) -> None:
    first, second = cells(contract)[:2]
    moved = Amendment({first: NOTHING, second: LineNow(2, 1_250)})
    with instance.working() as unit:
        amending.amend(unit, contract.id, moved, "report")
    agree(instance)
    with instance.reading() as reader:
        assert contracts.contract(reader, contract.id).total_cents == 5_000


def test_an_absence_that_stays_paid_costs_nothing_and_brings_nothing(instance: Instance, contract: Contract) -> None:
    first = cells(contract)[0]
    away = Amendment({first: LineNow(1, 1_250, LineEffect.KEPT, "contracts-1")})
    with instance.working() as unit:
        amending.amend(unit, contract.id, away, "absence")
    agree(instance)
    with instance.reading() as reader:
        found = contracts.contract(reader, contract.id)
        assert contracts.worth(found) == 5_000
        assert [line.effect for line in found.lines].count(LineEffect.KEPT) == 1


def test_what_an_absence_took_away_stays_away_when_its_date_is_cancelled_and_restored(
    instance: Instance, contract: Contract
) -> None:
    product, delivery = cells(contract)[0]
    away = Amendment({(product, delivery): LineNow(1, 1_250, LineEffect.CREDITED, "contracts-1")})
    with instance.working() as unit:
        amending.amend(unit, contract.id, away, "absence")
        deliveries.cancel(unit, delivery, LineEffect.KEPT)
        deliveries.restore(unit, delivery)
    agree(instance)
    with instance.reading() as reader:
        assert contracts.worth(contracts.contract(reader, contract.id)) == 3_750


def test_a_charge_settles_what_was_weighed(instance: Instance, contract: Contract) -> None:
    with instance.working() as unit:
        amending.amend(unit, contract.id, Amendment(charges=[Charge("Agneau pesé", 330)]), "pesée")
    agree(instance)
    with instance.working() as unit:
        amending.amend(unit, contract.id, Amendment(charges=[Charge("Agneau pesé", -75)]), "pesée corrigée")
    agree(instance)
    with instance.reading() as reader:
        assert payments.schedule(reader, contract.id).owed == 5_000 - 75


def test_a_cancelled_date_and_an_ended_contract_do_not_change(instance: Instance, contract: Contract) -> None:
    first = cells(contract)[0]
    with instance.working() as unit:
        deliveries.cancel(unit, first[1], LineEffect.KEPT)
    with instance.working() as unit, pytest.raises(Refused, match="n’a pas lieu"):
        amending.amend(unit, contract.id, Amendment({first: NOTHING}), "x")
    with instance.working() as unit:
        contracts.terminate(unit, contract.id, unit.today, "départ", credit=True)
    with instance.working() as unit, pytest.raises(Refused, match="pas en cours"):
        amending.amend(unit, contract.id, Amendment({cells(contract)[1]: NOTHING}), "x")
    agree(instance)


def test_charges_alone_of_a_contract_that_has_ended_may_still_be_settled(
    instance: Instance, contract: Contract
) -> None:
    charges = Amendment(charges=[Charge("Solde", 250)])
    with instance.working() as unit:
        contracts.terminate(unit, contract.id, unit.today, "départ", credit=True)
        with pytest.raises(Refused, match="pas en cours"):
            amending.amend(unit, contract.id, charges, "x")
        before = amending.amend(unit, contract.id, charges, "solde", ended=True)
        assert contracts.worth(contracts.contract(unit, contract.id)) == 250
        with pytest.raises(Refused, match="pas en cours"):
            amending.amend(unit, contract.id, Amendment({cells(contract)[1]: NOTHING}), "x", ended=True)
        amending.amend(unit, contract.id, before, "retour", ended=True)
    agree(instance)


def test_more_than_what_is_left_is_refused(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, stock=2)
        mine, _other = a_signed_contract(unit, offer_id), a_signed_contract(unit, offer_id)
        cell = cells(contracts.contract(unit, mine.id))[0]
        with pytest.raises(Refused, match="reste plus"):
            amending.amend(unit, mine.id, Amendment({cell: LineNow(2, 1_250)}), "x")


def test_a_total_below_zero_is_refused(instance: Instance, contract: Contract) -> None:
    with instance.working() as unit, pytest.raises(Refused, match="rendrait plus"):
        amending.amend(unit, contract.id, Amendment(charges=[Charge("Avoir", -5_001)]), "x")


def one_step(unit: Unit, contract: Contract, kept: list[Amendment], data: st.DataObject) -> None:
    product, delivery = data.draw(st.sampled_from(cells(contract)))
    match data.draw(st.sampled_from(["amend", "charge", "undo", "cancel", "restore", "terminate", "resume", "pay"])):
        case "amend":
            effect = data.draw(st.sampled_from(LineEffect))
            line = LineNow(
                data.draw(st.integers(0, 3)), 1_250, effect, "" if effect is LineEffect.DUE else "contracts-1"
            )
            kept.append(amending.amend(unit, contract.id, Amendment({(product, delivery): line}), "change"))
        case "charge":
            cents = data.draw(st.integers(-500, 500).filter(bool))
            kept.append(amending.amend(unit, contract.id, Amendment(charges=[Charge("Pesée", cents)]), "pesée"))
        case "undo" if kept:
            amending.amend(unit, contract.id, kept[-1], "retour")
            kept.pop()
        case "cancel":
            deliveries.cancel(unit, delivery, data.draw(st.sampled_from([LineEffect.KEPT, LineEffect.CREDITED])))
        case "restore":
            deliveries.restore(unit, delivery)
        case "terminate":
            day = unit.today + timedelta(days=data.draw(st.integers(0, 30)))
            contracts.terminate(unit, contract.id, day, "départ", credit=data.draw(st.booleans()))
        case "resume":
            contracts.resume(unit, contract.id)
        case "pay":
            cents = data.draw(st.integers(1, 3_000))
            noted = payments.PaymentData(cents=cents, method="cheque", received_on=unit.today)
            payments.note(unit, contract.id, noted, f"key-{unit.now.isoformat()}-{cents}")


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_to_it_contract_books_and_deliveries_agree(instance: Instance, data: st.DataObject) -> None:
    with instance.working() as unit:
        person: Person = a_person(unit)
        draft = a_draft(unit, an_open_offer(unit), person)
        found = contracts.contract(unit, signed(unit, draft.id, person).id)
    kept: list[Amendment] = []
    for _step in range(data.draw(st.integers(1, 6))):
        with suppress(Refused), instance.working() as unit:
            one_step(unit, found, kept, data)
        agree(instance)
