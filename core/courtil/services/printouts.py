"""The sheets volunteers and farms print: an evening, a delivery, a season, the members."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from courtil.documents import Cell, Column, Document, Field, Fields, Table, Text
from courtil.documents import Group as Heading
from courtil.domain.dates import clock, long_day
from courtil.domain.problems import NotFound
from courtil.domain.states import DeliveryState, label
from courtil.domain.words import _, ngettext
from courtil.services import access, added, deliveries
from courtil.services.added import AddedColumn
from courtil.services.due import DueLine, due_lines, lines_in_words, totals
from courtil.services.settings import amap_settings
from courtil.services.unit import Reader
from courtil.store.contracts import Contract
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.offers import Offer
from courtil.store.people import Household, Person

MOST_UPRIGHT = 2
"""Farms that fit beside each other on an upright page."""

MOST_COLUMNS = 4
"""Farms that have a column each; beyond, one column says it all in words."""

Lines = Sequence[DueLine]


def evening_sheet(reader: Reader, distribution_id: int, *conditions: ColumnElement[bool]) -> Document:
    """One sheet across all contracts and farms: totals by farm, then a line to tick and sign for each household.

    Deliveries that do not meet the conditions are left out.
    """
    evening = deliveries.distribution(reader, distribution_id, *conditions)
    lines = lines_in_words(reader, Delivery.distribution_id == distribution_id, *conditions)
    farms = list(dict.fromkeys((line.farm_id, line.farm) for line in sorted(lines, key=lambda line: line.farm)))
    return Document(
        title=_("Distribution du %(day)s") % {"day": long_day(evening.day)},
        subtitle=_where(evening),
        amap=amap_settings(reader).name,
        orientation="landscape" if MOST_UPRIGHT < len(farms) <= MOST_COLUMNS else "portrait",
        filename=f"emargement-{evening.day.isoformat()}",
        blocks=(*_remarks(evening), _totals_by_farm(lines), _to_sign(lines, farms)),
    )


def farm_totals(reader: Reader, delivery_id: int) -> Document:
    """What one farm brings one evening: totals by product, then what each household gets; no prices."""
    found = deliveries.delivery(reader, delivery_id)
    lines = lines_in_words(reader, Delivery.id == delivery_id)
    homes = _by_household(lines)
    return Document(
        title=_("%(farm)s : livraison du %(day)s") % {"farm": found.farm.name, "day": long_day(found.distribution.day)},
        subtitle=_where(found.distribution),
        amap=amap_settings(reader).name,
        filename=f"livraison-{found.distribution.day.isoformat()}-{found.farm.name}",
        blocks=(*_state_of(found), _totals(lines), _per_household(homes)),
    )


def farm_season(reader: Reader, offer_id: int) -> Document:
    """A whole season of one offer: what is to bring on each date, then what each household gets in all; no prices."""
    query = select(Offer).where(Offer.id == offer_id)
    offer = reader.one(query.options(joinedload(Offer.farm), joinedload(Offer.season)))
    lines = due_lines(reader, Contract.offer_id == offer_id)
    products = list(dict.fromkeys((line.product_id, line.product) for line in lines))
    return Document(
        title=_("%(offer)s : la saison") % {"offer": offer.name},
        subtitle=f"{offer.farm.name}, {offer.season.name}",
        amap=amap_settings(reader).name,
        orientation="landscape" if len(products) > 4 else "portrait",
        filename=f"saison-{offer.name}",
        blocks=(_by_date(reader, lines, products), _by_home(lines, products)),
    )


def members_list(reader: Reader) -> Document:
    """Households and their persons; who may read people sees every contact, others those who agreed to share theirs.

    Raises NotFound for who may see neither.
    """
    actor = reader.actor
    everything = actor is not None and actor.can("people.read")
    if actor is None or not (everything or actor.can("self.read")):
        raise NotFound("members")
    homes = _homes_of(reader, "people.read" if everything else "self.read")
    columns = [Column(label=_("Foyer")), Column(label=_("Personne")), Column(label=_("Téléphone"), width=15),
               Column(label=_("E-mail"))]  # fmt: skip
    if everything:
        columns.append(Column(label=_("Adresse")))
    shown = [(home, person) for home in homes for person in home.persons if person.archived_at is None]
    more = _added_to_members(reader, shown) if everything else []
    columns += [Column(label=one.label) for _key, one in more]
    rows = [
        (
            *_member_row(home, person, everything=everything),
            *(one.texts.get(key((home, person)), "") for key, one in more),
        )
        for home, person in shown
    ]
    empty = _("Personne pour l’instant. Ajoutez des foyers ou importez votre liste.")
    return Document(
        title=_("Liste des membres"),
        subtitle=_("%(day)s, à ne pas diffuser hors de l’AMAP") % {"day": long_day(reader.today)},
        amap=amap_settings(reader).name,
        orientation="landscape",
        filename="membres",
        blocks=(Table(caption=_homes(len(homes)), columns=tuple(columns), rows=tuple(rows), empty=empty),),
    )


def _homes_of(reader: Reader, permission: str) -> Sequence[Household]:
    """The households present with their persons, but for those that a plugin denies."""
    query = select(Household).where(Household.archived_at.is_(None), Household.left_on.is_(None))
    persons = selectinload(Household.persons.and_(access.added(reader, permission, Person)))
    found = query.where(access.added(reader, permission, Household)).options(persons)
    return reader.all(found.order_by(Household.search, Household.id))


def _member_row(home: Household, person: Person, *, everything: bool) -> tuple[str, ...]:
    shown = everything or person.shares_contact
    contact = (_phone(person), person.email or "") if shown else ("", "")
    address = ", ".join(filter(None, (home.address, f"{home.postal_code} {home.city}".strip())))
    return (home.name, person.full_name, *contact, *([address] if everything else []))


def _added_to_members(
    reader: Reader, shown: Sequence[tuple[Household, Person]]
) -> list[tuple[Callable[[tuple[Household, Person]], int], AddedColumn]]:
    """The columns of plugins, each with the key of the row that it asks for."""
    homes = added.to_export(reader, "household", list(dict.fromkeys(home.id for home, _person in shown)))
    persons = added.to_export(reader, "person", [person.id for _home, person in shown])
    return [*((lambda row: row[0].id, one) for one in homes), *((lambda row: row[1].id, one) for one in persons)]


def _phone(person: Person) -> str:
    number = person.phone
    if not number.startswith("+33"):
        return number
    national = "0" + number[3:]
    return " ".join(national[i : i + 2] for i in range(0, len(national), 2))


def _where(evening: Distribution) -> str:
    hours = _("de %(start)s à %(end)s") % {"start": clock(evening.starts_at), "end": clock(evening.ends_at)}
    return f"{evening.place.name}, {hours}"


def _remarks(evening: Distribution) -> list[Text]:
    remarks = [evening.note] if evening.note else []
    for found in evening.deliveries:
        if found.state is DeliveryState.CANCELLED:
            remarks.append(_("%(farm)s ne livre pas ce soir.") % {"farm": found.farm.name} + _because(found))
        elif found.planned_on != evening.day:
            first = {"farm": found.farm.name, "day": long_day(found.planned_on)}
            remarks.append(_("%(farm)s : livraison prévue d’abord le %(day)s.") % first + _because(found))
    return [Text(heading=_("À savoir"), paragraphs=tuple(remarks))] if remarks else []


def _because(found: Delivery) -> str:
    return f" ({found.reason})" if found.reason else ""


def _state_of(found: Delivery) -> list[Fields]:
    if found.state is not DeliveryState.CANCELLED:
        return []
    return [
        Fields(pairs=(Field(label=_("État"), value=label(found.state)), Field(label=_("Raison"), value=found.reason)))
    ]


def _product_columns() -> tuple[Column, ...]:
    return Column(label=_("Produit")), Column(label=_("Conditionnement")), Column(label=_("Total"), kind="number")


def _totals_by_farm(lines: Lines) -> Table:
    farms: dict[str, list[DueLine]] = {}
    for line in sorted(lines, key=lambda line: line.farm):
        farms.setdefault(line.farm, []).append(line)
    groups = tuple(Heading(heading=name, rows=tuple(totals(own))) for name, own in farms.items())
    return Table(
        caption=_("À recevoir des fermes"), columns=_product_columns(), groups=groups, group_label=_("Ferme"),
        empty=_("Rien n’est à remettre ce soir-là."),
    )  # fmt: skip


def _to_sign(lines: Lines, farms: Sequence[tuple[int, str]]) -> Table:
    """A row for each household; a column in words for each farm, or one for all when there are many."""
    homes, short = _by_household(lines), _short_words(lines)
    wide = len(farms) <= MOST_COLUMNS
    names = [name for _id, name in farms] if wide else [_("À remettre")]
    rows = []
    for name, own in homes:
        parts = [", ".join(short[line.line_id] for line in own if line.farm_id == key) for key, _name in farms]
        baskets = parts if wide else [", ".join(filter(None, parts))]
        rows.append((name, *baskets, None, None))
    columns = (
        Column(label=_("Foyer")), *(Column(label=name) for name in names), Column(label=_("Remis"), kind="tick"),
        Column(label=_("Signature"), kind="signature"),
    )  # fmt: skip
    empty = _("Aucun foyer n’a de panier ce soir-là.")
    return Table(caption=_homes(len(homes)), columns=columns, rows=tuple(rows), empty=empty)


def _totals(lines: Lines) -> Table:
    empty = _("Rien n’est commandé pour ce jour.")
    return Table(caption=_("À apporter"), columns=_product_columns(), rows=tuple(totals(lines)), empty=empty)


def _per_household(homes: Sequence[tuple[str, list[DueLine]]]) -> Table:
    columns = (Column(label=_("Foyer")), Column(label=_("Produits")), Column(label=_("Préparé"), kind="tick"))
    rows = tuple((name, _words(own), None) for name, own in homes)
    return Table(caption=_homes(len(homes)), columns=columns, rows=rows, empty=_("Aucun foyer pour ce jour."))


def _by_date(reader: Reader, lines: Lines, products: Sequence[tuple[int, str]]) -> Table:
    ids = {line.delivery_id for line in lines}
    found = select(Delivery.id, Distribution.day).join(Distribution).where(Delivery.id.in_(ids))
    days = sorted((day, delivery_id) for delivery_id, day in reader.rows(found))
    rows = [
        (day, *(_sum(line for line in lines if line.delivery_id == key and line.product_id == p) for p, _n in products))
        for day, key in days
    ]
    footer: tuple[Cell, ...] = (
        _("Total"),
        *(_sum(line for line in lines if line.product_id == product) for product, _n in products),
    )
    columns = (Column(label=_("Date"), kind="date"), *(Column(label=name, kind="number") for _id, name in products))
    return Table(
        caption=_("Par date"), columns=columns, rows=tuple(rows), footer=footer if rows else None,
        empty=_("Aucun contrat signé pour l’instant."),
    )  # fmt: skip


def _by_home(lines: Lines, products: Sequence[tuple[int, str]]) -> Table:
    homes = _by_household(lines)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(_sum(line for line in own if line.product_id == product) for product, _n in products))
        for name, own in homes
    )
    columns = (Column(label=_("Foyer")), *(Column(label=name, kind="number") for _id, name in products))
    return Table(
        caption=_("%(homes)s, toute la saison") % {"homes": _homes(len(homes))}, columns=columns, rows=rows,
        empty=_("Aucun contrat signé pour l’instant."),
    )  # fmt: skip


def _by_household(lines: Lines) -> list[tuple[str, list[DueLine]]]:
    homes: dict[int, tuple[str, list[DueLine]]] = {}
    for line in lines:
        homes.setdefault(line.household_id, (line.household, []))[1].append(line)
    return list(homes.values())


def _words(lines: Iterable[DueLine]) -> str:
    return ", ".join(line.words for line in lines)


def _short_words(lines: Lines) -> dict[int, str]:
    """`2 × Petit panier` by line: the packaging stands in the totals, and here only where names would be confused."""
    products: dict[str, set[int]] = {}
    for line in lines:
        products.setdefault(line.product, set()).add(line.product_id)
    return {line.line_id: line.words if len(products[line.product]) > 1 else line.short_words for line in lines}


def _sum(lines: Iterable[DueLine]) -> int:
    return sum(line.quantity for line in lines)


def _homes(count: int) -> str:
    return ngettext("%(n)s foyer", "%(n)s foyers", count)
