"""The farm's approval of an offer: sent to it, answered with a word, asked again when the offer has changed since."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from courtil.api import (
    FRENCH,
    N_,
    Absence,
    Delivery,
    Offer,
    OfferDate,
    OfferState,
    Person,
    Problem,
    Reader,
    Refused,
    Stale,
    Unit,
    _,
    ask_mail,
    holders,
    matrix,
    proposed,
    spoken,
)
from courtil_contracts.domain.approval import BEFORE_OPENING, ApprovalState, Standing, standing
from courtil_contracts.domain.events import OfferReviewed
from courtil_contracts.services.terms import template_of, terms_of
from courtil_contracts.settings import settings
from courtil_contracts.tables import Approval

ANSWERS = "contracts.countersign"
"""The right to speak for the farm."""

CHANGEABLE = tuple(state for state in OfferState if state not in {OfferState.FINISHED, OfferState.ARCHIVED})

READ = (
    "name", "kind", "season_id", "place_id", "places", "presentation", "price_note", "terms", "instalment_counts",
    "instalment_step", "methods",
)  # fmt: skip
"""The columns of an offer that a farm agrees to; until when one may sign is the AMAP's own affair."""


@dataclass(frozen=True)
class Review:
    """Where the farm's reading stands, for the pages; `fingerprint` names the offer that is shown."""

    standing: Standing
    fingerprint: str
    word: str = ""
    by: str = ""
    at: datetime | None = None
    online: bool = True
    """Whether somebody of the farm can answer here: who has no address cannot sign in."""


def fingerprint(reader: Reader, offer_id: int) -> str:
    """What the farm agrees to, in 64 characters: texts, products, prices, planned dates, which comes when, terms,
    what its template says.

    Terms count as far as they are not the plain ones, so that a kind of term to come takes no approval back.
    """
    offer = proposed(reader, offer_id)
    products = {one.id: one.product_id for one in offer.products}
    rows = select(OfferDate.id, Delivery.planned_on).join(Delivery, Delivery.id == OfferDate.delivery_id)
    days = {key: day.isoformat() for key, day in reader.rows(rows.where(OfferDate.offer_id == offer_id))}
    absences = reader.all(select(Absence).where(Absence.offer_date_id.in_(days)))
    said = {
        "offer": {name: getattr(offer, name) for name in READ},
        "products": [[one.product_id, one.price_cents, one.stock, one.most] for one in offer.products],
        "days": sorted(days.values()),
        "absences": sorted([products[one.offer_product_id], days[one.offer_date_id]] for one in absences),
        "terms": terms_of(reader, offer_id).model_dump(mode="json", exclude_defaults=True),
    }
    if (template := template_of(reader, offer_id)) is not None:
        said["articles"] = template.articles
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def review_of(reader: Reader, offer: Offer) -> Review:
    """Where the offer's approval stands."""
    row, now = reader.session.get(Approval, offer.id), fingerprint(reader, offer.id)
    online = any(person.email for person in holders(reader, ANSWERS, offer))
    if row is None:
        return Review(Standing.NEW, now, online=online)
    by = reader.session.get(Person, row.by_person_id) if row.by_person_id else None
    where = standing(row.state, row.fingerprint, now)
    return Review(where, now, row.word, by.full_name if by else "", row.at, online)


def opening_problems(offer_id: int, reader: Reader) -> list[Problem]:
    """Why the offer may not open: its farm has not approved it as it is now.

    An offer that was open before anybody asked its farm may close and open again.
    """
    if not settings(reader).asks_farm:
        return []
    offer, row = reader.get(Offer, offer_id), reader.session.get(Approval, offer_id)
    if row is None:
        where = Standing.NEW if offer.state is OfferState.DRAFT else Standing.APPROVED
    else:
        where = standing(row.state, row.fingerprint, fingerprint(reader, offer_id))
    return [] if where is Standing.APPROVED else [Problem(_(BEFORE_OPENING[where]), "approval")]


def send(unit: Unit, offer_id: int, url: str, word: str = "") -> Approval:
    """Ask the farm to read the offer at this address; asking twice for the same thing sends one mail.

    Raises Refused when there is nothing to read yet or nobody to read it.
    """
    offer = _changeable(unit, offer_id)
    review = review_of(unit, offer)
    row = unit.session.get(Approval, offer_id)
    if row is not None and review.standing in {Standing.SENT, Standing.APPROVED}:
        return row
    if not matrix(unit, offer_id):
        raise Refused(_("Choisissez d’abord des dates et des produits : la ferme n’a encore rien à relire."))
    if not review.online:
        raise Refused(_("Personne de cette ferme n’a accès au site. Notez plutôt l’accord qu’elle vous a donné."))
    row = _keep(unit, offer, ApprovalState.SENT, word=word, what=N_("envoyé à la ferme pour relecture"))
    row.sent_by_id = row.by_person_id
    _tell_farm(unit, offer, url, word)
    return row


