"""Entering what goods weighed at their delivery."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    SIGNED_IN,
    Delivery,
    Fragment,
    NotFound,
    Problem,
    Reader,
    Refused,
    Unit,
    View,
    _,
    attempt,
    ngettext,
    page,
    path_int,
    redirect,
    render,
    texts,
    url_of,
)
from courtil_contracts.domain.prices import read_grams
from courtil_contracts.services import weighing
from courtil_contracts.services.sheets import delivery_of
from courtil_contracts.services.sheets.rights import FARM
from courtil_contracts.web.links import Link
from courtil_contracts.web.sheets import evening_or_home

WRITES = "contracts.write"


def of_farm(view: View) -> list[Fragment]:
    """On a farm's home, the way to the weights of its next delivery, if some are to note."""
    if not weighing.to_weigh(view.reader, view.delivery.id):
        return []
    link = Link(_("Pesée"), "contracts_weighing", {"delivery_id": view.delivery.id}, "scale")
    return [Fragment(template="contracts/_links.html", context={"links": [link]}, order=10)]


def _delivery(request: Request, reader: Reader) -> Delivery:
    """The delivery of the path, for who enters its contracts and for its farm. Raises NotFound."""
    found = delivery_of(reader, path_int(request, "delivery_id"))
    if not any(reader.allows(right, found) for right in (WRITES, FARM)):
        raise NotFound("delivery")
    return found


def _page(
    request: Request, reader: Reader, found: Delivery, typed: dict[str, str] | None = None,
    problems: list[Problem] | None = None,
) -> Response:  # fmt: skip
    return render(
        request, "contracts/weighing.html", 422 if problems else 200, page_title=_("Pesée"), delivery=found,
        lines=weighing.to_weigh(reader, found.id), typed=typed or {}, problems=problems or [],
        errors={problem.field: problem.message for problem in problems or [] if problem.field},
        priced=reader.allows(WRITES, found), before=evening_or_home(request, reader, found.distribution_id),
        opens=weighing.first_day(found),
    )  # fmt: skip


@page("/feuilles/pesees/{delivery_id:int}", needs=SIGNED_IN)
def contracts_weighing(request: Request, reader: Reader) -> Response:
    """What is to weigh at this delivery."""
    return _page(request, reader, _delivery(request, reader))


@page("/feuilles/pesees/{delivery_id:int}", needs=SIGNED_IN, writes=True)
def contracts_weigh(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep the weights and settle what they change."""
    found = _delivery(request, unit)
    typed = {name: text for name, text in texts(data).items() if name.startswith("kg-")}
    grams: dict[str, int | None] = {}
    problems: list[Problem] = []
    for name, text in typed.items():
        try:
            grams[name.removeprefix("kg-")] = read_grams(text) if text.strip() else None
        except Refused as refused:
            problems += [Problem(problem.message, name) for problem in refused.problems]
    changed: list[object] = []
    problems = problems or attempt(unit, lambda: changed.extend(weighing.weigh(unit, found.id, grams)))
    if problems:
        return _page(request, unit, found, typed, problems)
    message = ngettext("%(n)s pesée est enregistrée.", "%(n)s pesées sont enregistrées.", len(changed))
    return redirect(request, url_of(request, "contracts_weighing", delivery_id=found.id), message)
