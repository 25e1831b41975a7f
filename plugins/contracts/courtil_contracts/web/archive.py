"""The archive of an offer: where it stands, preparing it, downloading it."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import SIGNED_IN, NotFound, Offer, Reader, Unit, _, page, path_int, redirect, render, url_of
from courtil_contracts.services import archive as service
from courtil_contracts.services.sheets import season_of


def _offer(request: Request, reader: Reader) -> Offer:
    return season_of(reader, path_int(request, "offer_id")).offer


@page("/feuilles/archives/{offer_id:int}", needs=SIGNED_IN)
def contracts_archive(request: Request, reader: Reader) -> Response:
    """How far the archive is, with what to do next; drawn anew by itself while it grows."""
    offer = _offer(request, reader)
    return render(
        request, "contracts/archive.html", page_title=_("Archive : %(offer)s") % {"offer": offer.name}, offer=offer,
        progress=service.progress(reader, offer.id), running=request.query_params.get("en-cours") == "1",
    )  # fmt: skip


@page("/feuilles/archives/{offer_id:int}/etat", needs=SIGNED_IN)
def contracts_archive_progress(request: Request, reader: Reader) -> Response:
    """The bar alone."""
    offer = _offer(request, reader)
    return render(
        request, "contracts/archive.html", block="bar", offer=offer, progress=service.progress(reader, offer.id),
        running=True,
    )  # fmt: skip


@page("/feuilles/archives/{offer_id:int}", needs=SIGNED_IN, writes=True)
def contracts_prepare_archive(request: Request, unit: Unit, data: FormData) -> Response:
    """Let the worker print what is missing."""
    offer = _offer(request, unit)
    service.ask(unit, offer.id)
    address = url_of(request, "contracts_archive", offer_id=offer.id, **{"en-cours": "1"})
    return redirect(request, address, _("Les contrats s’impriment. Vous pouvez quitter cette page."))


@page("/feuilles/archives/{offer_id:int}/contrats.zip", needs=SIGNED_IN)
def contracts_archive_file(request: Request, reader: Reader) -> Response:
    """Every printed contract in one file."""
    offer = _offer(request, reader)
    if not service.progress(reader, offer.id).printed:
        raise NotFound("archive")
    headers = {"content-disposition": f'attachment; filename="contrats-{offer.id}.zip"'}
    return Response(service.archive(reader, offer.id), media_type="application/zip", headers=headers)
