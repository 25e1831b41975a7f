"""Contracts after the signature: the farm signs, somebody leaves, and the books always agree."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from courtil.domain.access import Actor, Grant
from courtil.domain.problems import NotFound, Problem, Refused
from courtil.domain.states import ContractState, LineEffect, OfferState
from courtil.services import books, contracts, offer_life
from courtil.services.countersigning import countersign, countersign_on_paper, waiting
from courtil.services.instance import Instance
from courtil.services.payments.agreement import agreement
from courtil.services.unit import Unit
from courtil.store.contracts import Contract, ContractLine
from courtil.store.offers import Offer
from courtil.store.people import Person
from subscriptions import a_draft, a_person, a_signed_contract, an_open_offer, signed, weekly


@pytest.fixture
def offer_id(instance: Instance) -> int:
    with instance.working() as unit:
        return an_open_offer(unit)


def debt(unit: Unit, found: Contract) -> int:
    return -books.balance(unit, books.household(found.household_id))


def test_the_farm_s_signature_covers_the_household_s(instance: Instance, offer_id: int) -> None:
    with instance.working() as unit:
        keys = [a_signed_contract(unit, offer_id).id for _ in range(3)]
        farmer = unit.add(Person(first_name="Jean", last_name="Chêne", search="jean chene"))
        assert [one.id for one in waiting(unit)] == keys
        countersign(unit, keys, farmer, "192.0.2.7")
        countersign(unit, keys[:1], farmer)  # a second click
        found = contracts.contract(unit, keys[0])
        assert found.state == ContractState.SIGNED_FARM
        assert [(proof.party, proof.holds) for proof in contracts.proofs(found)] == [("member", True), ("farm", True)]
        assert waiting(unit) == []


def test_a_changed_text_breaks_the_evidence(instance: Instance, offer_id: int) -> None:
    with instance.working() as unit:
        key = a_signed_contract(unit, offer_id).id
        contracts.contract(unit, key).text += "\nUn ajout."
        unit.session.flush()
        assert [proof.holds for proof in contracts.proofs(contracts.contract(unit, key))] == [False]


def test_a_farmer_signs_only_for_her_farm(instance: Instance, offer_id: int) -> None:
    with instance.working() as unit:
        found = a_signed_contract(unit, offer_id)
        farmer = a_person(unit)
        farm_id = unit.get(Offer, offer_id).farm_id
    other = Actor(farmer.id, "x", grants=frozenset({Grant("contracts.countersign", farm_id + 1)}))
    with instance.working(other) as unit, pytest.raises(NotFound):
        countersign(unit, [found.id], unit.get(Person, farmer.id))
    own = Actor(farmer.id, "x", grants=frozenset({Grant("contracts.countersign", farm_id)}))
    with instance.working(own) as unit:
        countersign(unit, [found.id], unit.get(Person, farmer.id))


def test_a_draft_cannot_be_countersigned(instance: Instance, offer_id: int) -> None:
    with instance.working() as unit:
        person = a_person(unit)
        draft = a_draft(unit, offer_id, person)
        with pytest.raises(Refused, match="n’a pas signé"):
            countersign(unit, [draft.id], person)


def test_cancelling_gives_the_place_and_the_money_back(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, places=1)
        first, second = a_person(unit), a_person(unit)
        found = a_signed_contract(unit, offer_id, first)
        contracts.cancel(unit, found.id)
        assert debt(unit, found) == 0
        a_signed_contract(unit, offer_id, second)
        with pytest.raises(Refused, match="complet"):
            contracts.uncancel(unit, found.id)


def test_an_undone_cancellation_restores_the_contract(instance: Instance, offer_id: int) -> None:
    with instance.working() as unit:
        person = a_person(unit)
        found = a_signed_contract(unit, offer_id, person)
        contracts.cancel(unit, found.id)
        draft = a_draft(unit, offer_id, person)  # she had begun another
        contracts.uncancel(unit, found.id)
        assert (found.state, debt(unit, found)) == (ContractState.SIGNED_MEMBER, found.total_cents)
        assert unit.get(Contract, draft.id).state == ContractState.CANCELLED


def test_after_the_farm_signed_one_does_not_cancel(instance: Instance, offer_id: int) -> None:
    with instance.working() as unit:
        found = a_signed_contract(unit, offer_id)
        countersign(unit, [found.id], a_person(unit))
        with pytest.raises(Refused, match="résiliation"):
            contracts.cancel(unit, found.id)


def test_after_the_first_delivery_one_does_not_cancel(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, days=weekly(unit.today + timedelta(days=2)))
        found = a_signed_contract(unit, offer_id)
        later = unit.now + timedelta(days=2)
    with instance.working(now=later) as unit, pytest.raises(Refused):
        contracts.cancel(unit, found.id)


@pytest.mark.parametrize(("credit", "owed"), [(True, 2 * 1_250), (False, 4 * 1_250)])
def test_ending_after_two_deliveries(instance: Instance, offer_id: int, credit: bool, owed: int) -> None:
    with instance.working() as unit:
        found = contracts.contract(unit, a_signed_contract(unit, offer_id).id)
        second = sorted(line.delivery.distribution.day for line in found.lines)[1]
        preview = contracts.termination(found, second, credit=credit)
        assert (len(preview.days), preview.cents) == (2, 2_500)
        contracts.terminate(unit, found.id, second, "Déménagement", credit=credit)
        assert debt(unit, found) == owed
        assert sum(line.effect == LineEffect.DUE for line in contracts.contract(unit, found.id).lines) == 2
        contracts.resume(unit, found.id)
        assert (found.state, debt(unit, found)) == (ContractState.SIGNED_MEMBER, 5_000)


def test_ending_needs_a_reason_and_a_contract_that_runs(instance: Instance, offer_id: int) -> None:
    with instance.working() as unit:
        found = a_signed_contract(unit, offer_id)
        with pytest.raises(Refused, match="raison"):
            contracts.terminate(unit, found.id, unit.today, "", credit=True)
        contracts.cancel(unit, found.id)
        with pytest.raises(Refused):
            contracts.terminate(unit, found.id, unit.today, "Départ", credit=True)
        with pytest.raises(NotFound):
            contracts.terminate(unit, 999_999, unit.today, "Départ", credit=True)


def test_a_plugin_s_reason_is_shown_and_nothing_is_written(
    instance: Instance, offer_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with instance.working() as unit:
        person = a_person(unit)
        draft = a_draft(unit, offer_id, person)
        monkeypatch.setattr(
            type(unit.hooks), "subscription_problems", lambda self, draft, reader: [Problem("Adhérez d’abord.")]
        )
        with pytest.raises(Refused, match="Adhérez"):
            signed(unit, draft.id, person)
        assert unit.get(Contract, draft.id).state == ContractState.DRAFT


def test_the_calendar_ends_a_contract_that_the_farm_never_signed(instance: Instance, offer_id: int) -> None:
    with instance.working() as unit:
        key = a_signed_contract(unit, offer_id).id
        last = max(line.delivery.distribution.day for line in contracts.contract(unit, key).lines)
    for days, state in ((0, ContractState.SIGNED_MEMBER), (1, ContractState.ENDED)):
        now = datetime(last.year, last.month, last.day, 12, tzinfo=UTC) + timedelta(days=days)
        with instance.working(now=now) as unit:
            contracts.turn(unit)
            assert unit.get(Contract, key).state == state


def test_a_contract_that_cannot_turn_does_not_stop_the_others(
    instance: Instance, offer_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with instance.working() as unit:
        empty, bad, good = (a_signed_contract(unit, offer_id).id for _ in range(3))
        countersign(unit, [empty, bad, good], a_person(unit))
        unit.execute(delete(ContractLine).where(ContractLine.contract_id == empty))
        unit.get(Contract, empty).state = ContractState.ACTIVE
        later = unit.now + timedelta(days=400)

    def picky(before: ContractState, after: ContractState) -> ContractState:
        if len(asked := [*seen, after]) == 1:
            seen.extend(asked)
            raise Refused("Non.")
        return after

    seen: list[ContractState] = []
    monkeypatch.setattr(contracts, "follow", picky)
    with instance.working(now=later) as unit:
        contracts.turn(unit)
    with instance.reading() as reader:
        states = [reader.get(Contract, key).state for key in (empty, bad, good)]
    assert states == [ContractState.ACTIVE, ContractState.SIGNED_FARM, ContractState.ENDED]


def test_a_cancellation_is_not_undone_after_the_first_delivery(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, days=weekly(unit.today + timedelta(days=2)))
        found = a_signed_contract(unit, offer_id)
        contracts.cancel(unit, found.id)
        later = unit.now + timedelta(days=2)
    with instance.working(now=later) as unit, pytest.raises(Refused, match="Souscrivez de nouveau"):
        contracts.uncancel(unit, found.id)


def member(person: Person) -> Actor:
    return Actor(person.id, person.full_name, person.household_id, frozenset({Grant("self.subscribe")}))


def test_when_subscriptions_are_closed_only_a_coordinator_undoes_a_cancellation(
    instance: Instance, offer_id: int
) -> None:
    with instance.working() as unit:
        person, coordinator = a_person(unit), a_person(unit)
        key = a_signed_contract(unit, offer_id, person).id
    with instance.working(member(person)) as unit:
        contracts.cancel(unit, key)
    with instance.working() as unit:
        offer_life.move(unit, offer_id, OfferState.CLOSED)
    with instance.working(member(person)) as unit, pytest.raises(Refused, match="closes"):
        contracts.uncancel(unit, key)
    with instance.working(Actor(coordinator.id, "x", grants=frozenset({Grant("contracts.write")}))) as unit:
        assert contracts.uncancel(unit, key).state == ContractState.SIGNED_MEMBER


def test_a_household_does_not_undo_what_a_coordinator_cancelled(instance: Instance, offer_id: int) -> None:
    with instance.working() as unit:
        person, coordinator = a_person(unit), a_person(unit)
        key = a_signed_contract(unit, offer_id, person).id
    with instance.working(Actor(coordinator.id, "x", grants=frozenset({Grant("contracts.write")}))) as unit:
        contracts.cancel(unit, key)
    with instance.working(member(person)) as unit, pytest.raises(Refused, match="a annulé"):
        contracts.uncancel(unit, key)


def test_a_coordinator_enters_the_farm_s_signatures_on_paper(instance: Instance, offer_id: int) -> None:
    with instance.working() as unit:
        keys = [a_signed_contract(unit, offer_id).id for _ in range(2)]
        coordinator, farm_id = a_person(unit), unit.get(Offer, offer_id).farm_id
    other = Actor(coordinator.id, "x", grants=frozenset({Grant("contracts.write", farm_id + 1)}))
    with instance.working(other) as unit, pytest.raises(NotFound):
        countersign_on_paper(unit, offer_id, coordinator)
    own = Actor(coordinator.id, "x", grants=frozenset({Grant("contracts.write", farm_id)}))
    with instance.working(own) as unit:
        assert [one.id for one in countersign_on_paper(unit, offer_id, coordinator)] == keys
        assert countersign_on_paper(unit, offer_id, coordinator) == []
        proof = contracts.proofs(contracts.contract(unit, keys[0]))[1]
    assert (proof.party, proof.method, proof.holds) == ("farm", "paper", True)


ACTIONS = ("draft", "sign", "countersign", "cancel", "uncancel", "terminate", "keep", "resume", "turn")


def act(unit: Unit, action: str, offer_id: int, people: list[int], number: int) -> None:
    person = unit.get(Person, people[number % len(people)])
    mine = [one for one in contracts.of_offer(unit, offer_id) if one.household_id == person.household_id]
    if action == "draft":
        a_draft(unit, offer_id, person, 1 + number % 3, number % 2)
        return
    for one in mine[-1:] if action in {"sign", "countersign", "terminate", "keep"} else mine:
        if action == "sign":
            signed(unit, one.id, person)
        elif action == "countersign":
            countersign(unit, [one.id], person)
        elif action in {"terminate", "keep"}:
            contracts.terminate(
                unit, one.id, unit.today + timedelta(days=7 * (number % 5)), "x", credit=action == "terminate"
            )
        elif action == "turn":
            contracts.turn(unit)
        else:
            getattr(contracts, action)(unit, one.id)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 9)), min_size=3, max_size=20))
def test_whatever_happens_contracts_lines_and_books_agree(instance: Instance, steps: list[tuple[str, int]]) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, places=2, stock=4)
        people = [a_person(unit).id for _ in range(3)]
    for action, number in steps:
        try:
            with instance.working() as unit:
                act(unit, action, offer_id, people, number)
        except Refused:
            continue
    with instance.working() as unit:
        assert agreement(unit) == []
        binding = [contracts.contract(unit, one.id) for one in contracts.of_offer(unit, offer_id)]
        assert sum(one.state in contracts.BINDING and one.state != ContractState.TERMINATED for one in binding) <= 2
        for one in binding:
            if one.signatures:
                assert one.total_cents == sum(line.quantity * line.unit_cents for line in one.lines)
                assert one.total_cents == sum(part.cents for part in one.instalments)
                assert all(proof.holds for proof in contracts.proofs(one))
            assert contracts.worth(one) >= 0
