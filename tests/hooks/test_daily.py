"""Daily jobs of plugins are asked for once a day by the worker, where the plugin is on."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

import courtil_recipes.hooks as recipes
from courtil.config import HostingConfig
from courtil.services import plugins
from courtil.services.instance import Instance
from courtil.services.schedule import SCHEDULED
from courtil.store.operations import Job
from courtil.web.hosting import OpenInstances
from courtil.web.worker import Worker


@pytest.fixture
def worker(hosting_config: HostingConfig, instance: Instance) -> Iterator[Worker]:
    instances = OpenInstances(hosting_config, instance.sets)
    yield Worker(instances, SCHEDULED)
    instances.close()


def done(instance: Instance) -> list[str]:
    with instance.reading() as reader:
        return sorted(reader.all(select(Job.kind).where(Job.done_at.is_not(None), Job.kind != "core.follow")))


def test_a_daily_job_of_a_plugin_runs_once_a_day_beside_those_of_the_core(
    with_recipes: Instance, worker: Worker
) -> None:
    for _again in range(3):
        worker.round()
    assert done(with_recipes) == ["core.calendar", "core.sweep", "recipes.taste"]
    assert recipes.SEEN.count("daily") == 1


def test_another_worker_does_not_ask_again(
    with_recipes: Instance, worker: Worker, hosting_config: HostingConfig
) -> None:
    worker.round()
    others = OpenInstances(hosting_config, with_recipes.sets)
    Worker(others, SCHEDULED).round()
    others.close()
    assert recipes.SEEN.count("daily") == 1


def test_a_plugin_that_is_off_has_no_daily_job_and_gets_it_the_day_it_is_switched_on(
    instance: Instance, worker: Worker, trouble: set[str]
) -> None:
    worker.round()
    assert done(instance) == ["core.calendar", "core.sweep"]
    plugins.switch_on(instance, "recipes")
    worker.round()
    assert recipes.SEEN.count("daily") == 1


def test_one_that_fails_is_tried_again_and_holds_nobody_back(
    with_recipes: Instance, worker: Worker, trouble: set[str]
) -> None:
    trouble.add("daily")
    worker.round()
    assert done(with_recipes) == ["core.calendar", "core.sweep"]
    with with_recipes.reading() as reader:
        job = reader.one(select(Job).where(Job.kind == "recipes.taste"))
        assert (job.attempts, job.done_at, "Broken" in job.error) == (1, None, True)
