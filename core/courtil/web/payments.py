"""Payments: what is expected, noting one, the schedule of a contract, sums by farm."""

import secrets
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.fields import search_key
from courtil.domain.money import format_euros
from courtil.domain.words import _
from courtil.services import access, calendar, farms
from courtil.services import payments as service
from courtil.services.payments import Balance, PaymentData, Schedule
from courtil.services.unit import Reader, Unit
from courtil.store.books import Payment
from courtil.store.farms import Farm
from courtil.web.downloads import download
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.pages import page
from courtil.web.render import render, short_day
from courtil.web.request import path_int, query_page, url_of, version_of
from courtil.web.security import safe_path


def new_key() -> str:
    """What makes a form one: sent twice, it is one payment."""
    return secrets.token_urlsafe(18)


def tabs(request: Request, current: str) -> list[dict[str, object]]:
    """The three pages about payments."""
    pages = {"payments": _("À recevoir"), "handover": _("Remettre à la ferme"), "farm_balances": _("Par ferme")}
    return [{"label": label, "url": url_of(request, name), "current": name == current} for name, label in pages.items()]


def number_in(request: Request, name: str) -> int | None:
    """A key in the query, None when there is none."""
    text = request.query_params.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _asked(request: Request) -> dict[str, Any]:
    """The filters of the query."""
    return {
        "farm_id": number_in(request, "farm_id"),
        "season_id": number_in(request, "season_id"),
        "late": "late" in request.query_params,
        "search": request.query_params.get("q", "")[:100],
    }


@page("/paiements", needs="payments.read")
def payments(request: Request, reader: Reader) -> Response:
    """Expected payments, the late ones first, each with what is needed to note it."""
    assert reader.actor is not None
    asked = _asked(request)
    found = service.due(reader, page=query_page(request), **asked)
    query = {"farm_id": asked["farm_id"], "season_id": asked["season_id"], "q": asked["search"] or None,
             "late": "1" if asked["late"] else None}  # fmt: skip
    everything = reader.actor.farms("payments.read") is None
    return render(
        request, "payments/payments.html", page_title=_("Paiements"),
        help_url=url_of(request, "help_page", topic="paiements"), tabs=tabs(request, "payments"), found=found,
        asked=asked, filtered=any(query.values()), new_key=new_key,
        farms=farms.all_farms(reader, reader.seen("payments.read", Farm)), seasons=calendar.seasons(reader),
        differences=service.agreement(reader) if everything else None,
        page_url=lambda number: url_of(request, "payments", **query, page=number),
        here=url_of(request, "payments", **query, page=found.page if found.page > 1 else None),
    )  # fmt: skip


@page("/paiements/collecte.{extension}", needs="payments.read")
def cheques_file(request: Request, reader: Reader) -> Response:
    """The list to collect cheques with, as a file."""
    asked = _asked(request)
    document = service.cheques_document(reader, asked["farm_id"], asked["season_id"])
    return download(document, request.path_params["extension"])


@page("/paiements/fermes", needs="payments.read")
def farm_balances(request: Request, reader: Reader) -> Response:
    """What each farm was promised, what was received for it, what it was handed."""
    season_id = number_in(request, "season_id")
    rows = sorted(service.balances_by_farm(reader, season_id), key=lambda row: search_key(row.name))
    return render(
        request, "payments/farms.html", page_title=_("Paiements par ferme"), tabs=tabs(request, "farm_balances"),
        help_url=url_of(request, "help_page", topic="paiements"), rows=rows, total=Balance.sum_of(rows, _("Ensemble")),
        seasons=calendar.seasons(reader), season_id=season_id,
    )  # fmt: skip


@page("/contrat/{contract_id:int}/paiements", needs="payments.read")
def contract_payments(request: Request, reader: Reader) -> Response:
    """The schedule of a contract, its payments, and the form to note one."""
    plan = service.schedule(reader, path_int(request, "contract_id"))
    return _contract_page(request, reader, plan, _form(plan, reader))


