"""Shared baskets in the pages of the core: where one chooses, in a household's space, on an evening, on a contract."""

from sqlalchemy import select

from courtil.api import (
    BINDING,
    Contract,
    ContractLine,
    Delivery,
    DeliveryState,
    Fragment,
    LineEffect,
    Reader,
    View,
)
from courtil_contracts.domain.sharing import FIRST, SECOND, Manner, PairingState
from courtil_contracts.services import pairings
from courtil_contracts.services.sharing import clause, stands
from courtil_contracts.tables import Pairing
from courtil_contracts.web.pairings import seen_by


def _home(reader: Reader) -> int | None:
    actor = reader.actor
    return actor.household_id if actor is not None and actor.can("self.subscribe") else None


def of_choice(view: View) -> list[Fragment]:
    """Where the household chooses: the way to share, or that it does."""
    reader, home = view.reader, view.household.id
    if home != _home(reader) or not pairings.offers_sharing(reader, view.offer):
        return []
    here = pairings.sharing_of(reader, view.offer.id, home)
    asked = (Pairing.offer_id == view.offer.id, Pairing.first_id == home, Pairing.state == PairingState.ASKED)
    waits = here is None and reader.session.scalar(select(Pairing.id).where(*asked).limit(1)) is not None
    context = {"offer": view.offer, "partner": here.partner if here else "", "waits": waits}
    return [Fragment(template="contracts/share_link.html", context=context, order=30)]


def of_contracts(view: View) -> list[Fragment]:
    """Among a household's contracts: with whom it shares, what it is asked, what it has to sign."""
    home = _home(view.reader)
    found = seen_by(view.reader, home) if home is not None else []
    return [Fragment(template="contracts/_sharings.html", context={"sharings": found})] if found else []


def of_home(view: View) -> list[Fragment]:
    """On a member's home: proposals to answer, a part to sign, the next shared baskets."""
    home = _home(view.reader)
    found = seen_by(view.reader, home) if home is not None else []
    shown = [one for one in found if one["asked"] or one["part"] or one["dates"]]
    return [Fragment(template="contracts/_sharings.html", context={"sharings": shown}, order=8)] if shown else []


def of_contract(view: View) -> list[Fragment]:
    """On a contract: how it is shared."""
    here = pairings.sharing_of(view.reader, view.contract.offer_id, view.contract.household_id)
    return [Fragment(text=clause(view.reader, here), order=15)] if here else []


def of_evening(view: View) -> list[Fragment]:
    """Tonight's shared baskets by the name that does not stand on the list."""
    evening = select(Delivery.id).where(
        Delivery.distribution_id == view.distribution.id, Delivery.state != DeliveryState.CANCELLED
    )
    here = (
        select(ContractLine.id)
        .join(Contract, Contract.id == ContractLine.contract_id)
        .where(
            Contract.offer_id == Pairing.offer_id, Contract.household_id == Pairing.first_id,
            Contract.state.in_(BINDING), ContractLine.effect == LineEffect.DUE, ContractLine.delivery_id.in_(evening),
        )
    )  # fmt: skip
    under_both = (Pairing.manner == Manner.TOGETHER) | (Pairing.payers == 1)
    found = pairings.sharings(view.reader, stands(view.distribution.day), under_both, here.exists())
    rows = [(one.second, one.first, _fetches(view, one)) for one in found]
    return (
        [Fragment(template="contracts/shared_evening.html", context={"rows": sorted(rows)}, order=15)] if rows else []
    )


def _fetches(view: View, here: pairings.Sharing) -> str:
    """Who comes for it tonight when both take turns; empty when either may."""
    if here.pairing.manner is not Manner.ALTERNATING:
        return ""
    sides = [side for _key, day, side in pairings.days_of(view.reader, here.pairing) if day == view.distribution.day]
    names = {FIRST: here.first, SECOND: here.second}
    return names[sides[0]] if sides else ""
