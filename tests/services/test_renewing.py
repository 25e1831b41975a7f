"""The next season from the last: the rhythm goes on, breaks are left out, the matrix follows its dates."""

from datetime import date, datetime, timedelta

import pytest

from courtil.domain.states import OfferState
from courtil.services import access, offer_parts, offers, renewing, roles
from courtil.services.availability import matrix
from courtil.services.instance import Instance
from courtil.services.renewing import RenewData
from courtil.services.settings import AmapSettings, write
from courtil.services.unit import Unit
from courtil.store.calendar import Season
from courtil.testing.clock import Clock
from subscriptions import a_garden, a_person, an_open_offer, products_of, weekly

FIRST = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def in_september(clock: Clock) -> None:
    clock.set(datetime(2026, 9, 24, 12))


def a_season(unit: Unit, starts_on: date = date(2026, 11, 1)) -> Season:
    return unit.add(Season(name="Suivante", starts_on=starts_on, ends_on=starts_on + timedelta(days=365)))


def renewed(unit: Unit, offer_id: int, season: Season, **wanted: object) -> tuple[list[date], tuple[date, ...]]:
    """The days of the copy, and those that were left out."""
    data = RenewData.model_validate({"season_id": season.id, "holidays": False} | wanted)
    made, moved = renewing.renew(unit, offer_id, data)
    return sorted(one.delivery.planned_on for one in offers.offer(unit, made.id).dates), moved.left_out


def test_thursdays_go_on_after_the_last_one(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, days=weekly(FIRST, 6))
        days, left_out = renewed(unit, offer_id, a_season(unit))
    assert days == weekly(date(2026, 11, 12), 6)
    assert left_out == ()


def test_a_break_in_the_last_season_is_not_a_break_of_the_next(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, days=[day for day in weekly(FIRST, 6) if day != date(2026, 10, 15)])
        days, _left_out = renewed(unit, offer_id, a_season(unit))
    assert days == weekly(date(2026, 11, 12), 5)


def test_a_fortnightly_contract_stays_fortnightly_and_begins_with_its_season(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, days=weekly(FIRST, 6)[::2])
        days, _left_out = renewed(unit, offer_id, a_season(unit, date(2027, 1, 1)))
    assert days == [date(2027, 1, 7), date(2027, 1, 21), date(2027, 2, 4)]


def test_holidays_of_the_amap_s_zone_are_left_out_and_the_number_of_baskets_stays(instance: Instance) -> None:
    with instance.working() as unit:
        write(unit, "amap", AmapSettings(name="AMAP", school_zone="A"))
        offer_id = an_open_offer(unit, days=weekly(FIRST, 6))
        days, left_out = renewed(unit, offer_id, a_season(unit, date(2026, 12, 1)), school=True)
    assert left_out == (date(2026, 12, 24), date(2026, 12, 31))
    assert days == [
        date(2026, 12, 3), date(2026, 12, 10), date(2026, 12, 17), date(2027, 1, 7), date(2027, 1, 14),
        date(2027, 1, 21),
    ]  # fmt: skip


def test_a_bank_holiday_is_left_out(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, days=weekly(date(2026, 9, 30), 6))
        days, left_out = renewed(unit, offer_id, a_season(unit), holidays=True)
    assert (days[0], left_out) == (date(2026, 11, 18), (date(2026, 11, 11),))
    assert len(days) == 6


def test_the_same_period_of_the_next_year_keeps_the_day_of_the_week(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, days=weekly(FIRST, 4), closes_on=date(2026, 9, 28))
        season = a_season(unit, date(2027, 9, 1))
        data = RenewData(season_id=season.id, how="next_year")
        made, _moved = renewing.renew(unit, offer_id, data)
        days = sorted(one.delivery.planned_on for one in offers.offer(unit, made.id).dates)
    assert days == weekly(date(2027, 9, 30), 4)
    assert made.closes_on == date(2027, 9, 27)


def test_weeks_move_every_date(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, days=weekly(FIRST, 4))
        days, _left_out = renewed(unit, offer_id, a_season(unit), how="weeks", weeks=10)
    assert days == weekly(FIRST + timedelta(weeks=10), 4)


def test_two_days_a_week_move_by_whole_weeks(instance: Instance) -> None:
    both = sorted([*weekly(FIRST, 3), *weekly(FIRST + timedelta(days=4), 3)])
    with instance.working() as unit:
        offer_id = an_open_offer(unit, days=both)
        days, _left_out = renewed(unit, offer_id, a_season(unit, date(2026, 10, 20)))
    assert days == [day + timedelta(weeks=3) for day in both]


def test_which_product_comes_when_follows_the_dates(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, days=weekly(FIRST, 4))
        basket, honey = products_of(unit, offer_id)
        dates = sorted(offers.offer(unit, offer_id).dates, key=lambda one: one.delivery.planned_on)
        offer_parts.set_matrix(unit, offer_id, {(basket, one.id) for one in dates} | {(honey, dates[1].id)})
        made, _moved = renewing.renew(unit, offer_id, RenewData(season_id=a_season(unit).id))
        honey = products_of(unit, made.id)[1]
        days = [cell.day for cell in matrix(unit, made.id) if cell.offer_product_id == honey]
    assert days == [date(2026, 11, 12)]


def test_an_offer_without_dates_is_renewed_without_dates(instance: Instance) -> None:
    with instance.working() as unit:
        made = offers.create(unit, a_garden(unit).data())
        days, left_out = renewed(unit, made.id, a_season(unit))
    assert (days, left_out) == ([], ())


def test_the_season_that_follows_is_proposed_first(instance: Instance) -> None:
    with instance.working() as unit:
        offer_id = an_open_offer(unit, days=weekly(FIRST, 2))
        after, far = a_season(unit, date(2027, 3, 1)), a_season(unit, date(2028, 3, 1))
        far.name = "Plus tard"
        found = renewing.seasons(unit, offers.offer(unit, offer_id))
    assert [one.id for one in found[:2]] == [after.id, far.id]


def test_the_other_offers_of_the_farm_are_those_one_may_write(instance: Instance) -> None:
    with instance.working() as unit:
        garden = a_garden(unit)
        offer_id = an_open_offer(unit, garden=garden, days=weekly(FIRST, 2))
        other = an_open_offer(unit, garden=garden, name="Miel", days=weekly(FIRST, 2))
        an_open_offer(unit, days=weekly(FIRST, 2))
        put_away = an_open_offer(unit, garden=garden, opened=False)
        unit.get(offers.Offer, put_away).state = OfferState.ARCHIVED
        person, referent = a_person(unit), a_person(unit)
        roles.grant(unit, referent, "referent", garden.farm_id)
        found = offers.offer(unit, offer_id)
        unit.actor, own = access.actors(unit, [person, referent])
        assert renewing.beside(unit, found) == []
        unit.actor = own
        assert [one.id for one in renewing.beside(unit, found)] == [other]
