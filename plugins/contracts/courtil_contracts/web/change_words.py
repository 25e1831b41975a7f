"""Changes after signing in words: what each is called, what the terms say of it, what was made, what comes when."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from courtil.api import N_, Contract, Household, LineEffect, LineNow, Reader, _, ngettext
from courtil_contracts.domain import changes as rules
from courtil_contracts.domain.changes import Money, Place, Situation, short
from courtil_contracts.domain.terms import ChangeTerms
from courtil_contracts.services.changes import stands_against
from courtil_contracts.services.situations import active_changes
from courtil_contracts.tables import ChangeState, ContractChange

LABELS: Mapping[str, str] = {
    "absence": N_("Je ne viens pas"),
    "report": N_("Prendre ce panier un autre jour"),
    "handover": N_("Confier ce panier à un autre foyer"),
    "donation": N_("Donner ce panier"),
    "quantity": N_("Changer les quantités à partir de cette date"),
    "exchange": N_("Composer ce panier autrement"),
}
DONE: Mapping[str, str] = {
    "absence": N_("C’est noté : vous ne venez pas ce jour-là."),
    "report": N_("Le panier est reporté."),
    "handover": N_("La proposition est envoyée. Sans réponse, rien ne change."),
    "donation": N_("C’est noté : ce panier est donné. Merci !"),
    "quantity": N_("Les quantités sont changées."),
    "exchange": N_("Le panier est recomposé."),
}
MONEY: Mapping[str, str] = {
    Money.KEPT: N_("Le panier reste payé à la ferme."),
    Money.CREDITED: N_("Le panier est déduit de ce que vous devez."),
    Money.MOVED: N_("Vous payez le même montant."),
    Money.GIVEN: N_("C’est vous qui payez la ferme ; l’autre foyer ne doit rien."),
    Money.DONATED: N_("Vous payez la ferme ; le panier va à qui en a besoin."),
}
ICONS: Mapping[str, str] = {
    "absence": "user-x", "report": "calendar-days", "handover": "handshake", "donation": "gift",
    "quantity": "shopping-basket", "exchange": "repeat", "hazard": "triangle-alert",
}  # fmt: skip


def rule_words(here: Situation, allowed: ChangeTerms) -> str:
    """The terms of one kind of change in a sentence or two."""
    money = {
        "absence": allowed.money,
        "report": Money.MOVED,
        "exchange": Money.MOVED,
        "donation": Money.DONATED,
        "handover": Money.GIVEN,
    }
    said = [_(MONEY[money[allowed.kind]])] if allowed.kind in money else []
    if allowed.notice_days:
        notice = ngettext("%(n)s jour avant", "%(n)s jours avant", allowed.notice_days)
        said.append(_("À dire %(notice)s.") % {"notice": notice})
    rest = rules.left(here, allowed.kind)
    if rest is not None:
        said.append(ngettext("Encore %(n)s fois.", "Encore %(n)s fois.", rest) if rest else _("Plus aucune fois."))
    return " ".join(said)


def made_of(reader: Reader, found: Contract, here: Situation) -> list[dict[str, object]]:
    """The changes that stand, in words, with whether the household may undo them."""
    made = active_changes(reader, found.id)
    homes = [one.to_household_id for one in made if one.to_household_id]
    names = dict(map(tuple, reader.rows(select(Household.id, Household.name).where(Household.id.in_(homes)))))
    return [
        {
            "id": one.id, "icon": ICONS[one.kind], "says": _says(one, here, names.get(one.to_household_id, "")),
            "money": _(MONEY.get(one.money, "")), "waits": one.state is ChangeState.ASKED,
            "undo": one.hazard_id is None and not stands_against(here, one),
        }
        for one in made
    ]  # fmt: skip


def _says(one: ContractChange, here: Situation, name: str) -> str:
    """`Absence le jeudi 7 mai.`"""
    handover = {
        ChangeState.ASKED: _("Panier du %(day)s proposé au foyer %(name)s."),
        ChangeState.ACCEPTED: _("Panier du %(day)s confié au foyer %(name)s."),
    }
    phrases = {
        "absence": _("Absence le %(day)s."),
        "report": _("Panier du %(day)s reporté au %(target)s."),
        "quantity": _("Autres quantités à partir du %(day)s."),
        "exchange": _("Panier du %(day)s recomposé."),
        "donation": _("Panier du %(day)s donné."),
        "handover": handover.get(one.state, ""),
        "hazard": _("Manque signalé pour le %(day)s."),
    }
    day, target = here.day_of(one.delivery_id or 0), here.day_of(one.target_delivery_id or 0)
    return phrases[one.kind] % {"day": _short(day), "target": _short(target), "name": name}


def _short(day: date | None) -> str:
    return short(day) if day else "?"


def effects(here: Situation, lines: Mapping[Place, LineNow]) -> list[str]:
    """The whole basket of each date that changes, in sentences."""
    now = {one.place: LineNow(one.quantity, one.unit_cents, one.effect) for one in here.lines}
    baskets: dict[int, list[str]] = {delivery: [] for _product, delivery in lines}
    for (product, delivery), line in sorted((now | dict(lines)).items()):
        if delivery in baskets and line.quantity and line.effect is LineEffect.DUE:
            baskets[delivery].append(f"{line.quantity}\u00a0×\u00a0{here.products[product]}")
    days = sorted((day, words) for key, words in baskets.items() if (day := here.day_of(key)))
    return [
        _("%(day)s : %(what)s") % {"day": short(day).capitalize(), "what": ", ".join(words) or _("rien")}
        for day, words in days
    ]
