"""Documents of the treasurer: the slip that goes with the cheques, and the list to collect them."""

from datetime import date

from sqlalchemy import select

from courtil.documents import Column, Document, Field, Fields, Group, SignatureBox, Signatures, Table
from courtil.domain.states import PaymentState, label
from courtil.domain.words import _
from courtil.services.payments.due import open_rows
from courtil.services.payments.noting import DIRECT
from courtil.services.payments.rights import on_my_farms, require
from courtil.services.settings import amap_settings
from courtil.services.unit import Reader
from courtil.store.books import Payment
from courtil.store.contracts import Contract
from courtil.store.farms import Farm
from courtil.store.offers import Offer
from courtil.store.people import Household


def handover_document(reader: Reader, farm_id: int, on: date) -> Document:
    """The slip of what the farm was handed on this day, signed by both. Raises NotFound when it is not the actor's."""
    farm = reader.get(Farm, farm_id)
    require(reader, "payments.read", farm)
    rows = _handed(reader, farm_id, on)
    total = sum(row[-1] for row in rows)
    facts = (
        Field(label=_("Ferme"), value=farm.name),
        Field(label=_("Ordre des chèques"), value=farm.payee or farm.name),
        Field(label=_("Remis le"), value=on, kind="date"),
        Field(label=_("Nombre"), value=len(rows), kind="number"),
        Field(label=_("Total"), value=total, kind="cents"),
    )
    table = Table(
        caption=_("Paiements remis"),
        columns=(
            Column(label=_("Foyer")), Column(label=_("Contrat")), Column(label=_("Moyen")),
            Column(label=_("Numéro")), Column(label=_("Montant"), kind="cents"),
        ),
        rows=tuple(rows),
        footer=(_("Total"), "", "", "", total),
        empty=_("Rien n’a été remis ce jour-là."),
    )  # fmt: skip
    signatures = Signatures(boxes=(SignatureBox(label=_("Pour l’AMAP")), SignatureBox(label=_("Pour la ferme"))))
    return Document(
        title=_("Bordereau de remise"), subtitle=farm.name, amap=amap_settings(reader).name,
        filename=f"remise-{farm.name}-{on.isoformat()}", blocks=(Fields(pairs=facts), table, signatures),
    )  # fmt: skip


def _handed(reader: Reader, farm_id: int, on: date) -> list[tuple[str, str, str, str, int]]:
    query = (
        select(Household.name, Offer.name, Payment.method, Payment.reference, Payment.cents)
        .join(Contract, Contract.household_id == Household.id)
        .join(Payment, Payment.contract_id == Contract.id)
        .join(Offer, Offer.id == Contract.offer_id)
        .where(Offer.farm_id == farm_id, Payment.handed_on == on, Payment.state == PaymentState.HANDED)
        .where(Payment.method.not_in(DIRECT), on_my_farms(reader))
        .order_by(Household.search, Payment.id)
    )
    return [(who, offer, label(method), number, cents) for who, offer, method, number, cents in reader.rows(query)]


def cheques_document(reader: Reader, farm_id: int | None = None, season_id: int | None = None) -> Document:
    """The list to collect cheques with: who owes what to whom, grouped by payee, with room for the number."""
    rows = sorted(open_rows(reader, farm_id=farm_id, season_id=season_id), key=lambda row: row.payee)
    groups: dict[str, list[tuple[str, str, date, int, None]]] = {}
    for row in rows:
        groups.setdefault(row.payee, []).extend((row.household, row.offer, d.due_on, d.left, None) for d in row.dues)
    table = Table(
        caption=_("Paiements attendus"),
        columns=(
            Column(label=_("Foyer")), Column(label=_("Contrat")), Column(label=_("Pour le"), kind="date"),
            Column(label=_("Montant"), kind="cents"), Column(label=_("Numéro du chèque"), kind="signature"),
        ),
        groups=tuple(Group(heading=payee, rows=tuple(sorted(lines))) for payee, lines in groups.items()),
        group_label=_("Ordre"),
        footer=(_("Total"), "", "", sum(row.owed for row in rows), ""),
        empty=_("Tout est payé."),
    )  # fmt: skip
    return Document(
        title=_("Collecte des chèques"), amap=amap_settings(reader).name, orientation="landscape", blocks=(table,)
    )
