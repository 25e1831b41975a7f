"""Handing a basket over: nothing changes until it is accepted, and the farm is paid by who gives."""

import pytest

from contracts.changing import Season, Sent
from courtil.domain.problems import NotFound, Refused
from courtil.domain.states import LineEffect
from courtil.services import deliveries, people
from courtil.store.deliveries import Delivery
from courtil.store.people import Household, Person
from courtil_contracts.services import changes, handovers
from courtil_contracts.services.changes import Wish


def test_a_handover_changes_nothing_until_it_is_accepted(season: Season) -> None:
    key = season.ask()
    with season.instance.reading() as reader:
        evening = reader.get(Delivery, season.days[0]).distribution_id
        assert handovers.of_evening(reader, evening) == []
        [asked] = handovers.requests(reader, season.other.household_id or 0)
        assert (asked.giver, asked.words, asked.back) == ("Lantier", "1\u00a0×\u00a0Panier moyen", None)
        assert handovers.requests(reader, season.person.household_id or 0) == []
    with season.instance.working() as unit:
        handovers.accept(unit, key, season.other.household_id or 0)
    with season.instance.reading() as reader:
        assert [(one.giver, one.taker) for one in handovers.of_evening(reader, evening)] == [("Lantier", "Macquart")]
    assert (season.lines(), season.worth(), season.agrees()) == ([(1, "due")] * 4, 5_000, True)


def test_only_the_household_that_is_asked_answers(season: Season) -> None:
    key = season.ask()
    for answer in (handovers.accept, handovers.decline):
        with season.instance.working() as unit, pytest.raises(NotFound):
            answer(unit, key, season.person.household_id or 0)
    with season.instance.working() as unit:
        handovers.decline(unit, key, season.other.household_id or 0)
    with season.instance.working() as unit, pytest.raises(Refused, match="déjà sa réponse"):
        handovers.accept(unit, key, season.other.household_id or 0)
    season.make("absence", 0)


def test_a_basket_that_is_proposed_does_not_change_otherwise(season: Season) -> None:
    key = season.ask()
    with pytest.raises(Refused, match="n’a pas encore répondu"):
        season.make("absence", 0)
    season.undo(key)
    with season.instance.working() as unit, pytest.raises(Refused, match="déjà sa réponse"):
        handovers.accept(unit, key, season.other.household_id or 0)
    season.make("absence", 0)


def test_an_exchange_is_two_baskets_and_binds_both(season: Season) -> None:
    key = season.ask(0, 1)
    with season.instance.working() as unit:
        handovers.accept(unit, key, season.other.household_id or 0)
    with season.instance.reading() as reader:
        found = [(one.giver, one.taker) for one in handovers.coming(reader, season.person.household_id or 0)]
        assert found == [("Lantier", "Macquart"), ("Macquart", "Lantier")]
        evening = reader.get(Delivery, season.days[1]).distribution_id
        assert [(one.giver, one.taker) for one in handovers.of_evening(reader, evening)] == [("Macquart", "Lantier")]
    with season.instance.working() as unit, pytest.raises(Refused, match="Lantier prend ce panier"):
        changes.make(unit, season.other_id, Wish("absence", season.days[1]))
    season.undo(key)
    with season.instance.working() as unit:
        changes.make(unit, season.other_id, Wish("absence", season.days[1]))


def test_no_exchange_for_a_basket_that_is_not_there(season: Season) -> None:
    with season.instance.working() as unit:
        changes.make(unit, season.other_id, Wish("absence", season.days[1]))
    with pytest.raises(Refused, match="pas de panier à échanger"):
        season.ask(0, 1)
    key = season.ask(0, 2)
    with season.instance.working() as unit:
        changes.make(unit, season.other_id, Wish("absence", season.days[2]))
    with season.instance.working() as unit, pytest.raises(Refused, match="pas de panier à échanger"):
        handovers.accept(unit, key, season.other.household_id or 0)


def test_a_basket_that_does_not_come_is_not_taken(season: Season) -> None:
    key = season.ask()
    with season.instance.working() as unit:
        deliveries.cancel(unit, season.days[0], LineEffect.KEPT)
    with season.instance.working() as unit, pytest.raises(Refused, match="ne vient plus"):
        handovers.accept(unit, key, season.other.household_id or 0)


def test_a_household_is_found_by_its_name_a_person_or_an_address(season: Season) -> None:
    mine = season.person.household_id or 0
    with season.instance.working() as unit:
        people.index(unit.get(Person, season.other.id))
        unit.session.flush()
        for text in ("macquart", " MACQUART ", "Ana Macquart", (season.other.email or "").upper()):
            assert handovers.household_named(unit, text, mine).id == season.other.household_id
        for text, says in (("Nobody", "Aucun foyer"), (" ", "Écrivez le nom"), ("Lantier", "votre propre foyer")):
            with pytest.raises(Refused, match=says):
                handovers.household_named(unit, text, mine)
        unit.add(Household(name="Macquart", search="macquart"))
        with pytest.raises(Refused, match="Plusieurs foyers"):
            handovers.household_named(unit, "Macquart", mine)


def test_mail_goes_to_who_is_asked_then_to_who_asked(season: Season, sent: Sent) -> None:
    key = season.ask(0, 1)
    assert sent(season.instance) == [f"{season.other.email}: Un panier vous est proposé"]
    with season.instance.working() as unit:
        handovers.accept(unit, key, season.other.household_id or 0)
    assert sent(season.instance)[1:] == [f"{season.person.email}: Votre panier est pris"]
    season.undo(key)
    assert sorted(sent(season.instance)[2:]) == sorted(
        f"{one.email}: Panier : finalement non" for one in (season.person, season.other)
    )
