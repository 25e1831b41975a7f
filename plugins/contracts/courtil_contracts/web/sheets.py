"""Sheets of an offer and of an evening, as pages and as files."""

import re

from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    FORMATS,
    SIGNED_IN,
    Document,
    NotFound,
    Reader,
    _,
    download,
    page,
    path_int,
    render,
    show_document,
    url_of,
)
from courtil_contracts.services import sheets
from courtil_contracts.services.sheets import Asked
from courtil_contracts.services.terms import terms_of

WHOLE = frozenset({"xlsx", "csv"})
"""Files that no page has to hold."""


@page("/feuilles", needs=SIGNED_IN)
def contracts_offers(request: Request, reader: Reader) -> Response:
    """The offers of which the person may have the sheets."""
    offers = sheets.offers_with_sheets(reader)
    return render(request, "contracts/offers.html", page_title=_("Feuilles"), offers=offers)


@page("/feuilles/contrats/{offer_id:int}", needs=SIGNED_IN)
def contracts_sheets(request: Request, reader: Reader) -> Response:
    """All the sheets of an offer, then those of each of its dates."""
    season = sheets.season_of(reader, path_int(request, "offer_id"))
    return render(
        request, "contracts/sheets.html", page_title=_("Feuilles : %(offer)s") % {"offer": season.offer.name},
        season=season, coming=season.coming, formats=FORMATS,
        sheets={name: sheet for name, sheet in sheets.SHEETS.items() if sheet.of_farm or season.priced},
        homes=sheets.homes(reader) if season.priced else (),
        weighed=any(one.kg_cents for one in terms_of(reader, season.offer.id).products),
    )  # fmt: skip


def _season_document(request: Request, reader: Reader, *, whole: bool = False) -> Document:
    """The document of the path. Raises NotFound for a sheet that there is not, or that is not the actor's."""
    season = sheets.season_of(reader, path_int(request, "offer_id"))
    sheet = sheets.SHEETS.get(request.path_params["sheet"])
    if sheet is None:
        raise NotFound("sheet")
    return sheet.document(reader, season, Asked(_key(request, "produit"), _key(request, "foyer"), whole))


def _key(request: Request, name: str) -> int | None:
    """The product or household of the query. Raises NotFound for what no key looks like."""
    text = request.query_params.get(name, "")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", text):
        raise NotFound(name)
    return int(text)


@page("/feuilles/contrats/{offer_id:int}/{sheet}", needs=SIGNED_IN)
def contracts_sheet(request: Request, reader: Reader) -> Response:
    """One sheet of an offer, to read and print."""
    here, query = request.path_params, dict(request.query_params)
    back = (url_of(request, "contracts_sheets", offer_id=here["offer_id"]), _("Feuilles"))
    return show_document(
        request, _season_document(request, reader),
        lambda extension: url_of(request, "contracts_sheet_file", **here, ext=extension, **_chosen(query)), back,
    )  # fmt: skip


def _chosen(query: dict[str, str]) -> dict[str, str]:
    return {name: query[name] for name in ("produit", "foyer") if query.get(name)}


@page("/feuilles/contrats/{offer_id:int}/{sheet}/fichier.{ext}", needs=SIGNED_IN)
def contracts_sheet_file(request: Request, reader: Reader) -> Response:
    """The same as PDF or spreadsheet."""
    extension = request.path_params["ext"]
    return download(_season_document(request, reader, whole=extension in WHOLE), extension)


@page("/feuilles/livraisons/{delivery_id:int}/etiquettes", needs=SIGNED_IN)
def contracts_labels(request: Request, reader: Reader) -> Response:
    """The labels of the baskets that a farm brings one evening."""
    found = sheets.delivery_of(reader, path_int(request, "delivery_id"))
    return show_document(
        request, sheets.labels(reader, found),
        lambda extension: url_of(request, "contracts_labels_file", delivery_id=found.id, ext=extension),
        evening_or_home(request, reader, found.distribution_id),
    )  # fmt: skip


@page("/feuilles/livraisons/{delivery_id:int}/etiquettes/fichier.{ext}", needs=SIGNED_IN)
def contracts_labels_file(request: Request, reader: Reader) -> Response:
    """The same as PDF or spreadsheet."""
    found = sheets.delivery_of(reader, path_int(request, "delivery_id"))
    return download(sheets.labels(reader, found), request.path_params["ext"])


@page("/feuilles/distributions/{distribution_id:int}/controle", needs=SIGNED_IN)
def contracts_inspection(request: Request, reader: Reader) -> Response:
    """The pack for an inspection of one evening."""
    key = path_int(request, "distribution_id")
    return show_document(
        request, sheets.inspection(reader, key),
        lambda extension: url_of(request, "contracts_inspection_file", distribution_id=key, ext=extension),
        evening_or_home(request, reader, key),
    )  # fmt: skip


@page("/feuilles/distributions/{distribution_id:int}/controle/fichier.{ext}", needs=SIGNED_IN)
def contracts_inspection_file(request: Request, reader: Reader) -> Response:
    """The same as PDF or spreadsheet."""
    return download(sheets.inspection(reader, path_int(request, "distribution_id")), request.path_params["ext"])


def evening_or_home(request: Request, reader: Reader, distribution_id: int) -> tuple[str, str]:
    """The page of the evening for whoever may open it, else the home of the farm."""
    if reader.actor is not None and reader.actor.can_somewhere("distributions.read"):
        return url_of(request, "distribution", id=distribution_id), _("Distribution")
    return url_of(request, "farm_deliveries"), _("Nos livraisons")
