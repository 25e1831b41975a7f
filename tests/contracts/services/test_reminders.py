"""Reminders before subscriptions close: to whom, when, and once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from contracts.conftest import choose
from contracts.offers import an_offer, open_, product_ids, signed_for, write_terms
from courtil.domain.states import ContractState
from courtil.services import offers, plugins, subscribing
from courtil.services.instance import Instance
from courtil.services.schedule import ask_for
from courtil.services.unit import Unit
from courtil.store.calendar import Season
from courtil.store.contracts import Contract
from courtil.store.offers import Offer
from courtil.store.operations import Job
from courtil.store.people import Household, Person
from courtil.testing.clock import Clock
from courtil_contracts.services import reminders
from courtil_contracts.tables import Reminder
from subscriptions import a_garden, a_person

NOON = date(2026, 11, 30)
LAST_DAY = NOON + timedelta(days=20)


@pytest.fixture(autouse=True)
def at_noon(clock: Clock) -> None:
    clock.set(NOON)


def choice(offer: Offer) -> dict[str, object]:
    return {"quantities": {str(product_ids(offer)[0]): 1}}


@pytest.fixture
def offer_id(with_contracts: Instance) -> int:
    """This season's offer, which closes in twenty days; the household `Duval` had the one before."""
    with with_contracts.working() as unit:
        garden = a_garden(unit)
        before = an_offer(unit, "contracts.same", [1_900], garden=garden, opened=True)
        signed_for(unit, before.id, choice(before))
        season = unit.add(Season(name="Suivante", starts_on=date(2027, 3, 1), ends_on=date(2027, 9, 1)))
        made = offers.copy(unit, before.id, season.id, timedelta(weeks=20))
        unit.get(Offer, made.id).closes_on = LAST_DAY
        unit.session.flush()
        open_(unit, made.id)
        return made.id


def run(instance: Instance) -> None:
    with instance.working() as unit:
        reminders.remind(unit)


def asked(instance: Instance) -> list[str]:
    """To whom a reminder was asked for."""
    with instance.reading() as reader:
        mails = reader.all(select(Job).where(Job.kind == "core.mail").order_by(Job.id))
    return [one.payload["to"] for one in mails if "Derniers jours pour signer" in one.payload["subject"]]


def loyal(unit: Unit) -> Person:
    """The person who had the contract before."""
    household = unit.session.scalar(select(Contract.household_id).order_by(Contract.id).limit(1))
    return unit.one(select(Person).where(Person.household_id == household))


def test_who_had_the_contract_is_reminded_some_days_before_it_closes_and_once(
    with_contracts: Instance, offer_id: int, clock: Clock
) -> None:
    with with_contracts.working() as unit:
        a_person(unit)
        email = loyal(unit).email or ""
    run(with_contracts)
    assert asked(with_contracts) == []
    for day in (LAST_DAY - timedelta(days=5), LAST_DAY - timedelta(days=4)):
        clock.set(day)
        run(with_contracts)
    assert asked(with_contracts) == [email]


def test_who_signs_is_left_in_peace_and_who_only_began_is_not(
    with_contracts: Instance, offer_id: int, clock: Clock
) -> None:
    clock.set(LAST_DAY)
    with with_contracts.working() as unit:
        person, offer = loyal(unit), offers.offer(unit, offer_id)
        draft = subscribing.save_draft(unit, offer_id, person.household_id or 0, choice(offer))
        assert reminders.to_remind(unit, offer) == [person.household_id]
        for state in (ContractState.SIGNED_MEMBER, ContractState.CANCELLED):
            draft.state = state
            unit.session.flush()
            assert reminders.to_remind(unit, offer) == []


def test_who_left_or_ended_the_last_one_early_is_not_asked(with_contracts: Instance, offer_id: int) -> None:
    with with_contracts.working() as unit:
        person, offer = loyal(unit), offers.offer(unit, offer_id)
        contract = unit.all(select(Contract).where(Contract.household_id == person.household_id))[0]
        contract.state = ContractState.TERMINATED
        unit.session.flush()
        assert reminders.to_remind(unit, offer) == []
        contract.state = ContractState.ENDED
        unit.get(Household, person.household_id or 0).left_on = NOON
        unit.session.flush()
        assert reminders.to_remind(unit, offer) == []


def test_an_amap_may_remind_everybody_or_nobody(with_contracts: Instance, offer_id: int, clock: Clock) -> None:
    clock.set(LAST_DAY)
    with with_contracts.working() as unit:
        a_person(unit)
    choose(with_contracts, asks_farm=False, remind_days=0)
    run(with_contracts)
    assert asked(with_contracts) == []
    choose(with_contracts, asks_farm=False, remind_everybody=True)
    run(with_contracts)
    assert len(asked(with_contracts)) == 2


def test_offers_that_are_full_closed_or_without_a_last_day_are_not_recalled(
    with_contracts: Instance, offer_id: int, clock: Clock
) -> None:
    clock.set(LAST_DAY)
    with with_contracts.working() as unit:
        offer = offers.offer(unit, offer_id)
        assert [one.id for one in reminders.closing(unit, 5)] == [offer_id]
        offer.places = 1
        signed_for(unit, offer_id, choice(offer))
        assert reminders.closing(unit, 5) == []
        offer.places, offer.closes_on = None, None
        unit.session.flush()
        assert reminders.closing(unit, 5) == []
        offer.closes_on = LAST_DAY - timedelta(days=1)
        unit.session.flush()
        assert reminders.closing(unit, 5) == []


def test_another_contract_of_the_farm_counts_where_none_had_the_same_name(
    with_contracts: Instance, offer_id: int
) -> None:
    with with_contracts.working() as unit:
        offer = unit.get(Offer, offer_id)
        offer.name = "Légumes d’été"
        unit.session.flush()
        assert len(reminders.to_remind(unit, offer)) == 1


def test_it_runs_each_day_where_the_plugin_is_on(with_contracts: Instance, offer_id: int, clock: Clock) -> None:
    clock.set(LAST_DAY)
    with with_contracts.working() as unit:
        ask_for(unit, with_contracts.plugins().job_kinds().values())
    with_contracts.run_jobs()
    with with_contracts.reading() as reader:
        assert [one.offer_id for one in reader.all(select(Reminder))] == [offer_id]
    plugins.switch_off(with_contracts, "contracts")
    assert "contracts.remind" not in with_contracts.plugins().job_kinds()


def test_a_reminder_says_what_volume_is_missing(offer_id: int, with_contracts: Instance, clock: Clock) -> None:
    with with_contracts.working() as unit:
        write_terms(unit, offers.offer(unit, offer_id), goals=[{"word": "caisses", "aim": "la palette", "least": 80}])
    clock.set(LAST_DAY - timedelta(days=5))
    run(with_contracts)
    with with_contracts.reading() as reader:
        [mail] = reader.all(
            select(Job).where(Job.kind == "core.mail", Job.done_at.is_(None)).order_by(Job.id.desc()).limit(1)
        )
        assert "0 caisses sur 80 : il en manque 80 pour la palette." in str(mail.payload)
