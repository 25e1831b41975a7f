"""What crosses the border between the core and its plugins: frozen values, Protocols for reading and writing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, Protocol, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Executable, Select
from sqlalchemy.orm import Session

from courtil.domain.access import Actor
from courtil.domain.contracts import Charge, Line
from courtil.domain.events import Event, Payload
from courtil.domain.money import Cents
from courtil.domain.problems import Problem
from courtil.plugin.slots import SlotName
from courtil.store.base import Base

T = TypeVar("T")

Subject = Literal["household", "person", "farm", "offer", "contract", "delivery"]
"""What a plugin may add columns, actions and models to."""


class Reader(Protocol):
    """What a hook or a page may read with."""

    @property
    def session(self) -> Session: ...
    @property
    def actor(self) -> Actor | None: ...
    @property
    def now(self) -> datetime: ...
    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def today(self) -> date: ...
    def day_of(self, moment: datetime) -> date: ...
    def get(self, model: type[T], key: int) -> T: ...
    def one(self, query: Select[T]) -> T: ...
    def all(self, query: Select[T]) -> Sequence[T]: ...
    def rows(self, query: Select[*tuple[Any, ...]]) -> Sequence[Any]: ...
    def may(self, permission: str, farm_id: int | None = None) -> None: ...
    def allows(self, permission: str, row: Base) -> bool: ...
    def seen(self, permission: str, model: type[Base]) -> ColumnElement[bool]: ...


class Unit(Reader, Protocol):
    """A reader that also writes. The caller commits; a plugin never does."""

    def execute(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> Any: ...
    def add(self, row: T) -> T: ...
    def locked(self, model: type[T], key: int) -> T: ...
    def record(self, event: Event) -> None: ...
    def enqueue(self, kind: str, /, *, run_at: datetime | None = None, group: str = "", **payload: Any) -> None: ...
    def withdraw(self, group: str) -> None: ...


class Draft(Payload):
    """What a household is about to sign; `total` is what lines and charges cost together."""

    household_id: int
    offer_id: int
    farm_id: int
    lines: tuple[Line, ...]
    charges: tuple[Charge, ...] = ()
    total: Cents


class Wanted(Payload):
    """What a household chose in an offer, as its kind of contract keeps it.

    `by_hand`: a coordinator enters a form signed on paper, which may come late.
    """

    offer_id: int
    household_id: int
    choice: Mapping[str, Any] = Field(default_factory=dict)
    by_hand: bool = False


class Typed(Payload):
    """What a form of choice said: the choice it makes, and what could not be read."""

    choice: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()


class Costing(Payload):
    """What a choice makes: lines, charges beside them, why it cannot be had, and sentences for the contract's text."""

    lines: tuple[Line, ...] = ()
    charges: tuple[Charge, ...] = ()
    problems: tuple[Problem, ...] = ()
    clauses: tuple[str, ...] = ()


class ContractKind(Payload):
    """A way to choose in an offer: its form, what a choice costs, what an offer of this kind needs.

    `read` turns the fields of the form into a choice, and `fields` a choice into what the fields show. `template`,
    with what `context` gives, draws the fields inside the form of the first step. `cost` is asked again when the
    contract is signed, under the lock of the offer. `missing` says what an offer lacks before households may sign,
    `renewed` is told when an offer was copied for another season, and `terms` is the address where the terms of an
    offer are written, with `{id}`.
    """

    name: str
    label: str
    says: str
    template: str
    read: Callable[[Reader, int, Mapping[str, str]], Typed]
    fields: Callable[[Mapping[str, Any]], Mapping[str, str]]
    cost: Callable[[Reader, Wanted], Costing]
    context: Callable[[Reader, Wanted], Mapping[str, Any]]
    missing: Callable[[Reader, int], Sequence[Problem]]
    renewed: Callable[[Unit, int, int], None]
    terms: str = ""


class PaymentPart(Payload):
    """One payment of a plan; `payee` is empty for the farm's own."""

    due_on: date
    cents: Cents
    payee: str = ""


class PaymentPlan(Payload):
    """Payments that a household may choose, by `key`; their cents add up to the draft's total.

    `says` is a sentence shown with it, such as until when its cheques can be cashed.
    """

    key: str
    parts: tuple[PaymentPart, ...]
    says: str = ""


class MenuItem(Payload):
    """An entry of a space's menu; shown to those who hold the permission."""

    label: str
    url: str
    permission: str
    space: str = "coordination"
    icon: str = "puzzle"
    order: int = 50


