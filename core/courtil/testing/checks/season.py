"""A little of a season with the plugin on: every event, every question that hooks answer, every page of the core."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courtil.domain.access import Actor
from courtil.domain.contracts import Line
from courtil.domain.events import (
    ContractAmended,
    ContractEnded,
    ContractSigned,
    DeliveryChanged,
    Event,
    HouseholdAdded,
    HouseholdLeft,
    PersonErased,
    SeasonChanged,
)
from courtil.domain.problems import Refused
from courtil.domain.states import ContractState
from courtil.plugin.payloads import ContractKind, Draft, RequestFacts, Wanted
from courtil.plugin.specs import REACTIONS
from courtil.services import payments, signin
from courtil.services.contract_text import articles_of
from courtil.services.payments import PaymentData
from courtil.services.unit import Reader
from courtil.store.contracts import ContractLine
from courtil.store.deliveries import Delivery
from courtil.store.people import Household
from courtil.testing.amap import Amap
from courtil.testing.checks.findings import Finding, Subject
from courtil.testing.checks.pages import VISITOR, addresses, visit
from courtil.testing.checks.watching import Watch, watching
from courtil.web.core_pages import PAGES

LOOKERS = ("administrator", "member", "farmer", VISITOR)
SHOWN = ("fragments", "menu", "columns", "row_actions", "extensions", "search_results", "allowed", "who_is")
"""Hooks by which a plugin changes what the core's pages show."""


def season(subject: Subject, amap: Amap) -> list[Finding]:
    """Hooks answer, react and follow without breaking anything; the core's pages stay whole with what it draws."""
    with watching(subject, "season") as watch:
        for words, ask in _questions(subject, amap):
            _asked(watch, amap, words, ask)
        if any(hasattr(subject.hooks_module, name) for name in SHOWN):
            _look_around(watch, amap)
        for event in _events(amap):
            _happens(watch, amap, event)
        _pays(watch, amap)
        amap.run_jobs(daily=True)
    return watch.findings


def _look_around(watch: Watch, amap: Amap) -> None:
    """Open the core's pages."""
    clients = {who: amap.visitor() if who == VISITOR else amap.client(who) for who in LOOKERS}
    for page in PAGES:
        if page.method == "GET":
            visit(watch, next(addresses(page, amap)), clients, "")


Question = Callable[[Reader], object]


def _questions(subject: Subject, amap: Amap) -> Iterator[tuple[str, Question]]:
    """What the core asks of hooks that decide or find, and of what the plugin declares."""
    yield "opening_problems", lambda reader: reader.hooks.opening_problems(amap.offer.id, reader)
    yield "subscription_problems", lambda reader: reader.hooks.subscription_problems(_draft(reader, amap), reader)
    yield "basket_problems", lambda reader: reader.hooks.basket_problems(amap.offer.id, _further(reader, amap), reader)
    yield "payment_plans", lambda reader: reader.hooks.payment_plans(_draft(reader, amap), reader)
    yield "contract_articles", lambda reader: articles_of(reader, amap.offer.id)
    yield "personal_data", lambda reader: reader.hooks.personal_data(amap.person.id, reader)
    yield "who_is", lambda reader: reader.hooks.who_is(RequestFacts(method="GET", path="/", address=""), reader)
    yield "allowed", lambda reader: reader.hooks.allowed(_actor(reader, amap), "people.read", Household, reader)
    yield "search_results", lambda reader: reader.hooks.search_results("lantier", reader)
    for kind in subject.declared("contract_kinds"):
        wanted = Wanted(offer_id=amap.offer.id, household_id=amap.household.id)
        yield f"the kind {kind.name} with an empty form", _chosen(kind, amap.offer.id)
        yield f"the kind {kind.name} of an empty choice", _costing(kind, wanted)
    for check in subject.declared("checks"):
        yield f"the check {check.name}", check.answer
    for export in subject.declared("exports"):
        yield f"the export {export.name}", export.document
    for word in subject.declared("mail_words"):
        yield f"the word {word.name}", word.value
    for column in subject.declared("columns"):
        yield f"the column {column.label}", _values(column.values, getattr(amap, column.on).id)
    for extension in subject.declared("extensions"):
        yield f"the model {extension.model.__name__} without values", _made(extension.model)
    for one in subject.declared("import_readers"):
        yield f"the reader {one.name} of a file that is not its own", _read(one.read)


