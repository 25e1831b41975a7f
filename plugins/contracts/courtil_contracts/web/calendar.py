"""The calendar of one's evenings: its address, and the file that a phone reads there."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    PUBLIC,
    SIGNED_IN,
    Fragment,
    NotFound,
    Reader,
    Unit,
    View,
    _,
    base_url,
    page,
    redirect,
    render,
    url_of,
)
from courtil_contracts.services import calendar as service


def of_account(view: View) -> list[Fragment]:
    """The way to the calendar, on the page of one's own account."""
    return [Fragment(template="contracts/_account.html")]


def _person_id(reader: Reader) -> int:
    if reader.actor is None:
        raise NotFound("person")
    return reader.actor.person_id


@page("/calendrier", needs=SIGNED_IN)
def contracts_calendar(request: Request, reader: Reader) -> Response:
    """The address of one's calendar and how to use it; a button to make it when there is none."""
    token = service.address_of(reader, _person_id(reader))
    address = base_url(request) + url_of(request, "contracts_calendar_file", token=token) if token else ""
    return render(
        request, "contracts/calendar.html", page_title=_("Mon calendrier"), address=address,
        subscribe="webcal://" + address.partition("://")[2] if token else "",
        farmer=reader.actor is not None and reader.actor.can_somewhere("farm_space.read"),
    )  # fmt: skip


@page("/calendrier", needs=SIGNED_IN, writes=True)
def contracts_renew_calendar(request: Request, unit: Unit, data: FormData) -> Response:
    """Make the address, or another one in its place."""
    had = service.address_of(unit, _person_id(unit))
    service.renew(unit, _person_id(unit))
    message = _("L’adresse a changé : l’ancienne ne montre plus rien.") if had else _("Votre calendrier est prêt.")
    return redirect(request, url_of(request, "contracts_calendar"), message)


@page("/calendrier/retirer", needs=SIGNED_IN, writes=True)
def contracts_remove_calendar(request: Request, unit: Unit, data: FormData) -> Response:
    """Take the address away."""
    service.remove(unit, _person_id(unit))
    return redirect(request, url_of(request, "contracts_calendar"), _("L’adresse ne montre plus rien."))


@page("/calendrier/{token}.ics", needs=PUBLIC)
def contracts_calendar_file(request: Request, reader: Reader) -> Response:
    """The calendar itself, for whoever holds its address."""
    person = service.person_with(reader, request.path_params["token"])
    here = base_url(request) + url_of(request, "contracts_calendar")
    made = service.calendar(reader, person, here.partition("://")[2].replace("/", "."))
    headers = {"content-disposition": 'attachment; filename="amap.ics"'}
    return Response(made, media_type="text/calendar; charset=utf-8", headers=headers)
