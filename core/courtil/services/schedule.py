"""What is done every day, once, however many workers there are."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select

from courtil.plugin.payloads import JobKind
from courtil.services import imports
from courtil.services.turning import CALENDAR_KIND
from courtil.services.unit import Unit
from courtil.store.operations import Job
from courtil.store.signin import Attempt, Session, SignInLink

KEPT_JOBS = timedelta(days=30)
KEPT_SESSIONS = timedelta(days=180)


def ask_for(unit: Unit, kinds: Iterable[JobKind]) -> None:
    """Enqueue today's jobs of the daily ones among these kinds, unless somebody has; kind and day are the key."""
    day = unit.today.isoformat()
    for kind in (one.name for one in kinds if one.daily):
        if unit.session.scalar(select(Job.id).where(Job.event_id == day, Job.kind == kind).limit(1)) is None:
            unit.add(Job(kind=kind, payload={}, event_id=day, run_at=unit.now))


def sweep(unit: Unit) -> None:
    """Forget what is no longer needed: done jobs, ended sessions, used links, old attempts, previews."""
    unit.execute(delete(Job).where(Job.done_at < unit.now - KEPT_JOBS))
    unit.execute(delete(Session).where(Session.seen_at < unit.now - KEPT_SESSIONS))
    unit.execute(delete(SignInLink).where(SignInLink.expires_at < unit.now - timedelta(days=1)))
    unit.execute(delete(Attempt).where(Attempt.at < unit.now - timedelta(days=1)))
    imports.forget_stale(unit)


SCHEDULED = (CALENDAR_KIND, JobKind(name="core.sweep", run=sweep, daily=True))
