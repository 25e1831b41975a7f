"""The synthesis of an offer: households by products over the season, then each household's products by date."""

from courtil.api import Column, Document, Notes, Reader, Table, _
from courtil_contracts.services.sheets.crossing import Crossing, End, Line, added_up, cumul
from courtil_contracts.services.sheets.paper import (
    DATES_AT_ONCE,
    PRODUCTS_AT_ONCE,
    columns_of,
    nothing_signed,
    paper,
)
from courtil_contracts.services.sheets.season import Asked, Season
from courtil_contracts.services.written_plans import printed_warnings


def synthesis(reader: Reader, season: Season, asked: Asked) -> Document:
    """Members × products × dates with their totals; what it is worth stands there for the coordination only."""
    tables = (*_season(season, asked), *_details(season, asked))
    made = paper(reader, season, _("Synthèse du contrat"), tables, landscape=True)
    return made.model_copy(update={"blocks": (*made.blocks, *_printed(reader, season))})


def _printed(reader: Reader, season: Season) -> list[Notes]:
    """Payments of printed forms that do not add up to their contract, for the coordination."""
    found = printed_warnings(reader, season.offer.id) if season.priced else []
    words = [_("%(household)s : %(says)s") % {"household": name, "says": says} for name, says in found]
    return [Notes(lines=tuple(words))] if words else []


def _season(season: Season, asked: Asked) -> tuple[Table, ...]:
    sums = added_up(((line.household_id, line.product_id), line.quantity) for line in season.lines)
    crossing = Crossing(
        caption=_("Toute la saison"),
        heads=(Column(label=_("Foyer")),),
        across=list(season.products.items()),
        sums=sums,
        lines=[(key, (name,)) for key, name in season.homes.items()],
        ends=(_worth(season),) if season.priced else (),
        empty=nothing_signed(),
    )
    return crossing.tables(None if asked.whole else PRODUCTS_AT_ONCE)


def _worth(season: Season) -> End:
    cents: dict[int, int] = {}
    for line in season.lines:
        cents[line.household_id] = cents.get(line.household_id, 0) + line.cents
    return End(Column(label=_("Valeur"), kind="cents"), cents, sum(cents.values()))


def _details(season: Season, asked: Asked) -> tuple[Table, ...]:
    sums = added_up((((line.household_id, line.product_id), line.delivery_id), line.quantity) for line in season.lines)
    crossing = Crossing(
        caption=_("Date par date"),
        heads=(Column(label=_("Produit")),),
        across=columns_of(season.dates, asked),
        sums=sums,
        groups=_groups(season),
        group_label=_("Foyer"),
        ends=(cumul(sums),),
        empty=nothing_signed(),
    )
    return crossing.tables(None if asked.whole else DATES_AT_ONCE)


def _groups(season: Season) -> list[tuple[str, list[Line]]]:
    """The products that each household takes, in the order of the offer."""
    taken = {(line.household_id, line.product_id) for line in season.lines}
    return [
        (name, [((home, key), (words,)) for key, words in season.products.items() if (home, key) in taken])
        for home, name in season.homes.items()
    ]
