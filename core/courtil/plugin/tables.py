"""What a plugin's tables must not do, read from their source before any of it runs: once mapped, it is too late.

A table without the plugin's prefix, or a relationship that adds an attribute to a class of the core, would change
every instance of the process, those too where the plugin is off.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from courtil.plugin.discovery import Unusable
from courtil.plugin.manifest import Plugin
from courtil.store.tables import Base

TELLING = ("__tablename__", "backref", "back_populates")
"""Words without which a file can do none of it: only what holds one is read as code."""


def check_tables(plugin: Plugin) -> None:
    """Raise Unusable for a table or a relationship that is not the plugin's to make, with its file and line."""
    for path in sources(plugin):
        text = path.read_text("utf-8")
        if not any(word in text for word in TELLING):
            continue
        for node in ast.walk(ast.parse(text, str(path))):
            if reason := _wrong(node, plugin.name):
                line = getattr(node, "lineno", 0)
                raise Unusable(f"{plugin.name}: {reason} ({path.relative_to(plugin.folder.parent)}, line {line})")


def sources(plugin: Plugin) -> list[Path]:
    """The modules of the plugin, but for its migrations."""
    if plugin.is_one_file:
        return [plugin.file]
    return sorted(path for path in plugin.folder.rglob("*.py") if "migrations" not in path.parts)


def _wrong(node: ast.AST, name: str) -> str:
    if isinstance(node, ast.Assign) and [getattr(one, "id", "") for one in node.targets] == ["__tablename__"]:
        table = getattr(node.value, "value", "")
        if not str(table).startswith(f"{name}_"):
            return f"the table {table} must start with {name}_"
    if isinstance(node, ast.Call) and _called(node) == "relationship" and "backref" in _keywords(node):
        return "backref would add an attribute to another class: write the relationship on yours only"
    if (
        isinstance(node, ast.AnnAssign)
        and isinstance(node.value, ast.Call)
        and "back_populates" in _keywords(node.value)
    ):
        for target in _names(node.annotation) & _core_classes():
            return f"back_populates would change {target}, a class of the core"
    return ""


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "id", getattr(node.func, "attr", "")))


def _keywords(node: ast.Call) -> set[str]:
    return {one.arg for one in node.keywords if one.arg}


def _names(annotation: ast.expr) -> set[str]:
    def each() -> Iterator[str]:
        for node in ast.walk(annotation):
            if isinstance(node, ast.Name):
                yield node.id
            elif isinstance(node, ast.Constant):
                yield str(node.value)

    return set(each())


def _core_classes() -> set[str]:
    return {m.class_.__name__ for m in Base.registry.mappers if m.class_.__module__.startswith("courtil.")}
