"""The contracts of an offer as files, to keep ten years: printed one after the other by the worker, then one archive.

An electronic contract of 120 € or more is kept by the farm for ten years from its last delivery (consumer code,
articles L213-1 and D213-2).
"""

import hashlib
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from courtil.api import (
    BINDING,
    FORMATS,
    Contract,
    JobKind,
    Reader,
    Signature,
    Unit,
    search_key,
)
from courtil_contracts.domain.amendments import fingerprint
from courtil_contracts.services import amendments
from courtil_contracts.services.amended import document
from courtil_contracts.tables import ContractFile

AT_ONCE = 5
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
    last = select(func.max(Signature.id)).group_by(Signature.contract_id).having(func.count() > 1)
    query = (
        select(Signature.contract_id, Signature.evidence_hash)
        .join(Contract, Contract.id == Signature.contract_id)
        .where(Contract.offer_id == offer_id, Contract.state.in_(BINDING), Signature.id.in_(last))
        .order_by(Signature.contract_id)
    )
    amended = amendments.stamps(reader, offer_id)
    return {key: fingerprint(proof + amended[key]) if key in amended else proof for key, proof in reader.rows(query)}


def _missing(reader: Reader, offer_id: int) -> list[tuple[int, str]]:
    query = select(ContractFile.contract_id, ContractFile.evidence).join(Contract)
    printed = set(map(tuple, reader.rows(query.where(Contract.offer_id == offer_id))))
    return [one for one in _by_both(reader, offer_id).items() if one not in printed]


def progress(reader: Reader, offer_id: int) -> Progress:
    """Where the archive of this offer stands."""
    binding = select(func.count()).where(Contract.offer_id == offer_id, Contract.state.in_(BINDING))
    signed, missing = len(_by_both(reader, offer_id)), len(_missing(reader, offer_id))
    return Progress(signed, signed - missing, (reader.session.scalar(binding) or 0) - signed)


def ask(unit: Unit, offer_id: int) -> None:
    """Let the worker print what is missing."""
    unit.enqueue(JOB, offer_id=offer_id)


def print_some(unit: Unit, offer_id: int) -> None:
    """Print the next contracts that are missing, and ask for those after; called twice, it prints nothing twice."""
    rows = _missing(unit, offer_id)
    texts = select(Contract).where(Contract.id.in_([key for key, _evidence in rows[:AT_ONCE]]))
    loads = (joinedload(Contract.offer), selectinload(Contract.signatures))
    found = {contract.id: contract for contract in unit.all(texts.options(*loads))}
    for contract_id, evidence in rows[:AT_ONCE]:
        content = FORMATS["pdf"].render(document(unit, found[contract_id]))
        digest = hashlib.sha256(content).hexdigest()
        unit.add(
            ContractFile(
                contract_id=contract_id, evidence=evidence, sha256=digest, made_at=unit.now, content=content
            )
        )  # fmt: skip
    if len(rows) > AT_ONCE:
        ask(unit, offer_id)


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
    """A ZIP of every printed contract; `empreintes.txt` lists the SHA-256 of each, as `sha256sum -c` reads it."""
    files, packed = names(reader, offer_id), BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as into:
        for key, name, _digest in files:
            content = reader.session.scalar(select(ContractFile.content).where(ContractFile.id == key))
            into.writestr(name, content or b"")
        into.writestr("empreintes.txt", "".join(f"{digest}  {name}\n" for _key, name, digest in files))
    return packed.getvalue()
