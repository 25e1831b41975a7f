"""What the sheets of a season have in common on paper: title, subtitle, name of the file, columns of a page."""

from collections.abc import Mapping, Sequence
from datetime import date

from courtil.api import Document, Notes, Reader, Table, _, amap_settings
from courtil_contracts.services.sheets.season import Asked, Season

PRODUCTS_AT_ONCE = 6
"""Products whose names stand beside each other on a page that lies."""

DATES_AT_ONCE = 16
"""Dates that have a column each beside each other on a page that lies."""

MOST_UPRIGHT = 4
"""Products that have a column each on an upright page."""


def nothing_signed() -> str:
    """What a sheet says that has no line."""
    return _("Aucun contrat signé pour l’instant.")


def paper(reader: Reader, season: Season, name: str, blocks: Sequence[Table], *, landscape: bool) -> Document:
    """A sheet of the season under this name; without an offer in its title, that of the farm."""
    offer = season.offer
    return Document(
        title=_("%(sheet)s : %(offer)s") % {"sheet": name, "offer": offer.name},
        subtitle=f"{offer.farm.name}, {offer.season.name}",
        amap=amap_settings(reader).name,
        orientation="landscape" if landscape else "portrait",
        filename=f"{name}-{offer.name}",
        blocks=(*blocks, *_packaging(season)),
    )


def _packaging(season: Season) -> list[Notes]:
    lines = tuple(
        _("%(product)s : %(packaging)s") % {"product": name, "packaging": unit}
        for name, unit in season.packaging.items()
    )
    return [Notes(lines=lines)] if lines else []


def columns_of(dates: Mapping[int, date], asked: Asked) -> list[tuple[int, str]]:
    """A column for each delivery: `26/11` on a page, with the year in a spreadsheet."""
    pattern = "%d/%m/%Y" if asked.whole else "%d/%m"
    return [(key, day.strftime(pattern)) for key, day in dates.items()]
