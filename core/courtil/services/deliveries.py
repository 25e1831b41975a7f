"""Planning deliveries: which farm comes on which evening."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courtil.services.unit import Unit
from courtil.store.calendar import Place
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm


def plan(unit: Unit, farm_id: int, place_id: int, days: Iterable[date]) -> list[Delivery]:
    """The farm's deliveries at this place on these days, in the order of the days, with `distribution` loaded.

    What is missing is created with the hours of the place; what exists stays as it is, cancelled ones included.
    """
    wanted = sorted(set(days))
    unit.get(Farm, farm_id)
    place = unit.locked(Place, place_id)
    evenings = _evenings(unit, place, wanted)
    ids = [evening.id for evening in evenings.values()]
    query = select(Delivery).where(Delivery.farm_id == farm_id, Delivery.distribution_id.in_(ids))
    known = {d.distribution_id: d for d in unit.all(query.options(joinedload(Delivery.distribution)))}
    for day, evening in evenings.items():
        if evening.id not in known:
            known[evening.id] = Delivery(farm_id=farm_id, distribution=evening, planned_on=day)
            unit.session.add(known[evening.id])
    unit.session.flush()
    return [known[evenings[day].id] for day in wanted]


def _evenings(unit: Unit, place: Place, days: list[date]) -> dict[date, Distribution]:
    query = select(Distribution).where(Distribution.place_id == place.id, Distribution.day.in_(days))
    known = {evening.day: evening for evening in unit.all(query)}
    for day in days:
        if day not in known:
            known[day] = Distribution(place_id=place.id, day=day, starts_at=place.starts_at, ends_at=place.ends_at)
            unit.session.add(known[day])
    unit.session.flush()
    return known
