"""What of an offer can still be had: which product comes when, what others took, how many places are left."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from courtil.domain.contracts import Available
from courtil.domain.states import BINDING, ContractState, DeliveryState, LineEffect
from courtil.plugin.payloads import Reader
from courtil.store.contracts import Contract, ContractLine
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.offers import Absence, Offer, OfferDate, OfferProduct

SUBSCRIBED = tuple(state for state in BINDING if state != ContractState.TERMINATED)
"""States in which a household holds one of the offer's places."""

Cell = tuple[int, int]
"""A product of the offer and a delivery."""


def matrix(reader: Reader, offer_id: int) -> list[Available]:
    """Every tick of the offer's matrix by day; cancelled deliveries are left out."""
    query = (
        select(OfferProduct.id, Delivery.id, Distribution.day, OfferProduct.price_cents)
        .join(OfferDate, OfferDate.offer_id == OfferProduct.offer_id)
        .join(Delivery, Delivery.id == OfferDate.delivery_id)
        .join(Distribution, Distribution.id == Delivery.distribution_id)
        .outerjoin(Absence, and_(Absence.offer_product_id == OfferProduct.id, Absence.offer_date_id == OfferDate.id))
        .where(
            OfferProduct.offer_id == offer_id,
            Absence.offer_date_id.is_(None),
            Delivery.state != DeliveryState.CANCELLED,
        )
        .order_by(Distribution.day, Delivery.id, OfferProduct.position, OfferProduct.id)
    )
    return [Available(*row) for row in reader.rows(query)]


def products_of(reader: Reader, offer_id: int) -> Sequence[OfferProduct]:
    """What the offer proposes, with the farm's products, in its order."""
    query = select(OfferProduct).where(OfferProduct.offer_id == offer_id).options(joinedload(OfferProduct.product))
    return reader.all(query.order_by(OfferProduct.position, OfferProduct.id))


def taken(reader: Reader, offer_id: int) -> dict[Cell, int]:
    """Baskets that are engaged, by product of the offer and delivery."""
    query = (
        select(ContractLine.offer_product_id, ContractLine.delivery_id, func.sum(ContractLine.quantity))
        .join(Contract, Contract.id == ContractLine.contract_id)
        .where(
            Contract.offer_id == offer_id, Contract.state.in_(BINDING), ContractLine.effect == LineEffect.DUE
        )
        .group_by(ContractLine.offer_product_id, ContractLine.delivery_id)
    )  # fmt: skip
    return {(product, delivery): int(count) for product, delivery, count in reader.rows(query)}


def subscribed(reader: Reader, offer_ids: Collection[int]) -> dict[int, int]:
    """How many households hold a place, by offer."""
    query = (
        select(Contract.offer_id, func.count())
        .where(Contract.offer_id.in_(offer_ids), Contract.state.in_(SUBSCRIBED))
        .group_by(Contract.offer_id)
    )
    return {offer_id: int(count) for offer_id, count in reader.rows(query)}


def places_left(reader: Reader, offer: Offer) -> int | None:
    """Households that may still sign; None when there is no limit."""
    if offer.places is None:
        return None
    return max(0, offer.places - subscribed(reader, [offer.id]).get(offer.id, 0))
