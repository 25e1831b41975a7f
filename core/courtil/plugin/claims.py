"""What plugins claim once they are loaded: rights that must exist, names that must be theirs and not taken."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from courtil.domain.access import PERMISSIONS, PUBLIC, SIGNED_IN
from courtil.plugin.hooks import Declarations
from courtil.plugin.manifest import Plugin
from courtil.plugin.signatures import line_of, meant

CORE = frozenset(permission.name for permission in PERMISSIONS)


def refused(said: Declarations, plugins: Mapping[str, Plugin], taken: frozenset[str]) -> dict[str, str]:
    """Why some of these plugins must be left out; `taken` are the names of the core's routes.

    What two of them claim is looked at once none has a mistake of its own: the one that comes later is left out.
    """
    alone = {name: next(_mistakes(plugin, said, _rights(name, plugins)), "") for name, plugin in plugins.items()}
    return {name: reason for name, reason in alone.items() if reason} or dict(_clashes(said, taken))


def _rights(name: str, plugins: Mapping[str, Plugin]) -> frozenset[str]:
    """The core's permissions, the plugin's, and those of the plugins it requires."""
    own = {permission.name for permission in plugins[name].permissions}
    return CORE.union(own, *(_rights(other, plugins) for other in plugins[name].needs))


def _mistakes(plugin: Plugin, said: Declarations, rights: frozenset[str]) -> Iterator[str]:
    begins = f"{plugin.name}."
    for permission in plugin.permissions:
        if not permission.name.startswith(begins) or permission.name in CORE:
            yield f"the permission {permission.name} must start with {begins} and not be one of the core's"
    named = [("job", one.name) for one in _of(plugin, said.jobs)]
    named += [("kind of contract", one.name) for one in _of(plugin, said.contract_kinds)]
    yield from (f"the {what} {name} must start with {begins}" for what, name in named if not name.startswith(begins))
    for one in (*_of(plugin, said.menu), *_of(plugin, said.exports), *_of(plugin, said.row_actions)):
        if one.permission not in rights:
            yield f"{one.label!r} is for {_unknown(one.permission, rights)}"
    for column in _of(plugin, said.columns):
        if column.permission and column.permission not in rights:
            yield f"{column.label!r} is for {_unknown(column.permission, rights)}"
    for route in _of(plugin, said.routes):
        yield from _wrong(route.page, rights)


def _of(plugin: Plugin, said: list[tuple[str, Any]]) -> Iterator[Any]:
    return (one for name, one in said if name == plugin.name)


def _wrong(page: Any, rights: frozenset[str]) -> Iterator[str]:
    """What is wrong with a page: it is none, nobody knows who may open it, or its path is not one."""
    if not hasattr(page, "needs"):
        yield f"{getattr(page, '__name__', repr(page))} is not a page: write @page above it {line_of(page)}"
    elif page.needs not in (PUBLIC, SIGNED_IN, *rights):
        yield f"{_function(page)} needs {_unknown(page.needs, rights)} {line_of(page.view)}"
    elif not page.path.startswith("/"):
        yield f"{_function(page)} has the path {page.path!r}, which must start with / {line_of(page.view)}"


def _function(page: Any) -> str:
    return str(getattr(page.view, "__name__", page.name))


def _unknown(permission: object, rights: frozenset[str]) -> str:
    return f"{permission!r}, a permission that nobody declares{meant(str(permission), sorted(rights))}"


def _clashes(said: Declarations, taken: frozenset[str]) -> Iterator[tuple[str, str]]:
    """(plugin, why) for a route whose name leads elsewhere already, or whose address is answered already."""
    named = dict.fromkeys(taken, ("the core", ""))
    answered: set[tuple[str, str, str]] = set()
    for plugin, route in said.routes:
        page = route.page
        address = (plugin, page.method, re.sub(r"\{\w+", "{", page.path))
        owner, path = named.setdefault(page.name, (plugin, page.path))
        if (owner, path) != (plugin, page.path):
            yield plugin, f"the route {page.name} is one of {owner}: give the page another name {line_of(page.view)}"
        if address in answered:
            yield plugin, f"another page answers {page.method} {page.path} {line_of(page.view)}"
        answered.add(address)
