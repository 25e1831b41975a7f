"""Handing cheques to a farm: tick, check the sum, hand over, print the slip."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from pydantic import Field
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.documents import render_html
from courtil.domain.fields import Day, FormModel
from courtil.domain.problems import NotFound
from courtil.domain.states import PaymentMethod
from courtil.domain.words import N_, _, ngettext
from courtil.services import farms
from courtil.services import payments as service
from courtil.services.payments import ToHand
from courtil.services.unit import Reader, Unit
from courtil.store.farms import Farm
from courtil.web.downloads import download
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.pages import page
from courtil.web.payments import number_in, tabs
from courtil.web.render import render
from courtil.web.request import path_int, url_of

MOST_UNDONE = 100
"""An undo names its payments in its address, which has to stay short."""


class HandoverData(FormModel):
    """The day of a handover."""

    on: Day = Field(title=N_("Remis le"))


@page("/paiements/remise", needs="payments.write")
def handover(request: Request, reader: Reader) -> Response:
    """What waits at the AMAP for a farm, and what it was handed lately."""
    waiting = service.to_hand_over(reader)
    counts = Counter(one.farm_id for one in waiting)
    mine = farms.all_farms(reader, reader.seen("payments.write", Farm))
    farm_id = number_in(request, "farm_id") or (next(iter(counts), None) if len(counts) == 1 else None)
    farm = next((one for one in mine if one.id == farm_id), None)
    if farm_id is not None and farm is None:
        raise NotFound(f"farm {farm_id}")
    rows = [one for one in waiting if one.farm_id == farm_id]
    return render(
        request, "payments/handover.html", page_title=_("Remettre à la ferme"), tabs=tabs(request, "handover"),
        help_url=url_of(request, "help_page", topic="paiements"), farms=mine, counts=counts, farm=farm,
        now=[one for one in rows if one.due_on is None or one.due_on <= reader.today],
        later=[one for one in rows if one.due_on is not None and one.due_on > reader.today],
        handed=service.handed_days(reader, farm.id) if farm else [],
    )  # fmt: skip


@page("/paiements/remise/verifier", needs="payments.write")
def check_handover(request: Request, reader: Reader) -> Response:
    """The number and the sum to compare with the pile, before it is handed over."""
    return _check(
        request, reader, _keys(request.query_params.getlist("payment_id")), Form(HandoverData, {"on": reader.today})
    )


def _check(
    request: Request, reader: Reader, keys: Sequence[int], form: Form[HandoverData], status: int = 200
) -> Response:
    rows = service.to_hand_over(reader, only=keys)
    farm = farms.farm(reader, rows[0].farm_id) if rows else None
    return render(
        request, "payments/check.html", status, page_title=_("Vérifier la remise"), rows=rows, farm=farm, form=form,
        total=sum(one.cents for one in rows), label=_label(rows),
        help_url=url_of(request, "help_page", topic="paiements"),
    )  # fmt: skip


def _label(rows: Sequence[ToHand]) -> str:
    if all(one.method is PaymentMethod.CHEQUE for one in rows):
        return ngettext("Remettre %(n)s chèque à la ferme", "Remettre %(n)s chèques à la ferme", len(rows))
    return ngettext("Remettre %(n)s paiement à la ferme", "Remettre %(n)s paiements à la ferme", len(rows))


@page("/paiements/remise", needs="payments.write", writes=True)
def hand_over_payments(request: Request, unit: Unit, data: FormData) -> Response:
    """Hand these over; sent twice, the second changes nothing."""
    keys = _keys(data.getlist("payment_id"))
    form = Form(HandoverData)
    if not form.apply(unit, data, lambda value: service.hand_over(unit, keys, value.on)):
        return _check(request, unit, keys, form, 422)
    farm_id = number_of(data.get("farm_id"))
    target = url_of(request, "handover", farm_id=farm_id)
    if not form.result:
        return redirect(request, target, _("Ces paiements étaient déjà remis."), kind="info")
    count = len(form.result)
    message = ngettext("%(n)s paiement remis à la ferme.", "%(n)s paiements remis à la ferme.", count)
    ids = "-".join(str(one.id) for one in form.result)
    undo = url_of(request, "take_back_payments", farm_id=farm_id, ids=ids) if count <= MOST_UNDONE else None
    return redirect(request, target, message, undo_url=undo)


@page("/paiements/remise/reprendre", needs="payments.write", writes=True)
def take_back_payments(request: Request, unit: Unit, data: FormData) -> Response:
    """Undo a handover: the AMAP has the cheques again."""
    back = service.take_back(unit, _keys(request.query_params.get("ids", "").split("-")))
    message = ngettext(
        "%(n)s paiement est de nouveau à l’AMAP.", "%(n)s paiements sont de nouveau à l’AMAP.", len(back)
    )
    return redirect(request, url_of(request, "handover", farm_id=number_in(request, "farm_id")), message)


@page("/paiements/remise/{farm_id:int}/{day}.{extension}", needs="payments.read")
def handover_file(request: Request, reader: Reader) -> Response:
    """The slip of a day as a file."""
    document = service.handover_document(reader, path_int(request, "farm_id"), _day(request))
    return download(document, request.path_params["extension"])


@page("/paiements/remise/{farm_id:int}/{day}", needs="payments.read")
def handover_sheet(request: Request, reader: Reader) -> Response:
    """The slip of a day on the screen, to print."""
    document = service.handover_document(reader, path_int(request, "farm_id"), _day(request))
    return render(
        request, "payments/sheet.html", page_title=document.title, sheet=render_html(document),
        farm_id=path_int(request, "farm_id"), day_path=_day(request).isoformat(),
    )  # fmt: skip


def number_of(text: object) -> int | None:
    """A key that was typed or sent, None for anything else."""
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 10 else None


def _keys(texts: Sequence[object]) -> list[int]:
    keys = [number_of(text) for text in texts]
    if None in keys and any(texts):
        raise NotFound(str(texts))
    return [key for key in keys if key is not None]


def _day(request: Request) -> date:
    try:
        return date.fromisoformat(request.path_params["day"])
    except ValueError as error:
        raise NotFound(request.path_params["day"]) from error
