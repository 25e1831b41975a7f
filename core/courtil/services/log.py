"""Reading the log: pages of it, and what concerns one household."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from courtil.services.unit import Reader
from courtil.store.contracts import Contract
from courtil.store.operations import LogEntry
from courtil.store.people import Household

PAGE_SIZE = 50
HISTORY = 30


@dataclass(frozen=True)
class LogPage:
    """One page of the log, the latest first."""

    entries: Sequence[LogEntry]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def entries(reader: Reader, subject: str = "", kind: str = "", page: int = 1) -> LogPage:
    """The log, the latest first; `subject` is `household:12`, `kind` the name of an event."""
    query = select(LogEntry)
    if subject:
        query = query.where(LogEntry.subject == subject)
    if kind:
        query = query.where(LogEntry.kind == kind)
    total = reader.session.scalar(query.with_only_columns(func.count(LogEntry.id))) or 0
    page = min(page, LogPage((), total, 1).pages)
    latest = query.order_by(LogEntry.at.desc(), LogEntry.id.desc())
    return LogPage(reader.all(latest.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)), total, page)


def kinds(reader: Reader) -> list[str]:
    """The kinds of event that the log holds."""
    return list(reader.all(select(LogEntry.kind).distinct().order_by(LogEntry.kind)))


def history(reader: Reader, home: Household) -> Sequence[LogEntry]:
    """What happened to a loaded household; contracts and payments as far as the actor may see them.

    Lines about persons whose data are erased are for those who read the log.
    """
    there = [person for person in home.persons if person.erased_at is None]
    own = [f"household:{home.id}", *(f"person:{person.id}" for person in there)]
    concerns = or_(
        and_(LogEntry.subject.in_(own), LogEntry.kind != "SignedIn"),
        and_(_contracts(reader, home.id, "contracts.read"), LogEntry.kind != "PaymentRecorded"),
        and_(_contracts(reader, home.id, "payments.read"), LogEntry.kind == "PaymentRecorded"),
    )
    return reader.all(select(LogEntry).where(concerns).order_by(LogEntry.at.desc(), LogEntry.id.desc()).limit(HISTORY))


def _contracts(reader: Reader, household_id: int, permission: str) -> ColumnElement[bool]:
    query = select(Contract.id).where(Contract.household_id == household_id, reader.seen(permission, Contract))
    return LogEntry.subject.in_([f"contract:{key}" for key in reader.all(query)])
