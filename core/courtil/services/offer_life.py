"""The life of an offer: what must hold to open it, its steps, and what the calendar does by itself."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from courtil.domain.events import OfferMoved
from courtil.domain.problems import Problem, Refused
from courtil.domain.states import OfferState, follow, label
from courtil.domain.words import FRENCH, _, spoken
from courtil.services.kinds import kind_of
from courtil.services.offers import is_signed, offer
from courtil.services.unit import Reader, Unit
from courtil.store.contracts import Contract
from courtil.store.deliveries import Delivery
from courtil.store.offers import Offer, OfferDate


def opening_problems(reader: Reader, found: Offer) -> list[Problem]:
    """What is missing before households can sign."""
    problems = []
    if found.closes_on is not None and found.closes_on < reader.today:
        problems.append(Problem(_("Le dernier jour pour signer est passé : choisissez un jour à venir."), "closes_on"))
    if found.farm.archived_at is not None:
        problems.append(Problem(_("Cette ferme est archivée : rétablissez-la d’abord."), "farm_id"))
    if not found.methods:
        problems.append(Problem(_("Choisissez au moins un moyen de paiement."), "methods"))
    problems += reader.hooks.opening_problems(found.id, reader)
    try:
        return [*kind_of(reader, found).missing(reader, found.id), *problems]
    except Refused as refused:
        return [*refused.problems, *problems]


def move(unit: Unit, offer_id: int, state: OfferState) -> Offer:
    """Bring the offer to the state that follows or back. Raises Refused with what is missing."""
    found = unit.locked(Offer, offer_id)
    follow(found.state, state)
    if state == OfferState.OPEN and (problems := opening_problems(unit, offer(unit, offer_id))):
        raise Refused(*problems)
    signed = is_signed(unit, offer_id)
    if state == OfferState.DRAFT and signed:
        raise Refused(_("Des foyers ont déjà signé. Choisissez plutôt « Clore les souscriptions »."))
    if found.state == OfferState.DRAFT and state == OfferState.ARCHIVED and _has_contracts(unit, offer_id):
        raise Refused(_("Des foyers ont commencé à souscrire : ce contrat vierge reste."))
    if found.state == OfferState.ARCHIVED and (state == OfferState.FINISHED) != signed:
        raise Refused(_("Ce contrat vierge ne peut pas revenir à cet état."))
    _step(unit, found, state)
    return found


def discard(unit: Unit, offer_id: int) -> Offer:
    """Put away a draft that nobody subscribed to; `restore` brings it back."""
    return move(unit, offer_id, OfferState.ARCHIVED)


def restore(unit: Unit, offer_id: int) -> Offer:
    """Bring an archived offer back to where it was: finished when somebody had signed, else a draft."""
    return move(unit, offer_id, OfferState.FINISHED if is_signed(unit, offer_id) else OfferState.DRAFT)


@spoken(FRENCH)
def _step(unit: Unit, found: Offer, state: OfferState) -> None:
    before, found.state = found.state, state
    unit.session.flush()
    unit.record(
        OfferMoved(offer_id=found.id, name=found.name, before=before.value, after=state.value, label=label(state))
    )


def _has_contracts(reader: Reader, offer_id: int) -> bool:
    return reader.session.scalar(select(Contract.id).where(Contract.offer_id == offer_id).limit(1)) is not None


def turn(unit: Unit) -> None:
    """What the calendar does: subscriptions close after their last day, seasons begin and finish."""
    living = (OfferState.OPEN, OfferState.CLOSED, OfferState.RUNNING)
    query = (
        select(Offer)
        .where(Offer.state.in_(living))
        .options(selectinload(Offer.dates).joinedload(OfferDate.delivery).joinedload(Delivery.distribution))
    )
    for found in unit.all(query):
        days = [one.delivery.distribution.day for one in found.dates]
        over = not days or max(days) < unit.today
        if found.state == OfferState.OPEN and (over or (found.closes_on is not None and found.closes_on < unit.today)):
            _step(unit, found, OfferState.CLOSED)
        if found.state == OfferState.CLOSED and days and min(days) <= unit.today:
            _step(unit, found, OfferState.RUNNING)
        if found.state == OfferState.RUNNING and over:
            _step(unit, found, OfferState.FINISHED)
