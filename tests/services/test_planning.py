"""Planning a farm's dates: evenings are shared between farms, and planning twice changes nothing."""

from datetime import date, time

import pytest

from courtil.domain.problems import NotFound
from courtil.services import calendar, deliveries, farms
from courtil.services.calendar import PlaceData
from courtil.services.farms import FarmData
from courtil.services.instance import Instance
from courtil.services.unit import Unit

DAYS = [date(2026, 12, 3), date(2026, 11, 26), date(2026, 12, 3)]


def a_place(unit: Unit) -> int:
    return calendar.add_place(unit, PlaceData(name="Préau", starts_at=time(18), ends_at=time(19, 30))).id


def test_planned_dates_come_once_each_in_order_with_the_hours_of_the_place(instance: Instance) -> None:
    with instance.working() as unit:
        planned = deliveries.plan(unit, farms.add_farm(unit, FarmData(name="Fournil")).id, a_place(unit), DAYS)
        assert [delivery.distribution.day for delivery in planned] == [date(2026, 11, 26), date(2026, 12, 3)]
        assert {(d.distribution.starts_at, d.distribution.ends_at) for d in planned} == {(time(18), time(19, 30))}
        assert [delivery.planned_on for delivery in planned] == [date(2026, 11, 26), date(2026, 12, 3)]


def test_two_farms_meet_on_the_same_evening(instance: Instance) -> None:
    with instance.working() as unit:
        place_id = a_place(unit)
        first, second = (
            deliveries.plan(unit, farms.add_farm(unit, FarmData(name=name)).id, place_id, DAYS)
            for name in ("Fournil", "Rucher")
        )
        assert [d.distribution_id for d in first] == [d.distribution_id for d in second]
        assert {d.id for d in first}.isdisjoint(d.id for d in second)


def test_planning_again_keeps_what_was_planned_and_adds_the_new_dates(instance: Instance) -> None:
    with instance.working() as unit:
        farm_id, place_id = farms.add_farm(unit, FarmData(name="Fournil")).id, a_place(unit)
        before = [delivery.id for delivery in deliveries.plan(unit, farm_id, place_id, DAYS)]
        after = [d.id for d in deliveries.plan(unit, farm_id, place_id, [*DAYS, date(2027, 1, 7)])]
    assert after[:2] == before
    assert len(after) == 3


def test_no_days_give_no_deliveries(instance: Instance) -> None:
    with instance.working() as unit:
        assert deliveries.plan(unit, farms.add_farm(unit, FarmData(name="Fournil")).id, a_place(unit), []) == []


def test_a_farm_or_place_that_does_not_exist_plans_nothing(instance: Instance) -> None:
    with instance.working() as unit:
        place_id = a_place(unit)
        with pytest.raises(NotFound):
            deliveries.plan(unit, 999, place_id, DAYS)
        with pytest.raises(NotFound):
            deliveries.plan(unit, farms.add_farm(unit, FarmData(name="Fournil")).id, 999, DAYS)
