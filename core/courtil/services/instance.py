"""One AMAP that is open in this process: its database and the plugins it has switched on."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from courtil.config import InstanceConfig
from courtil.domain.access import Actor
from courtil.plugin import claims
from courtil.plugin.hooks import Declarations, Hooks
from courtil.plugin.payloads import JobKind
from courtil.plugin.registry import Registry
from courtil.services import unit as units
from courtil.services.jobs import CORE_KINDS, run_due
from courtil.services.once import Once
from courtil.store.database import Database
from courtil.store.operations import PluginState

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PluginSet:
    """A distinct set of plugins that are on: their hooks, and why others are left out. Shared between instances."""

    names: tuple[str, ...]
    hooks: Hooks
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def declared(self) -> Declarations:
        """What these plugins declare, each entry with its plugin's name."""
        return self.hooks.declarations

    def job_kinds(self, extra: tuple[JobKind, ...] = ()) -> dict[str, JobKind]:
        """Every kind of job that can run with this set."""
        return {kind.name: kind for kind in (*CORE_KINDS, *extra)} | {
            kind.name: kind for _plugin, kind in self.declared.jobs
        }


class PluginSets:
    """One set of hooks per distinct group of enabled plugins."""

    def __init__(self, registry: Registry, taken: frozenset[str] = frozenset()) -> None:
        self.registry = registry
        self.taken = taken
        """Names of the core's routes, which no plugin may use."""
        self._sets = Once(self._build)
        self.prepare: Callable[[PluginSet], object] = lambda plugins: plugins
        """What the web makes ready of a set before anybody asks for a page with it."""

    def of(self, enabled: frozenset[str]) -> PluginSet:
        """The set for these names, built once."""
        return self._sets.of(enabled)

    def problems(self) -> dict[str, str]:
        """Every plugin that cannot be used even with all the others on: one list for whoever hosts."""
        return dict(self.registry.broken) | self.of(frozenset(self.registry.plugins)).left_out

    def _build(self, enabled: frozenset[str]) -> PluginSet:
        """The set without the plugins that cannot be used or declare what is refused, and those that need them."""
        failed: dict[str, str] = {}
        while True:
            names, left_out = self.registry.usable(enabled - set(failed))
            hooks = self.registry.hooks(names)
            wrong = hooks.undeclared or self._refused(names, hooks)
            if not wrong:
                return PluginSet(names, hooks, left_out | failed)
            failed |= wrong

    def _refused(self, names: tuple[str, ...], hooks: Hooks) -> dict[str, str]:
        plugins = {name: self.registry.plugins[name] for name in names}
        found = claims.refused(hooks.declarations, plugins, self.taken)
        for name, reason in found.items():
            log.error("plugin %s is left out: %s", name, reason)
        return found


class Instance:
    """An open instance. Its set of plugins is read again at each request, so a switch needs no restart."""

    def __init__(self, config: InstanceConfig, sets: PluginSets) -> None:
        self.config = config
        self.sets = sets
        config.folder.mkdir(parents=True, exist_ok=True)
        self.database = Database(config.url, config.db_schema)
        self.clock: units.Clock = units.utc_now

    def plugins(self) -> PluginSet:
        """The plugins that are on, as the database says now."""
        with self.database.reader() as session:
            enabled = session.scalars(select(PluginState.name).where(PluginState.enabled))
            return self.sets.of(frozenset(enabled))

    @contextmanager
    def reading(self, actor: Actor | None = None, plugins: PluginSet | None = None) -> Iterator[units.Reader]:
        """A reader for this actor."""
        hooks = (plugins or self.plugins()).hooks
        with units.reading(self.database, hooks, self.clock, actor=actor) as reader:
            yield reader

    @contextmanager
    def working(
        self, actor: Actor | None = None, plugins: PluginSet | None = None, now: datetime | None = None
    ) -> Iterator[units.Unit]:
        """A unit of work for this actor; `now` replaces the clock (demo data of last season)."""
        hooks = (plugins or self.plugins()).hooks
        clock = self.clock if now is None else lambda: now
        with units.working(self.database, hooks, clock, actor=actor) as unit:
            yield unit

    def run_jobs(self, extra: tuple[JobKind, ...] = ()) -> int:
        """Run what is due; how many jobs were."""
        plugins = self.plugins()
        return run_due(self.database, plugins.hooks, plugins.job_kinds(extra), clock=self.clock)

    def close(self) -> None:
        """Give the database connections back."""
        self.database.close()
