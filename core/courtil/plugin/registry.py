"""Which plugins are installed, in which order they come, and which of them cannot be used and why."""

import graphlib
import importlib
import inspect
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import entry_points
from types import ModuleType

import pluggy
from packaging.specifiers import SpecifierSet

from courtil import __version__
from courtil.plugin import specs
from courtil.plugin.hooks import Hooks
from courtil.plugin.manifest import Plugin

GROUP = "courtil.plugins"
log = logging.getLogger(__name__)


class Unusable(Exception):
    """A plugin cannot be used; the message says why, in words for its author."""


@dataclass(frozen=True)
class Registry:
    """All installed plugins by name, those that others require first; `broken` says why some are left out."""

    plugins: Mapping[str, Plugin]
    broken: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def discover(cls) -> "Registry":
        """The plugins that entry points give."""
        found, broken = {}, {}
        for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
            try:
                found[point.name] = _checked(point.load(), point.name)
            except Exception as error:
                log.exception("plugin %s cannot be loaded", point.name)
                broken[point.name] = f"{type(error).__name__}: {error}"
        return cls.of(found.values(), broken)

    @classmethod
    def of(cls, plugins: Iterable[Plugin], broken: Mapping[str, str] | None = None) -> "Registry":
        """A registry of these plugins, sorted by what they require and then by name."""
        by_name = {plugin.name: plugin for plugin in plugins}
        broken = dict(broken or {})
        order = [name for name in _sorted(by_name) if name in by_name]
        return cls({name: by_name[name] for name in order}, broken)

    def usable(self, enabled: Iterable[str]) -> tuple[tuple[str, ...], dict[str, str]]:
        """Of these names, those that can run, in order, and why the others cannot."""
        wanted = set(enabled)
        good: list[str] = []
        bad: dict[str, str] = {}
        for name in sorted(wanted - set(self.plugins)):
            bad[name] = self.broken.get(name, "not installed")
        for name, plugin in self.plugins.items():
            if name not in wanted:
                continue
            reason = self._unmet(plugin, good) or self._load_problem(name)
            if reason:
                bad[name] = reason
            else:
                good.append(name)
        return tuple(good), bad

    @staticmethod
    def _unmet(plugin: Plugin, good: Collection[str]) -> str | None:
        """Which plugin or which version of the core it lacks."""
        missing = [needed for needed in plugin.requires if needed not in good]
        if missing:
            return f"requires {', '.join(missing)}"
        if not SpecifierSet(plugin.core).contains(__version__, prereleases=True):
            return f"is made for Courtil {plugin.core}, this is {__version__}"
        return None

    @cached_property
    def _modules(self) -> dict[str, ModuleType | str]:
        return {}

    def _load_problem(self, name: str) -> str | None:
        """Why the plugin's hooks cannot be loaded, or None; asked once per process."""
        if name not in self._modules:
            try:
                module = importlib.import_module(self.plugins[name].hooks_module)
                check_hooks(name, module)
                self._modules[name] = module
            except Exception as error:
                log.exception("plugin %s is left out", name)
                self._modules[name] = f"{type(error).__name__}: {error}"
        found = self._modules[name]
        return found if isinstance(found, str) else None

    def hooks(self, names: Iterable[str]) -> Hooks:
        """The typed façade over the hooks of these plugins, called in the registry's order."""
        manager = pluggy.PluginManager(specs.PROJECT)
        manager.add_hookspecs(specs)
        chosen = tuple(names)
        for name in reversed(chosen):
            module = self._modules[name]
            assert not isinstance(module, str)
            manager.register(module, name)
        manager.check_pending()
        return Hooks(manager, [one for name in chosen for one in self.plugins[name].permissions])


def _sorted(by_name: Mapping[str, Plugin]) -> Iterator[str]:
    sorter = graphlib.TopologicalSorter({name: plugin.requires for name, plugin in by_name.items()})
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        raise Unusable(f"plugins require each other in a circle: {', '.join(error.args[1])}") from error
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        yield from ready
        sorter.done(*ready)


def _checked(found: object, name: str) -> Plugin:
    if not isinstance(found, Plugin):
        raise Unusable(f"the entry point {name} must give an instance of courtil.api.Plugin, not {found!r}")
    if found.name != name:
        raise Unusable(f"the entry point {name} gives a plugin named {found.name}")
    return found


def check_hooks(name: str, module: ModuleType) -> None:
    """Raise Unusable when a hook is unknown, a coroutine, a wrapper, or annotated otherwise than its specification."""
    for key, function in vars(module).items():
        options = getattr(function, f"{specs.PROJECT}_impl", None)
        if options is None:
            continue
        if key not in specs.SPECS:
            raise Unusable(f"{name}: {key} is not a hook; there are {', '.join(specs.SPECS)}")
        if inspect.iscoroutinefunction(function) or options.get("wrapper") or options.get("hookwrapper"):
            raise Unusable(f"{name}: {key} must be a plain function")
        _check_annotations(name, key, function)


def _check_annotations(name: str, key: str, function: object) -> None:
    allowed = inspect.get_annotations(specs.SPECS[key], eval_str=True)
    for argument, annotation in inspect.get_annotations(function, eval_str=True).items():  # type: ignore[arg-type]
        if argument not in allowed:
            raise Unusable(f"{name}: {key} has no argument {argument}")
        if annotation != allowed[argument]:
            raise Unusable(f"{name}: {key}({argument}) is {annotation}, the specification says {allowed[argument]}")
