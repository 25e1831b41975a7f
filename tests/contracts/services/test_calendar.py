"""The calendar of a person: what she fetches, what her farm brings, under an address that she alone gives away."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar, Component
from sqlalchemy import select

from contracts.changing import a_changeable_offer, a_contract, deliveries_of
from contracts.offers import an_offer, open_, product_ids, signed_for, write_terms
from courtil.domain.problems import NotFound
from courtil.domain.states import LineEffect
from courtil.services import deliveries, people, roles, subscribing
from courtil.services.instance import Instance
from courtil.services.unit import Reader, Unit
from courtil.store.deliveries import Delivery
from courtil.store.people import Person
from courtil_contracts.domain.sharing import Manner
from courtil_contracts.services import calendar, handovers, pairings
from courtil_contracts.services import privacy as kept
from courtil_contracts.services.changes import Wish
from subscriptions import a_garden, a_person

HOST = "amap.example"


def events(reader: Reader, person_id: int) -> list[Component]:
    made = calendar.calendar(reader, reader.get(Person, person_id), HOST)
    return list(Calendar.from_ical(made).walk("VEVENT"))


def signed(unit: Unit) -> tuple[int, int]:
    """(member, offer): four weeks of one basket."""
    offer = an_offer(unit, "contracts.same", [1_900], opened=True, name="Légumes")
    contract = signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 2}})
    (person,) = people.household(unit, contract.household_id).persons
    return person.id, offer.id


def farmer(unit: Unit, farm_id: int) -> int:
    person = unit.add(Person(first_name="Paul", last_name="Ferme", search="ferme"))
    roles.grant(unit, person, "farmer", farm_id)
    return person.id


def test_a_member_sees_each_evening_with_place_hours_and_baskets(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        person, _offer = signed(unit)
        found = events(unit, person)
        assert len(found) == 4
        first = found[0]
        evening = unit.today + timedelta(weeks=1)
        start = first["dtstart"].dt
        assert start == start.astimezone(UTC)
        assert start.astimezone(unit.zone).date() == evening
        assert "2\u00a0×\u00a0Produit 1" in first["description"]
        assert first["summary"].startswith("Paniers : ")
        assert first["location"]
        assert len({one["uid"] for one in found}) == 4


def test_a_farmer_sees_what_to_bring_and_what_is_cancelled(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        garden = a_garden(unit)
        offer = an_offer(unit, "contracts.same", [1_900], opened=True, garden=garden)
        for _home in range(3):
            signed_for(unit, offer.id, {"quantities": {str(product_ids(offer)[0]): 2}})
        person = farmer(unit, garden.farm_id)
        first = select(Delivery.id).where(Delivery.farm_id == garden.farm_id).order_by(Delivery.id).limit(1)
        deliveries.cancel(unit, unit.one(first), LineEffect.CREDITED, "Gel")
        cancelled, *others = events(unit, person)
    assert (cancelled["status"], cancelled["summary"].startswith("Annulé")) == ("CANCELLED", True)
    assert "Gel" in cancelled["description"]
    assert [one["status"] for one in others] == ["CONFIRMED"] * 3
    assert all("6\u00a0×\u00a0Produit 1" in one["description"] for one in others)


def test_nobody_sees_the_baskets_of_another_household_nor_another_farm(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        signed(unit)
        stranger = unit.add(Person(first_name="Ana", last_name="Autre", search="autre"))
        assert not events(unit, stranger.id)
        other_farm = farmer(unit, a_garden(unit).farm_id)
        assert not events(unit, other_farm)


def test_a_basket_that_changes_hands_is_in_both_calendars(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer_id = a_changeable_offer(unit, "handover")
        key, giver = a_contract(unit, offer_id, "Lantier")
        _other, taker = a_contract(unit, offer_id, "Macquart")
        first = deliveries_of(unit, key)[0]
        asked = handovers.ask(unit, key, Wish("handover", first, to_household_id=taker.household_id))
        handovers.accept(unit, asked.id, taker.household_id or 0)
        mine, theirs = events(unit, giver.id)[0], events(unit, taker.id)[0]
    assert mine["summary"].startswith("Panier confié")
    assert "Pris par Macquart" in mine["description"]
    assert "À prendre pour Lantier" in theirs["description"]


def test_a_new_address_puts_an_end_to_the_one_before(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        person, _offer = signed(unit)
        assert not calendar.address_of(unit, person)
        first = calendar.renew(unit, person)
        second = calendar.renew(unit, person)
        assert calendar.address_of(unit, person) == second
        assert calendar.person_with(unit, second).id == person
        with pytest.raises(NotFound):
            calendar.person_with(unit, first)
        calendar.remove(unit, person)
        with pytest.raises(NotFound):
            calendar.person_with(unit, second)


def test_who_has_left_has_no_calendar_and_erasing_forgets_its_address(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        person, _offer = signed(unit)
        token = calendar.renew(unit, person)
        assert [one.title for one in kept.records(person, unit)] == ["Adresse de calendrier"]
        unit.get(Person, person).archived_at = datetime(2026, 1, 1, tzinfo=UTC)
        unit.session.flush()
        with pytest.raises(NotFound):
            calendar.person_with(unit, token)
        kept.forget(person, unit)
        assert not calendar.address_of(unit, person)


def test_who_fetches_a_shared_basket_sees_it_under_whichever_contract_it_comes(with_contracts: Instance) -> None:
    with with_contracts.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_900])
        write_terms(unit, offer, sharing=True)
        open_(unit, offer.id)
        first, second = a_person(unit, "Lantier"), a_person(unit, "Macquart")
        homes = (first.household_id or 0, second.household_id or 0)
        pairings.pair(unit, offer.id, *homes, pairings.Wish(Manner.ALTERNATING, payers=1))
        draft = subscribing.save_draft(unit, offer.id, homes[0], {"quantities": {str(product_ids(offer)[0]): 1}})
        read = subscribing.reading(unit, draft.id)
        subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, first)
        hers, theirs = events(unit, first.id), events(unit, second.id)
    assert (len(hers), len(theirs)) == (2, 2)
    assert not {one["uid"] for one in hers} & {one["uid"] for one in theirs}
    assert {one["dtstart"].dt for one in hers}.isdisjoint({one["dtstart"].dt for one in theirs})
    assert all("Panier partagé avec le foyer Lantier" in one["description"] for one in theirs)
