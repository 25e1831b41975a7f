"""Places where baskets are handed out, and seasons."""

from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.words import _
from courtil.services import calendar as service
from courtil.services.calendar import WEEKDAYS, PlaceData, SeasonData
from courtil.services.unit import Reader, Unit
from courtil.store.calendar import Place, Season
from courtil.web.flash import redirect
from courtil.web.forms import Form, values_of
from courtil.web.pages import page
from courtil.web.render import render
from courtil.web.request import path_int, url_of


def _place_form(place: Place | None = None) -> Form[PlaceData]:
    days: list[tuple[Any, str]] = [("", _("Pas de jour fixe")), *enumerate(WEEKDAYS)]
    return Form(PlaceData, values_of(place, PlaceData) if place else None, {"weekday": days})


def _season_form(season: Season | None = None) -> Form[SeasonData]:
    return Form(SeasonData, values_of(season, SeasonData) if season else None)


@page("/calendrier", needs="calendar.write")
def calendar(request: Request, reader: Reader) -> Response:
    """Places and seasons, the archived ones below."""
    return render(
        request, "calendar/calendar.html", page_title=_("Lieux et saisons"), weekdays=WEEKDAYS,
        help_url=url_of(request, "help_page", topic="calendrier"),
        places=service.places(reader), seasons=service.seasons(reader),
        archived_places=service.places(reader, archived=True), archived_seasons=service.seasons(reader, archived=True),
    )  # fmt: skip


def _edit(
    request: Request, title: str, form: Form[Any], action: str, label: str, *, row: Place | Season | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    return render(
        request, "calendar/edit.html", status, page_title=title, form=form, action=action, label=label, row=row,
        archive_url=_archive_url(request, row), help_url=url_of(request, "help_page", topic="calendrier"),
    )  # fmt: skip


def _archive_url(request: Request, row: Place | Season | None) -> str | None:
    if row is None:
        return None
    return url_of(request, "archive_place" if isinstance(row, Place) else "archive_season", id=row.id)


def _new_place_page(request: Request, form: Form[PlaceData], status: int = 200) -> Response:
    return _edit(request, _("Ajouter un lieu"), form, url_of(request, "add_place"), _("Ajouter le lieu"), status=status)


@page("/calendrier/lieux/nouveau", needs="calendar.write")
def new_place(request: Request, reader: Reader) -> Response:
    """An empty place."""
    return _new_place_page(request, _place_form())


@page("/calendrier/lieux/nouveau", needs="calendar.write", writes=True)
def add_place(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep the new place."""
    form = _place_form()
    if form.apply(unit, data, lambda value: service.add_place(unit, value)):
        return redirect(request, url_of(request, "calendar"), _("Le lieu est ajouté."))
    return _new_place_page(request, form, 422)


def _place_page(request: Request, found: Place, form: Form[PlaceData], status: int = 200) -> Response:
    action = url_of(request, "change_place", id=found.id)
    return _edit(request, found.name, form, action, _("Enregistrer le lieu"), row=found, status=status)


@page("/calendrier/lieux/{id:int}", needs="calendar.write")
def place(request: Request, reader: Reader) -> Response:
    """A place, to change."""
    found = reader.get(Place, path_int(request, "id"))
    return _place_page(request, found, _place_form(found))


@page("/calendrier/lieux/{id:int}", needs="calendar.write", writes=True)
def change_place(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep what changed about a place."""
    found = unit.get(Place, path_int(request, "id"))
    form = _place_form(found)
    if form.apply(unit, data, lambda value: service.change_place(unit, found.id, value, form.version)):
        return redirect(request, url_of(request, "calendar"), _("Le lieu est enregistré."))
    return _place_page(request, found, form, 422)


@page("/calendrier/lieux/{id:int}/archiver", needs="calendar.write", writes=True)
def archive_place(request: Request, unit: Unit, data: FormData) -> Response:
    """Propose a place no more."""
    found = service.archive_place(unit, path_int(request, "id"))
    undo = url_of(request, "restore_place", id=found.id)
    return redirect(request, url_of(request, "calendar"), _("Le lieu est archivé."), undo_url=undo)


@page("/calendrier/lieux/{id:int}/reprendre", needs="calendar.write", writes=True)
def restore_place(request: Request, unit: Unit, data: FormData) -> Response:
    """Propose an archived place again."""
    service.restore_place(unit, path_int(request, "id"))
    return redirect(request, url_of(request, "calendar"), _("Le lieu est de retour."))


def _new_season_page(request: Request, form: Form[SeasonData], status: int = 200) -> Response:
    label = _("Ajouter la saison")
    return _edit(request, _("Ajouter une saison"), form, url_of(request, "add_season"), label, status=status)


@page("/calendrier/saisons/nouvelle", needs="calendar.write")
def new_season(request: Request, reader: Reader) -> Response:
    """An empty season."""
    return _new_season_page(request, _season_form())


@page("/calendrier/saisons/nouvelle", needs="calendar.write", writes=True)
def add_season(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep the new season."""
    form = _season_form()
    if form.apply(unit, data, lambda value: service.add_season(unit, value)):
        return redirect(request, url_of(request, "calendar"), _("La saison est ajoutée."))
    return _new_season_page(request, form, 422)


def _season_page(request: Request, found: Season, form: Form[SeasonData], status: int = 200) -> Response:
    action = url_of(request, "change_season", id=found.id)
    return _edit(request, found.name, form, action, _("Enregistrer la saison"), row=found, status=status)


@page("/calendrier/saisons/{id:int}", needs="calendar.write")
def season(request: Request, reader: Reader) -> Response:
    """A season, to change."""
    found = reader.get(Season, path_int(request, "id"))
    return _season_page(request, found, _season_form(found))


@page("/calendrier/saisons/{id:int}", needs="calendar.write", writes=True)
def change_season(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep what changed about a season."""
    found = unit.get(Season, path_int(request, "id"))
    form = _season_form(found)
    if form.apply(unit, data, lambda value: service.change_season(unit, found.id, value, form.version)):
        return redirect(request, url_of(request, "calendar"), _("La saison est enregistrée."))
    return _season_page(request, found, form, 422)


@page("/calendrier/saisons/{id:int}/archiver", needs="calendar.write", writes=True)
def archive_season(request: Request, unit: Unit, data: FormData) -> Response:
    """Take a season out of the lists."""
    found = service.archive_season(unit, path_int(request, "id"))
    undo = url_of(request, "restore_season", id=found.id)
    return redirect(request, url_of(request, "calendar"), _("La saison est archivée."), undo_url=undo)


@page("/calendrier/saisons/{id:int}/reprendre", needs="calendar.write", writes=True)
def restore_season(request: Request, unit: Unit, data: FormData) -> Response:
    """Bring an archived season back."""
    service.restore_season(unit, path_int(request, "id"))
    return redirect(request, url_of(request, "calendar"), _("La saison est de retour."))
