"""What moving or cancelling a date would change, told before it happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from courtil.domain.money import Cents
from courtil.domain.states import DeliveryState, LineEffect
from courtil.services import deliveries, notices
from courtil.services.due import due_lines
from courtil.services.unit import Reader
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm


@dataclass(frozen=True)
class Effects:
    """Whom and what a change touches.

    `people` would get the mail, `other_farms` come to the same place on the day in question, `cents` is the price of
    what is due that day and `given_back` the part of it that goes from the farms to the households.
    """

    deliveries: Sequence[Delivery]
    households: Sequence[str]
    contracts: int
    people: Sequence[str]
    other_farms: Sequence[str]
    cents: Cents
    given_back: Cents


def move_effects(reader: Reader, delivery_id: int, day: date) -> Effects:
    """What `deliveries.move` would change. Raises Refused where it would."""
    found = deliveries.delivery(reader, delivery_id)
    deliveries.check_move(reader, found, day)
    return _effects(reader, [found], day)


def move_distribution_effects(reader: Reader, distribution_id: int, day: date) -> Effects:
    """What `deliveries.move_distribution` would change. Raises Refused where it would."""
    planned = _planned(reader, distribution_id)
    for found in planned:
        deliveries.check_move(reader, found, day)
    return _effects(reader, planned, day)


def cancel_effects(reader: Reader, delivery_id: int, effect: LineEffect) -> Effects:
    """What `deliveries.cancel` would change."""
    found = deliveries.delivery(reader, delivery_id)
    return _effects(reader, [found], found.distribution.day, effect)


def cancel_distribution_effects(reader: Reader, distribution_id: int, effect: LineEffect) -> Effects:
    """What `deliveries.cancel_distribution` would change."""
    planned = _planned(reader, distribution_id)
    day = reader.get(Distribution, distribution_id).day
    return _effects(reader, planned, day, effect)


def _planned(reader: Reader, distribution_id: int) -> list[Delivery]:
    evening = deliveries.distribution(reader, distribution_id)
    return [found for found in evening.deliveries if found.state is DeliveryState.PLANNED]


def _effects(reader: Reader, touched: Sequence[Delivery], day: date, effect: LineEffect = LineEffect.KEPT) -> Effects:
    lines = due_lines(reader, Delivery.id.in_([found.id for found in touched]))
    cents = sum(line.cents for line in lines)
    return Effects(
        deliveries=touched,
        households=list(dict.fromkeys(line.household for line in lines)),
        contracts=len({line.contract_id for line in lines}),
        people=[person.full_name for person in notices.concerned(reader, touched)],
        other_farms=_others(reader, touched, day),
        cents=Cents(cents),
        given_back=Cents(cents if effect is LineEffect.CREDITED else 0),
    )


def _others(reader: Reader, touched: Sequence[Delivery], day: date) -> list[str]:
    places = {found.distribution.place_id for found in touched}
    query = (
        select(Farm.name)
        .join(Delivery, Delivery.farm_id == Farm.id)
        .join(Distribution, Distribution.id == Delivery.distribution_id)
        .where(Distribution.place_id.in_(places), Distribution.day == day)
        .where(Delivery.state != DeliveryState.CANCELLED, Delivery.id.not_in([found.id for found in touched]))
    )
    return sorted(set(reader.all(query)))
