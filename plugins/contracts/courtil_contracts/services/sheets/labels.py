"""Labels for the baskets of one delivery: a card for each household, with what its basket holds."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courtil.api import (
    Column,
    Contract,
    Delivery,
    Distribution,
    Document,
    DueLine,
    Reader,
    Table,
    _,
    amap_settings,
    lines_in_words,
    long_day,
    ngettext,
)
from courtil_contracts.services.sheets.rights import right_over, seen_by_either


def delivery_of(reader: Reader, delivery_id: int) -> Delivery:
    """The delivery with its farm, evening and place. Raises NotFound when its sheets are not the actor's."""
    here = joinedload(Delivery.distribution).joinedload(Distribution.place)
    found = reader.one(select(Delivery).where(Delivery.id == delivery_id).options(joinedload(Delivery.farm), here))
    right_over(reader, found)
    return found


def labels(reader: Reader, found: Delivery) -> Document:
    """A label for each household of this delivery, by name."""
    mine = seen_by_either(reader, Contract)
    farm, day = found.farm.name, found.distribution.day
    baskets: dict[int, list[DueLine]] = {}
    for line in lines_in_words(reader, Delivery.id == found.id, mine):
        baskets.setdefault(line.household_id, []).append(line)
    table = Table(
        caption=ngettext("%(n)s étiquette", "%(n)s étiquettes", len(baskets)),
        columns=(
            Column(label=_("Foyer")), Column(label=_("À remettre")), Column(label=_("Ferme")),
            Column(label=_("Date"), kind="date"),
        ),
        rows=tuple((own[0].household, _words(own), farm, day) for own in baskets.values()),
        empty=_("Aucun panier à remettre ce jour-là."),
        cards=True,
    )  # fmt: skip
    return Document(
        title=_("Étiquettes du %(day)s") % {"day": long_day(day)},
        subtitle=f"{farm}, {found.distribution.place.name}",
        amap=amap_settings(reader).name,
        filename=f"etiquettes-{day.isoformat()}-{farm}",
        blocks=(table,),
    )


def _words(lines: list[DueLine]) -> str:
    return ", ".join(line.words for line in lines)