class JobKind(Payload):
    """A kind of work for the worker; `run` gets a unit of its own and must bear being called twice.

    A `daily` one is asked for once a day by itself, without a payload.
    """

    name: str
    run: Callable[..., None]
    daily: bool = False


class PageRoute(Payload):
    """A page of a plugin, mounted under `/x/<plugin>/`: what `@page` made of a function."""

    page: Any


class Answer(Payload):
    """What a check found: `fine`, `discuss` (never a verdict) or `unknown`, with figures and where to look."""

    state: Literal["fine", "discuss", "unknown"]
    says: str
    url: str = ""


class Check(Payload):
    """A point that an AMAP may look at; `answer` only reads. `principle` names what it follows, as « Charte, 4 »."""

    name: str
    title: str
    answer: Callable[[Reader], Answer]
    principle: str = ""


class Export(Payload):
    """A document of the plugin, downloaded as PDF, XLSX or CSV; `document` gives a `Document` and only reads."""

    name: str
    label: str
    permission: str
    document: Callable[[Reader], Any]


class Extension(Payload):
    """A pydantic model attached to each household, person, farm, offer, contract or delivery.

    The core draws its section in the form and on the page of the subject, adds its fields to exports and imports,
    keeps the values, exports them with a person's data and erases them with her. Each field needs a default.
    `reads` and `writes` name permissions that are asked for besides the subject's own.
    """

    on: Subject
    model: type[BaseModel]
    title: str
    name: str = "values"
    reads: str = ""
    writes: str = ""


class ListColumn(Payload):
    """A column of the lists and exports of a subject: `values` gives a text for each key that has one.

    Asked once per page with the keys of all its rows; shown to those who hold the permission. One of a contract with
    `baskets` is said after each of its baskets where they are handed out: `1 × Panier, avec Macquart`.
    """

    on: Subject
    label: str
    values: Callable[[Reader, Sequence[int]], Mapping[int, str]]
    permission: str = ""
    lists: bool = True
    exports: bool = True
    baskets: bool = False


class RowAction(Payload):
    """A link on each row of the lists of a subject; `url` holds `{id}`. Shown to those who hold the permission."""

    on: Subject
    label: str
    url: str
    permission: str
    icon: str = "puzzle"


class HelpPage(Payload):
    """A page of the in-app help: a template of the plugin, at `/aide/<plugin>-<code>`."""

    code: str
    title: str
    says: str
    template: str


class MailWord(Payload):
    """A placeholder for the end of the AMAP's mails, written `{<plugin>.<name>}`; `value` only reads."""

    name: str
    says: str
    value: Callable[[Reader], str]


class ImportReader(Payload):
    """Reads a file of members that the core does not know: the rows of its table, headings first, or None.

    `read` gets the content and the file's name, and must say None for a file that is not its own.
    """

    name: str
    label: str
    read: Callable[[bytes, str], Sequence[Sequence[str]] | None]


class RequestFacts(Payload):
    """What `who_is` may know of a request; header names are in lower case."""

    method: str
    path: str
    address: str
    headers: Mapping[str, str] = Field(default_factory=dict)


class Identity(Payload):
    """Who a plugin says is there: the address of a person of this AMAP, and who vouches for it."""

    email: str
    issuer: str


class PersonalRecord(Payload):
    """One thing kept about a person, with its columns as people read them."""

    title: str
    values: dict[str, str | int | bool | None] = Field(default_factory=dict)


class Message(Payload):
    """A mail to send, in plain text."""

    to: str
    name: str
    subject: str
    text: str
    sender: str


class SearchResult(Payload):
    """A line under the plugin's name in the results of a search."""

    label: str
    url: str
    says: str = ""


class Slot(Payload):
    """A place in a page where plugins may draw."""

    name: SlotName


class View(Payload):
    """What a slot shows: the objects of the page, by name, and a reader."""

    reader: Any
    objects: dict[str, Any] = Field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.objects[name]
        except KeyError:
            raise AttributeError(name) from None


class Fragment(Payload):
    """A piece of a page: a template of the plugin, a sentence, or a page of the plugin that is fetched afterwards.

    The template gets `context` and `target`, the id of the element that holds it, for htmx. `lazy` is an address: it
    is fetched when the page is there, and stays a link without script.
    """

    template: str = ""
    text: str = ""
    lazy: str = ""
    context: dict[str, Any] = Field(default_factory=dict)
    order: int = 50
