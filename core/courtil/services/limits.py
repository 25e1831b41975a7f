"""Why a household may not have what it asks for: closed, full, out of stock, signed already."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from courtil.domain.problems import Problem
from courtil.domain.states import ContractState, OfferState
from courtil.domain.words import _
from courtil.plugin.payloads import Reader as Reading
from courtil.services.availability import Cell, places_left, products_of, taken
from courtil.services.settings import amap_settings
from courtil.store.contracts import Contract
from courtil.store.offers import Offer, OfferProduct
from courtil.store.people import Household, Person, Role, RoleGrant

if TYPE_CHECKING:
    from courtil.services.unit import Reader


def window_problems(reader: Reading, offer: Offer, *, by_hand: bool = False) -> list[Problem]:
    """Why nobody may sign now: the offer is not open, or its last day has passed."""
    if by_hand and offer.state in {OfferState.OPEN, OfferState.CLOSED, OfferState.RUNNING}:
        return []
    if offer.state == OfferState.DRAFT:
        return [Problem(_("Ce contrat n’est pas encore ouvert. Revenez plus tard."))]
    if offer.state == OfferState.OPEN and (offer.closes_on is None or offer.closes_on >= reader.today):
        return []
    if offer.closes_on is not None and offer.closes_on < reader.today:
        words = {"day": f"{offer.closes_on:%d/%m/%Y}", "whom": whom_to_ask(reader, offer.farm_id)}
        return [Problem(_("Les souscriptions sont closes depuis le %(day)s. Demandez à %(whom)s.") % words)]
    return [
        Problem(_("Les souscriptions sont closes. Demandez à %(whom)s.") % {"whom": whom_to_ask(reader, offer.farm_id)})
    ]


def whom_to_ask(reader: Reading, farm_id: int) -> str:
    """Who looks after the farm's contracts: the names of its référent·es, else the AMAP's address."""
    query = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Role, Role.id == RoleGrant.role_id)
        .where(Role.code == "referent", Person.archived_at.is_(None))
        .where((RoleGrant.farm_id == farm_id) | RoleGrant.farm_id.is_(None))
        .order_by(Person.last_name, Person.id)
        .limit(3)
    )
    names = ", ".join(person.full_name for person in reader.all(query))
    return names or amap_settings(reader).email or _("l’administration de votre AMAP")


def live_contract(reader: Reading, offer_id: int, household_id: int) -> Contract | None:
    """The household's contract under this offer that was neither cancelled nor terminated, a draft or signed."""
    ended = (ContractState.CANCELLED, ContractState.TERMINATED)
    query = select(Contract).where(
        Contract.offer_id == offer_id, Contract.household_id == household_id, Contract.state.not_in(ended)
    )
    return reader.session.scalar(query)


def wanted_problems(reader: Reading, offer: Offer, household_id: int, wanted: Mapping[Cell, int]) -> list[Problem]:
    """Why the household cannot have these baskets: it has left, has signed already, no place, no stock."""
    household = reader.session.get(Household, household_id)
    if household is None or household.archived_at is not None:
        return [Problem(_("Ce foyer a quitté l’AMAP. Rétablissez-le d’abord dans les personnes."))]
    live = live_contract(reader, offer.id, household_id)
    if live is not None and live.state != ContractState.DRAFT:
        return [Problem(_("Votre foyer a déjà signé ce contrat. Retrouvez-le dans « Mes contrats »."))]
    if places_left(reader, offer) == 0:
        return [
            Problem(_("Ce contrat est complet. Demandez à %(whom)s.") % {"whom": whom_to_ask(reader, offer.farm_id)})
        ]
    return stock_problems(reader, offer, wanted)


def stock_problems(reader: Reading, offer: Offer, wanted: Mapping[Cell, int]) -> list[Problem]:
    """What of these further baskets is not left; fewer of some, as negative numbers, may make room for others."""
    if not wanted:
        return []
    increases = any(quantity > 0 for quantity in wanted.values())
    bounded = {one.id: one for one in products_of(reader, offer.id) if one.stock is not None} if increases else {}
    engaged = taken(reader, offer.id) if bounded else {}
    left: dict[int, int] = {}
    for (product, delivery), quantity in wanted.items():
        if product not in bounded:
            continue
        rest = max(0, (bounded[product].stock or 0) - engaged.get((product, delivery), 0))
        if quantity > rest:
            left[product] = min(left.get(product, rest), rest)
    found = [_too_few(bounded[key], rest) for key, rest in left.items()]
    return found or cast("Reader", reader).hooks.basket_problems(offer.id, wanted, reader)


def _too_few(product: OfferProduct, rest: int) -> Problem:
    name = product.product.name
    if not rest:
        return Problem(_("Il ne reste plus de « %(name)s ».") % {"name": name}, f"product-{product.id}")
    message = _("Il reste %(n)s « %(name)s » par date, pas plus.")
    return Problem(message % {"n": rest, "name": name}, f"product-{product.id}")
