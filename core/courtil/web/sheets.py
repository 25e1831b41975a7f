"""Sheets on the screen and as files: an evening, a delivery, a season, the members."""

from starlette.requests import Request
from starlette.responses import Response

from courtil.documents import Document
from courtil.domain.problems import NotFound
from courtil.domain.words import _
from courtil.services import deliveries, printouts
from courtil.services.unit import Reader
from courtil.store.deliveries import Delivery
from courtil.store.offers import Offer
from courtil.web.downloads import download, show_document
from courtil.web.pages import SIGNED_IN, page
from courtil.web.request import path_int, url_of


def _screen(request: Request, document: Document, name: str, back: tuple[str, str], **params: object) -> Response:
    """The document as a page, with its files and a button to print it."""
    return show_document(
        request, document, lambda extension: url_of(request, f"{name}_file", ext=extension, **params), back,
        help_url=url_of(request, "help_page", topic="feuilles"),
    )  # fmt: skip


def _evening(request: Request, reader: Reader) -> Document:
    return printouts.evening_sheet(reader, path_int(request, "id"), reader.seen("distributions.read", Delivery))


@page("/distributions/{id:int}/feuille", needs="distributions.read")
def evening_sheet(request: Request, reader: Reader) -> Response:
    """The sheet to sign of one evening, all farms together."""
    key = path_int(request, "id")
    back = (url_of(request, "distribution", id=key), _("Distribution"))
    return _screen(request, _evening(request, reader), "evening_sheet", back, id=key)


@page("/distributions/{id:int}/feuille.{ext}", needs="distributions.read")
def evening_sheet_file(request: Request, reader: Reader) -> Response:
    """The same as PDF or spreadsheet."""
    return download(_evening(request, reader), request.path_params["ext"])


def _delivery(request: Request, reader: Reader) -> Document:
    found = deliveries.delivery(reader, path_int(request, "id"))
    if not (reader.allows("distributions.read", found) or reader.allows("farm_space.read", found)):
        raise NotFound("delivery")
    return printouts.farm_totals(reader, found.id)


@page("/distributions/livraisons/{id:int}/feuille", needs=SIGNED_IN)
def delivery_sheet(request: Request, reader: Reader) -> Response:
    """What one farm brings one evening, for the AMAP and the farm."""
    document, key = _delivery(request, reader), path_int(request, "id")
    return _screen(request, document, "delivery_sheet", _back_of_farm(request, reader, key), id=key)


def _back_of_farm(request: Request, reader: Reader, delivery_id: int) -> tuple[str, str]:
    found = deliveries.delivery(reader, delivery_id)
    if reader.allows("distributions.read", found):
        return url_of(request, "distribution", id=found.distribution_id), _("Distribution")
    return url_of(request, "farm_deliveries", ferme=found.farm_id), _("Nos livraisons")


@page("/distributions/livraisons/{id:int}/feuille.{ext}", needs=SIGNED_IN)
def delivery_sheet_file(request: Request, reader: Reader) -> Response:
    """The same as PDF or spreadsheet."""
    return download(_delivery(request, reader), request.path_params["ext"])


def _season(request: Request, reader: Reader) -> Document:
    offer = reader.get(Offer, path_int(request, "id"))
    if not (reader.allows("contracts.read", offer) or reader.allows("farm_space.read", offer)):
        raise NotFound("offer")
    return printouts.farm_season(reader, offer.id)


@page("/contrats/{id:int}/saison", needs=SIGNED_IN)
def season_sheet(request: Request, reader: Reader) -> Response:
    """A season of one offer by date and by household, for the AMAP and the farm."""
    document, offer = _season(request, reader), reader.get(Offer, path_int(request, "id"))
    coordination = reader.allows("contracts.read", offer)
    back = (url_of(request, "offer", offer_id=offer.id), offer.name) if coordination else (
        url_of(request, "farm_contracts", ferme=offer.farm_id), _("Nos contrats"))  # fmt: skip
    return _screen(request, document, "season_sheet", back, id=offer.id)


@page("/contrats/{id:int}/saison.{ext}", needs=SIGNED_IN)
def season_sheet_file(request: Request, reader: Reader) -> Response:
    """The same as PDF or spreadsheet."""
    return download(_season(request, reader), request.path_params["ext"])


@page("/personnes/feuille", needs=SIGNED_IN)
def members_sheet(request: Request, reader: Reader) -> Response:
    """The list of members; how much it shows depends on who asks."""
    document = printouts.members_list(reader)
    wide = reader.actor is not None and reader.actor.can("people.read")
    back = (url_of(request, "people"), _("Personnes")) if wide else (url_of(request, "home"), _("Accueil"))
    return _screen(request, document, "members_sheet", back)


@page("/personnes/feuille.{ext}", needs=SIGNED_IN)
def members_sheet_file(request: Request, reader: Reader) -> Response:
    """The same as PDF or spreadsheet."""
    return download(printouts.members_list(reader), request.path_params["ext"])
