"""What a visitor may know: where and when, the next evening, and which farms take subscriptions."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from courtil.domain.states import OfferState
from courtil.services.agenda import next_evening
from courtil.services.unit import Reader
from courtil.store.calendar import Place
from courtil.store.deliveries import Distribution
from courtil.store.offers import Offer


@dataclass(frozen=True)
class Welcome:
    """The AMAP as its front page tells it."""

    places: Sequence[Place]
    next_evening: Distribution | None
    offers: Sequence[Offer]


def welcome(reader: Reader) -> Welcome:
    """Places, next evening and open offers."""
    places = select(Place).where(Place.archived_at.is_(None)).order_by(Place.weekday, Place.starts_at, Place.id)
    still_open = or_(Offer.closes_on.is_(None), Offer.closes_on >= reader.today)
    offers = (
        select(Offer)
        .where(Offer.state == OfferState.OPEN, still_open)
        .order_by(Offer.closes_on, Offer.name)
        .options(joinedload(Offer.farm))
    )
    return Welcome(reader.all(places), next_evening(reader), reader.all(offers))
