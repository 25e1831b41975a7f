"""The outbox: claiming jobs with a lease, running each in its own unit, retrying, parking."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, or_, select, update

from courtil.domain import events
from courtil.plugin.hooks import Hooks
from courtil.plugin.payloads import JobKind
from courtil.services.unit import Reader, Unit, reading, working
from courtil.store.database import Database
from courtil.store.operations import Job

LEASE = timedelta(minutes=5)
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 25, 125, 625))
log = logging.getLogger(__name__)


class UnknownJob(Exception):
    """No kind of job has this name here: its plugin is off or gone."""


def follow(unit: Unit, plugin: str, event: str, fields: Mapping[str, Any]) -> None:
    """Tell one plugin about an event that was committed."""
    unit.hooks.follow(plugin, events.named(event).model_validate(fields), unit)


CORE_KINDS = (JobKind(name="core.follow", run=follow),)


def claim(unit: Unit) -> Job | None:
    """The oldest job that is due and that nobody holds, now leased to the caller."""
    due = _due(unit).with_for_update(skip_locked=True)
    statement = (
        update(Job)
        .where(Job.id == due.scalar_subquery())
        .values(leased_until=unit.now + LEASE, attempts=Job.attempts + 1)
        .returning(Job)
        .execution_options(synchronize_session=False)
    )
    return unit.session.scalars(statement).one_or_none()


def _due(reader: Reader) -> Select[int]:
    free = or_(Job.leased_until.is_(None), Job.leased_until < reader.now)
    waiting = (Job.done_at.is_(None), Job.parked_at.is_(None), Job.run_at <= reader.now)
    return select(Job.id).where(*waiting, free).order_by(Job.run_at, Job.id).limit(1)


def run_one(database: Database, hooks: Hooks, kinds: Mapping[str, JobKind], **facts: Any) -> bool:
    """Run the next job that is due; False when there is none."""
    with reading(database, hooks, **facts) as reader:
        if reader.session.scalar(_due(reader)) is None:  # most of the time: an empty outbox takes no lock
            return False
    with working(database, hooks, **facts) as unit:
        job = claim(unit)
    if job is None:
        return False
    try:
        if job.kind not in kinds:
            raise UnknownJob(job.kind)
        with working(database, hooks, **facts) as unit:
            kinds[job.kind].run(unit, **job.payload)  # the transaction begins at its first statement, not here
            unit.execute(update(Job).where(Job.id == job.id).values(**_done(unit)))
    except Exception as error:
        log.exception("job %s (%s) failed", job.id, job.kind)
        _postpone(database, hooks, job, error, **facts)
    return True


def _done(unit: Unit) -> dict[str, Any]:
    """A job that is done keeps nothing of what it carried: a mail holds a sign-in link."""
    return {"done_at": unit.now, "leased_until": None, "error": "", "payload": {}}


def _postpone(database: Database, hooks: Hooks, job: Job, error: Exception, **facts: Any) -> None:
    message = f"{type(error).__name__}: {error}"[:2000]
    with working(database, hooks, **facts) as unit:
        values: dict[str, Any] = {"leased_until": None, "error": message}
        if job.attempts > len(WAITS):
            values["parked_at"] = unit.now
        else:
            values["run_at"] = unit.now + WAITS[job.attempts - 1]
        unit.execute(update(Job).where(Job.id == job.id).values(**values))


def run_due(database: Database, hooks: Hooks, kinds: Mapping[str, JobKind], most: int = 1000, **facts: Any) -> int:
    """Run jobs until none is due or `most` were run; how many were."""
    for done in range(most):
        if not run_one(database, hooks, kinds, **facts):
            return done
    return most
