"""`make bench`, the part of contracts: a large grid, a rush on few places, the contracts of a season as PDF."""

import gzip
import resource
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from contracts.offers import an_offer, open_, product_ids, signed_for, write_terms
from courtil.config import HostingConfig, InstanceConfig
from courtil.documents import pdf
from courtil.domain.problems import Refused
from courtil.plugin.registry import Registry
from courtil.services import contracts, countersigning, mail, plugins, roles, settings, signin, subscribing
from courtil.services.availability import matrix
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.people import Household, Person
from courtil.store.upgrade import upgrade
from courtil.testing.amap import visiting
from courtil.testing.postgres import running_server
from courtil.web.contracts import signed_document
from courtil.web.hosting import Hosting
from courtil_contracts import plugin
from courtil_contracts.services import archive
from courtil_contracts.settings import Settings

Say = Callable[[str, float, str, str], None]
HOUSEHOLDS, PLACES, AT_ONCE, WITHIN = 300, 60, 8, 60.0
"""Households, places, threads as many as requests are answered at once, seconds in which the households come."""


def opened(folder: Path, database: str = "") -> Hosting:
    """An AMAP with the plugin on."""
    folder.mkdir(parents=True)
    config = InstanceConfig(name="bench", hosts=("testserver",), folder=folder, database=database)
    app = Hosting(HostingConfig(instances=(config,)), Registry.of([plugin]))
    instance = app.instances.open(config)
    upgrade(instance.database)
    with instance.working() as unit:
        roles.install(unit)
    plugins.switch_on(instance, "contracts")
    with instance.working() as unit:
        settings.write(unit, "contracts", Settings(asks_farm=False))
    return app


def instance_of(app: Hosting) -> Instance:
    """The one AMAP."""
    return app.instances.open(app.instances.config.instances[0])


def people(unit: Unit, count: int) -> list[Person]:
    """So many households of one person."""
    found = []
    for number in range(count):
        home = unit.add(Household(name=f"Foyer {number:03}", search=f"foyer {number:03}"))
        found.append(unit.add(Person(last_name=home.name, search=home.search, household_id=home.id)))
    return found


def median(work: Callable[[], Any], rounds: int = 15) -> float:
    """Milliseconds, after one run that is not counted."""
    work()
    taken = []
    for _round in range(rounds):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def grid(say: Say, folder: Path) -> None:
    """45 dates × 12 products, every cell filled, four rules."""
    app = opened(folder)
    instance = instance_of(app)
    with instance.working() as unit:
        offer = an_offer(unit, "contracts.dates", [490 + 10 * n for n in range(12)], number=45)
        keys = product_ids(offer)
        rules = [
            {"operator": "<=", "value": 60}, {"measure": "amount", "operator": ">=", "value": 400, "or_nothing": True},
            {"operator": "<=", "value": 9, "products": keys, "apart": True},
            {"dates": "season", "operator": ">=", "value": 20, "prorated": True},
        ]  # fmt: skip
        write_terms(unit, offer, rules=rules, ways=[{"counts": [1, 3, 6]}])
        open_(unit, offer.id)
        person = people(unit, 1)[0]
        roles.grant(unit, person, "member")
        token = signin.start_session(unit, person, "bench")
        days = [one.delivery_id for one in offer.dates]
    choice = {"cells": {f"{key}-{day}": 1 + (key + day) % 3 for key in keys for day in days}}

    def quote() -> None:
        with instance.reading() as reader:
            asked = subscribing.quote(reader, offer.id, choice, person.household_id or 0)
            assert len(asked.lines) == 540
            assert not asked.problems

    def bare() -> None:
        with instance.reading() as reader:
            assert len(matrix(reader, offer.id)) == 540

    quoted, floor = median(quote), median(bare)
    say("quote of 45 dates × 12 products / reading its matrix", quoted / floor, "≤ 20 ms", f"{quoted:.1f} ms")
    with visiting(app, "testserver", token) as client:
        page = client.get(f"/contrats/{offer.id}/souscrire")
        assert page.status_code == 200
        packed = len(gzip.compress(page.content)) / 1000
        drawn = median(lambda: client.get(f"/contrats/{offer.id}/souscrire"), 7)
    say("page of that grid, gzipped / 100 kB", packed / 100, "≤ 1", f"{packed:.0f} kB, {drawn:.0f} ms")
    app.instances.close()


