"""Payments: noted once, never above what is owed, handed over and taken back to the cent."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from courtil.domain.access import Actor, Grant
from courtil.domain.problems import NotFound, Refused, Stale
from courtil.domain.states import ContractState, LineEffect, PaymentMethod, PaymentState
from courtil.services import books, payments
from courtil.services.instance import Instance
from courtil.services.payments import PaymentData
from courtil.services.unit import Reader, Unit
from courtil.store.books import Entry, Payment
from courtil.store.contracts import Contract, ContractLine
from courtil.store.operations import LogEntry
from courtil.store.people import Person
from courtil.testing.factories import a_farm, a_household, an_offer
from treasury import BASKETS, TOTAL, cheque, discarded, noted, signed


def balances(unit: Reader, contract: Contract) -> tuple[int, int, int]:
    """Household, farm, outside."""
    refs = (books.household(contract.household_id), books.farm(contract.offer.farm_id), books.OUTSIDE)
    return tuple(int(books.balance(unit, ref)) for ref in refs)  # type: ignore[return-value]


def elsewhere(unit: Unit) -> Contract:
    """A contract with another farm."""
    return signed(unit, an_offer(unit, farm=a_farm(unit, "Le Fournil", BASKETS)), a_household(unit, "Abel"))


def problem(error: pytest.ExceptionInfo[Refused]) -> tuple[str | None, str]:
    return error.value.problems[0].field, error.value.problems[0].message


def test_a_payment_reduces_what_the_household_owes_and_is_told(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        noted(unit, contract)
        assert balances(unit, contract) == (-4_000, 6_000, -2_000)
        assert payments.agreement(unit) == []
        [told] = [e.sentence for e in unit.all(select(LogEntry)) if e.kind == "PaymentRecorded"]
        assert "noté" in told
        assert "20,00" in told


def test_the_same_form_sent_twice_is_one_payment(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        first = noted(unit, contract)
        assert noted(unit, contract, 1_500).id == first.id
        assert [p.cents for p in unit.all(select(Payment))] == [2_000]
        assert balances(unit, contract) == (-4_000, 6_000, -2_000)


def test_a_form_that_served_another_contract_is_refused(instance: Instance) -> None:
    with instance.working() as unit:
        noted(unit, signed(unit))
        other = elsewhere(unit)
        with pytest.raises(Refused):
            noted(unit, other)
        with pytest.raises(Refused):
            noted(unit, other, key="")


def test_more_than_what_is_owed_is_refused_with_what_is_left(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        noted(unit, contract, 5_000)
        with pytest.raises(Refused) as error:
            noted(unit, contract, 1_001, "k2")
        assert problem(error)[0] == "cents"
        assert "10,00" in problem(error)[1]
        noted(unit, contract, 1_000, "k2")
        with pytest.raises(Refused, match="entièrement payé"):
            noted(unit, contract, 1, "k3")


def test_unlikely_dates_and_unsigned_contracts_are_refused(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        for day in (unit.today + timedelta(days=60), date(1926, 1, 1)):
            with pytest.raises(Refused) as error:
                noted(unit, contract, received_on=day)
            assert problem(error)[0] == "received_on"
        draft = signed(unit, contract.offer, a_household(unit, "Abel"), state=ContractState.DRAFT)
        with pytest.raises(Refused, match="pas signé"):
            noted(unit, draft)


def test_an_instalment_of_another_contract_is_refused(instance: Instance) -> None:
    with instance.working() as unit:
        contract, other = signed(unit), elsewhere(unit)
        with pytest.raises(Refused) as error:
            noted(unit, contract, instalment_id=other.instalments[0].id)
        assert problem(error)[0] == "instalment_id"


@pytest.mark.parametrize("cents", [0, -100, "0", "-5", "0,005", "1e9", "NaN"])
def test_amounts_that_are_no_money_never_reach_the_books(cents: object) -> None:
    with pytest.raises(ValueError):
        PaymentData.model_validate({"cents": cents, "received_on": date(2026, 1, 1)})


def test_a_handover_gives_the_farm_exactly_these_payments(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        first, second = noted(unit, contract), noted(unit, contract, key="k2")
        assert [p.id for p in payments.hand_over(unit, [first.id], unit.today)] == [first.id]
        assert balances(unit, contract) == (-2_000, 4_000, -2_000)
        assert payments.hand_over(unit, [first.id, second.id], unit.today) == [second]
        assert balances(unit, contract) == (-2_000, 2_000, 0)
        payments.take_back(unit, [first.id, second.id])
        assert balances(unit, contract) == (-2_000, 6_000, -4_000)
        assert first.handed_on is None
        assert payments.agreement(unit) == []


def test_a_handover_concerns_one_farm_and_payments_that_count(instance: Instance) -> None:
    with instance.working() as unit:
        contract, other = signed(unit), elsewhere(unit)
        here, there = noted(unit, contract), noted(unit, other, key="k2")
        for ids in ([here.id, there.id], []):
            with pytest.raises(Refused):
                payments.hand_over(unit, ids, unit.today)
        with pytest.raises(NotFound):
            payments.hand_over(unit, [here.id, 999], unit.today)
        payments.cancel(unit, there.id)
        for step in (
            lambda: payments.hand_over(unit, [there.id], unit.today),
            lambda: payments.take_back(unit, [there.id]),
        ):
            with pytest.raises(Refused):
                step()


def test_a_transfer_is_at_the_farm_when_it_is_noted(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        payment = noted(unit, contract, method=PaymentMethod.TRANSFER)
        assert (payment.state, payment.handed_on) == (PaymentState.HANDED, unit.today)
        assert payments.to_hand_over(unit) == []
        with pytest.raises(Refused, match="directement"):
            payments.take_back(unit, [payment.id])
        payments.cancel(unit, payment.id)
        assert balances(unit, contract) == (-6_000, 6_000, 0)
        payments.restore(unit, payment.id)
        assert payment.state is PaymentState.HANDED
        assert payments.agreement(unit) == []


def test_a_bounced_cheque_is_owed_again_by_everybody_and_can_be_undone(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        payment = noted(unit, contract)
        payments.hand_over(unit, [payment.id], unit.today)
        payments.bounce(unit, payment.id)
        assert balances(unit, contract) == (-6_000, 6_000, 0)
        payments.restore(unit, payment.id)
        assert payment.state is PaymentState.HANDED
        assert balances(unit, contract) == (-4_000, 4_000, 0)


def test_a_cheque_at_the_farm_is_taken_back_before_it_is_cancelled(instance: Instance) -> None:
    with instance.working() as unit:
        payment = noted(unit, signed(unit))
        payments.hand_over(unit, [payment.id], unit.today)
        with pytest.raises(Refused):
            payments.cancel(unit, payment.id)


def test_what_was_cancelled_comes_back_only_if_it_is_still_owed(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        first = noted(unit, contract, TOTAL)
        payments.cancel(unit, first.id)
        noted(unit, contract, 100, "k2")
        with pytest.raises(Refused, match="59,00"):
            payments.restore(unit, first.id)
        assert payments.cancel(unit, first.id) is first
        assert payments.agreement(unit) == []


def test_a_page_opened_before_somebody_else_changed_the_payment_is_stale(instance: Instance) -> None:
    with instance.working() as unit:
        payment = noted(unit, signed(unit))
        seen = payment.version
        payments.hand_over(unit, [payment.id], unit.today)
        unit.session.flush()
        for step in (payments.cancel, payments.bounce):
            with pytest.raises(Stale):
                step(unit, payment.id, seen)


def test_each_payment_covers_its_instalment_and_the_others_fill_the_oldest(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        third = contract.instalments[2]
        noted(unit, contract, 2_000, instalment_id=third.id)
        noted(unit, contract, 2_500, "k2")
        plan = payments.schedule(unit, contract.id)
        assert [due.covered for due in plan.dues] == [2_000, 500, 2_000]
        assert (plan.owed, plan.next_due.left if plan.next_due else 0) == (1_500, 1_500)
        assert [p.cents for p in plan.payments_of(plan.dues[1])] == [2_500]


def test_an_instalment_is_late_the_day_after_it_was_due(instance: Instance) -> None:
    with instance.working() as unit:
        yesterday, today = unit.today - timedelta(days=1), unit.today
        contract = signed(unit, due=[yesterday, today])
        plan = payments.schedule(unit, contract.id)
        assert [due.due_on for due in plan.late(unit.today)] == [yesterday]
        noted(unit, contract, 3_000)
        assert payments.schedule(unit, contract.id).late(unit.today) == []


def test_a_date_given_back_comes_off_the_last_instalment(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        credit(unit, contract, 2)
        plan = payments.schedule(unit, contract.id)
        assert [due.cents for due in plan.dues] == [2_000, 1_000, 0]
        assert payments.agreement(unit) == []
        noted(unit, contract, 3_000)
        credit(unit, contract, 1)
        assert payments.schedule(unit, contract.id).over == 1_500


def credit(unit: Unit, contract: Contract, dates: int) -> None:
    """Give these first dates that are still due back, as a cancelled delivery does."""
    due = select(ContractLine).where(ContractLine.contract_id == contract.id, ContractLine.effect == LineEffect.DUE)
    for line in unit.all(due.order_by(ContractLine.id).limit(dates)):
        line.effect = LineEffect.CREDITED
        back = (
            books.farm(contract.offer.farm_id),
            books.household(contract.household_id),
            line.quantity * line.unit_cents,
        )
        books.move(unit, "Date annulée", [back], contract.id)


def test_expected_payments_come_late_ones_first_and_leave_when_paid(instance: Instance) -> None:
    with instance.working() as unit:
        offer, today = an_offer(unit, products=BASKETS), unit.today
        later = signed(unit, offer, a_household(unit, "Abel"), due=[today + timedelta(days=10)])
        late = signed(unit, offer, a_household(unit, "Zoé"), due=[today - timedelta(days=10)])
        paid = signed(unit, offer, a_household(unit, "Benoît"))
        payments.note(unit, paid.id, cheque(unit, TOTAL), "k")
        found = payments.due(unit)
        assert [row.contract_id for row in found.rows] == [late.id, later.id]
        assert (found.total, found.owed, found.late) == (2, 2 * TOTAL, TOTAL)
        assert [row.household for row in payments.due(unit, late=True).rows] == ["Zoé"]
        assert [row.household for row in payments.due(unit, search="ABEL").rows] == ["Abel"]
        assert payments.due(unit, search="%").total == 2
        assert payments.due(unit, search="100 % _").total == 0
        assert payments.due(unit, farm_id=offer.farm_id + 1).total == 0
        second = payments.due(unit, page=2, size=1)
        assert (second.page, second.pages, [row.household for row in second.rows]) == (2, 2, ["Abel"])


def test_sums_of_a_farm_say_nothing_about_households(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        signed(unit, contract.offer, a_household(unit, "Abel"), quantity=2)
        payment = noted(unit, contract)
        noted(unit, contract, 1_000, "k2")
        payments.hand_over(unit, [payment.id], unit.today)
        [row] = payments.farm_summary(unit, contract.offer.farm_id)
        assert (row.name, row.signed, row.received, row.handed, row.waiting, row.due) == (
            "Légumes d’hiver", 18_000, 3_000, 2_000, 1_000, 15_000,
        )  # fmt: skip
        [farm] = payments.balances_by_farm(unit)
        assert (farm.name, farm.signed, farm.due) == ("Ferme des Trois-Chênes", 18_000, 15_000)
        assert payments.farm_summary(unit, contract.offer.farm_id, season_id=999) == []


def test_documents_hold_what_was_handed_and_what_is_expected(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        payment = noted(unit, contract, reference="0042")
        noted(unit, contract, key="k2", method=PaymentMethod.TRANSFER)
        payments.hand_over(unit, [payment.id], unit.today)
        [table] = payments.handover_document(unit, contract.offer.farm_id, unit.today).tables
        assert [row[3:] for row in table.rows] == [("0042", 2_000)]
        assert table.footer is not None
        assert table.footer[-1] == 2_000
        [collected] = payments.cheques_document(unit).tables
        assert [row[3] for _heading, rows in collected.sections for row in rows] == [2_000]
        empty = payments.handover_document(unit, contract.offer.farm_id, unit.today - timedelta(days=1)).tables[0]
        assert empty.rows == ()


def as_referent(person_id: int, farm_id: int) -> Actor:
    grants = frozenset({Grant("payments.read", farm_id), Grant("payments.write", farm_id)})
    return Actor(person_id, "Réf", household_id=None, grants=grants)


def test_a_referent_only_meets_the_payments_of_her_farm(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        payment = noted(unit, contract)
        farm_id = contract.offer.farm_id
        person = unit.add(Person(last_name="Réf", search="ref")).id
        unit.actor = as_referent(person, farm_id)
        assert payments.due(unit).total == 1
        noted(unit, contract, key="k2")
        unit.actor = as_referent(person, farm_id + 1)
        assert payments.due(unit).total == 0
        assert payments.to_hand_over(unit) == []
        assert payments.balances_by_farm(unit) == []
        for forbidden in (
            lambda: payments.schedule(unit, contract.id),
            lambda: noted(unit, contract, key="k3"),
            lambda: payments.hand_over(unit, [payment.id], unit.today),
            lambda: payments.cancel(unit, payment.id),
            lambda: payments.handover_document(unit, farm_id, unit.today),
            lambda: payments.household_summary(unit, contract.household_id),
        ):
            with pytest.raises(NotFound):
                forbidden()


def test_a_household_reads_its_own_schedule_and_no_other(instance: Instance) -> None:
    with instance.working() as unit:
        contract = signed(unit)
        own = frozenset({Grant("self.read")})
        unit.actor = Actor(1, "Zoé", household_id=contract.household_id, grants=own)
        assert [one.owed for one in payments.household_summary(unit, contract.household_id)] == [TOTAL]
        unit.actor = Actor(2, "Ali", household_id=contract.household_id + 1, grants=own)
        for forbidden in (payments.schedule, payments.household_summary):
            with pytest.raises(NotFound):
                forbidden(unit, contract.id)


STEPS = ("note", "transfer", "hand over", "take back", "bounce", "cancel", "restore")


def step(unit: Unit, contract: Contract, what: str, which: int, cents: int, key: str) -> None:
    known = unit.all(select(Payment).order_by(Payment.id))
    if what in ("note", "transfer"):
        method = PaymentMethod.TRANSFER if what == "transfer" else PaymentMethod.CHEQUE
        instalment = contract.instalments[which % 3].id if which % 2 else None
        noted(unit, contract, cents, key, method=method, instalment_id=instalment)
        return
    if not known:
        return
    payment_id = known[which % len(known)].id
    if what == "hand over":
        payments.hand_over(unit, [payment_id], unit.today)
    elif what == "take back":
        payments.take_back(unit, [payment_id])
    else:
        {"bounce": payments.bounce, "cancel": payments.cancel, "restore": payments.restore}[what](unit, payment_id)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.integers(1, TOTAL)), max_size=15))
def test_whatever_is_done_payments_contracts_and_books_agree(instance: Instance, steps: list) -> None:
    with discarded(instance) as unit:
        contract = signed(unit)
        for number, (what, which, cents) in enumerate(steps):
            before = len(unit.all(select(Entry.id)))
            try:
                with unit.session.begin_nested():
                    step(unit, contract, what, which, cents, f"key-{number}")
            except Refused:
                assert len(unit.all(select(Entry.id))) == before
            assert payments.agreement(unit) == []
            plan = payments.schedule(unit, contract.id)
            counting = [p.cents for p in plan.payments if p.state in (PaymentState.RECEIVED, PaymentState.HANDED)]
            assert plan.owed == TOTAL - sum(counting) >= 0
            assert sum(due.left for due in plan.dues) == plan.owed
            assert plan.over == 0
            assert balances(unit, contract)[0] == -plan.owed
            assert sum(balances(unit, contract)) == 0
