"""What the farm brings: by date for one offer, by week for all its offers of the season. No price, no household."""

from datetime import date, timedelta

from courtil.api import Column, Document, Reader, Table, _
from courtil_contracts.services.sheets.crossing import Crossing, End, added_up
from courtil_contracts.services.sheets.paper import MOST_UPRIGHT, PRODUCTS_AT_ONCE, nothing_signed, paper
from courtil_contracts.services.sheets.season import Asked, Season, of_the_farm


def farm_sheet(reader: Reader, season: Season, asked: Asked) -> Document:
    """Quantities by date and product, how many households come, and the totals of the season."""
    crossing = Crossing(
        caption=_("Par date"),
        heads=(Column(label=_("Date"), kind="date"),),
        across=list(season.products.items()),
        sums=added_up(((line.delivery_id, line.product_id), line.quantity) for line in season.lines),
        lines=[(key, (day,)) for key, day in season.dates.items()],
        ends=(End(Column(label=_("Foyers"), kind="number"), season.coming, None),),
        empty=_("Ce contrat n’a pas encore de date."),
    )
    return paper(reader, season, _("Feuille de la ferme"), _of_products(crossing, asked), landscape=_is_wide(season))


def weekly_need(reader: Reader, season: Season, asked: Asked) -> Document:
    """Quantities by week and product over all the offers of the farm in the season."""
    whole = of_the_farm(reader, season)
    weeks = {key: _monday(day) for key, day in whole.dates.items()}
    crossing = Crossing(
        caption=_("Par semaine"),
        heads=(Column(label=_("Semaine")), Column(label=_("À partir du"), kind="date")),
        across=list(whole.products.items()),
        sums=added_up(((weeks[line.delivery_id], line.product_id), line.quantity) for line in whole.lines),
        lines=[(monday, (_week(monday), monday)) for monday in sorted(set(weeks.values()))],
        empty=nothing_signed(),
    )
    made = paper(reader, whole, _("Besoin par semaine"), _of_products(crossing, asked), landscape=_is_wide(whole))
    title = _("Besoin par semaine : %(farm)s") % {"farm": whole.offer.farm.name}
    return made.model_copy(update={
        "title": title, "subtitle": whole.offer.season.name, "filename": f"semaines-{whole.offer.farm.name}",
    })  # fmt: skip


def _of_products(crossing: Crossing, asked: Asked) -> tuple[Table, ...]:
    return crossing.tables(None if asked.whole else PRODUCTS_AT_ONCE)


def _is_wide(season: Season) -> bool:
    return len(season.products) > MOST_UPRIGHT


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(monday: date) -> str:
    return _("Semaine %(number)s") % {"number": monday.isocalendar().week}
