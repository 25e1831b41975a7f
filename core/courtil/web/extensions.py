"""What plugins add to a contract or a delivery, which have no form of their own."""

from dataclasses import dataclass

from pydantic import BaseModel
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.problems import NotFound
from courtil.domain.words import _
from courtil.services import access, contracts, deliveries
from courtil.services.unit import Reader, Unit
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.pages import SIGNED_IN, page
from courtil.web.render import render
from courtil.web.request import path_int, url_of
from courtil.web.sections import sections
from courtil.web.slots import ALONE


class Nothing(BaseModel):
    """A form of sections only."""


@dataclass(frozen=True)
class Whose:
    """What the sections belong to, and where one comes from."""

    subject: str
    id: int
    url: str
    name: str


def _whose(request: Request, reader: Reader) -> Whose:
    """The contract or delivery of the path. Raises NotFound for what the actor may not change."""
    subject, key = str(request.path_params["subject"]), path_int(request, "id")
    if subject == "contract":
        contract = contracts.contract(reader, key)
        access.require(reader, ALONE[subject], contract)
        return Whose(subject, key, url_of(request, "contract", contract_id=key), contract.offer.name)
    if subject == "delivery":
        delivery = deliveries.delivery(reader, key)
        access.require(reader, ALONE[subject], delivery)
        return Whose(subject, key, url_of(request, "distribution", id=delivery.distribution_id), delivery.farm.name)
    raise NotFound(subject)


def _form(reader: Reader, whose: Whose) -> Form[Nothing]:
    found = sections(reader, whose.subject, whose.id)
    if not found:
        raise NotFound("extension")
    return Form(Nothing, sections=found)


def _page(request: Request, whose: Whose, form: Form[Nothing], status: int = 200) -> Response:
    return render(
        request, "extensions/form.html", status, page_title=_("Compléter"), form=form,
        subject=whose.subject, id=whose.id, back_url=whose.url, back_label=whose.name,
    )  # fmt: skip


@page("/complements/{subject}/{id:int}", needs=SIGNED_IN)
def extension_form(request: Request, reader: Reader) -> Response:
    """The sections of plugins for this contract or delivery."""
    whose = _whose(request, reader)
    return _page(request, whose, _form(reader, whose))


@page("/complements/{subject}/{id:int}", needs=SIGNED_IN, writes=True)
def keep_extensions(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep them."""
    whose = _whose(request, unit)
    form = _form(unit, whose)
    if form.apply(unit, data, lambda value: value):
        return redirect(request, whose.url, _("C’est enregistré."))
    return _page(request, whose, form, 422)
