"""Sharing a basket, seen by a household: asking another one, answering, signing one's part."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    BINDING,
    N_,
    Form,
    NotFound,
    Offer,
    OfferState,
    Problem,
    Reader,
    Refused,
    Required,
    Unit,
    Whole,
    _,
    attempt,
    live_contract,
    matrix,
    page,
    path_int,
    redirect,
    render,
    save_draft,
    url_of,
    whom_to_ask,
    window_problems,
)
from courtil_contracts.domain.sharing import FIRST, MOST_SHARES, SECOND, Manner, PairingState
from courtil_contracts.services import pairings, sharing
from courtil_contracts.services.pairings import Sharing, Wish
from courtil_contracts.services.terms import terms_of
from courtil_contracts.tables import Pairing
from courtil_contracts.web.answers import done
from courtil_contracts.web.pairing_words import MANNERS, PAYERS, HowData, how

LIVE = (OfferState.OPEN, OfferState.CLOSED, OfferState.RUNNING)
BEGINS = (("first", N_("votre foyer")), ("second", N_("l’autre foyer")))
ASK_CHOICES = {"manner": MANNERS, "begins": BEGINS, "payers": PAYERS}
SENT = N_(
    "C’est noté. Si cette adresse est celle d’un foyer de l’AMAP, il reçoit votre proposition. "
    "Sans réponse, rien ne change."
)


class AskData(HowData):
    """The other household by its address, and how."""

    email: Required = Field(
        title=N_("Adresse e-mail de l’autre foyer"), max_length=200, json_schema_extra={"widget": "email"}
    )
    first_share: Whole = Field(1, ge=1, le=MOST_SHARES, title=N_("Votre part"))
    second_share: Whole = Field(1, ge=1, le=MOST_SHARES, title=N_("Part de l’autre foyer"))


def home_of(reader: Reader) -> int:
    """The actor's household. Raises NotFound for somebody without one."""
    home = reader.actor.household_id if reader.actor else None
    if home is None:
        raise NotFound("household")
    return home


def _offer(request: Request, reader: Reader) -> Offer:
    """An offer that the actor may share. Raises NotFound."""
    query = select(Offer).where(Offer.id == path_int(request, "offer_id")).options(joinedload(Offer.farm))
    found = reader.one(query)
    if not reader.allows("self.subscribe", found) or not pairings.offers_sharing(reader, found):
        raise NotFound("offer")
    return found


def _form(values: dict[str, Any] | None = None) -> Form[AskData]:
    return Form(AskData, values or {}, ASK_CHOICES)


def _alternating_problem(reader: Reader, offer_id: int) -> str:
    return pairings.alternating_problem(reader, offer_id, Wish(Manner.ALTERNATING))


def _usual_manner(reader: Reader, offer_id: int) -> Manner:
    """Every other date each, unless this offer does not allow it."""
    return Manner.TOGETHER if _alternating_problem(reader, offer_id) else Manner.ALTERNATING


def _page(request: Request, reader: Reader, found: Offer, form: Form[AskData]) -> Response:
    home = home_of(reader)
    mine = (Pairing.offer_id == found.id, pairings.of_household(home))
    shown = _seen(reader, _standing(reader, *mine, home=home), {found.id: found})
    count = len({cell.delivery_id for cell in matrix(reader, found.id)})
    return render(
        request, "contracts/sharing.html", 422 if form.errors else 200, page_title=_("Partager un panier"), offer=found,
        form=form, sharings=shown, count=count, half=count // 2,
        alternating=_alternating_problem(reader, found.id),
        is_open=not window_problems(reader, found),
        signed=pairings.bound_id(reader, found.id, home) is not None, whom=whom_to_ask(reader, found.farm_id),
    )  # fmt: skip


def _days(reader: Reader, here: Sharing) -> list[date]:
    """The days to come on which a shared basket is there for this household."""
    return [one.day for one in sharing.coming(reader, here) if one.is_for(here.side)]


def _standing(reader: Reader, *conditions: Any, home: int) -> list[Sharing]:
    """The pairings that a household is told of: those that stand, and proposals that wait for an answer."""
    states = (PairingState.ASKED, *pairings.STANDING)
    found = pairings.sharings(reader, *conditions, Pairing.state.in_(states), household_id=home)
    settled = {one.pairing.offer_id for one in found if one.pairing.state in pairings.STANDING}
    return [one for one in found if one.pairing.state in pairings.STANDING or one.pairing.offer_id not in settled]


def _seen(reader: Reader, found: Sequence[Sharing], offers: Mapping[int, Offer]) -> list[dict[str, Any]]:
    """What a household reads of its pairings, and what it may do about each."""
    rows = [one.pairing for one in found]
    states, turns = pairings.signed_states(reader, rows), pairings.turns_to_come(reader, rows)
    return [
        _seen_one(reader, one, offers[one.pairing.offer_id], set(states[one.pairing.id]), turns.get(one.pairing.id, ()))
        for one in found
    ]


