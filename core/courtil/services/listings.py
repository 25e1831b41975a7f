"""Lists of farms, offers and deliveries to print or open in a spreadsheet, with the columns that plugins add."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courtil.documents import Cell, Column, Document, Table
from courtil.domain.states import label
from courtil.domain.words import N_, _
from courtil.plugin.payloads import Export
from courtil.services import added
from courtil.services.settings import amap_settings
from courtil.services.unit import Reader
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.farms import Farm
from courtil.store.offers import Offer

Rows = Sequence[tuple[Any, tuple[Cell, ...]]]
"""What is listed, each with its own cells."""


def farms(reader: Reader) -> Document:
    """The farms that the actor may see."""
    query = select(Farm).where(Farm.archived_at.is_(None), reader.seen("farms.read", Farm)).order_by(Farm.name)
    found = [(one, (one.name, one.city)) for one in reader.all(query)]
    return _listed(reader, _("Les fermes"), "farm", (_column(_("Ferme")), _column(_("Commune"))), found)


def offers(reader: Reader) -> Document:
    """The offers that the actor may see, the latest first."""
    wanted = select(Offer).where(reader.seen("offers.read", Offer)).order_by(Offer.id.desc())
    rows = reader.all(wanted.options(joinedload(Offer.farm), joinedload(Offer.season)))
    found = [(one, (one.name, one.farm.name, one.season.name, label(one.state))) for one in rows]
    columns = tuple(_column(one) for one in (_("Contrat"), _("Ferme"), _("Saison"), _("État")))
    return _listed(reader, _("Les contrats vierges"), "offer", columns, found)


def deliveries(reader: Reader) -> Document:
    """The deliveries to come of the farms whose offers the actor may see."""
    query = (
        select(Delivery)
        .join(Delivery.distribution)
        .where(reader.seen("offers.read", Delivery), Distribution.day >= reader.today)
        .order_by(Distribution.day, Delivery.id)
        .options(joinedload(Delivery.farm), joinedload(Delivery.distribution).joinedload(Distribution.place))
    )
    found = [
        (one, (one.distribution.day, one.farm.name, one.distribution.place.name, label(one.state)))
        for one in reader.all(query)
    ]
    columns = (Column(label=_("Jour"), kind="date"), *(_column(one) for one in (_("Ferme"), _("Lieu"), _("État"))))
    return _listed(reader, _("Les livraisons à venir"), "delivery", columns, found)


def _column(title: str) -> Column:
    return Column(label=title)


def _listed(reader: Reader, title: str, subject: str, columns: tuple[Column, ...], found: Rows) -> Document:
    more = added.to_export(reader, subject, [row.id for row, _cells in found])
    table = Table(
        caption=title,
        columns=(*columns, *(_column(one.label) for one in more)),
        rows=tuple((*cells, *(one.texts.get(row.id, "") for one in more)) for row, cells in found),
        empty=_("Rien à montrer pour l’instant."),
    )
    return Document(title=title, amap=amap_settings(reader).name, orientation="landscape", blocks=(table,))


OWN: Sequence[Export] = (
    Export(name="fermes", label=N_("Les fermes"), permission="farms.read", document=farms),
    Export(name="contrats", label=N_("Les contrats vierges"), permission="offers.read", document=offers),
    Export(name="livraisons", label=N_("Les livraisons à venir"), permission="offers.read", document=deliveries),
)
"""Served as those of plugins are, under the name `courtil`."""
