"""Where plugins come from: entry points of installed packages, and a folder of files for a workshop evening."""

import importlib.util
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from courtil.plugin.faults import told
from courtil.plugin.manifest import Plugin

GROUP = "courtil.plugins"
SAFE_MODE = "COURTIL_WITHOUT_PLUGINS"
"""Names of plugins that are not loaded, separated by commas; `all` for none at all."""

log = logging.getLogger(__name__)


class Unusable(Exception):
    """A plugin cannot be used; the message says why, in words for its author."""


@dataclass
class Found:
    """The plugins that were found, and why others are left out."""

    plugins: dict[str, Plugin] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)

    def add(self, plugin: Plugin) -> None:
        """Take it, unless another of its name was found already: then neither is used."""
        if plugin.name in self.plugins or plugin.name in self.broken:
            other = self.plugins.pop(plugin.name, None)
            versions = f": {other.version} and {plugin.version}" if other else ""
            self.broken[plugin.name] = f"is installed twice{versions}; remove one"
            return
        self.plugins[plugin.name] = plugin

    def refuse(self, name: str, error: Exception, folder: Path | None = None) -> None:
        """Say why it cannot be loaded."""
        log.error("plugin %s cannot be loaded", name, exc_info=error)
        self.broken[name] = str(error) if isinstance(error, Unusable) else told(error, folder)


def discover(folder: Path | None = None) -> Found:
    """Every plugin that is installed or lies in the folder, but for those that safe mode leaves out."""
    found, without = Found(), _without()
    for point in sorted(entry_points(group=GROUP), key=lambda one: (one.name, one.value)):
        if _is_left_out(point.name, without):
            found.broken[point.name] = f"left out by {SAFE_MODE}"
            continue
        try:
            found.add(_checked(point))
        except Exception as error:
            found.refuse(point.name, error)
    for path in _files(folder):
        if _is_left_out(path.stem, without):
            found.broken[path.stem] = f"left out by {SAFE_MODE}"
            continue
        try:
            plugin = _given_by(_imported(path), path.stem)
            if _is_left_out(plugin.name, without):
                found.broken[plugin.name] = f"left out by {SAFE_MODE}"
                continue
            found.add(plugin)
        except Exception as error:
            found.refuse(path.stem, error, path.parent)
    return found


def _without(environment: Mapping[str, str] = os.environ) -> frozenset[str]:
    return frozenset(name.strip() for name in environment.get(SAFE_MODE, "").split(",") if name.strip())


def _is_left_out(name: str, without: frozenset[str]) -> bool:
    return "all" in without or name in without


def _checked(point: EntryPoint) -> Plugin:
    """The plugin of an entry point, with the version of its distribution."""
    plugin = _instance(point.load(), f"the entry point {point.name}")
    if plugin.name != point.name:
        raise Unusable(f"the entry point {point.name} gives a plugin named {plugin.name}: use one name")
    version = plugin.version or (point.dist.version if point.dist else "")
    return replace(plugin, version=version)


def _instance(found: object, where: str) -> Plugin:
    if isinstance(found, type):
        raise Unusable(f"{where} gives the class {found.__name__}: give an instance, as plugin = Plugin(…)")
    if not isinstance(found, Plugin):
        raise Unusable(f"{where} must give an instance of courtil.api.Plugin, not {found!r}")
    return found


def _given_by(module: ModuleType, name: str) -> Plugin:
    plugin = _instance(getattr(module, "plugin", None), f"{name}: `plugin`")
    if plugin.package != name:
        raise Unusable(f"{name}: package must be {name!r}, as the file is named")
    return plugin


def _files(folder: Path | None) -> Iterator[Path]:
    """Modules and packages of the folder."""
    for path in sorted(folder.iterdir()) if folder else ():
        if (path.suffix == ".py" and path.stem.isidentifier()) or (path / "__init__.py").is_file():
            yield path


def _imported(path: Path) -> ModuleType:
    """The module of this path, under its own name; nothing else of the folder becomes importable."""
    known = sys.modules.get(path.stem)
    if known is not None:
        if getattr(known, "__file__", None) in {str(path), str(path / "__init__.py")}:
            return known
        raise Unusable(f"{path.stem}: another module has this name, choose another one")
    within = [str(path)] if path.is_dir() else None
    spec = importlib.util.spec_from_file_location(
        path.stem, path / "__init__.py" if within else path, submodule_search_locations=within
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[path.stem]
        raise
    return module
