"""Amendments on the page of their contract and as a file; those that wait for a farm, accepted in one go."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    SIGNED_IN,
    Fragment,
    NotFound,
    Offer,
    Person,
    Reader,
    Text,
    Unit,
    View,
    _,
    download,
    ngettext,
    number,
    page,
    path_int,
    redirect,
    render,
    text_document,
    url_of,
    visible_contract,
)
from courtil_contracts.domain.amendments import FARM
from courtil_contracts.services import amended
from courtil_contracts.services import amendments as service
from courtil_contracts.services.amendments import Version, Waiting
from courtil_contracts.tables import ContractAmendment


@dataclass(frozen=True)
class Shown:
    """An amendment as a page shows it: its articles, and who agreed to it."""

    version: Version
    articles: Sequence[Text]
    agreements: Sequence[str]
    waits: bool
    """Whether the farm has not agreed yet."""


def _shown(version: Version) -> Shown:
    return Shown(version, _articles(version.amendment), amended.agreements(version), FARM not in version.accepted)


def _articles(row: ContractAmendment) -> list[Text]:
    return [block for block in text_document(row.text).blocks if isinstance(block, Text)]


def of_contract(view: View) -> list[Fragment]:
    """The amendments of a contract, on its page."""
    found = [_shown(one) for one in service.versions(view.reader, view.contract)]
    context = {"contract": view.contract, "amendments": found}
    return [Fragment(template="contracts/_amendments.html", context=context, order=60)] if found else []


def of_farm(view: View) -> list[Fragment]:
    """How many amendments wait for the farm, above the pages of its space."""
    waits = service.how_many_wait(view.reader, Offer.farm_id == view.farm.id)
    return [Fragment(template="contracts/_to_accept.html", context={"waits": waits})] if waits else []


@page("/avenants/{contract_id:int}.pdf", needs=SIGNED_IN)
def contracts_amended_file(request: Request, reader: Reader) -> Response:
    """The signed contract with its amendments, to keep or print."""
    found = visible_contract(reader, path_int(request, "contract_id"))
    if not found.text:
        raise NotFound("text")
    return download(amended.document(reader, found), "pdf")


@page("/avenants", needs=service.ACCEPTS)
def contracts_amendments(request: Request, reader: Reader) -> Response:
    """What waits for the farm, each with what it changes."""
    return _waiting(request, reader)


def _waiting(request: Request, reader: Reader, problem: str = "") -> Response:
    found = service.waiting(reader)
    stands = {one.id for one in service.in_force([one.amendment for one in found])}
    told = [(one, _says(one)) for one in found]
    rows = [pair for pair in told if pair[0].amendment.id in stands]
    ended = [pair for pair in told if pair[0].amendment.id not in stands]
    return render(
        request, "contracts/amendments.html", 422 if problem else 200, page_title=_("Avenants à accepter"), rows=rows,
        ended=ended,
        problems=[problem] if problem else [],
    )  # fmt: skip


def _says(one: Waiting) -> list[str]:
    """What changes, and what it costs."""
    return [paragraph for article in _articles(one.amendment)[:2] for paragraph in article.paragraphs]


@page("/avenants", needs=service.ACCEPTS, writes=True)
def contracts_accept_amendments(request: Request, unit: Unit, data: FormData) -> Response:
    """The farm agrees to those that are ticked."""
    keys = [key for text in data.getlist("amendment") if (key := number(str(text))) is not None]
    if not keys:
        return _waiting(request, unit, _("Cochez au moins un avenant, puis acceptez."))
    assert unit.actor is not None
    made = service.accept(unit, keys, unit.get(Person, unit.actor.person_id))
    message = ngettext("%(n)s avenant est accepté.", "%(n)s avenants sont acceptés.", len(made))
    if not made:
        message = _("Ces avenants étaient déjà acceptés.")
    return redirect(request, url_of(request, "contracts_amendments"), message)
