"""The part of the application that depends only on which plugins are on: routes, templates, menus."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, TemplateSyntaxError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from courtil.plugin.payloads import ContractKind, MenuItem
from courtil.services.instance import PluginSet, PluginSets
from courtil.services.once import Once
from courtil.web import core_pages, errors
from courtil.web.pages import Page
from courtil.web.render import IS_DEVELOPING, STATIC, environment

log = logging.getLogger(__name__)


class CachedFiles(StaticFiles):
    """Files whose address changes with their content, so browsers keep them for a year."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, cacheable."""
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


@dataclass(frozen=True)
class Assembly:
    """Shared by all the instances that have the same plugins on."""

    plugins: PluginSet
    routes: tuple[BaseRoute, ...]
    menu: tuple[MenuItem, ...]
    kinds: tuple[ContractKind, ...]
    catalogues: tuple[Path, ...]
    templates: Environment
    router: Router
    url: Callable[..., str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the page and let it answer; what no page answers becomes an error page."""
        try:
            await self.router(scope, receive, send)
        except HTTPException as error:
            response = await errors.drawn(Request(scope), error.status_code)
            await response(scope, receive, send)


def url_builder(routes: Iterable[BaseRoute]) -> Callable[..., str]:
    """`url(name, **params)`: path parameters go into the path, the others into the query."""
    by_name = {route.name: route for route in routes if isinstance(route, Route)}

    def url(name: str, /, **params: object) -> str:
        route = by_name[name]
        in_path = {key: params[key] for key in route.param_convertors if key in params}
        query = {key: value for key, value in params.items() if key not in in_path and value is not None}
        path = str(route.url_path_for(name, **in_path))
        return f"{path}?{urlencode(query)}" if query else path

    return url


class Refuse(Router):
    """A router that raises where Starlette would answer in plain text."""

    async def not_found(self, scope: Scope, receive: Receive, send: Send) -> None:
        """No route has this path."""
        raise HTTPException(404)


def _page_routes(pages: Iterable[Page], prefix: str = "") -> list[BaseRoute]:
    return [page.route(prefix) for page in pages]


def _plugin_routes(plugins: PluginSet) -> list[BaseRoute]:
    found: list[BaseRoute] = []
    for plugin, route in plugins.declared.routes:
        found.extend(_page_routes([route.page], f"/x/{plugin}"))
    return found


def _folders(sets: PluginSets, names: Sequence[str], kind: str) -> dict[str, Path]:
    found = {name: sets.registry.plugins[name].folder / kind for name in names}
    return {name: path for name, path in found.items() if path.is_dir()}


def assemble(sets: PluginSets, plugins: PluginSet) -> Assembly:
    """Build the application for a set of plugins."""
    templates = environment(_folders(sets, plugins.names, "templates"))
    static = [
        Mount(f"/static/{name}", CachedFiles(directory=path), name=f"static-{name}")
        for name, path in {"core": STATIC, **_folders(sets, plugins.names, "static")}.items()
    ]
    routes = [*static, *_page_routes(core_pages.PAGES), *_plugin_routes(plugins)]
    url = templates.globals["url"] = url_builder(routes)
    router = Refuse(routes, redirect_slashes=False)
    if not IS_DEVELOPING:
        _load(templates)
    return Assembly(
        plugins, tuple(routes), tuple(item for _plugin, item in plugins.declared.menu),
        tuple(kind for _plugin, kind in plugins.declared.contract_kinds),
        tuple(_folders(sets, plugins.names, "locale").values()), templates, router, url,
    )  # fmt: skip


def _load(templates: Environment) -> None:
    """Compile every template now, not inside the first request that needs it; a broken one is told and left."""
    for name in templates.list_templates(extensions=["html"]):
        try:
            templates.get_template(name)
        except TemplateSyntaxError as error:
            log.error("template %s, line %d: %s", name, error.lineno, error.message)


class Assemblies:
    """One assembly per distinct set of plugins, kept; instances with the same set share it."""

    def __init__(self, sets: PluginSets) -> None:
        self.sets = sets
        self._built: Once[tuple[str, ...], Assembly] = Once(self._assemble)
        sets.prepare = self.of

    def __len__(self) -> int:
        return len(self._built)

    def of(self, plugins: PluginSet) -> Assembly:
        """The assembly of this set."""
        return self._built.of(plugins.names)

    def _assemble(self, names: tuple[str, ...]) -> Assembly:
        return assemble(self.sets, self.sets.of(frozenset(names)))
