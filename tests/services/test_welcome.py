"""The front page announces an evening only when something is handed out."""

from datetime import UTC, date, datetime

from sqlalchemy import select

from courtil.domain.states import LineEffect
from courtil.services import deliveries
from courtil.services.instance import Instance
from courtil.services.welcome import welcome
from courtil.store.offers import OfferDate
from courtil.testing.factories import an_offer, thursdays

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAYS = thursdays(date(2026, 11, 26))


def test_an_evening_without_any_planned_delivery_is_not_announced(instance: Instance) -> None:
    with instance.working(now=NOW) as unit:
        an_offer(unit, days=DAYS)
        first = unit.all(select(OfferDate.delivery_id).order_by(OfferDate.id))[0]
        deliveries.cancel(unit, first, LineEffect.KEPT)
        evening = welcome(unit).next_evening
        assert evening is not None
        assert evening.day == DAYS[1]
