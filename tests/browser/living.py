"""A small demonstration AMAP on a real server, and a walk through all its pages."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Page as BrowserPage
from starlette.routing import Match

from courtil.config import single_folder
from courtil.plugin.manifest import Plugin
from courtil.plugin.registry import Registry
from courtil.services import plugins, roles
from courtil.services.demo import build
from courtil.services.instance import Instance
from courtil.store.upgrade import is_behind, upgrade
from courtil.testing.serving import listening
from courtil.web.hosting import Hosting

DOWNLOADS = re.compile(r"(\.(pdf|xlsx|csv|zip|json|ics|\{\w+\})|/fichier)$")
"""How the addresses of downloads end, and the paths of their routes."""

HOUSEHOLDS = 16


@dataclass
class Living:
    """A served instance."""

    url: str
    instance: Instance
    app: Hosting

    def route_of(self, address: str, method: str = "GET") -> str | None:
        """The name of the page at this address, None for a download or another site."""
        path = urlsplit(address).path
        if not address.startswith(self.url) or DOWNLOADS.search(path) or path.startswith("/static/"):
            return None
        scope = {"type": "http", "path": path, "method": method, "root_path": ""}
        for route in self.app.assemblies.of(self.instance.plugins()).routes:
            if route.matches(scope)[0] is Match.FULL:
                return getattr(route, "name", None)
        return None

    def enter(self, page: BrowserPage, persona: str) -> None:
        """Sign in with the one-click button of a persona."""
        page.context.clear_cookies()
        page.goto(f"{self.url}/connexion")
        page.locator(f"form[action$='/connexion/demo/{persona}'] button").click()
        page.wait_for_load_state()


@contextmanager
def served(
    folder: Path, *, households: int = HOUSEHOLDS, demo: bool = True, on: Sequence[Plugin] = ()
) -> Iterator[Living]:
    """Serve an AMAP from this folder: a demonstration, or an empty one with its roles; with these plugins on."""
    config = single_folder(folder, "demo", demo=demo)
    app = Hosting(config, Registry.of(on))
    instance = app.instances.open(config.instances[0])
    is_new = is_behind(instance.database)
    upgrade(instance.database)
    if demo and is_new:
        build(instance, households)
    elif is_new:
        with instance.working() as unit:
            roles.install(unit)
    for plugin in on:
        plugins.switch_on(instance, plugin.name)
    with listening(app) as url:
        yield Living(url, instance, app)
    app.instances.close()


def links(page: BrowserPage) -> list[str]:
    """Where the page leads, without fragments."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
    return [urljoin(page.url, target).split("#")[0] for target in found]


def walk(living: Living, page: BrowserPage, first: Sequence[str] = ()) -> Iterator[tuple[str, str, int]]:
    """Open every page reachable from where one is: (route name, address, status), each route once.

    The paths of `first` are what a route is opened at; those that are not the person's are passed over.
    """
    seen: set[str] = set()
    hers = [living.url + path for path in first if page.request.get(living.url + path).ok]
    ahead = [*hers, page.url]
    while ahead:
        address = ahead.pop(0)
        name = living.route_of(address)
        if name is None or name in seen:
            continue
        answer = page.goto(address)
        assert answer is not None
        seen.add(name)
        ahead.extend(links(page))
        yield name, address, answer.status
