"""The pack for an inspection: each article of an evening with the signed contract, paid in advance, that it is due by.

What is told of payments is what was received, never what is missing: nobody's difficulty shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courtil.api import (
    Cell,
    Column,
    Contract,
    Delivery,
    Distribution,
    Document,
    DueLine,
    Field,
    Fields,
    Group,
    Notes,
    NotFound,
    Reader,
    Table,
    Text,
    _,
    amap_settings,
    label,
    lines_in_words,
    long_day,
    ngettext,
)
from courtil_contracts.domain.amendments import FARM, HOUSEHOLD
from courtil_contracts.services.sheets.evidence import Evidence, evidence, may_read_payments, may_read_sums
from courtil_contracts.services.sheets.rights import seen_by_either


@dataclass(frozen=True)
class Item:
    """What a household gets under one contract."""

    farm: str
    household: str
    contract_id: int
    words: str
    evidence: Evidence


def inspection(reader: Reader, distribution_id: int) -> Document:
    """The pack of one evening, for the farms of the actor's that come. Raises NotFound when none of them is hers."""
    place = joinedload(Distribution.place)
    evening = reader.one(select(Distribution).where(Distribution.id == distribution_id).options(place))
    mine = (Delivery.distribution_id == evening.id, seen_by_either(reader, Delivery))
    if not reader.all(select(Delivery.id).where(*mine)):
        raise NotFound("distribution")
    items = _items(reader, evening, lines_in_words(reader, *mine, seen_by_either(reader, Contract)))
    tables = [_articles(items), *_amendments(items)]
    if may_read_payments(reader):
        tables.append(_payments(items))
    if may_read_sums(reader):
        tables.append(_by_farm(items))
    return Document(
        title=_("Dossier de contrôle du %(day)s") % {"day": long_day(evening.day)},
        subtitle=evening.place.name,
        amap=amap_settings(reader).name,
        orientation="landscape",
        filename=f"controle-{evening.day.isoformat()}",
        blocks=(_opening(), _facts(items), *tables, _closing(evening)),
    )


def _items(reader: Reader, evening: Distribution, lines: Sequence[DueLine]) -> list[Item]:
    baskets: dict[tuple[str, int], list[DueLine]] = {}
    for line in sorted(lines, key=lambda line: line.farm):
        baskets.setdefault((line.farm, line.contract_id), []).append(line)
    proofs = evidence(reader, [key for _farm, key in baskets], evening.day)
    return [
        Item(farm, own[0].household, key, ", ".join(line.words for line in own), proofs[key])
        for (farm, key), own in baskets.items()
    ]


def _opening() -> Text:
    says = _(
        "Chaque article remis ce jour-là est rapproché du contrat par lequel un foyer s’est engagé envers la ferme et"
        " la paie d’avance. Rien n’est à vendre sur le lieu de distribution."
    )
    return Text(paragraphs=(says,))


def _facts(items: Sequence[Item]) -> Fields:
    both = sum(item.evidence.is_signed_by_both for item in items)
    return Fields(
        pairs=(
            Field(label=_("Contrats"), value=len(items), kind="number"),
            Field(label=_("Signés par le foyer et par la ferme"), value=both, kind="number"),
        )
    )


def _by_farm(items: Sequence[Item]) -> Table:
    farms: dict[str, list[Evidence]] = {}
    for item in items:
        farms.setdefault(item.farm, []).append(item.evidence)
    return Table(
        caption=_("Reçu d’avance, par ferme"),
        columns=(
            Column(label=_("Ferme")), Column(label=_("Contrats"), kind="number"),
            Column(label=_("Reçu"), kind="cents"), Column(label=_("Remis"), kind="cents"),
        ),
        rows=tuple(
            (farm, len(own), sum(one.received for one in own), sum(one.handed for one in own))
            for farm, own in farms.items()
        ),
        empty=_("Aucun article à remettre ce jour-là."),
    )  # fmt: skip


def _articles(items: Sequence[Item]) -> Table:
    columns = (
        Column(label=_("Foyer"), width=20), Column(label=_("À remettre"), width=40),
        Column(label=_("Contrat"), kind="number"), Column(label=_("Signé par le foyer"), kind="date"),
        Column(label=_("Signé par la ferme"), kind="date"),
    )  # fmt: skip
    rows = [(item.farm, _article(item)) for item in items]
    return Table(
        caption=_("Articles et contrats"), columns=columns, groups=_under_farms(rows), group_label=_("Ferme"),
        empty=_("Aucun article à remettre ce jour-là."),
    )  # fmt: skip


def _article(item: Item) -> tuple[Cell, ...]:
    signed = item.evidence.signed
    return item.household, item.words, item.contract_id, signed.get("member"), signed.get("farm")


def _amendments(items: Sequence[Item]) -> list[Table]:
    """What both agreed to after the signature, by number of contract; no table when there is nothing."""
    columns = (
        Column(label=_("Contrat"), kind="number"), Column(label=_("Avenant"), kind="number"),
        Column(label=_("Écrit le"), kind="date"), Column(label=_("Accepté par le foyer"), kind="date"),
        Column(label=_("Accepté par la ferme"), kind="date"),
    )  # fmt: skip
    rows: list[tuple[str, tuple[Cell, ...]]] = [
        (item.farm, (item.contract_id, number, day, agreed.get(HOUSEHOLD), agreed.get(FARM)))
        for item in items
        for number, day, agreed in item.evidence.amendments
    ]
    groups = _under_farms(rows)
    return [Table(caption=_("Avenants"), columns=columns, groups=groups, group_label=_("Ferme"))] if rows else []


def _payments(items: Sequence[Item]) -> Table:
    """What was received, by number of contract: a contract without a payment so far is not on this list."""
    columns = (
        Column(label=_("Contrat"), kind="number"), Column(label=_("Convenu"), width=24),
        Column(label=_("Payé d’avance le"), width=30), Column(label=_("Reçu"), kind="cents"),
        Column(label=_("Remis"), kind="cents"),
    )  # fmt: skip
    rows = [(item.farm, _payment(item)) for item in items if item.evidence.paid_on]
    return Table(
        caption=_("Paiements reçus d’avance"), columns=columns, groups=_under_farms(rows), group_label=_("Ferme"),
        empty=_("Aucun paiement n’est encore noté."),
    )  # fmt: skip


def _payment(item: Item) -> tuple[Cell, ...]:
    proof = item.evidence
    count = ngettext("en %(n)s fois", "en %(n)s fois", proof.instalments)
    plan = _("%(method)s, %(count)s") % {"method": label(proof.method), "count": count}
    return item.contract_id, plan, ", ".join(f"{day:%d/%m/%Y}" for day in proof.paid_on), proof.received, proof.handed


def _under_farms(rows: Sequence[tuple[str, tuple[Cell, ...]]]) -> tuple[Group, ...]:
    farms: dict[str, list[tuple[Cell, ...]]] = {}
    for farm, row in rows:
        farms.setdefault(farm, []).append(row)
    return tuple(Group(heading=farm, rows=tuple(own)) for farm, own in farms.items())


def _closing(evening: Distribution) -> Notes:
    words = {"day": long_day(evening.day)}
    return Notes(
        lines=(
            _("Les dates et les sommes sont celles des paiements notés jusqu’au %(day)s, pour tout le contrat.")
            % words,
            _("Reçu : par l’AMAP ou par la ferme. Remis : arrivé à la ferme."),
            _("Chaque contrat signé, avec son texte et ses signatures, se lit sous son numéro."),
        )
    )
