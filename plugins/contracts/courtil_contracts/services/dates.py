"""The dates of an offer, whatever became of them."""

from datetime import date

from sqlalchemy import select

from courtil.api import Delivery, Distribution, OfferDate, Reader


def dates_of(reader: Reader, offer_id: int) -> list[tuple[int, date]]:
    """Delivery and day of every date of the offer, cancelled or not, by day."""
    query = (
        select(Delivery.id, Distribution.day)
        .join(Distribution, Distribution.id == Delivery.distribution_id)
        .join(OfferDate, OfferDate.delivery_id == Delivery.id)
        .where(OfferDate.offer_id == offer_id)
        .order_by(Distribution.day, Delivery.id)
    )
    return [(int(key), day) for key, day in reader.rows(query)]
