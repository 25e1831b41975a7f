"""The worker: a thread that runs the jobs of every instance, and asks once a day for the daily ones."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy.exc import OperationalError

from courtil.config import InstanceConfig
from courtil.plugin.payloads import JobKind
from courtil.services import mail
from courtil.services.instance import Instance
from courtil.services.schedule import ask_for
from courtil.web.hosting import OpenInstances

EVERY = 2.0
"""Seconds between two looks at the outboxes."""

log = logging.getLogger(__name__)


def kinds_for(config: InstanceConfig) -> tuple[JobKind, ...]:
    """The kinds of jobs that need to know the instance."""
    return (mail.job(config),)


class Worker:
    """Runs jobs until it is stopped; the job at hand finishes first. `kinds` are the core's own."""

    def __init__(self, instances: OpenInstances, kinds: Sequence[JobKind] = ()) -> None:
        self.instances = instances
        self.kinds = tuple(kinds)
        self._asked: dict[str, tuple[date, tuple[str, ...]]] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread = threading.Thread(target=self._loop, name="worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the job at hand, then end."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def round(self) -> int:
        """Look once at every instance; how many jobs were run."""
        return sum(self._guarded(config, self._instance_round) for config in self.instances.config.instances)

    def _loop(self) -> None:
        while not self._stopping.wait(EVERY):
            self.round()

    def _guarded(self, config: InstanceConfig, what: Callable[[Instance], int]) -> int:
        try:
            return what(self.instances.open(config))
        except OperationalError as error:
            log.warning("%s: the database is busy, the outbox waits: %s", config.name, error.orig)
            return 0
        except Exception:
            log.exception("%s: the worker could not look at the outbox", config.name)
            return 0

    def _instance_round(self, instance: Instance) -> int:
        self._ask_once_a_day(instance)
        return instance.run_jobs((*kinds_for(instance.config), *self.kinds))

    def _ask_once_a_day(self, instance: Instance) -> None:
        """Ask for the daily jobs, and once more when other plugins are on."""
        plugins = instance.plugins()
        with instance.reading(plugins=plugins) as reader:
            asked = reader.today, plugins.names
        if self._asked.get(instance.config.name) != asked:
            with instance.working(plugins=plugins) as unit:
                ask_for(unit, plugins.job_kinds(self.kinds).values())
            self._asked[instance.config.name] = asked