def rush(say: Say, folder: Path, kind: str, database: str = "") -> None:
    """300 households choose, read and sign within a minute; exactly 60 get a place and nothing fails."""
    app = opened(folder, database)
    instance = instance_of(app)
    with instance.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_900], number=20, opened=True, places=PLACES)
        choice = {"quantities": {str(product_ids(offer)[0]): 1}}
        waiting: Queue[tuple[float, Person]] = Queue()
        for number, person in enumerate(people(unit, HOUSEHOLDS)):
            waiting.put((number * WITHIN / HOUSEHOLDS, person))
    taken: list[float] = []
    signed: list[int] = []
    failed: list[Exception] = []

    def household() -> None:
        while True:
            try:
                comes, person = waiting.get_nowait()
            except Empty:
                return
            time.sleep(max(0.0, began + comes - time.perf_counter()))
            started = began + comes
            try:
                with instance.working() as unit:
                    draft = subscribing.save_draft(unit, offer.id, person.household_id or 0, choice)
                with instance.reading() as reader:
                    read = subscribing.reading(reader, draft.id)
                with instance.working() as unit:
                    signer = unit.get(Person, person.id)
                    signed.append(subscribing.sign(unit, draft.id, read.quote.total, read.text_hash, signer).id)
            except Refused:
                pass
            except Exception as error:
                failed.append(error)
            taken.append((time.perf_counter() - started) * 1000)

    threads = [threading.Thread(target=household) for _ in range(AT_ONCE)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - began
    with instance.reading() as reader:
        found = len([one for one in contracts.of_offer(reader, offer.id) if one.state != "draft"])
    p95 = statistics.quantiles(taken, n=20)[18]
    detail = f"p95 {p95:.0f} ms, {found} signed, {len(failed)} errors, {lasted:.1f} s"
    say(f"300 households on 60 places, {kind}: p95 / 400 ms", p95 / 400, "≤ 1", detail)
    assert (found, len(signed), failed) == (PLACES, PLACES, [])
    app.instances.close()


def season(say: Say, folder: Path) -> None:
    """300 contracts printed by the worker, against the engine alone."""
    app = opened(folder)
    instance = instance_of(app)
    with instance.working() as unit:
        offer = an_offer(unit, "contracts.same", [1_900], number=40, opened=True)
        choice = {"quantities": {str(product_ids(offer)[0]): 1}}
        keys = [signed_for(unit, offer.id, choice).id for _number in range(HOUSEHOLDS)]
        farmer = unit.add(Person(last_name="Ferme", search="ferme"))
        countersigning.countersign(unit, keys, farmer)
    with instance.reading() as reader:
        documents = iter([signed_document(reader, contracts.contract(reader, key)) for key in keys[:41]])
    engine = median(lambda: pdf.render_pdf(next(documents)), 40)  # the engine remembers what it has set already
    instance.run_jobs((mail.job(instance.config),))
    with instance.working() as unit:
        archive.ask(unit, offer.id)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    while instance.run_jobs():
        pass
    each = (time.perf_counter() - started) * 1000 / HOUSEHOLDS
    with instance.reading() as reader:
        assert archive.progress(reader, offer.id).printed == HOUSEHOLDS
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    detail = f"{each:.0f} ms each, peak {peak:.0f} MB of the whole process ({peak - before:.0f} more)"
    say("300 contracts as PDF by the worker / the engine alone", each / engine, "≤ 1.5", detail)
    app.instances.close()


def all_parts(say: Say, folder: Path) -> None:
    """What the plugin of contracts costs."""
    grid(say, folder / "grid")
    rush(say, folder / "rush-sqlite", "SQLite")
    with running_server() as url:
        rush(say, folder / "rush-postgresql", "PostgreSQL", url)
    season(say, folder / "season")
