"""Every page that can be read asks the database at most 15 times, and no more often when there is more to show."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.routing import Match
from starlette.testclient import TestClient

from courtil.config import single_folder
from courtil.plugin.registry import Registry
from courtil.services import demo_personas, signin
from courtil.services.demo import build
from courtil.services.instance import Instance
from courtil.store.upgrade import upgrade
from courtil.testing.queries import counted
from courtil.web.hosting import Hosting

MOST = 15
FEW, MANY = 12, 30
DOWNLOAD = re.compile(r"\.\w{3,4}$|^/static/")

Counts = dict[str, int]


def visits(folder: Path, size: int) -> Counts:
    """The most queries that each readable route sent, over all personas, in a demonstration of this size."""
    config = single_folder(folder, "demo", demo=True)
    app = Hosting(config, Registry.of(()))
    instance = app.instances.open(config.instances[0])
    upgrade(instance.database)
    build(instance, size)
    found: Counts = {}
    for code, _label, _says in demo_personas.PERSONAS:
        instance = app.instances.open(config.instances[0])  # a browser that leaves closes it
        with TestClient(app, base_url="https://testserver", follow_redirects=False) as client:
            with instance.working() as unit:
                token = signin.start_session(unit, demo_personas.person(unit, code))
            client.cookies.set("__Host-courtil", token)
            for name, count in walk(app, instance, client):
                found[name] = max(count, found.get(name, 0))
    app.instances.close()
    return found


def walk(app: Hosting, instance: Instance, client: TestClient) -> Iterator[tuple[str, int]]:
    """Each route once, in the order in which pages link to them."""
    ahead, seen = ["/mon-compte"], set[str]()
    while ahead:
        path = ahead.pop(0)
        name = route_name(app, instance, path)
        if name is None or name in seen:
            continue
        seen.add(name)
        with counted(instance) as sent:
            answer = client.get(path)
        if answer.status_code != 200:
            continue
        yield name, len([one for one in sent if one.lstrip().upper().startswith(("SELECT", "WITH"))])
        ahead.extend(unescape(found) for found in re.findall(r'href="(/[^"#]*)"', answer.text))


def route_name(app: Hosting, instance: Instance, path: str) -> str | None:
    plain = path.partition("?")[0]
    if DOWNLOAD.search(plain):
        return None
    scope = {"type": "http", "path": plain, "method": "GET", "root_path": ""}
    for route in app.assemblies.of(instance.plugins()).routes:
        if route.matches(scope)[0] is Match.FULL:
            return getattr(route, "name", None)
    return None


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Counts, Counts]:
    return visits(tmp_path_factory.mktemp("few"), FEW), visits(tmp_path_factory.mktemp("many"), MANY)


@pytest.mark.timeout(300)
def test_no_page_asks_more_than_fifteen_times(counts: tuple[Counts, Counts]) -> None:
    assert {name: count for name, count in counts[1].items() if count > MOST} == {}
    assert len(counts[1]) > 40
    assert min(counts[1].values()) > 0  # they were counted at all


@pytest.mark.timeout(300)
def test_no_page_asks_more_often_when_there_is_more_to_show(counts: tuple[Counts, Counts]) -> None:
    few, many = counts
    assert {name: (few[name], many[name]) for name in few if many.get(name, 0) > few[name]} == {}
