"""A typed method for each hook over pluggy's manager, with the failure rule of its kind."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pluggy

from courtil.domain.access import Permission
from courtil.domain.events import Event
from courtil.domain.problems import Problem
from courtil.plugin.payloads import Draft, Fragment, JobKind, MenuItem, PageRoute, Reader, Slot, Unit, View
from courtil.plugin.specs import REACTIONS

SLOW_DRAW = 0.05
"""Seconds above which drawing a slot is logged: slow work belongs in a job."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Drawn:
    """A plugin's answer for a slot: its fragments, or that it failed."""

    plugin: str
    fragments: tuple[Fragment, ...] = ()
    failed: bool = False


@dataclass(frozen=True)
class Declarations:
    """What plugins declare once, each with the name of the plugin that gave it."""

    routes: list[tuple[str, PageRoute]] = field(default_factory=list)
    menu: list[tuple[str, MenuItem]] = field(default_factory=list)
    jobs: list[tuple[str, JobKind]] = field(default_factory=list)


class Hooks:
    """What the core calls; nothing else sees pluggy."""

    def __init__(self, manager: pluggy.PluginManager, permissions: Sequence[Permission] = ()) -> None:
        self._hook = manager.hook
        self.permissions = tuple(permissions)
        """What the plugins that are on add to the core's permissions."""

    def declare(self) -> tuple["Declarations", dict[str, str]]:
        """What every plugin declares, and why some of them could not say it."""
        said, failed = Declarations(), dict[str, str]()
        for name, into in (("routes", said.routes), ("menu", said.menu), ("jobs", said.jobs)):
            for impl in reversed(getattr(self._hook, name).get_hookimpls()):
                try:
                    into.extend((impl.plugin_name, declared) for declared in _call(impl) or ())
                except Exception as error:
                    log.exception("plugin %s failed to declare its %s", impl.plugin_name, name)
                    failed[impl.plugin_name] = f"{name}: {type(error).__name__}: {error}"
        return said, failed

    def subscription_problems(self, draft: Draft, reader: Reader) -> list[Problem]:
        """Why the draft may not be signed."""
        found = self._hook.subscription_problems(draft=draft, reader=reader)
        return [problem for problems in found for problem in problems]

    def react(self, event: Event, unit: Unit) -> None:
        """Tell the plugins inside the unit; what they raise goes up and rolls the unit back."""
        name = REACTIONS.get(type(event))
        if name:
            getattr(self._hook, name)(event=event, unit=unit)

    @property
    def followers(self) -> tuple[str, ...]:
        """Plugins that follow events after the commit."""
        return tuple(impl.plugin_name for impl in reversed(self._hook.after_event.get_hookimpls()))

    def follow(self, plugin: str, event: Event, unit: Unit) -> None:
        """Tell one follower; each has its own job and its own unit."""
        for impl in self._hook.after_event.get_hookimpls():
            if impl.plugin_name == plugin:
                _call(impl, event=event, unit=unit)

    def draw(self, slot: str, view: View) -> list[Drawn]:
        """Every plugin's fragments for a slot; one that raises is left out and logged."""
        impls = self._hook.fragments.get_hookimpls()
        return [self._draw_one(impl, slot, view) for impl in reversed(impls)]

    def _draw_one(self, impl: pluggy.HookImpl, slot: str, view: View) -> Drawn:
        started = time.perf_counter()
        try:
            with view.reader.session.begin_nested():
                found = _call(impl, slot=Slot(name=slot), view=view)
        except Exception:
            log.exception("plugin %s failed to draw %s", impl.plugin_name, slot)
            return Drawn(impl.plugin_name, failed=True)
        if (taken := time.perf_counter() - started) > SLOW_DRAW:
            log.warning("plugin %s took %.0f ms to draw %s", impl.plugin_name, taken * 1000, slot)
        return Drawn(impl.plugin_name, tuple(found or ()))


def _call(impl: pluggy.HookImpl, **arguments: object) -> Any:
    return impl.function(**{name: arguments[name] for name in impl.argnames})
