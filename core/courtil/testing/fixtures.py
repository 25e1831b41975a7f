"""The fixtures of the kit. PYTEST_DONT_REWRITE"""

import contextlib
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from courtil.plugin.registry import Registry
from courtil.testing.absent import absent
from courtil.testing.amap import Amap, two_amaps
from courtil.testing.clock import Clock
from courtil.testing.fresh import NewDatabase
from courtil.testing.serving import Served, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_configure(config: pytest.Config) -> None:
    """`-m "not browser"` leaves out what needs a Chromium."""
    config.addinivalue_line("markers", "browser: drives a real Chromium")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for `browser` is marked so."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture
def registry() -> Registry:
    """The plugins that are installed: override it with `Registry.of([plugin])`."""
    return Registry.of(())


@pytest.fixture
def clock() -> Clock:
    """The time of `amap` and `other_amap`: `clock.set(date(2026, 9, 3))`, then `clock.forward(days=7)`."""
    return Clock()


@pytest.fixture
def both_amaps(
    registry: Registry, new_database: NewDatabase, tmp_path: Path, clock: Clock
) -> Iterator[tuple[Amap, Amap]]:
    """Both AMAPs, in one process."""
    with two_amaps(registry, tmp_path / "amaps", new_database, clock) as found:
        yield found


@pytest.fixture
def amap(both_amaps: tuple[Amap, Amap]) -> Amap:
    """An AMAP with every plugin of `registry` on: its data, `client(role)`, `visitor()`, `working()`, `reading()`."""
    return both_amaps[0]


@pytest.fixture
def other_amap(both_amaps: tuple[Amap, Amap]) -> Amap:
    """Another AMAP of the same process, with the plugins off: nothing of the first one may show there."""
    return both_amaps[1]


@pytest.fixture
def run_jobs(amap: Amap) -> Callable[..., int]:
    """Runs the jobs of `amap` that are due; `run_jobs(daily=True)` asks for those of every day first."""
    return amap.run_jobs


@pytest.fixture
def outbox(amap: Amap) -> Callable[[], list[EmailMessage]]:
    """Gives every mail of `amap` so far, once its jobs have run."""
    return amap.outbox


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A running Chromium, the system's or Playwright's; without one the test is skipped, on CI it fails."""
    try:
        from courtil.testing import browsing  # noqa: PLC0415  (not everybody has Playwright)
    except ImportError as error:
        absent("Playwright", error)
    with contextlib.ExitStack() as running:
        try:
            found = running.enter_context(browsing.chromium())
        except browsing.Error as error:
            absent("Chromium", error)
        yield found


@pytest.fixture
def served(amap: Amap) -> Iterator[Served]:
    """`amap` on a real server: its `url`, and `enter(page, role)` for a page of `browser`."""
    with serving(amap) as found:
        yield found
