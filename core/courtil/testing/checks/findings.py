"""What a check says, and the plugin it looks at: its source, what it declares, where things stand in it."""

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from courtil.plugin.hooks import Declarations
from courtil.plugin.manifest import Plugin
from courtil.plugin.payloads import Unit
from courtil.plugin.registry import Registry
from courtil.plugin.tables import sources
from courtil.services.instance import PluginSets
from courtil.web.core_pages import NAMES

Fill = Callable[[Unit], None]
"""Writes rows into the plugin's tables, where one row made of the types of its columns would not do."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: the check that says so, what, where (`courtil_recipes/hooks.py, line 12`), how bad.

    An error must be mended before others install the plugin; a warning may have its reasons.
    """

    check: str
    says: str
    where: str = ""
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.level}: {self.check}: {self.says}" + (f" ({self.where})" if self.where else "")


@dataclass(frozen=True)
class Module:
    """A module of the plugin, parsed."""

    path: Path
    tree: ast.Module

    def strings(self) -> Iterator[tuple[str, int]]:
        """Every string it writes down, with its line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, node.lineno


class Subject:
    """A plugin that is looked over, beside those that it needs."""

    def __init__(self, plugin: Plugin, beside: Iterable[Plugin] = (), fill: Fill | None = None) -> None:
        self.plugin = plugin
        self.registry = Registry.of([plugin, *beside])
        self.fill = fill

    @cached_property
    def unusable(self) -> str:
        """Why it cannot be loaded or cannot declare; empty when it can. What it claims is for other checks to say."""
        names, left_out = self.registry.usable(self.registry.plugins)
        return (dict(self.registry.broken) | left_out | self.registry.hooks(names).undeclared).get(self.plugin.name, "")

    @cached_property
    def refused(self) -> str:
        """Why an AMAP could not have it on, what it claims included; empty when it could."""
        return PluginSets(self.registry, NAMES).problems().get(self.plugin.name, "")

    @cached_property
    def _declarations(self) -> Declarations:
        names, _left_out = self.registry.usable(self.registry.plugins)
        return self.registry.hooks(names).declarations

    def declared(self, kind: str) -> list[Any]:
        """What it declares of this kind (`routes`, `menu`, …); nothing while it is unusable."""
        if self.unusable:
            return []
        return [one for name, one in getattr(self._declarations, kind) if name == self.plugin.name]

    @property
    def hooks_module(self) -> ModuleType:
        """The module of its hooks; only for one that is usable."""
        return importlib.import_module(self.plugin.hooks_module)

    @cached_property
    def modules(self) -> list[Module]:
        """Its modules but for its migrations; one that cannot be parsed keeps the plugin from being loaded."""
        return _parsed(sources(self.plugin))

    @cached_property
    def migrations(self) -> list[Module]:
        """Its revisions."""
        return [] if self.plugin.is_one_file else _parsed(sorted((self.plugin.folder / "migrations").glob("*.py")))

    def files(self, folder: str = "", pattern: str = "*") -> list[Path]:
        """Its files under this folder, but for what Python makes of them; none for a plugin of one file."""
        if self.plugin.is_one_file:
            return []
        found = (self.plugin.folder / folder).rglob(pattern)
        return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)

    def at(self, path: Path, line: int = 0) -> str:
        """`courtil_recipes/hooks.py, line 12`."""
        base = self.plugin.folder if self.plugin.is_one_file else self.plugin.folder.parent
        short = path.relative_to(base).as_posix() if path.is_relative_to(base) else path.name
        return f"{short}, line {line}" if line else short

    def at_function(self, function: object) -> str:
        """Where a function begins."""
        code = inspect.unwrap(function).__code__  # type: ignore[arg-type]
        return self.at(Path(code.co_filename), code.co_firstlineno)

    def at_string(self, text: str) -> str:
        """Where it writes this string, else its manifest."""
        for module in self.modules:
            for found, line in module.strings():
                if found == text:
                    return self.at(module.path, line)
        return self.at(self.manifest)

    @property
    def manifest(self) -> Path:
        """The file that holds its facts."""
        name = f"{self.plugin.package}.py" if self.plugin.is_one_file else "__init__.py"
        return self.plugin.folder / name

    def fault(self, check: str, reason: str) -> Finding:
        """A finding of what the plugin runtime says, as `recipes: boo is not a hook (hooks.py, line 3)`."""
        reason = " ".join(reason.removeprefix(f"{self.plugin.name}: ").split())
        found = re.search(r" \(([^()]+), line (\d+)\)$", reason)
        if found is None:
            return Finding(check, reason, self.at(self.manifest))
        where = found[1] if "/" in found[1] or self.plugin.is_one_file else f"{self.plugin.package}/{found[1]}"
        return Finding(check, reason[: found.start()], f"{where}, line {found[2]}")


def _parsed(paths: Iterable[Path]) -> list[Module]:
    modules = []
    for path in paths:
        try:
            modules.append(Module(path, ast.parse(path.read_text("utf-8"), str(path))))
        except (SyntaxError, UnicodeDecodeError):
            continue
    return modules
