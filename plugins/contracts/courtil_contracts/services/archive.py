"""The contracts of an offer as files, to keep ten years: printed one after the other by the worker, then one archive.

An electronic contract of 120 € or more is kept by the farm for ten years from its last delivery (consumer code,
articles L213-1 and D213-2).
"""

import hashlib
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from courtil.api import (
    BINDING,
    FORMATS,
    Contract,
    Document,
    JobKind,
    Reader,
    Signature,
    Unit,
    contract_document,
    fingerprint,
    search_key,
)
from courtil_contracts.services import amendments, scans
from courtil_contracts.services.amended import document
from courtil_contracts.tables import ContractAmendment, ContractFile, ContractScan

AT_ONCE = 10
"""Contracts that one job prints: a job holds the lock of SQLite, and nobody should wait longer for it."""

JOB = "contracts.archive"


@dataclass(frozen=True)
class Progress:
    """How many contracts of an offer are signed by both, printed, and still wait for the farm's signature."""

    signed: int
    printed: int
    waiting: int

    @property
    def is_complete(self) -> bool:
        """Whether all that can be printed is."""
        return self.printed >= self.signed


def _by_both(reader: Reader, offer_id: int) -> dict[int, str]:
    """The hash of the last signature of each contract that both have signed, that of its amendments added to it."""
    bound = select(Contract.id).where(Contract.offer_id == offer_id, Contract.state.in_(BINDING))
    signed = select(func.max(Signature.id)).where(Signature.contract_id.in_(bound))
    last = signed.group_by(Signature.contract_id).having(func.count() > 1)
    query = select(Signature.contract_id, Signature.evidence_hash).where(Signature.id.in_(last))
    amended = amendments.stamps(reader, offer_id)
    rows = reader.rows(query.order_by(Signature.contract_id))
    return {key: fingerprint(proof + amended[key]) if key in amended else proof for key, proof in rows}


def _missing(reader: Reader, offer_id: int, signed: Mapping[int, str]) -> list[tuple[int, str]]:
    """Those of these contracts that are not printed as they stand now."""
    query = select(ContractFile.contract_id, ContractFile.evidence).join(Contract)
    printed = set(map(tuple, reader.rows(query.where(Contract.offer_id == offer_id))))
    return [one for one in signed.items() if one not in printed]


def progress(reader: Reader, offer_id: int) -> Progress:
    """Where the archive of this offer stands."""
    binding = select(func.count()).where(Contract.offer_id == offer_id, Contract.state.in_(BINDING))
    signed = _by_both(reader, offer_id)
    missing = _missing(reader, offer_id, signed)
    return Progress(len(signed), len(signed) - len(missing), (reader.session.scalar(binding) or 0) - len(signed))


def ask(unit: Unit, offer_id: int) -> None:
    """Let the worker print what is missing; asked twice, it is asked once."""
    group = f"archive-{offer_id}"
    unit.withdraw(group)
    unit.enqueue(JOB, group=group, offer_id=offer_id)


def print_some(unit: Unit, offer_id: int) -> None:
    """Print the next contracts that are missing, and ask for those after; called twice, it prints nothing twice."""
    rows = _missing(unit, offer_id, _by_both(unit, offer_id))
    texts = select(Contract).where(Contract.id.in_([key for key, _evidence in rows[:AT_ONCE]]))
    loads = (joinedload(Contract.offer), selectinload(Contract.signatures))
    found = {contract.id: contract for contract in unit.all(texts.options(*loads))}
    amended = set(unit.all(select(ContractAmendment.contract_id).where(ContractAmendment.contract_id.in_(found))))
    writers = {key: document if key in amended else contract_document for key in found}
    unit.session.add_all([_file(unit, found[key], evidence, writers[key]) for key, evidence in rows[:AT_ONCE]])
    if len(rows) > AT_ONCE:
        ask(unit, offer_id)


def _file(unit: Unit, found: Contract, evidence: str, written: Callable[[Reader, Contract], Document]) -> ContractFile:
    content = FORMATS["pdf"].render(written(unit, found))
    digest = hashlib.sha256(content).hexdigest()
    return ContractFile(contract_id=found.id, evidence=evidence, sha256=digest, made_at=unit.now, content=content)


JOBS = (JobKind(name=JOB, run=print_some),)


def names(reader: Reader, offer_id: int) -> Sequence[tuple[int, str, str]]:
    """(key of the file, its name in the archive, SHA-256) of each printed contract, by household."""
    latest = _by_both(reader, offer_id)
    query = (
        select(ContractFile.id, Contract, ContractFile.evidence, ContractFile.sha256)
        .join(Contract, Contract.id == ContractFile.contract_id)
        .where(Contract.offer_id == offer_id)
        .options(joinedload(Contract.household))
        .order_by(ContractFile.contract_id)
    )
    found = [
        (key, f"{_plain(contract.household.name)}-{contract.id}.pdf", digest)
        for key, contract, evidence, digest in reader.rows(query)
        if latest.get(contract.id) == evidence
    ]
    return sorted(found, key=lambda one: one[1])


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", search_key(name)).strip("-") or "foyer"


def archive(reader: Reader, offer_id: int) -> bytes:
    """A ZIP of every printed contract and of the scans of those on paper.

    `empreintes.txt` lists the SHA-256 of each, as `sha256sum -c` reads it.
    """
    packed = BytesIO()
    files = [*_printed(reader, offer_id), *_scanned(reader, offer_id)]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as into:
        for content, name, _digest in files:
            into.writestr(name, reader.session.scalar(content) or b"")
        into.writestr("empreintes.txt", "".join(f"{digest}  {name}\n" for _content, name, digest in files))
    return packed.getvalue()


def _printed(reader: Reader, offer_id: int) -> list[tuple[Select[bytes], str, str]]:
    return [
        (select(ContractFile.content).where(ContractFile.id == key), name, digest)
        for key, name, digest in names(reader, offer_id)
    ]


def _scanned(reader: Reader, offer_id: int) -> list[tuple[Select[bytes], str, str]]:
    return [
        (
            select(ContractScan.content).where(ContractScan.id == scan.id),
            f"{_plain(contract.household.name)}-{contract.id}-scan-{scan.id}.{scan.ending}",
            scan.sha256,
        )
        for scan, contract in scans.of_offer(reader, offer_id)
    ]
