"""The check list of the kit, for a command: what it needs is imported when it is asked for."""

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from courtil.plugin.manifest import Plugin
from courtil.plugin.registry import Registry

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from courtil.testing.checks import Finding


def look_over(plugin: Plugin, registry: Registry, postgresql: str = "", *, browser: bool = False) -> "list[Finding]":
    """What is wrong with the plugin, with those it needs beside it. Raises ImportError without `courtil[testing]`."""
    from courtil.testing.checks import check_plugin  # noqa: PLC0415  (an extra)

    beside = [registry.plugins[name] for name in _needed(plugin, registry)]
    with _browser() if browser else nullcontext() as page:
        return check_plugin(plugin, beside, postgresql=postgresql, browser=page)


def _needed(plugin: Plugin, registry: Registry) -> list[str]:
    """What it requires, and what that requires, those first."""
    known = [registry.plugins[name] for name in plugin.needs if name in registry.plugins]
    return list(dict.fromkeys(name for one in known for name in (*_needed(one, registry), one.name)))


def _browser() -> "AbstractContextManager[Browser]":
    from courtil.testing.browsing import chromium  # noqa: PLC0415

    return chromium()
