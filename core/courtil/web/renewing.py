"""Next season from the last: where the dates go, and which other offers of the farm come along."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.calendar import Moved
from courtil.domain.words import _, ngettext
from courtil.services import calendar, offers, renewing
from courtil.services.renewing import RenewData
from courtil.services.settings import amap_settings
from courtil.services.unit import Reader, Unit
from courtil.store.offers import Offer
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.offers import help_page, offer_url
from courtil.web.pages import page
from courtil.web.render import render
from courtil.web.request import path_int


def _form(reader: Reader, found: Offer) -> Form[RenewData]:
    seasons = [(one.id, one.name) for one in renewing.seasons(reader, found)]
    choices = {
        "season_id": seasons, "how": renewing.HOW,
        "also": [(one.id, one.name) for one in renewing.beside(reader, found)],
    }  # fmt: skip
    form = Form(RenewData, {"season_id": seasons[0][0] if seasons else None}, choices)
    if zone := amap_settings(reader).school_zone:
        form.control("school").help = _("Zone %(zone)s, d’après les réglages de l’AMAP.") % {"zone": zone}
    return form


def _page(request: Request, reader: Reader, found: Offer, form: Form[RenewData], status: int = 200) -> Response:
    follows = renewing.later(calendar.seasons(reader), found)
    names = ["season_id", "how", "weeks", "holidays"]
    names += ["school"] if amap_settings(reader).school_zone else []
    names += ["also"] if form.control("also").options else []
    return render(
        request, "offers/renew.html", status, page_title=_("Reconduire « %(name)s »") % {"name": found.name},
        help_url=help_page(request, "offres"), offer=found, form=form, names=names, follows=bool(follows),
        may_add=reader.actor is not None and reader.actor.can_somewhere("calendar.write"),
    )  # fmt: skip


@page("/contrats/{offer_id:int}/reconduire", needs="offers.write")
def renew_offer(request: Request, reader: Reader) -> Response:
    """Choose the season of the copy."""
    found = offers.visible(reader, path_int(request, "offer_id"), "offers.write")
    return _page(request, reader, found, _form(reader, found))


@page("/contrats/{offer_id:int}/reconduire", needs="offers.write", writes=True)
def copy_offer(request: Request, unit: Unit, data: FormData) -> Response:
    """Make the copies, as drafts; the page of dates proposes what was left out."""
    found = offers.visible(unit, path_int(request, "offer_id"), "offers.write")
    form = _form(unit, found)

    def renew(value: RenewData) -> list[tuple[Offer, Moved]]:
        return [renewing.renew(unit, key, value) for key in [found.id, *value.also]]

    if form.apply(unit, data, renew):
        (made, moved), *others = form.result
        message = _("Le nouveau contrat est un brouillon. Vérifiez ses dates, puis ouvrez-le.")
        if others:
            message += " " + ngettext(
                "%(n)s autre contrat de la ferme est reconduit.", "%(n)s autres contrats de la ferme sont reconduits.",
                len(others),
            )  # fmt: skip
        left_out = ",".join(day.isoformat() for day in moved.left_out) or None
        return redirect(request, offer_url(request, made.id, "offer_dates", pauses=left_out), message)
    return _page(request, unit, offers.offer(unit, found.id), form, 422)
