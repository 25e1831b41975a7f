"""A shortfall at a delivery: seen before it is said, the same for everybody, and taken back in one go."""

import pytest

from contracts.changing import NewSeason, Season, Sent
from courtil.domain.problems import Refused, Stale
from courtil.services import contracts, deliveries
from courtil_contracts.domain.changes import Money
from courtil_contracts.services import changes, hazards
from courtil_contracts.services.changes import Wish
from courtil_contracts.services.hazards import Shortfall
from subscriptions import products_of


def a_shortfall(season: Season, money: Money = Money.CREDITED, fewer: int = 1, target: int | None = None) -> Shortfall:
    with season.instance.reading() as reader:
        basket, _honey = products_of(reader, season.offer_id)
    return Shortfall(season.days[0], basket, fewer, money, None if target is None else season.days[target], "Gel")


def test_a_hazard_takes_as_many_off_everybody_and_gives_back(new_season: NewSeason) -> None:
    season = new_season(baskets=2)
    with season.instance.working() as unit:
        seen = hazards.plan(unit, a_shortfall(season))
        assert [(one.household, one.lost) for one in seen.parts] == [("Lantier", 1), ("Macquart", 1)]
        assert (seen.lost, seen.given_back) == (2, 2_500)
        key = hazards.hazard(unit, a_shortfall(season), seen.stamp).id
    assert season.lines()[0] == (1, "due")
    assert (season.worth(), season.agrees()) == (10_000 - 1_250, True)
    with season.instance.working() as unit:
        hazards.undo(unit, key)
    assert (season.lines()[0], season.worth(), season.agrees()) == ((2, "due"), 10_000, True)


def test_a_hazard_that_stays_paid_leaves_what_is_owed(new_season: NewSeason) -> None:
    season = new_season(baskets=2)
    with season.instance.working() as unit:
        key = hazards.hazard(unit, a_shortfall(season, Money.KEPT)).id
    assert (season.lines()[0], season.worth(), season.agrees()) == ((1, "due"), 10_000, True)
    with season.instance.working() as unit:
        hazards.undo(unit, key)
        assert contracts.contract(unit, season.contract_id).charges == []
    assert (season.worth(), season.agrees()) == (10_000, True)


def test_what_is_made_up_comes_later_but_for_who_is_away(season: Season) -> None:
    with season.instance.working() as unit:
        changes.make(unit, season.other_id, Wish("absence", season.days[2]))
        wanted = a_shortfall(season, Money.MOVED, target=2)
        seen = hazards.plan(unit, wanted)
        assert [(one.household, one.instead) for one in seen.parts] == [("Lantier", False), ("Macquart", True)]
        key = hazards.hazard(unit, wanted).id
    assert season.lines() == [(1, "due"), (2, "due"), (1, "due")]
    assert season.agrees()
    with season.instance.working() as unit:
        hazards.undo(unit, key)
    assert (season.lines(), season.agrees()) == ([(1, "due")] * 4, True)


def test_a_hazard_is_said_once_as_it_was_seen(new_season: NewSeason) -> None:
    season = new_season(baskets=4)
    with season.instance.working() as unit:
        stamp = hazards.plan(unit, a_shortfall(season)).stamp
        hazards.hazard(unit, a_shortfall(season), stamp)
    with season.instance.working() as unit, pytest.raises(Stale):
        hazards.hazard(unit, a_shortfall(season), stamp)


def test_a_hazard_leaves_contracts_that_have_ended_and_says_so(season: Season) -> None:
    with season.instance.working() as unit:
        last = deliveries.delivery(unit, season.days[0]).distribution.day
        contracts.terminate(unit, season.other_id, last, "départ", credit=True)
        assert hazards.plan(unit, a_shortfall(season)).out == ["Macquart"]
        hazards.hazard(unit, a_shortfall(season))
    assert season.agrees()


@pytest.mark.parametrize(("fewer", "target", "says"), [(0, 1, "de 1 à 99"), (1, None, "à venir"), (1, 0, "à venir")])
def test_a_hazard_that_cannot_be_is_refused(season: Season, fewer: int, target: int | None, says: str) -> None:
    with season.instance.working() as unit, pytest.raises(Refused, match=says):
        hazards.plan(unit, a_shortfall(season, Money.MOVED, fewer, target))


def test_a_hazard_is_not_taken_back_once_it_was_made_up_or_something_depends_on_it(season: Season) -> None:
    with season.instance.working() as unit:
        key = hazards.hazard(unit, a_shortfall(season, Money.MOVED, target=2)).id
    later = season.make("absence", 2)
    with season.instance.working() as unit, pytest.raises(Refused, match="du foyer Lantier"):
        hazards.undo(unit, key)
    season.undo(later)
    season.day_before(2, -1)
    with season.instance.working() as unit, pytest.raises(Refused, match="a eu lieu"):
        hazards.undo(unit, key)


def test_mail_about_a_hazard_waits_a_minute_for_an_undo(season: Season, sent: Sent) -> None:
    season.clock.set(season.clock())
    with season.instance.working() as unit:
        key = hazards.hazard(unit, a_shortfall(season)).id
    assert sent(season.instance) == []
    with season.instance.working() as unit:
        hazards.undo(unit, key)
    season.clock.forward(minutes=2)
    assert sent(season.instance) == []
    with season.instance.working() as unit:
        key = hazards.hazard(unit, a_shortfall(season)).id
    season.clock.forward(minutes=2)
    both = {season.person.email, season.other.email}
    assert {line.split(":")[0] for line in sent(season.instance)} == both
    with season.instance.working() as unit:
        hazards.undo(unit, key)
    assert [line.split(": ")[1] for line in sent(season.instance)[2:]] == ["Rien ne manquera"] * 2
