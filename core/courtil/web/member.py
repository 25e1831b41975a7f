"""The member's space: next basket, baskets of the season, contracts, payments."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.money import format_euros
from courtil.domain.words import _, ngettext
from courtil.services import member as service
from courtil.services import payments
from courtil.services.baskets import Basket, baskets, next_basket
from courtil.services.member import Contracts, OpenOffer
from courtil.services.payments import Schedule
from courtil.services.unit import Reader
from courtil.web.pages import page
from courtil.web.render import day as written_day
from courtil.web.render import render
from courtil.web.request import url_of

SOON = timedelta(days=30)
"""How long ahead a payment is something to do."""


def _household(reader: Reader) -> int | None:
    assert reader.actor is not None
    return reader.actor.household_id


def _alone(request: Request, title: str) -> Response:
    """The page of somebody without a household: why it is empty and whom to ask."""
    return render(request, "member/alone.html", page_title=title)


@page("/moi", needs="self.read")
def my_home(request: Request, reader: Reader) -> Response:
    """The next basket and what there is to do."""
    household_id = _household(reader)
    if household_id is None:
        return _alone(request, _("Accueil"))
    contracts, offers = service.contracts_of(reader, household_id), service.open_offers(reader, household_id)
    plans = payments.household_summary(reader, household_id)
    items = [*_to_finish(request, contracts), *_to_pay(request, reader.today, plans), *_to_choose(request, offers)]
    return render(
        request, "member/home.html", page_title=_("Accueil"), basket=next_basket(reader, household_id), items=items,
        running=contracts.running, help_url=url_of(request, "help_page", topic="souscrire"),
    )  # fmt: skip


def _to_finish(request: Request, contracts: Contracts) -> list[dict[str, Any]]:
    return [
        {
            "icon": "pen-line", "title": _("Contrat à signer : %(name)s") % {"name": draft.offer.name},
            "detail": _closing(draft.offer.closes_on), "label": _("Relire et signer"),
            "url": url_of(request, "subscribe_review", contract_id=draft.id),
        }
        for draft in contracts.drafts
    ]  # fmt: skip


def _to_pay(request: Request, today: date, plans: Sequence[Schedule]) -> list[dict[str, Any]]:
    found = []
    for plan in plans:
        due = plan.next_due
        if due is not None and due.due_on <= today + SOON:
            late = sum(one.left for one in plan.late(today))
            words = {
                "amount": format_euros(late or due.left),
                "payee": plan.payee,
                "day": written_day(due.due_on),
                "name": plan.contract.offer.name,
            }
            title = _("En retard : %(amount)s pour %(payee)s") if late else _("À payer : %(amount)s pour %(payee)s")
            found.append(
                {
                    "icon": "banknote", "late": bool(late), "title": title % words,
                    "detail": _("%(name)s, attendu le %(day)s") % words, "url": url_of(request, "my_payments"),
                    "label": _("Voir mes paiements"),
                }
            )  # fmt: skip
    return found


def _to_choose(request: Request, offers: Sequence[OpenOffer]) -> list[dict[str, Any]]:
    free = [one for one in offers if one.left != 0]
    if not free:
        return []
    title = ngettext("%(n)s contrat ouvert", "%(n)s contrats ouverts", len(free))
    names = ", ".join(one.offer.name for one in free[:4])
    return [
        {"icon": "file-text", "title": title, "detail": names, "url": url_of(request, "my_contracts") + "#ouverts",
         "label": _("Voir les contrats ouverts")}
    ]  # fmt: skip


def _closing(day: date | None) -> str:
    return _("Jusqu’au %(day)s") % {"day": written_day(day)} if day else ""


@page("/mes-paniers", needs="self.read")
def my_baskets(request: Request, reader: Reader) -> Response:
    """The season as a list by month; what is past is one link away."""
    household_id = _household(reader)
    if household_id is None:
        return _alone(request, _("Mes paniers"))
    past = "passes" in request.query_params
    days = (None, reader.today - timedelta(days=1)) if past else (reader.today, None)
    found = list(baskets(reader, household_id, *days))
    return render(
        request, "member/baskets.html", page_title=_("Mes paniers"), months=_by_month(found[::-1] if past else found),
        past=past, help_url=url_of(request, "help_page", topic="souscrire"),
    )  # fmt: skip


def _by_month(found: Sequence[Basket]) -> list[tuple[date, list[Basket]]]:
    return [(first, list(group)) for first, group in groupby(found, key=lambda basket: basket.day.replace(day=1))]


@page("/mes-contrats", needs="self.read")
def my_contracts(request: Request, reader: Reader) -> Response:
    """Drafts to finish, signed and past contracts, and the offers that are open."""
    household_id = _household(reader)
    if household_id is None:
        return _alone(request, _("Mes contrats"))
    return render(
        request, "member/contracts.html", page_title=_("Mes contrats"),
        contracts=service.contracts_of(reader, household_id), offers=service.open_offers(reader, household_id),
        help_url=url_of(request, "help_page", topic="souscrire"),
    )  # fmt: skip


@page("/mes-paiements", needs="self.read")
def my_payments(request: Request, reader: Reader) -> Response:
    """What is planned, what was received, what is still owed and to whom."""
    household_id = _household(reader)
    if household_id is None:
        return _alone(request, _("Mes paiements"))
    plans = payments.household_summary(reader, household_id)
    return render(
        request, "member/payments.html", page_title=_("Mes paiements"), plans=plans,
        owed=sum(plan.owed for plan in plans), help_url=url_of(request, "help_page", topic="paiements"),
    )  # fmt: skip
