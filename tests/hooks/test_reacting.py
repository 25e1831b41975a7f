"""Reacting: whatever the service, plugins hear of it in its transaction, and one that fails takes all of it back."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

import courtil_recipes.hooks as recipes
from courtil.domain.contracts import Charge
from courtil.domain.events import (
    ContractAmended,
    ContractEnded,
    ContractSigned,
    DeliveryChanged,
    Event,
    HouseholdAdded,
    HouseholdLeft,
    PaymentRecorded,
    PersonErased,
    SeasonChanged,
)
from courtil.domain.states import ContractState, LineEffect, OfferState
from courtil.plugin.specs import REACTIONS
from courtil.services import calendar, contracts, deliveries, erasing, imports, offer_life, people, plugins
from courtil.services.amending import Amendment, amend
from courtil.services.calendar import SeasonData
from courtil.services.instance import Instance
from courtil.services.people import HouseholdData, PersonData
from courtil.services.unit import Unit
from courtil.store.base import Base
from courtil.store.contracts import Contract
from courtil.store.deliveries import Delivery
from courtil.store.operations import LogEntry
from courtil.store.people import Household, Person
from courtil.testing.factories import a_household, a_signed_contract, an_offer
from courtil_recipes.tables import Recipe
from subscriptions import a_draft, a_person, an_open_offer, signed
from treasury import noted
from treasury import signed as to_pay

WINTER = SeasonData(name="Hiver", starts_on=date(2026, 11, 1), ends_on=date(2027, 4, 30))
FILE = "Nom;Prénom;E-mail;Actif\nLantier;Zoé;zoe@exemple.fr;oui\nMacquart;Marc;marc@exemple.fr;non\n"

Deed = Callable[[Unit], object]


def joins(unit: Unit) -> Deed:
    return lambda unit: people.add_household(unit, HouseholdData(), [PersonData(last_name="Lantier")])


def is_imported(unit: Unit) -> Deed:
    batch_id = imports.upload(unit, FILE.encode(), "liste.csv").id
    return lambda unit: imports.write(unit, batch_id)


def leaves(unit: Unit) -> Deed:
    home_id = a_household(unit).id
    return lambda unit: people.leave(unit, home_id)


def is_erased(unit: Unit) -> Deed:
    home = people.leave(unit, a_household(unit).id)
    person_id = home.persons[0].id
    return lambda unit: erasing.erase(unit, person_id)


def a_season_begins(unit: Unit) -> Deed:
    return lambda unit: calendar.add_season(unit, WINTER)


def a_season_changes(unit: Unit) -> Deed:
    season = calendar.add_season(unit, WINTER)
    changed = WINTER.model_copy(update={"ends_on": date(2027, 5, 31)})
    return lambda unit: calendar.change_season(unit, season.id, changed)


def a_season_is_archived(unit: Unit) -> Deed:
    season = calendar.add_season(unit, WINTER)
    return lambda unit: calendar.archive_season(unit, season.id)


def a_season_returns(unit: Unit) -> Deed:
    season = calendar.archive_season(unit, calendar.add_season(unit, WINTER).id)
    return lambda unit: calendar.restore_season(unit, season.id)


def signs(unit: Unit) -> Deed:
    person = a_person(unit)
    draft_id = a_draft(unit, an_open_offer(unit), person).id
    return lambda unit: signed(unit, draft_id, unit.get(Person, person.id))


def _signed_by_member(unit: Unit) -> Contract:
    person = a_person(unit)
    return signed(unit, a_draft(unit, an_open_offer(unit), person).id, person)


def cancels(unit: Unit) -> Deed:
    contract_id = _signed_by_member(unit).id
    return lambda unit: contracts.cancel(unit, contract_id)


def comes_back_to_its_contract(unit: Unit) -> Deed:
    contract_id = _signed_by_member(unit).id
    contracts.cancel(unit, contract_id)
    return lambda unit: contracts.uncancel(unit, contract_id)


def gives_up_a_draft(unit: Unit) -> Deed:
    draft_id = a_draft(unit, an_open_offer(unit), a_person(unit)).id
    return lambda unit: contracts.cancel(unit, draft_id)


def is_changed(unit: Unit) -> Deed:
    contract = a_signed_contract(unit, an_offer(unit), a_household(unit))
    return lambda unit: amend(unit, contract.id, Amendment(charges=[Charge("Pesée", 1)]), "pesée")


def terminates(unit: Unit) -> Deed:
    contract = a_signed_contract(unit, an_offer(unit), a_household(unit))
    return lambda unit: contracts.terminate(unit, contract.id, unit.today, "Déménagement", credit=True)


def resumes(unit: Unit) -> Deed:
    contract = a_signed_contract(unit, an_offer(unit), a_household(unit))
    contracts.terminate(unit, contract.id, unit.today, "Déménagement", credit=True)
    return lambda unit: contracts.resume(unit, contract.id)


def is_delivered_later(unit: Unit) -> Deed:
    an_offer(unit)
    delivery_id = unit.all(select(Delivery.id).order_by(Delivery.id.desc()))[0]
    day = deliveries.delivery(unit, delivery_id).distribution.day + timedelta(days=1)
    return lambda unit: deliveries.move(unit, delivery_id, day, "Gel")


def is_not_delivered(unit: Unit) -> Deed:
    an_offer(unit)
    delivery_id = unit.all(select(Delivery.id).order_by(Delivery.id.desc()))[0]
    return lambda unit: deliveries.cancel(unit, delivery_id, LineEffect.CREDITED, "Gel")


def pays(unit: Unit) -> Deed:
    contract_id = to_pay(unit).id
    return lambda unit: noted(unit, contracts.contract(unit, contract_id))


DEEDS: list[tuple[Callable[[Unit], Deed], list[type[Event]]]] = [
    (joins, [HouseholdAdded]),
    (is_imported, [HouseholdAdded, HouseholdAdded, HouseholdLeft]),
    (leaves, [HouseholdLeft]),
    (is_erased, [PersonErased]),
    (a_season_begins, [SeasonChanged]),
    (a_season_changes, [SeasonChanged]),
    (a_season_is_archived, [SeasonChanged]),
    (a_season_returns, [SeasonChanged]),
    (signs, [ContractSigned]),
    (cancels, [ContractEnded]),
    (comes_back_to_its_contract, [ContractEnded]),
    (gives_up_a_draft, [ContractEnded]),
    (is_changed, [ContractAmended]),
    (terminates, [ContractEnded]),
    (resumes, [ContractEnded]),
    (is_delivered_later, [DeliveryChanged]),
    (is_not_delivered, [DeliveryChanged]),
    (pays, [PaymentRecorded]),
]
BY_NAME = pytest.mark.parametrize(("prepare", "events"), DEEDS, ids=[prepare.__name__ for prepare, _events in DEEDS])


def prepared(instance: Instance, prepare: Callable[[Unit], Deed]) -> Deed:
    with instance.working() as unit:
        deed = prepare(unit)
    recipes.EVENTS.clear()
    return deed


def everything(instance: Instance) -> dict[str, list[Any]]:
    """Every row of the instance."""
    tables = [table for table in Base.metadata.sorted_tables if table.name.startswith(("core_", "recipes_"))]
    with instance.reading() as reader:
        return {table.name: sorted(map(repr, reader.rows(select(*table.columns)))) for table in tables}


def test_every_reaction_has_a_deed() -> None:
    assert {event for _prepare, events in DEEDS for event in events} == set(REACTIONS)


@BY_NAME
def test_plugins_hear_of_it(with_recipes: Instance, prepare: Callable[[Unit], Deed], events: list[type[Event]]) -> None:
    deed = prepared(with_recipes, prepare)
    with with_recipes.working() as unit:
        deed(unit)
        assert [type(event) for event in recipes.EVENTS] == events
        assert {event.at for event in recipes.EVENTS} == {unit.now}


@BY_NAME
def test_a_plugin_that_fails_takes_all_of_it_back(
    with_recipes: Instance, trouble: set[str], prepare: Callable[[Unit], Deed], events: list[type[Event]]
) -> None:
    deed = prepared(with_recipes, prepare)
    before = everything(with_recipes)
    trouble.add(REACTIONS[events[-1]])
    with pytest.raises(recipes.Broken), with_recipes.working() as unit:
        deed(unit)
    assert everything(with_recipes) == before


@BY_NAME
def test_a_plugin_that_is_off_hears_nothing_but_of_erased_persons(
    with_recipes: Instance, prepare: Callable[[Unit], Deed], events: list[type[Event]]
) -> None:
    plugins.switch_off(with_recipes, "recipes")
    deed = prepared(with_recipes, prepare)
    with with_recipes.working() as unit:
        deed(unit)
    assert [type(event) for event in recipes.EVENTS] == [event for event in events if event is PersonErased]


def test_an_import_is_one_line_of_the_log_and_each_household_for_plugins(with_recipes: Instance) -> None:
    deed = prepared(with_recipes, is_imported)
    with with_recipes.working() as unit:
        deed(unit)
    with with_recipes.reading() as reader:
        homes = {home.id: home.name for home in reader.all(select(Household))}
        assert reader.session.scalar(select(func.count()).where(LogEntry.kind == "HouseholdAdded")) == 0
    joined = [event for event in recipes.EVENTS if isinstance(event, HouseholdAdded)]
    assert {event.household_id: event.name for event in joined} == homes
    assert [event.name for event in recipes.EVENTS if isinstance(event, HouseholdLeft)] == ["Macquart"]


def test_the_log_says_what_happened_to_a_season(with_recipes: Instance) -> None:
    with with_recipes.working() as unit:
        season = calendar.add_season(unit, WINTER)
        calendar.change_season(unit, season.id, WINTER.model_copy(update={"ends_on": date(2027, 5, 31)}))
        calendar.archive_season(unit, season.id)
        calendar.restore_season(unit, season.id)
        told = unit.all(
            select(LogEntry.sentence).where(LogEntry.subject == f"season:{season.id}").order_by(LogEntry.id)
        )
    assert list(told) == [
        "Saison Hiver : ajoutée.",
        "Saison Hiver : changée (Dernier jour).",
        "Saison Hiver : archivée.",
        "Saison Hiver : de retour.",
    ]


def test_a_draft_that_makes_room_for_a_contract_that_is_back_ends_too(with_recipes: Instance) -> None:
    with with_recipes.working() as unit:
        person = a_person(unit)
        offer_id = an_open_offer(unit)
        contract_id = signed(unit, a_draft(unit, offer_id, person).id, person).id
        contracts.cancel(unit, contract_id)
        draft_id = a_draft(unit, offer_id, person).id
        recipes.EVENTS.clear()
        contracts.uncancel(unit, contract_id)
        ended = [event for event in recipes.EVENTS if isinstance(event, ContractEnded)]
        assert [(event.contract_id, event.after) for event in ended] == [
            (draft_id, "cancelled"), (contract_id, "signed_member"),
        ]  # fmt: skip


def test_what_the_calendar_ends_by_itself_is_no_early_end(with_recipes: Instance) -> None:
    with with_recipes.working() as unit:
        offer = an_offer(unit, state=OfferState.CLOSED)
        contract_id = a_signed_contract(unit, offer, a_household(unit)).id
        recipes.EVENTS.clear()
    with with_recipes.working(now=unit.now + timedelta(days=100)) as unit:
        offer_life.turn(unit)
        contracts.turn(unit)
        assert unit.get(Contract, contract_id).state is ContractState.ENDED
    assert recipes.EVENTS == []


@pytest.mark.parametrize("is_on", [True, False])
def test_what_a_plugin_keeps_goes_with_the_person(with_recipes: Instance, is_on: bool) -> None:
    with with_recipes.working() as unit:
        offer, home = an_offer(unit), a_household(unit)
        contract = a_signed_contract(unit, offer, home, state=ContractState.DRAFT)
        unit.session.add(Recipe(contract_id=contract.id, title="Soupe"))
        person_id = people.leave(unit, home.id).persons[0].id
    if not is_on:
        plugins.switch_off(with_recipes, "recipes")
    with with_recipes.working() as unit:
        erasing.erase(unit, person_id)
        assert unit.all(select(Recipe)) == []
