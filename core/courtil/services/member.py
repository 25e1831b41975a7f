"""What a household finds in its own space: its contracts, and the offers it may still sign."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from courtil.domain.states import ContractState, OfferState
from courtil.services import access
from courtil.services.availability import SUBSCRIBED, subscribed
from courtil.services.payments.rights import of_household, require_household
from courtil.services.unit import Reader
from courtil.store.contracts import Contract
from courtil.store.offers import Offer

RUNNING = (ContractState.SIGNED_MEMBER, ContractState.SIGNED_FARM, ContractState.ACTIVE)


@dataclass(frozen=True)
class Contracts:
    """The contracts of a household by what is to be done with them, the newest first."""

    drafts: Sequence[Contract]
    running: Sequence[Contract]
    past: Sequence[Contract]


@dataclass(frozen=True)
class OpenOffer:
    """An offer that can be signed now; `left` is None without a limit."""

    offer: Offer
    left: int | None


def contracts_of(reader: Reader, household_id: int) -> Contracts:
    """The household's contracts with offer, farm and season. Raises NotFound for another household than the actor's."""
    require_household(reader, household_id)
    found = reader.all(
        select(Contract)
        .where(Contract.household_id == household_id, of_household(reader))
        .options(joinedload(Contract.offer).options(joinedload(Offer.farm), joinedload(Offer.season)))
        .order_by(Contract.id.desc())
    )
    return Contracts(
        drafts=[one for one in found if one.state is ContractState.DRAFT and _is_open(reader, one.offer)],
        running=[one for one in found if one.state in RUNNING],
        past=[one for one in found if one.state not in (*RUNNING, ContractState.DRAFT)],
    )


def open_offers(reader: Reader, household_id: int) -> list[OpenOffer]:
    """Offers this household may sign now and has not begun, those that close first before the others."""
    mine = exists().where(
        Contract.offer_id == Offer.id,
        Contract.household_id == household_id,
        Contract.state.in_((*SUBSCRIBED, ContractState.DRAFT)),
    )
    offers = reader.all(
        select(Offer)
        .where(Offer.state == OfferState.OPEN, or_(Offer.closes_on.is_(None), Offer.closes_on >= reader.today), ~mine)
        .where(access.reached(reader, "self.read", Offer))
        .options(joinedload(Offer.farm), joinedload(Offer.season))
        .order_by(Offer.closes_on.nulls_last(), Offer.name, Offer.id)
    )
    taken = subscribed(reader, [offer.id for offer in offers if offer.places is not None])
    return [
        OpenOffer(offer, None if offer.places is None else max(0, offer.places - taken.get(offer.id, 0)))
        for offer in offers
    ]


def _is_open(reader: Reader, offer: Offer) -> bool:
    return offer.state is OfferState.OPEN and (offer.closes_on is None or offer.closes_on >= reader.today)
