"""Households and volumes without which an offer does not begin: what is still missing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from courtil.api import (
    BINDING,
    Contract,
    ContractLine,
    Delivery,
    DeliveryState,
    LineEffect,
    Offer,
    OfferDate,
    OfferProduct,
    OfferState,
    Product,
    Reader,
    subscribed,
)
from courtil_contracts.domain.goals import Goal, Progress, volume
from courtil_contracts.domain.terms import Terms
from courtil_contracts.tables import OfferTerms

Cell = tuple[int, int]

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


@dataclass(frozen=True)
class Gathered:
    """An offer with how far all households together are towards each of its volumes."""

    offer: Offer
    goals: Sequence[Progress]

    @property
    def missing(self) -> list[Progress]:
        """Those that are not reached."""
        return [one for one in self.goals if one.missing]


def gathered(reader: Reader, offers: Sequence[Offer]) -> list[Gathered]:
    """Those of these offers that wait for a volume of all households, in their order; three queries."""
    gathering = {one.id: one for one in offers if one.state in GATHERING}
    rows = reader.all(select(OfferTerms).where(OfferTerms.offer_id.in_(gathering)))
    wanting = {row.offer_id: terms for row in rows if (terms := Terms.model_validate(row.terms)).goals}
    if not wanting:
        return []
    quantities, names, deliveries = _ordered(reader, wanting), _names(reader, wanting), _deliveries(reader, wanting)
    return [
        Gathered(one, _progresses(wanting[key], quantities.get(key, {}), names, deliveries.get(key, [])))
        for key, one in gathering.items()
        if key in wanting
    ]


def _progresses(
    terms: Terms, quantities: Mapping[Cell, int], names: Mapping[int, str], deliveries: Sequence[int]
) -> list[Progress]:
    return [progress(goal, terms, quantities, names, deliveries) for goal in terms.goals]


def progress(
    goal: Goal, terms: Terms, quantities: Mapping[Cell, int], names: Mapping[int, str], deliveries: Sequence[int]
) -> Progress:
    """How far the households are; of a volume at each date, on the date where most is missing."""
    nothing = {(goal.offer_product_id or 0, key): 0 for key in deliveries} if goal.dates == "each" else {}
    grams = {one.offer_product_id: one.usual_grams for one in terms.products}
    product = names.get(goal.offer_product_id or 0, "")
    found = [Progress(goal, one, product) for one in volume(goal, {**nothing, **quantities}, grams)]
    return max(found, key=lambda one: one.missing)


def _ordered(reader: Reader, offers: Collection[int]) -> dict[int, dict[Cell, int]]:
    """What signed contracts bring, by offer, product and delivery."""
    cell = (Contract.offer_id, ContractLine.offer_product_id, ContractLine.delivery_id)
    query = (
        select(*cell, func.sum(ContractLine.quantity))
        .join(Contract, Contract.id == ContractLine.contract_id)
        .where(
            Contract.offer_id.in_(offers), Contract.state.in_(BINDING), ContractLine.effect == LineEffect.DUE
        )
        .group_by(*cell)
    )  # fmt: skip
    found: dict[int, dict[Cell, int]] = {}
    for offer, product, delivery, count in reader.rows(query):
        found.setdefault(offer, {})[product, delivery] = int(count)
    return found


def _names(reader: Reader, offers: Collection[int]) -> dict[int, str]:
    query = select(OfferProduct.id, Product.name).join(Product, Product.id == OfferProduct.product_id)
    return dict(map(tuple, reader.rows(query.where(OfferProduct.offer_id.in_(offers)))))


def _deliveries(reader: Reader, offers: Collection[int]) -> dict[int, list[int]]:
    """The deliveries of each offer that take place."""
    query = (
        select(OfferDate.offer_id, Delivery.id)
        .join(Delivery, Delivery.id == OfferDate.delivery_id)
        .where(OfferDate.offer_id.in_(offers), Delivery.state != DeliveryState.CANCELLED)
    )
    found: dict[int, list[int]] = {}
    for offer, delivery in reader.rows(query):
        found.setdefault(offer, []).append(delivery)
    return found


def seen_by(reader: Reader, household_id: int) -> list[Missing]:
    """What is missing in the offers that are open to the actor, and in those her household has signed."""
    return missing(reader, _offers_of(reader, household_id))


def volumes_seen_by(reader: Reader, household_id: int) -> list[Gathered]:
    """The same of the volumes."""
    return [one for one in gathered(reader, _offers_of(reader, household_id)) if one.missing]


def _offers_of(reader: Reader, household_id: int) -> Sequence[Offer]:
    signed = select(Contract.offer_id).where(Contract.household_id == household_id)
    mine = (Offer.state == OfferState.OPEN) | ((Offer.state == OfferState.CLOSED) & Offer.id.in_(signed))
    return reader.all(select(Offer).where(mine, reader.seen("self.read", Offer)).order_by(Offer.name))


def to_settle(reader: Reader, days: int) -> list[tuple[Offer, list[Missing], list[Progress]]]:
    """The offers that the actor writes, closed or closing within so many days, that miss households or a volume."""
    soon = (Offer.state == OfferState.OPEN) & (Offer.closes_on <= reader.today + timedelta(days=days))
    query = select(Offer).where(soon | (Offer.state == OfferState.CLOSED), reader.seen("offers.write", Offer))
    offers = reader.all(query.order_by(Offer.closes_on, Offer.id))
    few, volumes = missing(reader, offers), {one.offer.id: one.missing for one in gathered(reader, offers)}
    found = [(one, [own for own in few if own.offer.id == one.id], volumes.get(one.id, [])) for one in offers]
    return [one for one in found if one[1] or one[2]]