def answer(unit: Unit, offer_id: int, *, approves: bool, word: str, seen: str, url: str) -> Approval:
    """The farm approves what it has `seen`, or says what to change; who sent it is told.

    Raises Refused for a change without a word, Stale when the offer has changed since.
    """
    offer = _changeable(unit, offer_id)
    review = review_of(unit, offer)
    row = unit.session.get(Approval, offer_id)
    if row is None:
        raise Refused(_("Ce contrat ne vous a pas encore été envoyé."))
    if review.fingerprint != seen:
        raise Stale
    wanted = ApprovalState.APPROVED if approves else ApprovalState.CHANGES
    if (row.state, row.word) == (wanted, word) and review.standing is not Standing.REREAD:
        return row
    if not approves and not word.strip():
        raise Refused(Problem(_("Écrivez ce qu’il faut changer : quelques mots suffisent."), "word"))
    what = N_("approuvé par la ferme") if approves else N_("la ferme demande des changements")
    row = _keep(unit, offer, wanted, word=word, what=what, approved=seen if approves else "")
    _tell_sender(unit, offer, row, url)
    return row


def note(unit: Unit, offer_id: int, word: str, seen: str) -> Approval:
    """Note the approval that a farm without access gave by word of mouth or on paper.

    Raises Refused when the farm can answer by itself or nothing says how it agreed, Stale when the offer has changed.
    """
    offer = _changeable(unit, offer_id)
    review = review_of(unit, offer)
    if review.online:
        raise Refused(_("Cette ferme a accès au site : envoyez-lui ce contrat, elle répond elle-même."))
    if review.fingerprint != seen:
        raise Stale
    if not word.strip():
        raise Refused(Problem(_("Écrivez qui a donné son accord, quand et comment."), "word"))
    row = unit.session.get(Approval, offer_id)
    if row is not None and review.standing is Standing.APPROVED:
        return row
    return _keep(unit, offer, ApprovalState.APPROVED, word=word, what=N_("accord de la ferme noté"), approved=seen)


def to_read(reader: Reader, farm_id: int) -> Sequence[Offer]:
    """The offers of the farm that wait for its answer, the oldest first, as far as the actor may give one."""
    query = select(Offer).join(Approval, Approval.offer_id == Offer.id).order_by(Approval.at)
    waits = (Offer.farm_id == farm_id, Approval.state == ApprovalState.SENT, Offer.state.in_(CHANGEABLE))
    return reader.all(query.where(*waits, reader.seen(ANSWERS, Offer)))


def _changeable(unit: Unit, offer_id: int) -> Offer:
    unit.locked(Offer, offer_id)
    offer = proposed(unit, offer_id)
    if offer.state not in CHANGEABLE:
        raise Refused(_("Ce contrat est terminé : il ne change plus. Reconduisez-le pour une autre saison."))
    return offer


def _keep(
    unit: Unit, offer: Offer, state: ApprovalState, *, word: str, what: str, approved: str | None = None
) -> Approval:
    row = unit.session.get(Approval, offer.id)
    if row is None:
        row = Approval(offer_id=offer.id, state=state, at=unit.now)
        unit.session.add(row)
    row.state, row.word, row.at = state, word.strip(), unit.now
    row.by_person_id = unit.actor.person_id if unit.actor else None
    if approved is not None:
        row.fingerprint = approved
    unit.session.flush()
    said = f"{what} : {row.word}" if row.word else what
    unit.record(OfferReviewed(offer_id=offer.id, name=offer.name, what=said))
    return row


@spoken(FRENCH)
def _tell_farm(unit: Unit, offer: Offer, url: str, word: str) -> None:
    text = _(
        "Bonjour %(name)s,\n\n%(sender)s a préparé le contrat « %(offer)s » (%(season)s) et vous demande de le relire "
        "avant son ouverture.\n\n%(word)sPour le lire, puis l’approuver ou demander un changement :\n%(url)s\n"
    )
    said = _("Son mot : %(word)s") % {"word": word.strip()} + "\n\n" if word.strip() else ""
    words = {"offer": offer.name, "season": offer.season.name, "word": said, "url": url, "sender": _actor(unit)}
    _mail(unit, holders(unit, ANSWERS, offer), _("Contrat à relire : %(offer)s") % words, text, words)


@spoken(FRENCH)
def _tell_sender(unit: Unit, offer: Offer, row: Approval, url: str) -> None:
    sender = unit.session.get(Person, row.sent_by_id) if row.sent_by_id else None
    told = [sender] if sender and sender.email and not sender.archived_at else holders(unit, "offers.write", offer)
    words = {"offer": offer.name, "farm": offer.farm.name, "who": _actor(unit), "word": row.word, "url": url}
    if row.state is ApprovalState.APPROVED:
        subject, what = _("Contrat approuvé : %(offer)s"), _("%(who)s (%(farm)s) approuve le contrat « %(offer)s ».")
        after = _("Vous pouvez ouvrir les souscriptions :")
    else:
        subject = _("Changements demandés : %(offer)s")
        what = _("%(who)s (%(farm)s) demande des changements au contrat « %(offer)s ».")
        after = _("Faites-les, puis renvoyez-lui ce contrat :")
    said = _("Son mot : %(word)s") + "\n\n" if row.word else ""
    text = _("Bonjour %(name)s,") + f"\n\n{what}\n\n{said}{after}\n%(url)s\n"
    _mail(unit, told, subject % words, text, words)


def _actor(unit: Unit) -> str:
    return unit.actor.name if unit.actor else _("La coordination")


def _mail(unit: Unit, told: Sequence[Person], subject: str, text: str, words: dict[str, str]) -> None:
    for person in told:
        if person.email:
            ask_mail(unit, person.email, person.full_name, subject, text % (words | {"name": person.full_name}))