def _values(values: Callable[[Reader, Sequence[int]], object], key: int) -> Question:
    return lambda reader: values(reader, [key])


def _chosen(kind: ContractKind, offer_id: int) -> Question:
    return lambda reader: kind.fields(kind.read(reader, offer_id, {}).choice)


def _costing(kind: ContractKind, wanted: Wanted) -> Question:
    return lambda reader: (
        kind.cost(reader, wanted), kind.context(reader, wanted), kind.missing(reader, wanted.offer_id)
    )  # fmt: skip


def _made(model: Callable[[], object]) -> Question:
    return lambda _reader: model()


def _read(read: Callable[[bytes, str], object]) -> Question:
    return lambda _reader: read(b"\x00\x01 not a list of members", "photo.bin")


def _draft(reader: Reader, amap: Amap) -> Draft:
    lines = reader.all(
        select(ContractLine)
        .where(ContractLine.contract_id == amap.contract.id)
        .options(joinedload(ContractLine.delivery).joinedload(Delivery.distribution))
    )
    return Draft(
        household_id=amap.household.id, offer_id=amap.offer.id, farm_id=amap.farm.id, total=amap.contract.total_cents,
        lines=tuple(
            Line(one.offer_product_id, one.delivery_id, one.delivery.distribution.day, one.quantity, one.unit_cents)
            for one in lines
        ),
    )  # fmt: skip


def _further(reader: Reader, amap: Amap) -> dict[tuple[int, int], int]:
    """One basket more of each line."""
    return {(line.offer_product_id, line.delivery_id): 1 for line in _draft(reader, amap).lines}


def _actor(reader: Reader, amap: Amap) -> Actor:
    return signin.actor_for(reader, amap.person)


def _asked(watch: Watch, amap: Amap, words: str, ask: Question) -> None:
    """Ask; `Refused` is an answer."""
    try:
        with amap.reading() as reader:
            reader.actor = _actor(reader, amap)
            ask(reader)
    except Refused:
        pass
    except Exception as error:
        watch.fault(f"{words} fails", error)


def _events(amap: Amap) -> list[Event]:
    """One event for each hook that reacts, but for payments, which are noted."""
    home, offer, contract = amap.household, amap.offer, amap.contract
    moved = amap.delivery.planned_on + timedelta(days=1)
    return [
        HouseholdAdded(household_id=home.id, name=home.name),
        SeasonChanged(season_id=amap.season.id, name=amap.season.name, what="dates"),
        ContractSigned(
            contract_id=contract.id, household_id=home.id, offer_id=offer.id, farm_id=amap.farm.id,
            household=home.name, offer=offer.name, total=contract.total_cents,
        ),
        ContractAmended(
            contract_id=contract.id, household=home.name, offer=offer.name, what="des paniers reportés", difference=-500
        ),
        DeliveryChanged(
            delivery_id=amap.delivery.id, farm=amap.farm.name, change="moved", what="déplacée",
            before=amap.delivery.planned_on, after=moved,
        ),
        ContractEnded(
            contract_id=contract.id, household=home.name, offer=offer.name, after=ContractState.CANCELLED,
            label="annulé", reason="",
        ),
        HouseholdLeft(household_id=home.id, name=home.name),
        PersonErased(person_id=amap.person.id),
    ]  # fmt: skip


def _happens(watch: Watch, amap: Amap, event: Event) -> None:
    """Record it in a unit of its own; `Refused` takes it back, as it may."""
    try:
        with amap.working() as unit:
            unit.record(event)
    except Refused:
        pass
    except Exception as error:
        watch.fault(f"{REACTIONS[type(event)]} fails", error)


def _pays(watch: Watch, amap: Amap) -> None:
    try:
        with amap.working() as unit:
            data = PaymentData.model_validate({"cents": 500, "received_on": unit.today, "reference": "123"})
            payments.note(unit, amap.contract.id, data, "kit")
    except Refused:
        pass
    except Exception as error:
        watch.fault("payment_recorded fails", error)