def _seen_one(
    reader: Reader, here: Sharing, offer: Offer, signed: Collection[int], turns: Sequence[int]
) -> dict[str, Any]:
    pairing, state = here.pairing, here.pairing.state
    accepted = state is PairingState.ACCEPTED
    to_sign = accepted and here.side == SECOND and pairing.parts and FIRST in signed and SECOND not in signed
    return {
        "id": pairing.id, "offer": offer, "how": how(here, turns), "partner": here.partner, "email": pairing.email,
        "asked": state is PairingState.ASKED and here.side == SECOND, "waits": state is PairingState.ASKED,
        "accepted": accepted, "ended_on": pairing.ended_on, "signed": bool(signed),
        "part": sharing.own_part(reader, here) if to_sign else "",
        "dates": _days(reader, here) if accepted and not here.halves else [],
        "whom": whom_to_ask(reader, offer.farm_id),
    }  # fmt: skip


def seen_by(reader: Reader, household_id: int) -> list[dict[str, Any]]:
    """The pairings of a household under the offers that are not over, as it reads them; few queries each."""
    found = _standing(reader, pairings.of_household(household_id), home=household_id)
    keys = [one.pairing.offer_id for one in found]
    query = select(Offer).where(Offer.id.in_(keys), Offer.state.in_(LIVE)).options(joinedload(Offer.farm))
    offers = {one.id: one for one in reader.all(query)} if keys else {}
    return _seen(reader, [one for one in found if one.pairing.offer_id in offers], offers)


@page("/partage/{offer_id:int}", needs="self.subscribe")
def contracts_share(request: Request, reader: Reader) -> Response:
    """With whom the household shares, or the form in which it asks another."""
    found = _offer(request, reader)
    return _page(request, reader, found, _form({"manner": _usual_manner(reader, found.id)}))


@page("/partage/{offer_id:int}", needs="self.subscribe", writes=True)
def contracts_ask_to_share(request: Request, unit: Unit, data: FormData) -> Response:
    """Ask; the answer is the same whether anybody has the address."""
    found, form = _offer(request, unit), _form()
    home = home_of(unit)

    def ask(value: AskData) -> Pairing:
        if "@" not in value.email:
            raise Refused(Problem(_("Écrivez une adresse e-mail entière."), "email"))
        return pairings.ask(unit, found.id, home, value.email, value.wish())

    if form.apply(unit, data, ask):
        return redirect(request, url_of(request, "contracts_share", offer_id=found.id), _(SENT))
    return _page(request, unit, found, form)


def _answered(request: Request, unit: Unit, problems: list[Problem], message: str) -> Response:
    return done(request, url_of(request, "my_contracts"), problems, message)


@page("/partages/{pairing_id:int}/accepter", needs="self.subscribe", writes=True)
def contracts_accept_sharing(request: Request, unit: Unit, data: FormData) -> Response:
    """Share with the household that asked."""
    home, key = home_of(unit), path_int(request, "pairing_id")
    problems = attempt(unit, lambda: pairings.accept(unit, key, home))
    return _answered(request, unit, problems, _("C’est noté : vous partagez ce panier."))


@page("/partages/{pairing_id:int}/refuser", needs="self.subscribe", writes=True)
def contracts_decline_sharing(request: Request, unit: Unit, data: FormData) -> Response:
    """Do not share."""
    home, key = home_of(unit), path_int(request, "pairing_id")
    problems = attempt(unit, lambda: pairings.decline(unit, key, home))
    return _answered(request, unit, problems, _("C’est noté : vous ne partagez pas ce panier."))


@page("/partages/{pairing_id:int}/retirer", needs="self.subscribe", writes=True)
def contracts_withdraw_sharing(request: Request, unit: Unit, data: FormData) -> Response:
    """Take a proposal or a pairing back while neither has signed."""
    home, key = home_of(unit), path_int(request, "pairing_id")
    problems = attempt(unit, lambda: pairings.withdraw(unit, key, home))
    return _answered(request, unit, problems, _("C’est noté : le partage est retiré."))


@page("/partages/{pairing_id:int}/signer", needs="self.subscribe", writes=True)
def contracts_sign_part(request: Request, unit: Unit, data: FormData) -> Response:
    """Go and read one's part of a shared basket, the draft made on the way; signed already, go to the contract."""
    home, pairing = home_of(unit), unit.get(Pairing, path_int(request, "pairing_id"))
    if pairing.second_id != home or pairing.state is not PairingState.ACCEPTED or not pairing.parts:
        raise NotFound("pairing")
    live = live_contract(unit, pairing.offer_id, home)
    if live is not None and live.state in BINDING:
        return redirect(request, url_of(request, "contract", contract_id=live.id))
    made: list[int] = []
    problems = attempt(unit, lambda: made.append(save_draft(unit, pairing.offer_id, home, {}).id))
    if problems:
        return _answered(request, unit, problems, "")
    step = "subscribe_payment" if _may_choose(unit, pairing.offer_id) else "subscribe_review"
    return redirect(request, url_of(request, step, contract_id=made[0]))


def _may_choose(reader: Reader, offer_id: int) -> bool:
    """Whether there is something to choose of how to pay."""
    ways = terms_of(reader, offer_id).ways
    return len(reader.get(Offer, offer_id).methods) > 1 or len(ways) > 1 or len(ways[0].counts) > 1