def _form(plan: Schedule, reader: Reader) -> Form[PaymentData]:
    due = plan.next_due
    values = {
        "cents": due.left if due else None, "method": plan.contract.method, "received_on": reader.today,
        "instalment_id": due.instalment_id if due else None,
    }  # fmt: skip
    options = [
        (due.instalment_id, _(" : ").join([short_day(due.due_on), format_euros(due.left)]))
        for due in plan.dues
        if due.left > 0 and due.instalment_id is not None
    ]
    form = Form(PaymentData, values, choices={"instalment_id": [("", _("La plus ancienne")), *options]})
    form.control("method").required = True
    return form


def _contract_page(
    request: Request, reader: Reader, plan: Schedule, form: Form[PaymentData], data: FormData | None = None
) -> Response:
    contract = plan.contract
    return render(
        request, "payments/contract.html", 200 if data is None else 422, plan=plan, contract=contract, form=form,
        form_key=_text(data, "form_key") or new_key(),
        writable=reader.allows("payments.write", contract),
        page_title=_("Paiements de %(household)s") % {"household": contract.household.name},
        help_url=url_of(request, "help_page", topic="paiements"),
    )  # fmt: skip


@page("/contrat/{contract_id:int}/paiements", needs="payments.write", writes=True)
def note_payment(request: Request, unit: Unit, data: FormData) -> Response:
    """Note a payment; the same form sent again changes nothing."""
    plan = service.schedule(unit, path_int(request, "contract_id"))
    access.require(unit, "payments.write", plan.contract)
    form, form_key = _form(plan, unit), _text(data, "form_key")
    if form.apply(unit, data, lambda value: service.note(unit, plan.contract.id, value, form_key)):
        return _done(request, data, form.result, _("%(amount)s de %(household)s : c’est noté."), "cancel_payment")
    return _contract_page(request, unit, service.schedule(unit, plan.contract.id), form, data)


@page("/paiement/{payment_id:int}/annuler", needs="payments.write", writes=True)
def cancel_payment(request: Request, unit: Unit, data: FormData) -> Response:
    """Take back a payment that was noted by mistake."""
    payment = service.cancel(unit, path_int(request, "payment_id"), version_of(data))
    return _done(request, data, payment, _("Le paiement de %(amount)s est annulé."), "restore_payment")


@page("/paiement/{payment_id:int}/retablir", needs="payments.write", writes=True)
def restore_payment(request: Request, unit: Unit, data: FormData) -> Response:
    """A payment that was cancelled or bounced counts again."""
    payment = service.restore(unit, path_int(request, "payment_id"))
    return _done(request, data, payment, _("Le paiement de %(amount)s compte de nouveau."), None)


@page("/paiement/{payment_id:int}/impaye", needs="payments.write", writes=True)
def bounce_payment(request: Request, unit: Unit, data: FormData) -> Response:
    """The bank refused a payment."""
    payment = service.bounce(unit, path_int(request, "payment_id"), version_of(data))
    return _done(
        request, data, payment, _("Le paiement de %(amount)s est impayé : il est dû de nouveau."), "restore_payment"
    )


def _done(request: Request, data: FormData, payment: Payment, message: str, undo: str | None) -> Response:
    back = safe_path(_text(data, "back") or request.query_params.get("back"), "")
    if not back.startswith(url_of(request, "payments")):
        back = ""
    words = {"amount": format_euros(payment.cents), "household": payment.contract.household.name}
    target = back or url_of(request, "contract_payments", contract_id=payment.contract_id)
    undo_url = url_of(request, undo, payment_id=payment.id, back=back or None) if undo else None
    return redirect(request, target, message % words, undo_url=undo_url)


def _text(data: FormData | None, name: str) -> str:
    value = data.get(name, "") if data is not None else ""
    return value if isinstance(value, str) else ""
