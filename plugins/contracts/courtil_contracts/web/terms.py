"""The terms of an offer on one page: products, fees, rules, payments, changes, duration."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    NotFound,
    Offer,
    Problem,
    Reader,
    Stale,
    Unit,
    _,
    attempt,
    matrix,
    offer_tabs,
    page,
    path_int,
    proposed,
    redirect,
    render,
)
from courtil_contracts.domain.rules import sentence
from courtil_contracts.domain.terms import Terms
from courtil_contracts.services import terms as service
from courtil_contracts.services.kinds import turn_sentences
from courtil_contracts.web.term_forms import TermForms
from courtil_contracts.web.versions import seen_version


@dataclass(frozen=True)
class Page:
    """What the page shows: the offer, its forms and the rules as they stand."""

    offer: Offer
    terms: Terms
    forms: TermForms
    version: int


def _visible(request: Request, reader: Reader, right: str) -> Offer:
    found = proposed(reader, path_int(request, "offer_id"))
    if not reader.allows(right, found) or not found.kind.startswith("contracts."):
        raise NotFound("offer")
    return found


def _page(request: Request, reader: Reader, shown: Page, problems: Sequence[Problem] = ()) -> Response:
    grid = service.grid_of(shown.offer, matrix(reader, shown.offer.id), shown.terms)
    return render(
        request, "contracts/terms.html", 422 if problems else 200, page_title=shown.offer.name, offer=shown.offer,
        tabs=offer_tabs(request, reader, shown.offer, "terms"), forms=shown.forms, version=shown.version,
        rules=[sentence(rule, grid) for rule in shown.terms.rules], problems=problems,
        may_write=reader.allows("offers.write", shown.offer), account=shown.offer.kind == "contracts.account",
        points=shown.terms.has_points, turns=turn_sentences(shown.terms), same=shown.offer.kind == "contracts.same",
    )  # fmt: skip


def _shown(reader: Reader, offer: Offer) -> Page:
    terms = service.terms_to_write(reader, offer.id)
    return Page(offer, terms, TermForms.of(reader, offer, terms), service.version_of(reader, offer.id))


@page("/offre/{offer_id:int}", needs="offers.write")
def contracts_terms(request: Request, reader: Reader) -> Response:
    """The terms as they stand."""
    return _page(request, reader, _shown(reader, _visible(request, reader, "offers.write")))


@page("/offre/{offer_id:int}", needs="offers.write", writes=True)
def contracts_set_terms(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep them; what does not fit is shown with what was typed, and nothing is written."""
    shown = _shown(unit, _visible(request, unit, "offers.write"))
    problems = shown.forms.read(data)
    if not problems:
        try:
            problems = _written(unit, shown.offer.id, shown.forms.terms(shown.terms, data), seen_version(data))
        except ValidationError:
            problems = [Problem(_("Une valeur est trop petite ou trop grande : vérifiez les montants et les nombres."))]
        shown.forms.place(problems)
    if problems:
        return _page(request, unit, shown, problems)
    return redirect(request, f"/x/contracts/offre/{shown.offer.id}", _("Les modalités sont enregistrées."))


def _written(unit: Unit, offer_id: int, wanted: Terms, version: int) -> list[Problem]:
    try:
        return attempt(unit, lambda: service.write(unit, offer_id, wanted, version))
    except Stale:
        message = _(
            "Quelqu’un a changé ces modalités entre-temps. Ce que vous avez écrit est gardé ci-dessous : "
            "comparez avec la page actuelle, puis enregistrez de nouveau."
        )
        return [Problem(message)]
