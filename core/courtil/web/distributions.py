"""Distributions: the evenings to come and past, and one evening with what comes and who fetches it."""

from functools import partial
from itertools import groupby

from pydantic import Field
from sqlalchemy import ColumnElement
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.fields import FormModel, Text
from courtil.domain.states import DeliveryState
from courtil.domain.words import N_, _
from courtil.services import access, agenda
from courtil.services import deliveries as service
from courtil.services.due import lines_in_words, totals
from courtil.services.unit import Reader, Unit
from courtil.store.deliveries import Delivery, Distribution
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.pages import page
from courtil.web.paging import Pager, Tab
from courtil.web.render import month, render
from courtil.web.request import path_int, query_page, url_of


class NoteData(FormModel):
    """The note of the evening."""

    note: Text = Field(
        "", title=N_("Note du soir"), description=N_("Elle figure en haut de la feuille."), max_length=2000,
        json_schema_extra={"widget": "textarea"},
    )  # fmt: skip


def _seen(reader: Reader) -> ColumnElement[bool]:
    return reader.seen("distributions.read", Delivery)


@page("/distributions", needs="distributions.read")
def distributions(request: Request, reader: Reader) -> Response:
    """Evenings by month: those to come, or those that are past."""
    past = "passees" in request.query_params
    found = agenda.evenings(reader, _seen(reader), coming=not past, page=query_page(request))
    address = partial(url_of, request, "distributions", passees=1 if past else None)
    return render(
        request, "distributions/distributions.html", page_title=_("Distributions"), past=past, found=found,
        months=[(name, list(group)) for name, group in groupby(found.evenings, lambda evening: month(evening.day))],
        tabs=[Tab(_("À venir"), url_of(request, "distributions"), not past),
              Tab(_("Passées"), url_of(request, "distributions", passees=1), past)],
        pager=Pager(found.page, found.pages, found.total, lambda number: address(page=number)),
        help_url=url_of(request, "help_page", topic="distributions"),
    )  # fmt: skip


@page("/distributions/{id:int}", needs="distributions.read")
def distribution(request: Request, reader: Reader) -> Response:
    """One evening: what comes, which households, sheets to print."""
    return _page(request, reader, service.distribution(reader, path_int(request, "id"), _seen(reader)))


def _page(
    request: Request, reader: Reader, evening: Distribution, form: Form[NoteData] | None = None, status: int = 200
) -> Response:  # fmt: skip
    lines = lines_in_words(reader, Delivery.distribution_id == evening.id, _seen(reader))
    by_farm = {d.id: totals(line for line in lines if line.delivery_id == d.id) for d in evening.deliveries}
    homes: dict[tuple[int, str], list[str]] = {}
    for line in lines:
        homes.setdefault((line.household_id, line.household), []).append(line.words)
    mine = access.among(reader, "deliveries.write", evening.deliveries)
    planned = [d.id for d in evening.deliveries if d.state is DeliveryState.PLANNED]
    return render(
        request, "distributions/distribution.html", status, page_title=_("Distribution"), evening=evening,
        totals=by_farm, homes=homes, mine=mine, all_mine=len(planned) > 1 and mine.issuperset(planned),
        form=form or Form(NoteData, {"note": evening.note}),
        help_url=url_of(request, "help_page", topic="distributions"),
    )  # fmt: skip


@page("/distributions/{id:int}/note", needs="deliveries.write", writes=True)
def note_distribution(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep the note of the evening; who may change a delivery of that evening may write it."""
    evening = service.distribution(unit, path_int(request, "id"), _seen(unit))
    if not access.among(unit, "deliveries.write", evening.deliveries):
        unit.may("deliveries.write")
    form = Form(NoteData)
    if form.apply(unit, data, lambda value: service.write_note(unit, evening.id, value.note, form.version)):
        return redirect(request, url_of(request, "distribution", id=evening.id), _("La note est enregistrée."))
    return _page(request, unit, evening, form, 422)


def _mine(request: Request, unit: Unit) -> Delivery:
    found = service.delivery(unit, path_int(request, "id"))
    access.require(unit, "deliveries.write", found)
    return found


@page("/distributions/livraisons/{id:int}/faite", needs="deliveries.write", writes=True)
def mark_delivered(request: Request, unit: Unit, data: FormData) -> Response:
    """The farm came."""
    found = service.mark_delivered(unit, _mine(request, unit).id)
    url = url_of(request, "distribution", id=found.distribution_id)
    undo = url_of(request, "reopen_delivery", id=found.id)
    return redirect(request, url, _("C’est noté : %(farm)s est venue.") % {"farm": found.farm.name}, undo_url=undo)


@page("/distributions/livraisons/{id:int}/rouvrir", needs="deliveries.write", writes=True)
def reopen_delivery(request: Request, unit: Unit, data: FormData) -> Response:
    """Take back that the farm came."""
    found = service.reopen(unit, _mine(request, unit).id)
    return redirect(
        request, url_of(request, "distribution", id=found.distribution_id), _("La livraison est de nouveau prévue.")
    )
