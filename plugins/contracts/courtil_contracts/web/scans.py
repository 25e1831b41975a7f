"""Scans of contracts signed on paper, on the page of the contract."""

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import SIGNED_IN, Fragment, Reader, Unit, View, _, attempt, page, path_int, redirect, url_of
from courtil_contracts.services import scans
from courtil_contracts.tables import ContractScan
from courtil_contracts.web.answers import done

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


def _contract(request: Request, contract_id: int) -> str:
    return url_of(request, "contract", contract_id=contract_id)


@page("/contrat/{contract_id:int}/scans", needs=SIGNED_IN, writes=True)
def contracts_add_scan(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep a scan of the signed paper."""
    sent, key, made = data.get("file"), path_int(request, "contract_id"), list[int]()
    content = sent.file.read(scans.LARGEST + 1) if isinstance(sent, UploadFile) else b""
    problems = attempt(unit, lambda: made.append(scans.add(unit, key, content).id))
    undo = url_of(request, "contracts_remove_scan", scan_id=made[0]) if made else None
    return done(request, _contract(request, key), problems, _("Le scan est joint au contrat."), undo_url=undo)


@page("/scans/{scan_id:int}/retirer", needs=SIGNED_IN, writes=True)
def contracts_remove_scan(request: Request, unit: Unit, data: FormData) -> Response:
    """Take a scan away."""
    scan = scans.remove(unit, path_int(request, "scan_id"))
    undo = url_of(request, "contracts_restore_scan", scan_id=scan.id)
    return redirect(request, _contract(request, scan.contract_id), _("Le scan est retiré."), undo_url=undo)


@page("/scans/{scan_id:int}/remettre", needs=SIGNED_IN, writes=True)
def contracts_restore_scan(request: Request, unit: Unit, data: FormData) -> Response:
    """Bring a scan back."""
    scan = unit.get(ContractScan, path_int(request, "scan_id"))
    problems = attempt(unit, lambda: scans.restore(unit, scan.id))
    return done(request, _contract(request, scan.contract_id), problems, _("Le scan est de nouveau joint."))


@page("/scans/{scan_id:int}/fichier", needs=SIGNED_IN)
def contracts_scan(request: Request, reader: Reader) -> Response:
    """The file itself, to keep: never shown inside a page of ours."""
    scan = scans.readable(reader, path_int(request, "scan_id"))
    name = f"contrat-{scan.contract_id}-scan-{scan.id}.{scan.ending}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(scan.content, media_type=scans.media_type(scan), headers=headers)
