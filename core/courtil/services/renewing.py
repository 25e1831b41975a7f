"""The next season from the last: where the dates go, which breaks they leave out, several offers of a farm at once."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Literal

from pydantic import Field
from sqlalchemy import select

from courtil.domain.calendar import Breaks, Moved, continued, holidays_among, shifted
from courtil.domain.fields import FormModel, Whole
from courtil.domain.school import school_holidays_among
from courtil.domain.states import OfferState
from courtil.domain.words import N_
from courtil.services import calendar, offers
from courtil.services.settings import amap_settings
from courtil.services.unit import Reader, Unit
from courtil.store.calendar import Season
from courtil.store.offers import Offer

YEAR = timedelta(weeks=52)
"""A year that keeps the day of the week."""

HOW: tuple[tuple[str, str], ...] = (
    ("after", N_("À la suite : même rythme et autant de dates, après la dernière")),
    ("next_year", N_("La même période, l’année suivante")),
    ("weeks", N_("Chaque date décalée d’un nombre de semaines")),
)


class RenewData(FormModel):
    """Where a copy goes; `weeks` counts for the last way only, `also` are other offers of the farm."""

    season_id: Whole = Field(title=N_("Nouvelle saison"))
    how: Literal["after", "next_year", "weeks"] = Field(
        "after", title=N_("Les dates"), json_schema_extra={"widget": "radio"}
    )
    weeks: Whole = Field(
        52, ge=-520, le=520, title=N_("Nombre de semaines"), description=N_("Pour le troisième choix seulement."),
    )  # fmt: skip
    holidays: bool = Field(default=True, title=N_("Laisser de côté les jours fériés"))
    school: bool = Field(default=False, title=N_("Laisser de côté les vacances scolaires"))
    also: list[int] = Field(default_factory=list, title=N_("Reconduire aussi"))


def seasons(reader: Reader, before: Offer) -> list[Season]:
    """The seasons a copy may go to: the one that follows first, then the others, the latest first."""
    found = calendar.seasons(reader)
    first = later(found, before)[-1:]
    return [*first, *(one for one in found if one not in first)]


def later(found: Sequence[Season], before: Offer) -> list[Season]:
    """Those of these seasons that begin after the offer's, in the same order."""
    return [one for one in found if one.starts_on > before.season.starts_on]


def beside(reader: Reader, found: Offer) -> Sequence[Offer]:
    """The other offers of the farm in the same season, as far as the actor may write them."""
    query = select(Offer).where(Offer.farm_id == found.farm_id, Offer.season_id == found.season_id)
    living = (Offer.id != found.id, Offer.state != OfferState.ARCHIVED, reader.seen("offers.write", Offer))
    return reader.all(query.where(*living).order_by(Offer.name, Offer.id))


def renew(unit: Unit, offer_id: int, wanted: RenewData) -> tuple[Offer, Moved]:
    """Copy the offer as a draft. Raises Refused for a season that is not there any more."""
    before = offers.offer(unit, offer_id)
    moved = move_days(unit, before, wanted)
    return offers.renew(unit, offer_id, wanted.season_id, moved), moved


def move_days(reader: Reader, before: Offer, wanted: RenewData) -> Moved:
    """Where the dates go; what was moved or cancelled counts on the day it was planned for."""
    days = [one.delivery.planned_on for one in before.dates]
    breaks = _breaks(reader, wanted)
    if wanted.how == "after" and days:
        season = reader.session.get(Season, wanted.season_id)
        eve = season.starts_on - timedelta(days=1) if season else date.min
        return continued(days, max(reader.today, eve), breaks)
    return shifted(days, timedelta(weeks=wanted.weeks) if wanted.how == "weeks" else YEAR, breaks)


def _breaks(reader: Reader, wanted: RenewData) -> Breaks:
    zone = amap_settings(reader).school_zone if wanted.school else ""

    def breaks(days: Collection[date]) -> Collection[date]:
        fixed = holidays_among(days) if wanted.holidays else {}
        return {*fixed, *school_holidays_among(days, zone)}

    return breaks
