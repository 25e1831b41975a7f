"""Households without whom an offer does not begin: how many are still missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from courtil.api import Contract, Offer, OfferState, Reader, subscribed
from courtil_contracts.domain.terms import Terms
from courtil_contracts.tables import OfferTerms

GATHERING = (OfferState.OPEN, OfferState.CLOSED)
"""States in which the number still decides whether the offer begins."""


@dataclass(frozen=True)
class Missing:
    """An offer that has not enough households yet."""

    offer: Offer
    households: int
    least: int

    @property
    def missing(self) -> int:
        """How many more it takes."""
        return self.least - self.households


def missing(reader: Reader, offers: Sequence[Offer]) -> list[Missing]:
    """Those of these offers that have not enough households, in their order; two queries."""
    gathering = {one.id: one for one in offers if one.state in GATHERING}
    rows = reader.all(select(OfferTerms).where(OfferTerms.offer_id.in_(gathering)))
    least = {row.offer_id: Terms.model_validate(row.terms).least_households for row in rows}
    counts = subscribed(reader, [key for key, number in least.items() if number])
    found = [Missing(one, counts.get(key, 0), least.get(key, 0)) for key, one in gathering.items()]
    return [one for one in found if one.missing > 0]


def seen_by(reader: Reader, household_id: int) -> list[Missing]:
    """What is missing in the offers that are open to the actor, and in those her household has signed."""
    signed = select(Contract.offer_id).where(Contract.household_id == household_id)
    mine = (Offer.state == OfferState.OPEN) | ((Offer.state == OfferState.CLOSED) & Offer.id.in_(signed))
    return missing(reader, reader.all(select(Offer).where(mine, reader.seen("self.read", Offer)).order_by(Offer.name)))
