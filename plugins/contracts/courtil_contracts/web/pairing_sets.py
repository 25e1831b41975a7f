"""Sharing a basket, seen by the coordination: who shares with whom, setting two households together, ending it."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field
from sqlalchemy import select
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    N_,
    Day,
    Form,
    FormModel,
    Fragment,
    Household,
    NotFound,
    Offer,
    Problem,
    Reader,
    Required,
    Unit,
    View,
    _,
    attempt,
    offer_tabs,
    page,
    path_int,
    proposed,
    redirect,
    render,
    url_of,
)
from courtil_contracts.domain.sharing import PairingState
from courtil_contracts.services import pairings, sharing
from courtil_contracts.tables import Pairing
from courtil_contracts.web.answers import done
from courtil_contracts.web.pairing_words import MANNERS, PAYERS, HowData, how

RIGHT = "contracts.write"
BEGINS = (("first", N_("le premier foyer")), ("second", N_("le deuxième foyer")))


class PairData(HowData):
    """Two households, and how they share."""

    first_id: Required = Field(title=N_("Premier foyer"), json_schema_extra={"widget": "select"})
    second_id: Required = Field(title=N_("Deuxième foyer"), json_schema_extra={"widget": "select"})


class EndData(FormModel):
    """The last day of a pairing."""

    on: Day = Field(title=N_("Dernier jour partagé"))


def _offer(request: Request, reader: Reader, offer_id: int) -> Offer:
    """An offer whose contracts the actor enters. Raises NotFound."""
    found = proposed(reader, offer_id)
    if not reader.allows(RIGHT, found) or found.kind not in pairings.KINDS:
        raise NotFound("offer")
    return found


def _form(reader: Reader) -> Form[PairData]:
    query = select(Household.id, Household.name).where(Household.archived_at.is_(None), Household.left_on.is_(None))
    homes = [("", N_("Choisissez")), *((key, name) for key, name in reader.rows(query.order_by(Household.search)))]
    choices = {"first_id": homes, "second_id": homes, "manner": MANNERS, "begins": BEGINS, "payers": PAYERS}
    return Form(PairData, {}, choices)


def _page(request: Request, reader: Reader, found: Offer, form: Form[PairData]) -> Response:
    states = (PairingState.ASKED, *pairings.STANDING)
    shown = pairings.sharings(reader, Pairing.offer_id == found.id, Pairing.state.in_(states))
    return render(
        request, "contracts/pairings.html", 422 if form.errors else 200, page_title=found.name, offer=found, form=form,
        tabs=offer_tabs(request, reader, found, "terms"), sharings=_seen(reader, shown),
        waiting=sharing.open_pairings(reader, shown), offered=pairings.offers_sharing(reader, found),
    )  # fmt: skip


def _seen(reader: Reader, found: Sequence[pairings.Sharing]) -> list[dict[str, Any]]:
    rows = [here.pairing for here in found]
    states, turns = pairings.signed_states(reader, rows), pairings.turns_to_come(reader, rows)
    return [
        {
            "sharing": here, "state": here.pairing.state.value, "how": how(here, turns.get(here.pairing.id, ())),
            "signed": bool(states[here.pairing.id]),
        }
        for here in found
    ]  # fmt: skip


@page("/offre/{offer_id:int}/partages", needs=RIGHT)
def contracts_pairings(request: Request, reader: Reader) -> Response:
    """Who shares under this offer, and the form that sets two households together."""
    found = _offer(request, reader, path_int(request, "offer_id"))
    return _page(request, reader, found, _form(reader))


@page("/offre/{offer_id:int}/partages", needs=RIGHT, writes=True)
def contracts_pair(request: Request, unit: Unit, data: FormData) -> Response:
    """Set two households together."""
    found, form = _offer(request, unit, path_int(request, "offer_id")), _form(unit)

    def pair(value: PairData) -> Pairing:
        return pairings.pair(unit, found.id, int(value.first_id), int(value.second_id), value.wish())

    if form.apply(unit, data, pair):
        undo = url_of(request, "contracts_unpair", pairing_id=form.result.id)
        return redirect(request, _url(request, found.id), _("Ces deux foyers partagent ce contrat."), undo_url=undo)
    return _page(request, unit, found, form)


def _url(request: Request, offer_id: int) -> str:
    return url_of(request, "contracts_pairings", offer_id=offer_id)


def _pairing(request: Request, reader: Reader) -> Pairing:
    """A pairing of an offer whose contracts the actor enters. Raises NotFound."""
    found = reader.get(Pairing, path_int(request, "pairing_id"))
    _offer(request, reader, found.offer_id)
    return found


def _done(request: Request, found: Pairing, problems: list[Problem], message: str, undo: str = "") -> Response:
    undo_url = url_of(request, undo, pairing_id=found.id) if undo else None
    return done(request, _url(request, found.offer_id), problems, message, undo_url=undo_url)


@page("/offre/partages/{pairing_id:int}/defaire", needs=RIGHT, writes=True)
def contracts_unpair(request: Request, unit: Unit, data: FormData) -> Response:
    """Undo a pairing or a proposal while neither has signed."""
    found = _pairing(request, unit)
    problems = attempt(unit, lambda: pairings.withdraw(unit, found.id))
    return _done(request, found, problems, _("Ces deux foyers ne partagent plus ce contrat."))


@page("/offre/partages/{pairing_id:int}/arreter", needs=RIGHT)
def contracts_end_pairing(request: Request, reader: Reader) -> Response:
    """What ending a pairing makes, before it is done."""
    return _end_page(request, reader, _pairing(request, reader), Form(EndData, {"on": reader.today}))


def _end_page(request: Request, reader: Reader, found: Pairing, form: Form[EndData]) -> Response:
    [here] = pairings.sharings(reader, Pairing.id == found.id)
    return render(
        request, "contracts/pairing_end.html", 422 if form.errors else 200, page_title=_("Arrêter un partage"),
        form=form, here=here, parts=found.parts, offer_id=found.offer_id,
    )  # fmt: skip


@page("/offre/partages/{pairing_id:int}/arreter", needs=RIGHT, writes=True)
def contracts_stop_pairing(request: Request, unit: Unit, data: FormData) -> Response:
    """End it; the first pays alone what comes after the day."""
    found, form = _pairing(request, unit), Form(EndData)
    if not form.apply(unit, data, lambda value: sharing.end(unit, found.id, value.on)):
        return _end_page(request, unit, found, form)
    return _done(request, found, [], _("Le partage est arrêté."), "contracts_reopen_pairing")


@page("/offre/partages/{pairing_id:int}/reprendre", needs=RIGHT, writes=True)
def contracts_reopen_pairing(request: Request, unit: Unit, data: FormData) -> Response:
    """Take an end back."""
    found = _pairing(request, unit)
    problems = attempt(unit, lambda: sharing.reopen(unit, found.id))
    return _done(request, found, problems, _("Le partage reprend : les deux parts sont comme avant."))


def of_offer(view: View) -> list[Fragment]:
    """On the page of an offer: the way to its pairings, and those of which one side has not signed."""
    reader, offer = view.reader, view.offer
    if not reader.allows(RIGHT, offer) or not pairings.offers_sharing(reader, offer):
        return []
    here = (Pairing.offer_id == offer.id, Pairing.state == PairingState.ACCEPTED)
    waiting = sharing.open_pairings(reader, pairings.sharings(reader, *here))
    return [Fragment(template="contracts/_pairings.html", context={"offer": offer, "waiting": waiting}, order=30)]
