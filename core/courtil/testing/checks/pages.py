"""The plugin's pages, opened by everybody, and what is left when it goes."""

from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import inspect, select, table, text
from starlette.testclient import TestClient

from courtil.config import HostingConfig
from courtil.domain.access import ROLES
from courtil.plugin.registry import Registry
from courtil.store.database import Database
from courtil.testing.amap import Amap, visiting
from courtil.testing.checks.filling import fill_tables
from courtil.testing.checks.findings import Finding, Subject
from courtil.testing.checks.watching import Watch, watching
from courtil.web.hosting import Hosting
from courtil.web.pages import Page

VISITOR = "a visitor"
ANOTHER_KEY = 2_000_000_000


def pages(subject: Subject, amap: Amap, other: Amap) -> list[Finding]:
    """Every page answers everybody, its GETs write nothing, and where the plugin is off there is none of it."""
    own = [route.page for route in subject.declared("routes")]
    with watching(subject, "pages") as watch:
        clients = everybody(amap)
        before = contents(amap.instance.database)
        for page in own:
            if page.method == "GET":
                for address in addresses(page, amap, f"/x/{subject.plugin.name}"):
                    visit(watch, address, clients, subject.at_function(page.view))
        after = contents(amap.instance.database)
        for name in sorted(name for name in after if after[name] != before.get(name)):
            watch.say(f"opening its pages changes {name}: only a POST may write")
        _elsewhere(watch, own, other)
    return watch.findings


def fill(subject: Subject, amap: Amap) -> list[Finding]:
    """Rows for its tables: the author's own, else one of each."""
    if subject.fill is not None:
        with amap.working() as unit:
            subject.fill(unit)
        return []
    with amap.working() as unit:
        refused = fill_tables(unit.session.connection(), f"{subject.plugin.name}_")
    return [
        Finding("rows", f"{name} got no row by itself ({reason}): give `fill`", subject.at_string(name), "warning")
        for name, reason in refused.items()
    ]


def everybody(amap: Amap) -> dict[str, TestClient]:
    """A browser for every role, and a visitor's."""
    return {role.code: amap.client(role.code) for role in ROLES} | {VISITOR: amap.visitor()}


def addresses(page: Page, amap: Amap, prefix: str = "") -> Iterator[str]:
    """Where the page stands: for what the AMAP has, and for keys that no row has."""
    route = page.route(prefix)
    known = {
        f"{name}_id": getattr(amap, name).id
        for name in ("household", "person", "season", "farm", "offer", "delivery", "contract")
    }
    samples = {"IntegerConvertor": 1, "FloatConvertor": 1.0, "UUIDConvertor": "00000000-0000-4000-8000-000000000000"}
    kinds = {key: type(convertor).__name__ for key, convertor in route.param_convertors.items()}
    there = {key: known.get(key, samples.get(kind, "essai")) for key, kind in kinds.items()}
    yield str(route.url_path_for(page.name, **there))
    if "IntegerConvertor" in kinds.values():
        gone = {key: ANOTHER_KEY if kinds[key] == "IntegerConvertor" else value for key, value in there.items()}
        yield str(route.url_path_for(page.name, **gone))


def visit(watch: Watch, address: str, clients: dict[str, TestClient], where: str) -> None:
    """Everybody opens it, and nobody gets a 500."""
    broken: list[str] = []
    error: BaseException | None = None
    for who, client in clients.items():
        status = client.get(address).status_code
        if status >= 500:
            broken.append(who)
            error = watch.last_error() or error
    if broken and error is not None:
        watch.fault(f"{address} breaks for {', '.join(broken)}", error)
    elif broken:
        watch.say(f"{address} breaks for {', '.join(broken)}", where)


def contents(database: Database) -> dict[str, Counter[str]]:
    """The rows of every table."""
    with database.glance() as connection:
        names = inspect(connection).get_table_names()
        return {
            name: Counter(repr(row) for row in connection.execute(select(text("*")).select_from(table(name))))
            for name in names
        }


def _elsewhere(watch: Watch, own: Iterable[Page], other: Amap) -> None:
    """An AMAP of the same process where the plugin is off has none of its pages."""
    for client in (other.client("administrator"), other.visitor()):
        for page in own:
            for address in addresses(page, other, f"/x/{watch.subject.plugin.name}"):
                status = client.request(page.method, address).status_code
                if status != 404:
                    where = watch.subject.at_function(page.view)
                    watch.say(f"{address} answers {status} in an AMAP where the plugin is off", where)


def uninstall(subject: Subject, amap: Amap) -> list[Finding]:
    """With its rows still there and its package gone, the core opens its door and its office."""
    rest = [one for one in subject.registry.plugins.values() if one.name != subject.plugin.name]
    app = Hosting(HostingConfig(instances=(amap.config,)), Registry.of(rest))
    host, token = amap.config.hosts[0], amap.session("administrator")
    with watching(subject, "uninstall") as watch:
        for address, secret in (("/", ""), ("/aujourdhui", token), ("/reglages", token)):
            with visiting(app, host, secret) as client:
                status = client.get(address).status_code
                if status != 200:
                    watch.say(f"without the plugin, {address} answers {status}")
    app.instances.close()
    return watch.findings
