"""Amendments of a signed contract: their text, always in French, their fingerprints, and the evidence of who agreed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from courtil.api import FRENCH, NOTHING, Charge, LineEffect, LineNow, fingerprint, format_euros, long_day, spoken
from courtil_contracts.domain.changes import Kind

HOUSEHOLD, FARM = "household", "farm"
"""Who agrees to an amendment."""

BY_HAND = "by_hand"
"""How, beside with an account: told to the association, which entered it."""

_SAYS: Mapping[Kind, str] = {
    Kind.ABSENCE: "Le foyer ne prend pas son panier du {day}.",
    Kind.REPORT: "Le panier du {day} est reporté au {target}.",
    Kind.QUANTITY: "Les quantités changent à partir du {day}.",
    Kind.EXCHANGE: "Le panier du {day} est composé autrement, à valeur égale.",
    Kind.DONATION: "La ferme apporte le panier du {day}. Le foyer le paie et le donne.",
    Kind.HANDOVER: "Un autre foyer prend le panier du {day}. Le foyer le paie toujours à la ferme.",
    Kind.HAZARD: "La ferme remet moins que prévu le {day}.",
}
_ALSO: Mapping[Kind, str] = {
    Kind.HANDOVER: "En échange, le foyer prend le panier de cet autre foyer du {target}.",
    Kind.HAZARD: "Ce qui manque est rattrapé le {target}.",
}
HAZARDS = "La charte des AMAP veut que le foyer et la ferme partagent les risques et les surplus de la production."
"""What lets a shortfall change a contract, whatever a template says of hazards."""

_EFFECTS: Mapping[LineEffect, str] = {
    LineEffect.DUE: "", LineEffect.KEPT: ", non remis et payé", LineEffect.CREDITED: ", non remis et non dû",
}  # fmt: skip


class Moved(NamedTuple):
    """A product on a day, as it was and as it is from now on."""

    product: str
    day: date
    before: LineNow
    after: LineNow


@dataclass(frozen=True)
class Facts:
    """All that an amendment says; `before` and `after` are what is owed to the farm, in cents.

    `undoes` is the number of the amendment that this one takes back, zero for one that nobody wrote down; None when
    it takes nothing back. `previous` is the fingerprint of the text before.
    """

    number: int
    contract_id: int
    offer: str
    amap: str
    household: str
    written_on: date
    kind: Kind
    day: date
    lines: Sequence[Moved]
    charges: Sequence[Charge]
    before: int
    after: int
    asked: str
    clause: str
    previous: str
    target: date | None = None
    undoes: int | None = None


@spoken(FRENCH)
def write(facts: Facts) -> str:
    """The whole text: a title, then articles separated by blank lines, as a contract's."""
    head = f"Avenant n° {facts.number} au contrat d’engagement « {facts.offer} »"
    where = f"{facts.amap} – foyer {facts.household} – contrat n° {facts.contract_id} – {long_day(facts.written_on)}"
    sections = (("Ce qui change", _changes(facts)), ("Le prix", _price(facts)), ("L’accord", _agreement(facts)))
    articles = [
        "\n".join([f"Article {number} – {heading}", *map(_flat, paragraphs)])
        for number, (heading, paragraphs) in enumerate(sections, start=1)
    ]
    return "\n\n".join([f"{_flat(head)}\n{_flat(where)}", *articles])


def _flat(text: str) -> str:
    return " ".join(text.split())


def _changes(facts: Facts) -> list[str]:
    words = {"day": long_day(facts.day), "target": long_day(facts.target) if facts.target else "–"}
    says = [_SAYS[facts.kind].format(**words)]
    if facts.target and facts.kind in _ALSO:
        says.append(_ALSO[facts.kind].format(**words))
    if facts.undoes is not None:
        which = f"l’avenant n° {facts.undoes}" if facts.undoes else "un changement d’avant les avenants"
        says = [f"Cet avenant revient sur {which}. Ne vaut plus : « {' '.join(says)} »"]
    return [*says, *map(_line, facts.lines)]


def _line(moved: Moved) -> str:
    was, now = _words(moved.before), _words(moved.after)
    return f"{moved.product}, {long_day(moved.day)} – avant : {was} ; désormais : {now}."


def _words(line: LineNow) -> str:
    if not line.quantity:
        return "rien"
    return f"{line.quantity} à {format_euros(line.unit_cents)}{_EFFECTS[line.effect]}"


def _price(facts: Facts) -> list[str]:
    charges = [
        f"{one.label} : {'+' if one.cents > 0 else '–'} {format_euros(abs(one.cents))}." for one in facts.charges
    ]
    if facts.before == facts.after:
        return [*charges, f"Le foyer doit à la ferme {format_euros(facts.after)} en tout, comme avant."]
    before, after = format_euros(facts.before), format_euros(facts.after)
    return [*charges, f"Le foyer doit à la ferme {after} en tout, au lieu de {before}."]


def _agreement(facts: Facts) -> list[str]:
    return [
        facts.asked,
        *([f"Ce qui le permet : {facts.clause}"] if facts.clause else []),
        "Tout le reste du contrat ne change pas.",
        f"Cet avenant suit le texte dont l’empreinte (SHA-256) est {facts.previous or 'inconnue'}.",
    ]


@dataclass(frozen=True)
class Evidence:
    """What proves that one party agreed to the text of this fingerprint, which holds that of the text before it."""

    contract_id: int
    number: int
    party: str
    person_id: int | None
    name: str
    at: datetime
    method: str
    text_hash: str

    def digest(self) -> str:
        """A hash over all of it: nothing can change later without being seen."""
        facts = asdict(self) | {"at": self.at.astimezone(UTC).isoformat(timespec="microseconds")}
        return fingerprint(json.dumps(facts, ensure_ascii=False, sort_keys=True))


def moved(
    before: Mapping[tuple[int, int], LineNow], after: Mapping[tuple[int, int], LineNow],
    products: Mapping[int, str], days: Mapping[int, date],
) -> list[Moved]:  # fmt: skip
    """What is not as it was, by day and product."""
    found = [
        Moved(products.get(place[0], "?"), days[place[1]], before.get(place, NOTHING), after.get(place, NOTHING))
        for place in before.keys() | after.keys()
        if before.get(place, NOTHING) != after.get(place, NOTHING)
    ]
    return sorted(found, key=lambda one: (one.day, one.product))
