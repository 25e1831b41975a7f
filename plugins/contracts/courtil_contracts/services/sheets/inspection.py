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
    due_lines,
    label,
    long_day,
    ngettext,
)
from courtil_contracts.services.sheets.evidence import Evidence, evidence, may_read_payments
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
    items = _items(reader, evening, due_lines(reader, *mine, seen_by_either(reader, Contract)))
    told = may_read_payments(reader)
    return Document(
        title=_("Dossier de contrôle du %(day)s") % {"day": long_day(evening.day)},
        subtitle=evening.place.name,
        amap=amap_settings(reader).name,
        orientation="landscape",
        filename=f"controle-{evening.day.isoformat()}",
        blocks=(_opening(), _facts(items), _by_farm(items), _articles(items, told=told), _closing(evening)),
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


def _articles(items: Sequence[Item], *, told: bool) -> Table:
    farms: dict[str, list[tuple[Cell, ...]]] = {}
    for item in items:
        farms.setdefault(item.farm, []).append((*_signed(item), *(_paid(item.evidence) if told else ())))
    columns = [
        Column(label=_("Foyer"), width=18), Column(label=_("Contrat"), kind="number"),
        Column(label=_("À remettre"), width=34), Column(label=_("Signé, foyer"), kind="date"),
        Column(label=_("Signé, ferme"), kind="date"),
    ]  # fmt: skip
    if told:
        columns += [
            Column(label=_("Payé d’avance"), width=22), Column(label=_("Reçu"), kind="cents"),
            Column(label=_("Remis"), kind="cents"),
        ]  # fmt: skip
    return Table(
        caption=_("Articles et contrats"),
        columns=tuple(columns),
        groups=tuple(Group(heading=farm, rows=tuple(rows)) for farm, rows in farms.items()),
        group_label=_("Ferme"),
        empty=_("Aucun article à remettre ce jour-là."),
    )


def _signed(item: Item) -> tuple[Cell, ...]:
    signed = item.evidence.signed
    return item.household, item.contract_id, item.words, signed.get("member"), signed.get("farm")


def _paid(proof: Evidence) -> tuple[Cell, ...]:
    """The plan agreed in the contract, said of everybody, with the days on which something was received."""
    count = ngettext("en %(n)s fois", "en %(n)s fois", proof.instalments)
    plan = _("Par %(method)s, %(count)s") % {"method": label(proof.method).lower(), "count": count}
    days = ", ".join(f"{day:%d/%m/%Y}" for day in proof.paid_on)
    return "\n".join(filter(None, (plan, days))), proof.received or None, proof.handed or None


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
