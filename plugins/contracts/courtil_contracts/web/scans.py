"""Scans of contracts signed on paper, on the page of the contract."""

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import SIGNED_IN, Fragment, Reader, Unit, View, _, page, path_int, redirect, url_of
from courtil_contracts.services import scans

ACCEPTED = ".pdf,.jpg,.jpeg,.png"


def of_contract(view: View) -> list[Fragment]:
    """The scans of a signed contract, with where to join one for who enters its contracts."""
    reader, found = view.reader, view.contract
    there, writes = scans.scans_of(reader, found.id), reader.allows(scans.WRITES, found)
    lacks = writes and scans.lacks_scan(reader, found)
    if not (there or lacks):
        return []
    context = {"contract": found, "scans": there, "writes": writes, "lacks": lacks, "accepted": ACCEPTED}
    return [Fragment(template="contracts/scans.html", context=context, order=30)]


def _back(request: Request, contract_id: int, message: str, **more: str) -> Response:
    return redirect(request, url_of(request, "contract", contract_id=contract_id), message, **more)


@page("/contrat/{contract_id:int}/scans", needs=SIGNED_IN, writes=True)
def contracts_add_scan(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep a scan of the signed paper."""
    sent = data.get("file")
    content = sent.file.read(scans.LARGEST + 1) if isinstance(sent, UploadFile) else b""
    scan = scans.add(unit, path_int(request, "contract_id"), content)
    return _back(
        request, scan.contract_id, _("Le scan est joint au contrat."),
        undo_url=url_of(request, "contracts_remove_scan", scan_id=scan.id),
    )  # fmt: skip


@page("/scans/{scan_id:int}/retirer", needs=SIGNED_IN, writes=True)
def contracts_remove_scan(request: Request, unit: Unit, data: FormData) -> Response:
    """Take a scan away."""
    scan = scans.remove(unit, path_int(request, "scan_id"))
    return _back(
        request, scan.contract_id, _("Le scan est retiré."),
        undo_url=url_of(request, "contracts_restore_scan", scan_id=scan.id),
    )  # fmt: skip


@page("/scans/{scan_id:int}/remettre", needs=SIGNED_IN, writes=True)
def contracts_restore_scan(request: Request, unit: Unit, data: FormData) -> Response:
    """Bring a scan back."""
    scan = scans.restore(unit, path_int(request, "scan_id"))
    return _back(request, scan.contract_id, _("Le scan est de nouveau joint."))


@page("/scans/{scan_id:int}/fichier", needs=SIGNED_IN)
def contracts_scan(request: Request, reader: Reader) -> Response:
    """The file itself, to keep: never shown inside a page of ours."""
    scan = scans.readable(reader, path_int(request, "scan_id"))
    name = f"contrat-{scan.contract_id}-scan-{scan.id}.{scan.ending}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(scan.content, media_type=scans.media_type(scan), headers=headers)
