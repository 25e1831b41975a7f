"""What there is to do today, each line with its action."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.access import Actor
from courtil.domain.states import ContractState
from courtil.domain.words import N_, _, ngettext
from courtil.services import access, agenda
from courtil.services.payments import due as expected
from courtil.services.unit import Reader
from courtil.store.contracts import Contract
from courtil.store.deliveries import Delivery, Distribution
from courtil.store.offers import Offer
from courtil.web.pages import page
from courtil.web.render import day, euros, render
from courtil.web.request import facts

Url = Callable[..., str]
Item = dict[str, Any]

ASKED_FOR = timedelta(days=14)
"""How long one is asked whether a farm came."""

STEPS: dict[str, tuple[str, str, str, str, str]] = {
    "places": ("map-pin", N_("Dites où et quand on remet les paniers"), "new_place", N_("Ajouter un lieu"),
               "calendar.write"),
    "seasons": ("calendar-days", N_("Créez la première saison"), "new_season", N_("Ajouter une saison"),
                "calendar.write"),
    "farms": ("tractor", N_("Ajoutez une ferme et ses produits"), "new_farm", N_("Ajouter une ferme"), "farms.write"),
    "households": ("users", N_("Ajoutez les foyers, un par un ou par import"), "people", N_("Ouvrir les personnes"),
                   "people.write"),
    "offers": ("file-text", N_("Préparez le premier contrat à proposer"), "offers", N_("Ouvrir les contrats"),
               "offers.write"),
}  # fmt: skip
"""Icon, what to do, where, the words on the button, and the right it takes."""


@page("/aujourdhui", needs="distributions.read")
def today(request: Request, reader: Reader) -> Response:
    """The next distribution and what there is to do before it."""
    assert reader.actor is not None
    url, actor = facts(request).assembly.url, reader.actor
    seen = reader.seen("distributions.read", Delivery)
    evening = agenda.next_evening(reader, seen)
    items = [*_steps(reader, url, actor), *_visits(reader, url, actor), *_payments(reader, url, actor),
             *_signatures(reader, url, actor)]  # fmt: skip
    return render(
        request, "distributions/today.html", page_title=_("Aujourd’hui"), evening=evening, items=items,
        households=agenda.households(reader, [evening.id], seen).get(evening.id, 0) if evening else 0,
        help_url=url("help_page", topic="distributions"),
    )  # fmt: skip


def _steps(reader: Reader, url: Url, actor: Actor) -> list[Item]:
    items = []
    for name in agenda.first_steps(reader):
        icon, title, route, label, permission = STEPS[name]
        if actor.can(permission):
            items.append({"icon": icon, "title": _(title), "url": url(route), "label": _(label)})
    return items


def _visits(reader: Reader, url: Url, actor: Actor) -> list[Item]:
    if not actor.can_somewhere("deliveries.write"):
        return []
    mine = reader.seen("deliveries.write", Delivery)
    evenings: dict[Distribution, list[str]] = {}
    for one in agenda.unconfirmed(reader, reader.today - ASKED_FOR, mine):
        evenings.setdefault(one.distribution, []).append(one.farm.name)
    return [_visit(evening, names, url) for evening, names in evenings.items()]


def _visit(evening: Distribution, names: list[str], url: Url) -> Item:
    asked = ngettext("Cette ferme est-elle venue ?", "Ces %(n)s fermes sont-elles venues ?", len(names))
    detail = _("%(day)s : %(names)s") % {"day": day(evening.day), "names": ", ".join(names)}
    where = url("distribution", id=evening.id)
    return {"icon": "tractor", "title": asked, "detail": detail, "url": where, "label": _("Répondre")}


def _payments(reader: Reader, url: Url, actor: Actor) -> list[Item]:
    if not actor.can_somewhere("payments.read"):
        return []
    late = expected(reader, late=True, size=1)
    if not late.total:
        return []
    title = ngettext("%(n)s contrat a un paiement en retard", "%(n)s contrats ont un paiement en retard", late.total)
    detail = _("%(amount)s attendus") % {"amount": euros(late.late)}
    return [{"icon": "triangle-alert", "late": True, "title": title, "detail": detail, "url": url("payments", late=1),
             "label": _("Voir les retards")}]  # fmt: skip


def _signatures(reader: Reader, url: Url, actor: Actor) -> list[Item]:
    if not actor.can_somewhere("contracts.read"):
        return []
    told = (reader.seen("contracts.read", Contract), access.added(reader, "offers.read", Offer))
    return [_signature(one, url) for one in agenda.unsigned(reader, *told)]


def _signature(one: agenda.Waiting, url: Url) -> Item:
    if one.state is ContractState.DRAFT:
        icon, title = (
            "pen-line",
            ngettext(
                "%(n)s contrat attend la signature du foyer",
                "%(n)s contrats attendent la signature des foyers",
                one.count,
            ),
        )
    else:
        icon, title = (
            "hourglass",
            ngettext(
                "%(n)s contrat attend la signature de la ferme",
                "%(n)s contrats attendent la signature de la ferme",
                one.count,
            ),
        )
    return {
        "icon": icon,
        "title": title,
        "detail": f"{one.offer}, {one.farm}",
        "url": url("offer", offer_id=one.offer_id),
        "label": _("Voir les contrats"),
    }
