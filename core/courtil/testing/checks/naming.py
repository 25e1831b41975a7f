"""What the plugin adds bears its name, and every place and permission that it names exists."""

import ast
import difflib
import re
from collections.abc import Iterator

from courtil.domain.access import PERMISSIONS, ROLES
from courtil.plugin.slots import SLOTS
from courtil.store.base import Base
from courtil.testing.checks.findings import Finding, Module, Subject
from courtil.web.pages import SIGNED_IN

STATIC_FILES = frozenset({".css", ".js", ".mjs", ".svg", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".ico", ".woff2"})
SLOT = re.compile(r"[a-z_]+\.[a-z_]+\Z")


def names(subject: Subject) -> Iterator[Finding]:
    """Tables, permissions, jobs, addresses, routes and template folders start with the plugin's name."""
    yield from _tables(subject)
    for text, start, what in _named(subject):
        if not text.startswith(start):
            yield Finding("names", f"the {what} {text} must start with {start}", subject.at_string(text))
    for route in subject.declared("routes"):
        if not route.page.name.startswith(f"{subject.plugin.name}_"):
            says = f"the route {route.page.name} must start with {subject.plugin.name}_"
            yield Finding("names", says, subject.at_function(route.page.view))
    yield from _files(subject)
    yield from _slots(subject)


def _named(subject: Subject) -> Iterator[tuple[str, str, str]]:
    """What must start with what, and what it is."""
    name = subject.plugin.name
    for permission in subject.plugin.permissions:
        yield permission.name, f"{name}.", "permission"
    for job in subject.declared("jobs"):
        yield job.name, f"{name}.", "kind of job"
    for kind in subject.declared("contract_kinds"):
        yield kind.name, f"{name}.", "kind of contract"
    for item in subject.declared("menu"):
        yield item.url, f"/x/{name}/", "menu's address"


def _tables(subject: Subject) -> Iterator[Finding]:
    """Tables that its source does not name in so many words, and those that its revisions make."""
    start = f"{subject.plugin.name}_"
    mapped = [] if subject.unusable else list(Base.registry.mappers)
    for mapper in mapped:
        table = getattr(mapper.local_table, "name", "")
        if mapper.class_.__module__.split(".")[0] == subject.plugin.package and not table.startswith(start):
            yield Finding("names", f"the table {table} must start with {start}", subject.at_string(table))
    for module in subject.migrations:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "create_table" and node.args:
                table = str(getattr(node.args[0], "value", start))
                if not table.startswith(start):
                    says = f"a revision makes the table {table}: it must start with {start}"
                    yield Finding("names", says, subject.at(module.path, node.lineno))


def _files(subject: Subject) -> Iterator[Finding]:
    """Templates lie in the folder of their plugin, what browsers fetch in `static/`."""
    plugin = subject.plugin
    own = plugin.folder / "templates" / plugin.name
    for path in subject.files("templates"):
        if not path.is_relative_to(own):
            yield Finding("names", f"templates belong into templates/{plugin.name}/", subject.at(path))
    for path in subject.files():
        if path.suffix in STATIC_FILES and not path.is_relative_to(plugin.folder / "static"):
            yield Finding("names", "what browsers fetch belongs into static/", subject.at(path))


def _slots(subject: Subject) -> Iterator[Finding]:
    for module in subject.modules:
        for text, line in _slot_names(module):
            if text not in SLOTS:
                near = difflib.get_close_matches(text, SLOTS, 1)
                meant = f"; did you mean {near[0]}?" if near else ""
                yield Finding("names", f"there is no slot {text}{meant}", subject.at(module.path, line))


def _slot_names(module: Module) -> Iterator[tuple[str, int]]:
    """What a function that is given a `slot` compares, matches or looks up, as far as it looks like a slot's name."""
    for function in ast.walk(module.tree):
        if isinstance(function, ast.FunctionDef) and "slot" in {one.arg for one in function.args.args}:
            for node in ast.walk(function):
                for part in _compared(node):
                    for one in ast.walk(part):
                        if isinstance(one, ast.Constant) and isinstance(one.value, str) and SLOT.match(one.value):
                            yield one.value, one.lineno


def _compared(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    if isinstance(node, ast.MatchValue):
        return [node.value]
    looked_up = node.value if isinstance(node, ast.Subscript | ast.Attribute) else None
    return [key for key in looked_up.keys if key is not None] if isinstance(looked_up, ast.Dict) else []


def permissions(subject: Subject) -> Iterator[Finding]:
    """Every permission that a page, a menu, a list or a document asks for is one of the core's or is declared."""
    known = {permission.name for permission in PERMISSIONS} | {SIGNED_IN, ""}
    known |= {one.name for plugin in subject.registry.plugins.values() for one in plugin.permissions}
    for route in subject.declared("routes"):
        if route.page.needs not in known and route.page.needs is not None:
            says = f"the page {route.page.name} needs {route.page.needs}, which nobody declares"
            yield Finding("permissions", says, subject.at_function(route.page.view))
    for needed, what in _asked_for(subject):
        if needed not in known:
            yield Finding("permissions", f"{what} needs {needed}, which nobody declares", subject.at_string(needed))
    roles = {role.code for role in ROLES}
    for permission in subject.plugin.permissions:
        for role in sorted(set(permission.roles) - roles):
            says = f"{permission.name} is given to {role}, which is not a role every AMAP starts with"
            yield Finding("permissions", says, subject.at_string(permission.name))


def _asked_for(subject: Subject) -> Iterator[tuple[str, str]]:
    for kind in ("menu", "exports", "columns", "row_actions"):
        for one in subject.declared(kind):
            yield one.permission, f"« {one.label} »"
    for one in subject.declared("extensions"):
        yield one.reads, f"reading « {one.title} »"
        yield one.writes, f"writing « {one.title} »"
