"""`make bench`, the part of plugins: what they add to a page, and what switching one on costs the others."""

import resource
import shutil
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from courtil.config import HostingConfig, InstanceConfig
from courtil.plugin.registry import Registry
from courtil.services import plugins, roles
from courtil.services.instance import Instance, PluginSets
from courtil.store.people import Person
from courtil.store.upgrade import upgrade
from courtil.web import assembly
from courtil.web.hosting import Hosting

FOUR = ("premier", "deuxieme", "troisieme", "quatrieme")
PLUGIN = '''"""One of four plugins: a piece on every page, a column with a query, a model on households, a reaction."""

from pydantic import BaseModel, Field
from sqlalchemy import select

from courtil.api import ContractSigned, Extension, Fragment, ListColumn, Person, Plugin, Reader, Slot, Unit, View, hook

plugin = Plugin(name="{name}", package="{name}", label="{name}")


class Word(BaseModel):
    word: str = Field("", title="Mot {name}")


@hook
def extensions() -> list[Extension]:
    return [Extension(on="household", model=Word, title="Mot")]


def names(reader, ids):
    return dict(map(tuple, reader.rows(select(Person.id, Person.first_name).where(Person.id.in_(ids)))))


@hook
def columns() -> list[ListColumn]:
    return [ListColumn(on="person", label="{name}", values=names, exports=False)] if "{name}" == "premier" else []


@hook
def fragments(slot: Slot, view: View) -> list[Fragment]:
    return [Fragment(text="Un mot de {name}.")] if slot.name == "layout.top" else []


@hook
def contract_signed(event: ContractSigned, unit: Unit) -> None: ...
'''
SETS = ((), FOUR[:1], FOUR[1:2], FOUR[:2], FOUR[:3], FOUR)


def four_plugins(folder: Path) -> Registry:
    """A registry of four plugins that lie in this folder."""
    folder.mkdir(exist_ok=True)
    for name in FOUR:
        (folder / f"{name}.py").write_text(PLUGIN.format(name=name))
    return Registry.discover(folder)


def in_turns(*works: Callable[[], Any], rounds: int = 60) -> list[float]:
    """The median duration of each in milliseconds, one after the other in each round: the machine changes for all."""
    taken: list[list[float]] = [[] for _work in works]
    for number in range(rounds + 3):
        for work, into in zip(works, taken, strict=True):
            started = time.perf_counter()
            work()
            if number >= 3:
                into.append((time.perf_counter() - started) * 1000)
    return [statistics.median(one) for one in taken]


def small(folder: Path) -> Path:
    """A migrated database with its roles, to copy."""
    opened = Instance(InstanceConfig(name="small", folder=folder), PluginSets(Registry.of(())))
    upgrade(opened.database)
    with opened.working() as unit:
        roles.install(unit)
    opened.close()
    return folder / "courtil.sqlite3"


def many(folder: Path, count: int, registry: Registry) -> Hosting:
    """As many AMAPs as asked, each in a file of its own."""
    template, configs = small(folder), []
    for number in range(count):
        home = folder / f"a{number}"
        home.mkdir()
        shutil.copy(template, home / "courtil.sqlite3")
        configs.append(InstanceConfig(name=f"a{number}", hosts=(f"a{number}.test",), folder=home))
    return Hosting(HostingConfig(instances=tuple(configs)), registry)


def ask(app: Hosting, config: InstanceConfig) -> float:
    """Milliseconds until the instance is open with its assembly and a query has been answered."""
    started = time.perf_counter()
    facts = app._facts(config)
    assert facts is not None
    with facts.instance.reading(plugins=facts.plugins) as reader:
        reader.session.scalar(select(func.count()).select_from(Person))
    return (time.perf_counter() - started) * 1000


def switching(say: Callable[..., None], folder: Path, registry: Registry) -> None:
    """One AMAP of a hundred switches a plugin on while the others are asked."""
    app = many(folder, 100, registry)
    first, *others = app.instances.config.instances
    for config in (first, *others):
        ask(app, config)
    calm = [ask(app, config) for _round in range(5) for config in others]
    instance, during = app.instances.open(first), []
    stop = threading.Event()

    def switch() -> None:
        while not stop.wait(0.2):
            plugins.switch_on(instance, FOUR[0])
            plugins.switch_off(instance, FOUR[0])

    thread = threading.Thread(target=switch)
    app.assemblies.of(app.sets.of(frozenset(FOUR[:1])))
    thread.start()
    while len(during) < len(calm):
        during += [ask(app, config) for config in others]
    stop.set()
    thread.join()
    ratio = statistics.median(during) / statistics.median(calm)
    worst = f"p99 {statistics.quantiles(during, n=100)[98]:.1f} ms against {statistics.quantiles(calm, n=100)[98]:.1f}"
    say("request of 99 AMAPs while the 100th switches / calm", ratio, "≈ 1", worst)
    once = time.perf_counter()
    plugins.switch_on(instance, FOUR[1])
    print(f"  switching one on, copy of the database included: {(time.perf_counter() - once) * 1000:.0f} ms")
    app.instances.close()


def building(registry: Registry) -> None:
    """How long an assembly takes: the first of the process was built at its start."""
    sets = PluginSets(registry)
    taken = []
    for names in SETS:
        plugin_set = sets.of(frozenset(names))
        started = time.perf_counter()
        assembly.assemble(sets, plugin_set)
        taken.append((time.perf_counter() - started) * 1000)
    print(f"assembly of a set of plugins: {statistics.median(taken):.0f} ms, at most {max(taken):.0f} ms (limit 300)")


def sharing(folder: Path, registry: Registry) -> None:
    """Five hundred AMAPs over six sets of plugins."""
    app = many(folder, 500, registry)
    for number, config in enumerate(app.instances.config.instances):
        instance = app.instances.open(config)
        for name in SETS[number % len(SETS)]:
            with instance.working() as unit:
                plugins._set_state(unit, name, enabled=True, who=None)
        ask(app, config)
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"500 AMAPs over {len(SETS)} sets: {len(app.assemblies)} assemblies, {resident} MB at most in this process")
    assert len(app.assemblies) == len(SETS)
    app.instances.close()
