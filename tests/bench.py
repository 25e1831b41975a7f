"""`make bench`: what the application costs, as ratios to a limit measured in the same run (medians; the machine may be busy)."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, insert, select
from starlette.requests import Request

from bench_contracts import all_parts as contracts
from bench_plugins import FOUR, building, four_plugins, in_turns, sharing, switching
from browser.living import HOUSEHOLDS
from courtil.config import single_folder
from courtil.documents import pdf
from courtil.domain.fields import search_key
from courtil.imports import find_table, guess_mapping, read_file, read_members
from courtil.services import demo_personas, imports, printouts, signin
from courtil.services.demo import build
from courtil.services.instance import Instance
from courtil.store.deliveries import Distribution
from courtil.store.people import Household, Person
from courtil.store.upgrade import upgrade
from courtil.web import core_pages, render
from courtil.web.hosting import Hosting
from courtil.web.pages import Page
from courtil.web.request import Facts

ROUNDS = 15
FEW, MANY = 300, 30_000
CASES = Path(__file__).parent / "cases" / "imports"


@dataclass
class Bench:
    """A demonstration in a folder, and what was found."""

    app: Hosting
    instance: Instance
    token: str = ""
    lines: list[str] = field(default_factory=list)

    def say(self, what: str, ratio: float, target: str, detail: str) -> None:
        line = f"{what:<58} {ratio:6.2f} ×   {target:<10} {detail}"
        self.lines.append(line)
        print(line, flush=True)

    def request(self, path: str, names: tuple[str, ...] | None = None) -> Request:
        """A request of the coordination, with the plugins that are on or with these."""
        plugins = self.instance.plugins() if names is None else self.app.sets.of(frozenset(names))
        facts = Facts(self.instance, plugins, self.app.assemblies.of(plugins))
        headers = [(b"host", b"testserver"), (b"cookie", f"__Host-courtil={self.token}".encode())]
        scope = {
            "type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers, "scheme": "https",
            "server": ("testserver", 443), "state": {"facts": facts}, "path_params": {}, "client": ("127.0.0.1", 1),
        }  # fmt: skip
        return Request(scope)


def median(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """The median duration in milliseconds, after one run that is not counted."""
    work()
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


@contextmanager
def watched(instance: Instance) -> Iterator[list[str]]:
    """The statements sent inside the block."""
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    event.listen(instance.database._engine, "before_cursor_execute", note)
    yield seen
    event.remove(instance.database._engine, "before_cursor_execute", note)


def page_named(name: str) -> Page:
    return next(page for page in core_pages.PAGES if page.name == name and page.method == "GET")


def page_cost(bench: Bench, name: str) -> tuple[float, float, int]:
    """Milliseconds of a page with its data, of its template from memory, and how many queries it sends."""
    page, captured = page_named(name), []
    real = render.page_context

    def capture(request: Request) -> dict[str, Any]:
        context = real(request)
        captured.append(context)
        return context

    rendered: list[tuple[Any, dict[str, Any]]] = []
    environment = bench.app.assemblies.of(bench.instance.plugins()).templates
    template_class = environment.template_class
    original = template_class.render

    def keep(self: Any, *args: Any, **kwargs: Any) -> str:
        rendered.append((self, dict(*args, **kwargs)))
        return str(original(self, *args, **kwargs))

    template_class.render = keep
    try:
        with watched(bench.instance) as seen:
            response = page.answer(bench.request(page.path))
    finally:
        template_class.render = original
    assert response.status_code == 200, (name, response.status_code)
    template, known = rendered[-1]
    queries = len([one for one in seen if one.lstrip().upper().startswith("SELECT")])
    with_data = median(lambda: page.answer(bench.request(page.path)))
    return with_data, median(lambda: template.render(known)), queries


def pages(bench: Bench) -> None:
    for name in ("today", "people", "offers", "payments", "distributions", "my_home", "farms", "log"):
        with_data, floor, queries = page_cost(bench, name)
        bench.say(
            f"page {name} / its template from memory",
            with_data / floor,
            "≤ 2",
            f"{with_data:.1f} ms, {queries} queries",
        )


def add_households(instance: Instance, count: int) -> None:
    with instance.working() as unit:
        first = (unit.session.scalar(select(func.max(Household.id))) or 0) + 1
        names = [f"Nombreux {number}" for number in range(count)]
        unit.execute(insert(Household).values(version=1, address="", postal_code="", city="", note=""), [
            {"id": first + i, "name": name, "search": search_key(name)} for i, name in enumerate(names)
        ])  # fmt: skip
        person = {
            "other_email": None,
            "phone": "",
            "other_phone": "",
            "position": 0,
            "shares_contact": False,
            "version": 1,
        }
        unit.execute(insert(Person), [
            {"household_id": first + i, "first_name": "Zoé", "last_name": name, "search": search_key("Zoé", name)} | person
            for i, name in enumerate(names)
        ])  # fmt: skip


def lists(bench: Bench) -> None:
    add_households(bench.instance, FEW - HOUSEHOLDS)
    few, _floor, queries = page_cost(bench, "people")
    add_households(bench.instance, MANY - FEW)
    many, _floor, more = page_cost(bench, "people")
    assert queries == more
    bench.say(f"list of people, {MANY} households / {FEW}", many / few, "≤ 1.3", f"{many:.1f} ms, {more} queries")


def documents(bench: Bench) -> None:
    with bench.instance.reading() as reader:
        key = reader.session.scalar(select(Distribution.id).where(Distribution.day >= reader.today).limit(1))
        document = printouts.evening_sheet(reader, key or 1)

    def whole() -> bytes:
        with bench.instance.reading() as reader:
            return pdf.render_pdf(printouts.evening_sheet(reader, key or 1))

    engine = median(lambda: pdf.render_pdf(document), 7)
    bench.say("evening sheet as PDF / the engine alone", median(whole, 7) / engine, "≤ 1.5", f"engine {engine:.0f} ms")


def importing(bench: Bench) -> None:
    data = (CASES / "a03-amapress-amapiens.xlsx").read_bytes()

    def read() -> None:
        table = find_table(read_file(data, "a03.xlsx"))
        read_members(table, guess_mapping(table.headings))

    def through_the_service() -> None:
        with bench.instance.working() as unit:
            batch = imports.upload(unit, data, "a03.xlsx")
            imports.write(unit, batch.id)
            unit.session.rollback()

    reading = median(read, 3)
    bench.say(
        "import of 150 households / reading the file",
        median(through_the_service, 3) / reading,
        "≤ 3",
        f"reading {reading:.0f} ms",
    )


def opening(bench: Bench) -> None:
    def hot() -> None:
        bench.instance.plugins()

    def again() -> None:
        opened = Instance(bench.instance.config, bench.app.sets)
        opened.plugins()
        opened.close()

    cold = median(again)
    bench.say("instance opened again / hot", cold / median(hot), "≤ 10", f"{cold:.1f} ms")


def with_plugins(bench: Bench) -> None:
    for name in ("today", "people", "offers", "my_home"):
        page = page_named(name)
        asked = [bench.request(page.path, names) for names in ((), FOUR)]
        none, four = in_turns(*(partial(page.answer, one) for one in asked))
        bench.say(f"page {name} with four plugins / with none", four / none, "≤ 1.15", f"{four:.1f} ms, {none:.1f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        registry = four_plugins(Path(folder) / "plugins")
        config = single_folder(Path(folder) / "data", "demo", demo=True)
        app = Hosting(config, registry)
        instance = app.instances.open(config.instances[0])
        upgrade(instance.database)
        started = time.perf_counter()
        build(instance)
        print(f"demonstration of 80 households built in {time.perf_counter() - started:.1f} s")
        bench = Bench(app, instance)
        with instance.working() as unit:
            bench.token = signin.start_session(unit, demo_personas.person(unit, "coordinatrice"))
        for part in (pages, with_plugins, opening, documents, importing, lists):
            part(bench)
        app.instances.close()
        building(registry)
        for part, where in ((switching, "hundred"), (sharing, "five-hundred")):
            (Path(folder) / where).mkdir()
            part(*([bench.say] if part is switching else []), Path(folder) / where, registry)
        contracts(bench.say, Path(folder))


if __name__ == "__main__":
    main()
