"""How plugins behave in this process: calls, errors and durations per hook, and what is set aside for a while."""

import logging
import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

from courtil.plugin.faults import place

SLOW = 0.05
"""Seconds above which drawing is logged: slow work belongs in a job."""
TOO_SLOW = 0.5
"""Seconds above which drawing counts against a plugin: a page must not wait for it."""
STRIKES = 3
"""How often it may draw so slowly within a pause: a machine that is busy for a moment puts nobody out."""
HANGS = 2.0
"""Seconds after which a page is made again without the plugin that still draws."""
PAUSE = 300.0
"""Seconds for which a plugin is left out."""

log = logging.getLogger(__name__)


@dataclass
class Measure:
    """What one hook of one plugin did since the process began."""

    calls: int = 0
    errors: int = 0
    last_error: str = ""
    durations: deque[float] = field(default_factory=lambda: deque(maxlen=200))

    @property
    def p95(self) -> float:
        """The duration in seconds that 95 of the last 100 calls stayed under; 0 without a call."""
        ordered = sorted(self.durations)
        return ordered[ceil(len(ordered) * 0.95) - 1] if ordered else 0.0


class Health:
    """Measures by plugin and hook. Instances of the process share it, so it keeps no word of an error's text."""

    def __init__(self) -> None:
        self.measures: dict[tuple[str, str], Measure] = {}
        self.folders: dict[str, Path] = {}
        """Where each plugin lies, to say in which of its files it failed."""
        self._aside: dict[str, float] = {}
        self._slow: dict[str, deque[float]] = {}
        self._tracing = bool(os.environ.get("COURTIL_TRACE"))

    def of(self, plugin: str) -> dict[str, Measure]:
        """The measures of a plugin by hook."""
        return {hook: measure for (name, hook), measure in sorted(self.measures.items()) if name == plugin}

    @contextmanager
    def timed(self, plugin: str, hook: str) -> Iterator[None]:
        """Measure one call; an error is counted and goes on its way, with the plugin's name on it."""
        measure = self.measures.setdefault((plugin, hook), Measure())
        started = time.perf_counter()
        try:
            yield
        except Exception as error:
            measure.errors += 1
            measure.last_error = f"{type(error).__name__}, {place(error, self.folders.get(plugin))}"
            error.courtil_plugin = plugin  # type: ignore[attr-defined]
            raise
        finally:
            taken = time.perf_counter() - started
            measure.calls += 1
            measure.durations.append(taken)
            if self._tracing:
                log.info("hook %s of %s: %.1f ms", hook, plugin, taken * 1000)

    def drew_slowly(self, plugin: str) -> None:
        """Remember it; too often within a pause, the plugin is set aside."""
        now = time.monotonic()
        times = self._slow.setdefault(plugin, deque(maxlen=STRIKES))
        times.append(now)
        if len(times) == STRIKES and now - times[0] < PAUSE:
            times.clear()
            self.set_aside(plugin)

    def set_aside(self, plugin: str) -> None:
        """Let the plugin draw nothing for a while."""
        log.error("plugin %s draws too slowly: left out of pages for %.0f s", plugin, PAUSE)
        self._aside[plugin] = time.monotonic() + PAUSE

    def is_aside(self, plugin: str) -> bool:
        """Whether the plugin is left out of pages now."""
        until = self._aside.get(plugin)
        return until is not None and time.monotonic() < until


def culprit(error: BaseException) -> str:
    """The plugin that raised the error, empty for the core."""
    return str(getattr(error, "courtil_plugin", ""))
