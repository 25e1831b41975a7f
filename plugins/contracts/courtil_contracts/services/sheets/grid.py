"""Households by dates: how many of what each takes when; numbers only."""

from courtil.api import Column, Document, NotFound, Reader, _
from courtil_contracts.services.sheets.crossing import Crossing, added_up, cumul
from courtil_contracts.services.sheets.paper import DATES_AT_ONCE, columns_of, nothing_signed, paper
from courtil_contracts.services.sheets.season import Asked, Season


def grid(reader: Reader, season: Season, asked: Asked) -> Document:
    """How many articles each household takes at each date, of all the products or of the one that is asked for.

    Raises NotFound for a product that the offer has not.
    """
    if asked.product_id is not None and asked.product_id not in season.products:
        raise NotFound("product")
    lines = [line for line in season.lines if asked.product_id in (None, line.product_id)]
    sums = added_up(((line.household_id, line.delivery_id), line.quantity) for line in lines)
    crossing = Crossing(
        caption=_what(season, asked.product_id),
        heads=(Column(label=_("Foyer")),),
        across=columns_of(season.dates, asked),
        sums=sums,
        lines=[(key, (name,)) for key, name in {line.household_id: line.household for line in lines}.items()],
        ends=(cumul(sums),),
        empty=nothing_signed(),
    )
    tables = crossing.tables(None if asked.whole else DATES_AT_ONCE)
    return paper(reader, season, _("Grille foyers × dates"), tables, landscape=True)


def _what(season: Season, product_id: int | None) -> str:
    if product_id is not None:
        return season.products[product_id]
    return next(iter(season.products.values())) if len(season.products) == 1 else _("Tous les produits")
