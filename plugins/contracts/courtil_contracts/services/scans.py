"""Scans of contracts that were signed on paper, kept beside the contract that was entered for the household."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from courtil.api import (
    BINDING,
    N_,
    PAPER,
    Contract,
    NotFound,
    Problem,
    Reader,
    Refused,
    Signature,
    Unit,
    _,
    held_contract,
    visible_contract,
)
from courtil_contracts.services.changes import tell
from courtil_contracts.tables import ContractScan

WRITES = "contracts.write"
LARGEST = 5 * 1024 * 1024
"""Bytes of one file: five pages photographed by a phone, or a whole contract scanned."""
MOST = 10
"""Files of one contract."""
MOST_EVER = 30
"""Files of one contract, those that were taken back too."""
KINDS = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
)
"""How each kind of file that is taken begins, its media type, the ending of its name."""


def scans_of(reader: Reader, contract_id: int) -> Sequence[ContractScan]:
    """The scans of a contract, those that were taken back left out, in order. The caller checks who asks."""
    kept = (ContractScan.contract_id == contract_id, ContractScan.removed_at.is_(None))
    return reader.all(select(ContractScan).where(*kept).order_by(ContractScan.id))


def lacks_scan(reader: Reader, found: Contract) -> bool:
    """Whether somebody signed on paper, and no scan of it is there yet."""
    on_paper = select(func.count()).where(Signature.contract_id == found.id, Signature.method == PAPER)
    return bool(reader.session.scalar(on_paper)) and not scans_of(reader, found.id)


def add(unit: Unit, contract_id: int, content: bytes) -> ContractScan:
    """Keep a scan. The same file sent twice is kept once.

    Raises NotFound for a contract that the actor may not enter; Refused for what is neither PDF, JPEG nor PNG, for a
    file over 5 MB, for an unsigned contract, or when there are too many.
    """
    found = _writable(unit, contract_id)
    if found.state not in BINDING:
        raise Refused(
            _("Ce contrat n’est pas signé : enregistrez d’abord la signature du foyer, puis joignez le scan.")
        )
    _media, ending = _kind(content)
    digest = hashlib.sha256(content).hexdigest()
    if same := next((one for one in scans_of(unit, contract_id) if one.sha256 == digest), None):
        return same
    _check_room(unit, contract_id)
    tell(unit, found, N_("scan joint"))
    return unit.add(
        ContractScan(
            contract_id=contract_id, ending=ending, sha256=digest, size=len(content),
            content=content, at=unit.now, by_person_id=unit.actor.person_id if unit.actor else None,
        )
    )  # fmt: skip


def _check_room(unit: Unit, contract_id: int) -> None:
    """Raise Refused when there are as many as one contract may have; those taken back count in the end as well."""
    ever = select(func.count()).where(ContractScan.contract_id == contract_id)
    if len(scans_of(unit, contract_id)) >= MOST or (unit.session.scalar(ever) or 0) >= MOST_EVER:
        raise Refused(Problem(_("Ce contrat a déjà %(most)s fichiers. Retirez-en un.") % {"most": MOST}, "file"))


def _writable(unit: Unit, contract_id: int) -> Contract:
    found = held_contract(unit, contract_id)
    if not unit.allows(WRITES, found):
        raise NotFound(f"contract {contract_id}")
    return found


def _kind(content: bytes) -> tuple[str, str]:
    """Media type and ending of the file, by how it begins. Raises Refused."""
    if not content:
        raise Refused(Problem(_("Choisissez d’abord le fichier : une photo ou un PDF du contrat signé."), "file"))
    if len(content) > LARGEST:
        raise Refused(Problem(_("Ce fichier dépasse 5 Mo. Scannez-le en noir et blanc, ou page par page."), "file"))
    for start, media, ending in KINDS:
        if content.startswith(start):
            return media, ending
    raise Refused(
        Problem(_("Ce fichier n’est ni un PDF, ni une photo JPEG ou PNG. Scannez le contrat en PDF."), "file")
    )


def remove(unit: Unit, scan_id: int) -> ContractScan:
    """Take a scan away; `restore` brings it back. Raises NotFound."""
    return _set(unit, scan_id, away=True)


def restore(unit: Unit, scan_id: int) -> ContractScan:
    """Bring back a scan that was taken away. Raises NotFound."""
    return _set(unit, scan_id, away=False)


def _set(unit: Unit, scan_id: int, *, away: bool) -> ContractScan:
    scan = unit.get(ContractScan, scan_id)
    found = _writable(unit, scan.contract_id)
    if (scan.removed_at is not None) != away:
        if not away and len(scans_of(unit, scan.contract_id)) >= MOST:
            raise Refused(_("Ce contrat a déjà %(most)s fichiers. Retirez-en un.") % {"most": MOST})
        scan.removed_at = unit.now if away else None
        tell(unit, found, N_("scan retiré") if away else N_("scan remis"))
    unit.session.flush()
    return scan


def readable(reader: Reader, scan_id: int) -> ContractScan:
    """A scan, for whoever may read its contract. Raises NotFound."""
    scan = reader.get(ContractScan, scan_id)
    visible_contract(reader, scan.contract_id)
    if scan.removed_at is not None:
        raise NotFound(f"scan {scan_id}")
    return scan


def media_type(scan: ContractScan) -> str:
    """What the file is, as a browser is told."""
    return next(media for _start, media, ending in KINDS if ending == scan.ending)


def of_offer(reader: Reader, offer_id: int) -> Sequence[tuple[ContractScan, Contract]]:
    """The scans of all binding contracts of an offer, with their contracts; bytes are read when asked for."""
    query = (
        select(ContractScan, Contract)
        .join(Contract, Contract.id == ContractScan.contract_id)
        .where(Contract.offer_id == offer_id, Contract.state.in_(BINDING), ContractScan.removed_at.is_(None))
        .options(joinedload(Contract.household))
        .order_by(ContractScan.contract_id, ContractScan.id)
    )
    return [(scan, contract) for scan, contract in reader.rows(query)]
