"""Which plugins are installed, in which order they come, and which of them cannot be used and why."""

import graphlib
import importlib
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType

import pluggy
from packaging.specifiers import SpecifierSet

from courtil.plugin import specs
from courtil.plugin.discovery import Unusable, discover
from courtil.plugin.faults import told
from courtil.plugin.health import Health
from courtil.plugin.hooks import Hooks
from courtil.plugin.manifest import API, Plugin
from courtil.plugin.signatures import check_hooks
from courtil.plugin.tables import check_tables

__all__ = ["Registry", "Unusable", "check_hooks"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Registry:
    """All installed plugins by name, those that others require first; `broken` says why some are left out."""

    plugins: Mapping[str, Plugin]
    broken: Mapping[str, str] = field(default_factory=dict)
    health: Health = field(default_factory=Health)

    @classmethod
    def discover(cls, folder: Path | None = None) -> "Registry":
        """The plugins that entry points and this folder give."""
        found = discover(folder)
        return cls.of(found.plugins.values(), found.broken)

    @classmethod
    def of(cls, plugins: Iterable[Plugin], broken: Mapping[str, str] | None = None) -> "Registry":
        """A registry of these plugins, sorted by what they require and then by name."""
        by_name, broken = {plugin.name: plugin for plugin in plugins}, dict(broken or {})
        for circle in _circles(by_name):
            for name in circle:
                broken[name] = f"plugins require each other in a circle: {', '.join(sorted(circle))}"
                del by_name[name]
        return cls({name: by_name[name] for name in _sorted(by_name) if name in by_name}, broken)

    def usable(self, enabled: Iterable[str]) -> tuple[tuple[str, ...], dict[str, str]]:
        """Of these names, those that can run, in order, and why the others cannot."""
        wanted = set(enabled)
        good: list[str] = []
        bad = {name: self.broken.get(name, "not installed") for name in sorted(wanted - set(self.plugins))}
        for name, plugin in self.plugins.items():
            if name not in wanted:
                continue
            reason = self._unmet(plugin, good) or self._load_problem(name)
            if reason:
                bad[name] = reason
            else:
                good.append(name)
        return tuple(good), bad

    def _unmet(self, plugin: Plugin, good: Collection[str]) -> str | None:
        """Which plugin or which API it lacks."""
        if not SpecifierSet(plugin.api).contains(API):
            return f"is made for the plugin API {plugin.api}, this Courtil has {API}"
        missing = [one.name for one in plugin.requirements if one.name not in good]
        if missing:
            return f"requires {', '.join(missing)}"
        for one in plugin.requirements:
            version = self.plugins[one.name].version or "0"
            if not one.specifier.contains(version, prereleases=True):
                return f"requires {one}, {version} is installed"
        return None

    @cached_property
    def _modules(self) -> dict[str, ModuleType | str]:
        return {}

    def _load_problem(self, name: str) -> str | None:
        """Why the plugin's hooks cannot be loaded, or None; asked once per process."""
        if name not in self._modules:
            self._modules[name] = self._loaded(self.plugins[name])
        found = self._modules[name]
        return found if isinstance(found, str) else None

    @staticmethod
    def _loaded(plugin: Plugin) -> ModuleType | str:
        try:
            check_tables(plugin)
            module = importlib.import_module(plugin.hooks_module)
            check_hooks(plugin.name, module)
            if plugin.settings:
                plugin.settings_model()
        except Unusable as error:
            log.error("plugin %s is left out: %s", plugin.name, error)
            return str(error)
        except Exception as error:
            log.exception("plugin %s is left out", plugin.name)
            return told(error, plugin.folder)
        return module

    def hooks(self, names: Iterable[str]) -> Hooks:
        """The typed façade over the hooks of these plugins, called in the registry's order."""
        manager = pluggy.PluginManager(specs.PROJECT)
        manager.add_hookspecs(specs)
        chosen = tuple(names)
        for name in reversed(chosen):
            module = self._modules[name]
            assert not isinstance(module, str)
            manager.register(module, name)
            self.health.folders[name] = self.plugins[name].folder
        manager.check_pending()
        return Hooks(manager, [self.plugins[name] for name in chosen], self.health, self._callable)

    def _callable(self, names: Iterable[str]) -> tuple[Hooks, dict[str, str]]:
        """The hooks of those of these plugins that can run, and why the others cannot."""
        good, bad = self.usable(names)
        return self.hooks(good), bad


def _circles(by_name: Mapping[str, Plugin]) -> Iterator[set[str]]:
    """Groups of plugins that require each other."""
    needs = {name: set(plugin.needs) for name, plugin in by_name.items()}
    while True:
        try:
            graphlib.TopologicalSorter(needs).prepare()
        except graphlib.CycleError as error:
            circle = set(error.args[1])
            yield circle
            needs = {name: wanted for name, wanted in needs.items() if name not in circle}
        else:
            return


def _sorted(by_name: Mapping[str, Plugin]) -> Iterator[str]:
    sorter = graphlib.TopologicalSorter({name: plugin.needs for name, plugin in by_name.items()})
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        yield from ready
        sorter.done(*ready)
