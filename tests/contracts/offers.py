"""Offers with terms, and households that choose, pay and sign under them, through the services."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from courtil.domain.states import OfferState
from courtil.services import contracts, offer_life, offers, subscribing
from courtil.services.offers import OfferProductData
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract
from courtil.store.farms import Product
from courtil.store.offers import Offer
from courtil_contracts.domain.terms import Terms
from courtil_contracts.services import terms as terms_service
from subscriptions import Garden, a_garden, a_person, weekly


def an_offer(
    unit: Unit, kind: str, prices: Sequence[int], *, days: Sequence[date] = (), number: int = 4, opened: bool = False,
    garden: Garden | None = None, **changes: object,
) -> Offer:  # fmt: skip
    """A draft of this kind, its products `Produit 1`… at these prices, on so many weeks from the next one."""
    garden = garden or a_garden(unit)
    products = [
        unit.add(Product(farm_id=garden.farm_id, name=f"Produit {position}", price_cents=price))
        for position, price in enumerate(prices, start=1)
    ]
    proposed = [OfferProductData(product_id=one.id, price_cents=one.price_cents) for one in products]
    coming = list(days) or weekly(unit.today, number + 1)[1:]
    made = offers.create(unit, garden.data(kind=kind, **changes), coming, proposed)
    if opened:
        open_(unit, made.id)
    return offers.offer(unit, made.id)


def product_ids(offer: Offer) -> list[int]:
    """The products of the offer, in order."""
    return [one.id for one in offer.products]


def write_terms(unit: Unit, offer: Offer, **terms: object) -> Terms:
    """Keep these terms."""
    wanted = Terms.model_validate(terms)
    terms_service.write(unit, offer.id, wanted)
    return wanted


def open_(unit: Unit, offer_id: int) -> None:
    """Households may sign."""
    offer_life.move(unit, offer_id, OfferState.OPEN)


def quoted(reader: Reader, offer_id: int, choice: Mapping[str, Any], household_id: int = 0) -> subscribing.Quote:
    """What the choice makes, for a household of its own unless told."""
    return subscribing.quote(reader, offer_id, choice, household_id)


def signed_for(unit: Unit, offer_id: int, choice: Mapping[str, Any], plan: str = "") -> Contract:
    """A household chooses, takes this plan, reads and signs."""
    person = a_person(unit)
    draft = subscribing.save_draft(unit, offer_id, person.household_id or 0, choice)
    if plan:
        subscribing.choose_payment(unit, draft.id, plan, "cheque")
    read = subscribing.reading(unit, draft.id)
    subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, person)
    return contracts.contract(unit, draft.id, fresh=True)
