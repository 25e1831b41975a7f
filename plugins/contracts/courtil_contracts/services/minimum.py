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
class Gathering:
    """An offer that does not begin without so many households or such volumes, and how far they are together."""

    offer: Offer
    households: int
    least: int
    goals: Sequence[Progress]

    @property
    def few(self) -> int:
        """How many more households it takes."""
        return max(0, self.least - self.households)

    @property
    def lacking(self) -> list[Progress]:
        """The volumes that are not reached."""
        return [one for one in self.goals if one.missing]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing any more."""
        return not self.few and not self.lacking


def gatherings(reader: Reader, offers: Sequence[Offer]) -> list[Gathering]:
    """Those of these offers that wait for households or volumes, reached or not, in their order; five queries."""
    open_ = {one.id: one for one in offers if one.state in GATHERING}
    rows = reader.all(select(OfferTerms).where(OfferTerms.offer_id.in_(open_)))
    terms = {row.offer_id: Terms.model_validate(row.terms) for row in rows}
    counts = subscribed(reader, [key for key, one in terms.items() if one.least_households])
    progress = _progress(reader, {key: one for key, one in terms.items() if one.goals})
    return [
        Gathering(one, counts.get(key, 0), terms[key].least_households, progress.get(key, ()))
        for key, one in open_.items()
        if key in terms and (terms[key].least_households or terms[key].goals)
    ]


def _progress(reader: Reader, wanting: Mapping[int, Terms]) -> dict[int, list[Progress]]:
    if not wanting:
        return {}
    quantities, names, deliveries = _ordered(reader, wanting), _names(reader, wanting), _deliveries(reader, wanting)
    return {
        key: [_towards(goal, terms, quantities.get(key, {}), names, deliveries.get(key, [])) for goal in terms.goals]
        for key, terms in wanting.items()
    }


def _towards(
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


def seen_by(reader: Reader, household_id: int) -> list[Gathering]:
    """What is incomplete among the offers that are open to the actor, and those that her household has signed."""
    return [one for one in gatherings(reader, _offers_of(reader, household_id)) if not one.is_complete]


def _offers_of(reader: Reader, household_id: int) -> Sequence[Offer]:
    signed = select(Contract.offer_id).where(Contract.household_id == household_id)
    mine = (Offer.state == OfferState.OPEN) | ((Offer.state == OfferState.CLOSED) & Offer.id.in_(signed))
    return reader.all(select(Offer).where(mine, reader.seen("self.read", Offer)).order_by(Offer.name))


def to_settle(reader: Reader, days: int) -> list[Gathering]:
    """The offers that the actor writes, closed or closing within so many days, that are incomplete."""
    soon = (Offer.state == OfferState.OPEN) & (Offer.closes_on <= reader.today + timedelta(days=days))
    query = select(Offer).where(soon | (Offer.state == OfferState.CLOSED), reader.seen("offers.write", Offer))
    offers = reader.all(query.order_by(Offer.closes_on, Offer.id))
    return [one for one in gatherings(reader, offers) if not one.is_complete]
