"""Places where baskets are handed out, and seasons."""

from datetime import time

from pydantic import Field
from sqlalchemy import select

from courtil.domain.events import CalendarChanged, SeasonChanged
from courtil.domain.fields import Day, FormModel, Hour, Line, MaybeWhole, Required, Text, search_key
from courtil.domain.problems import Problem, Refused
from courtil.domain.words import N_, _
from courtil.services.changes import put
from courtil.services.unit import Reader, Unit
from courtil.store.calendar import Place, Season

WEEKDAYS = (N_("lundi"), N_("mardi"), N_("mercredi"), N_("jeudi"), N_("vendredi"), N_("samedi"), N_("dimanche"))
"""Names of the days by `date.weekday()`."""


class PlaceData(FormModel):
    """What one fills in about a place; `weekday` counts from Monday 0."""

    name: Required = Field(title=N_("Nom du lieu"))
    address: Line = Field("", title=N_("Adresse"))
    postal_code: Line = Field("", title=N_("Code postal"), max_length=10)
    city: Line = Field("", title=N_("Commune"))
    weekday: MaybeWhole = Field(None, title=N_("Jour habituel"))
    starts_at: Hour = Field(time(18, 30), title=N_("Début"))
    ends_at: Hour = Field(time(20), title=N_("Fin"))
    note: Text = Field(
        "", title=N_("Bon à savoir"), description=N_("Par exemple : entrée par la cour, apporter un sac."),
        json_schema_extra={"widget": "textarea"},
    )  # fmt: skip


class SeasonData(FormModel):
    """What one fills in about a season."""

    name: Required = Field(title=N_("Nom de la saison"), description=N_("Par exemple : Hiver 2026-2027."))
    starts_on: Day = Field(title=N_("Premier jour"))
    ends_on: Day = Field(title=N_("Dernier jour"))


def places(reader: Reader, *, archived: bool = False) -> list[Place]:
    """Places by name."""
    kept = Place.archived_at.is_not(None) if archived else Place.archived_at.is_(None)
    return sorted(reader.all(select(Place).where(kept)), key=lambda place: search_key(place.name))


def seasons(reader: Reader, *, archived: bool = False) -> list[Season]:
    """Seasons, the latest first."""
    kept = Season.archived_at.is_not(None) if archived else Season.archived_at.is_(None)
    return list(reader.all(select(Season).where(kept).order_by(Season.starts_on.desc(), Season.id.desc())))


def add_place(unit: Unit, data: PlaceData) -> Place:
    """Add a place. Raises Refused for hours that do not follow each other or a name that is taken."""
    _check_place(unit, data)
    place = unit.add(Place(**data.model_dump()))
    _tell(unit, N_("nouveau lieu, %(name)s") % {"name": place.name})
    return place


def change_place(unit: Unit, place_id: int, data: PlaceData, version: int | None = None) -> Place:
    """Change a place; distributions that are planned keep their hours. Raises Stale, Refused as `add_place` does."""
    place = unit.get(Place, place_id)
    unit.unchanged_since(place, version)
    _check_place(unit, data, place_id)
    if changed := put(place, data.model_dump(), PlaceData):
        unit.session.flush()
        _tell(unit, N_("lieu %(name)s changé (%(what)s)") % {"name": place.name, "what": changed})
    return place


def archive_place(unit: Unit, place_id: int) -> Place:
    """Propose a place no more."""
    place = unit.get(Place, place_id)
    if place.archived_at is None:
        place.archived_at = unit.now
        _tell(unit, N_("lieu %(name)s archivé") % {"name": place.name})
    return place


def restore_place(unit: Unit, place_id: int) -> Place:
    """Propose an archived place again. Raises Refused when its name was taken since."""
    place = unit.get(Place, place_id)
    if place.archived_at is not None:
        _check_place_name(unit, place.name, place_id)
        place.archived_at = None
        _tell(unit, N_("lieu %(name)s de retour") % {"name": place.name})
    return place


def add_season(unit: Unit, data: SeasonData) -> Season:
    """Add a season. Raises Refused when it ends before it starts or its name is taken."""
    _check_season(unit, data)
    season = unit.add(Season(**data.model_dump()))
    _tell_season(unit, season, N_("ajoutée"))
    return season


def change_season(unit: Unit, season_id: int, data: SeasonData, version: int | None = None) -> Season:
    """Change a season. Raises Stale, Refused as `add_season` does."""
    season = unit.get(Season, season_id)
    unit.unchanged_since(season, version)
    _check_season(unit, data, season_id)
    if changed := put(season, data.model_dump(), SeasonData):
        unit.session.flush()
        _tell_season(unit, season, N_("changée (%(what)s)") % {"what": changed})
    return season


def archive_season(unit: Unit, season_id: int) -> Season:
    """Take a season out of the lists; its offers and contracts stay."""
    season = unit.get(Season, season_id)
    if season.archived_at is None:
        season.archived_at = unit.now
        _tell_season(unit, season, N_("archivée"))
    return season


def restore_season(unit: Unit, season_id: int) -> Season:
    """Bring an archived season back. Raises Refused when its name was taken since."""
    season = unit.get(Season, season_id)
    if season.archived_at is not None:
        _check_season_name(unit, season.name, season_id)
        season.archived_at = None
        _tell_season(unit, season, N_("de retour"))
    return season


def _check_place(unit: Unit, data: PlaceData, but: int | None = None) -> None:
    if data.ends_at <= data.starts_at:
        raise Refused(Problem(_("La fin doit venir après le début."), "ends_at"))
    if data.weekday is not None and data.weekday not in range(7):
        raise Refused(Problem(_("Choisissez un jour de la semaine."), "weekday"))
    _check_place_name(unit, data.name, but)


def _check_place_name(unit: Unit, name: str, but: int | None) -> None:
    rows = unit.rows(select(Place.id, Place.name).where(Place.archived_at.is_(None)))
    if any(search_key(other) == search_key(name) for place_id, other in rows if place_id != but):
        raise Refused(Problem(_("Un lieu porte déjà ce nom. Précisez, par exemple avec la commune."), "name"))


def _check_season(unit: Unit, data: SeasonData, but: int | None = None) -> None:
    if data.ends_on < data.starts_on:
        raise Refused(Problem(_("Le dernier jour vient avant le premier. Vérifiez les dates."), "ends_on"))
    _check_season_name(unit, data.name, but)


def _check_season_name(unit: Unit, name: str, but: int | None) -> None:
    rows = unit.rows(select(Season.id, Season.name).where(Season.archived_at.is_(None)))
    if any(search_key(other) == search_key(name) for season_id, other in rows if season_id != but):
        raise Refused(Problem(_("Une saison porte déjà ce nom. Ajoutez l’année, par exemple."), "name"))


def _tell(unit: Unit, what: str) -> None:
    unit.record(CalendarChanged(what=what))


def _tell_season(unit: Unit, season: Season, what: str) -> None:
    unit.record(SeasonChanged(season_id=season.id, name=season.name, what=what))
