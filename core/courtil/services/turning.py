"""The daily job of seasons: offers and contracts follow the calendar."""

from courtil.plugin.payloads import JobKind
from courtil.services import contracts, offer_life
from courtil.services.unit import Unit


def turn(unit: Unit) -> None:
    """Move what the date moves; running it twice on a day changes nothing more."""
    offer_life.turn(unit)
    contracts.turn(unit)


CALENDAR_KIND = JobKind(name="core.calendar", run=turn, daily=True)
