"""The farm reads an offer and answers; the coordination sends it, sees the answer, or notes the one it was given."""

from collections.abc import Sequence

from pydantic import Field
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    N_,
    SIGNED_IN,
    Form,
    FormModel,
    Fragment,
    NotFound,
    Offer,
    OfferState,
    Problem,
    Reader,
    Refused,
    Required,
    Stale,
    Unit,
    View,
    _,
    attempt,
    base_url,
    matrix,
    page,
    path_int,
    proposed,
    redirect,
    render,
    text_document,
    url_of,
)
from courtil_contracts.domain.approval import LABELS, TO_THE_FARM, Standing
from courtil_contracts.services import approval as service
from courtil_contracts.services.said import said
from courtil_contracts.services.templates import text_of
from courtil_contracts.settings import settings
from courtil_contracts.tables import Approval
from courtil_contracts.web.kinds import KINDS

SAYS = {kind.name: kind.says for kind in KINDS} | {
    "fixed": N_("Le foyer choisit une fois combien il veut de chaque produit.")
}
LOOKS = {
    Standing.NEW: ("", "pen-line"), Standing.SENT: ("wait", "hourglass"), Standing.CHANGES: ("bad", "messages-square"),
    Standing.APPROVED: ("good", "handshake"), Standing.REREAD: ("wait", "eye"),
}  # fmt: skip
"""Tone and icon of each standing."""

CHANGE = "change"
"""The button that asks for changes."""


class WordData(FormModel):
    """A few words with an answer."""

    word: str = Field("", title=N_("Votre mot"), max_length=2000, json_schema_extra={"widget": "textarea"})


class NoteData(FormModel):
    """How the approval was given."""

    word: Required = Field(title=N_("Qui a donné son accord, quand et comment"), max_length=2000)


def _readable(request: Request, reader: Reader) -> Offer:
    """The offer, for its farm once it was sent, and for the coordination. Raises NotFound."""
    found = proposed(reader, path_int(request, "offer_id"))
    sent = reader.session.get(Approval, found.id) is not None
    if reader.allows("offers.read", found) or (sent and reader.allows("farm_space.read", found)):
        return found
    raise NotFound("offer")


def _writable(request: Request, reader: Reader) -> Offer:
    found = proposed(reader, path_int(request, "offer_id"))
    if not reader.allows("offers.write", found):
        raise NotFound("offer")
    return found


def _address(request: Request, name: str, offer: Offer) -> str:
    return base_url(request) + url_of(request, name, offer_id=offer.id)


@page("/relire/{offer_id:int}", needs=SIGNED_IN)
def contracts_review(request: Request, reader: Reader) -> Response:
    """The whole offer in words, and the farm's answer."""
    return _review(request, reader, _readable(request, reader), Form(WordData))


def _review(
    request: Request, reader: Reader, offer: Offer, form: Form[WordData], problems: Sequence[Problem] = ()
) -> Response:
    review = service.review_of(reader, offer)
    form.refuse(*problems)
    sent = reader.session.get(Approval, offer.id) is not None
    coordinates = reader.allows("offers.read", offer)
    text = text_of(reader, offer.id) if matrix(reader, offer.id) else ""
    return render(
        request, "contracts/review.html", 422 if form.errors else 200, page_title=offer.name, offer=offer,
        review=review, said=said(reader, offer), says=SAYS.get(offer.kind, ""),
        example=text_document(text) if text else None,
        label=(LABELS if coordinates else TO_THE_FARM)[review.standing],
        look=LOOKS[review.standing], form=form, coordinates=coordinates,
        may_answer=sent and reader.allows(service.ANSWERS, offer) and offer.state in service.CHANGEABLE,
    )  # fmt: skip


@page("/relire/{offer_id:int}", needs="contracts.countersign", writes=True)
def contracts_answer(request: Request, unit: Unit, data: FormData) -> Response:
    """The farm approves, or asks for changes."""
    offer = _readable(request, unit)
    if not unit.allows(service.ANSWERS, offer):
        raise NotFound("offer")
    form, approves = Form(WordData), data.get("do") != CHANGE
    if not form.read(data) or form.value is None:
        return _review(request, unit, offer, form)
    word, seen, url = form.value.word, str(data.get("seen", "")), _address(request, "offer", offer)
    try:
        problems = attempt(
            unit, lambda: service.answer(unit, offer.id, approves=approves, word=word, seen=seen, url=url)
        )
    except Stale:
        problems = [Problem(_("Ce contrat vient de changer : relisez-le, puis répondez de nouveau."))]
    if problems:
        return _review(request, unit, offer, form, problems)
    message = _("Merci : la coordination peut ouvrir ce contrat.") if approves else _("La coordination est prévenue.")
    return redirect(request, url_of(request, "contracts_review", offer_id=offer.id), message)


@page("/offre/{offer_id:int}/envoyer", needs="offers.write", writes=True)
def contracts_send(request: Request, unit: Unit, data: FormData) -> Response:
    """Send the offer to its farm."""
    offer, word = _writable(request, unit), _word(Form(WordData), data)
    service.send(unit, offer.id, _address(request, "contracts_review", offer), word)
    message = _("Le contrat est envoyé à la ferme. Vous recevrez sa réponse par e-mail.")
    return redirect(request, url_of(request, "offer", offer_id=offer.id), message)


@page("/offre/{offer_id:int}/accord", needs="offers.write", writes=True)
def contracts_note(request: Request, unit: Unit, data: FormData) -> Response:
    """Note the approval of a farm that has no access."""
    offer, word = _writable(request, unit), _word(Form(NoteData), data)
    service.note(unit, offer.id, word, str(data.get("seen", "")))
    return redirect(request, url_of(request, "offer", offer_id=offer.id), _("L’accord de la ferme est noté."))


def _word(form: Form[WordData] | Form[NoteData], data: FormData) -> str:
    """What was typed beside the button. Raises Refused."""
    if not form.read(data) or form.value is None:
        raise Refused(*form.errors)
    return form.value.word


def of_offer(view: View) -> list[Fragment]:
    """Where the farm's approval stands, on the page of the offer."""
    reader, offer = view.reader, view.offer
    asked = settings(reader).asks_farm and offer.state is OfferState.DRAFT
    shown = asked or reader.session.get(Approval, offer.id) is not None
    if not shown or offer.state not in service.CHANGEABLE or not reader.allows("offers.read", offer):
        return []
    review = service.review_of(reader, offer)
    context = {
        "offer": offer, "review": review, "label": LABELS[review.standing], "look": LOOKS[review.standing],
        "may_write": reader.allows("offers.write", offer),
        "form": Form(WordData if review.online else NoteData, prefix="f-approval"),
        "sends": review.standing in {Standing.NEW, Standing.CHANGES, Standing.REREAD},
    }  # fmt: skip
    return [Fragment(template="contracts/_approval.html", context=context, order=20)]


def of_farm(view: View) -> list[Fragment]:
    """The offers that wait for the farm's answer, above the pages of its space."""
    offers = service.to_read(view.reader, view.farm.id)
    return [Fragment(template="contracts/_to_read.html", context={"offers": offers})] if offers else []
