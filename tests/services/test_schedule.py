"""What is done every day is asked for once that day, and again the next."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from courtil.plugin.payloads import JobKind
from courtil.plugin.registry import Registry
from courtil.services import schedule
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.operations import Job


@pytest.fixture
def registry() -> Registry:
    """No plugin, whatever `--company` says: what is counted here is the core's own."""
    return Registry.of(())


NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def nothing(unit: Unit) -> None:
    """A job that has nothing to do."""


LONG = JobKind(name="membership.reminders_of_yearly_fees", run=nothing, daily=True)


def test_a_daily_job_is_asked_for_once_a_day_even_with_a_long_name(instance: Instance) -> None:
    for day in (0, 0, 1):
        with instance.working(now=NOW + timedelta(days=day)) as unit:
            schedule.ask_for(unit, [LONG])
    with instance.reading() as reader:
        assert [job.run_at.day for job in reader.all(select(Job).order_by(Job.id))] == [20, 21]


def test_two_daily_jobs_whose_names_begin_alike_are_both_asked_for(instance: Instance) -> None:
    other = JobKind(name="membership.reminders_of_yearly_visits", run=nothing, daily=True)
    with instance.working(now=NOW) as unit:
        schedule.ask_for(unit, [LONG, other])
        assert {job.kind for job in unit.all(select(Job))} == {LONG.name, other.name}
