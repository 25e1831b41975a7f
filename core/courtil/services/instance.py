"""One AMAP that is open in this process: its database and the plugins it has switched on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from courtil.config import InstanceConfig
from courtil.domain.access import Actor
from courtil.plugin.hooks import Declarations, Hooks
from courtil.plugin.payloads import JobKind
from courtil.plugin.registry import Registry
from courtil.services import unit as units
from courtil.services.jobs import CORE_KINDS, run_due
from courtil.store.database import Database
from courtil.store.operations import PluginState


@dataclass(frozen=True)
class PluginSet:
    """A distinct set of plugins that are on: their hooks, and why others are left out. Shared between instances."""

    names: tuple[str, ...]
    hooks: Hooks
    declared: Declarations
    left_out: dict[str, str] = field(default_factory=dict)

    def job_kinds(self, extra: tuple[JobKind, ...] = ()) -> dict[str, JobKind]:
        """Every kind of job that can run with this set."""
        return {kind.name: kind for kind in (*CORE_KINDS, *extra)} | {
            kind.name: kind for _plugin, kind in self.declared.jobs
        }


class PluginSets:
    """One set of hooks per distinct tuple of enabled plugins."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._sets: dict[frozenset[str], PluginSet] = {}
        self._lock = threading.Lock()

    def of(self, enabled: frozenset[str]) -> PluginSet:
        """The set for these names, built once."""
        with self._lock:
            if enabled not in self._sets:
                self._sets[enabled] = self._build(enabled)
            return self._sets[enabled]

    def _build(self, enabled: frozenset[str]) -> PluginSet:
        """The set without the plugins that cannot be used or cannot say what they declare, and those that need them."""
        failed: dict[str, str] = {}
        while True:
            names, left_out = self.registry.usable(enabled - set(failed))
            hooks = self.registry.hooks(names)
            declared, broken = hooks.declare()
            if not broken:
                return PluginSet(names, hooks, declared, left_out | failed)
            failed |= broken


class Instance:
    """An open instance. Its set of plugins is read again at each request, so a switch needs no restart."""

    def __init__(self, config: InstanceConfig, sets: PluginSets) -> None:
        self.config = config
        self.sets = sets
        config.folder.mkdir(parents=True, exist_ok=True)
        self.database = Database(config.url, config.db_schema)

    def plugins(self) -> PluginSet:
        """The plugins that are on, as the database says now."""
        with self.database.reader() as session:
            enabled = session.scalars(select(PluginState.name).where(PluginState.enabled))
            return self.sets.of(frozenset(enabled))

    @contextmanager
    def reading(self, actor: Actor | None = None, plugins: PluginSet | None = None) -> Iterator[units.Reader]:
        """A reader for this actor."""
        hooks = (plugins or self.plugins()).hooks
        with units.reading(self.database, hooks, actor=actor) as reader:
            yield reader

    @contextmanager
    def working(
        self, actor: Actor | None = None, plugins: PluginSet | None = None, now: datetime | None = None
    ) -> Iterator[units.Unit]:
        """A unit of work for this actor; `now` replaces the clock (demo data of last season)."""
        hooks = (plugins or self.plugins()).hooks
        facts: dict[str, Any] = {"actor": actor} | ({"now": now} if now else {})
        with units.working(self.database, hooks, **facts) as unit:
            yield unit

    def run_jobs(self, extra: tuple[JobKind, ...] = ()) -> int:
        """Run what is due; how many jobs were."""
        plugins = self.plugins()
        return run_due(self.database, plugins.hooks, plugins.job_kinds(extra))

    def close(self) -> None:
        """Give the database connections back."""
        self.database.close()
