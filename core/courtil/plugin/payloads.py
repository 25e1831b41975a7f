"""What crosses the border between the core and its plugins: frozen values, Protocols for reading and writing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from pydantic import Field
from sqlalchemy import Executable, Select
from sqlalchemy.orm import Session

from courtil.domain.access import Actor
from courtil.domain.events import Event, Payload
from courtil.domain.money import Cents

T = TypeVar("T")


class Reader(Protocol):
    """What a hook or a page may read with."""

    @property
    def session(self) -> Session: ...
    @property
    def actor(self) -> Actor | None: ...
    @property
    def now(self) -> datetime: ...
    @property
    def today(self) -> date: ...
    def get(self, model: type[T], key: int) -> T: ...
    def one(self, query: Select[T]) -> T: ...
    def all(self, query: Select[T]) -> Sequence[T]: ...
    def rows(self, query: Select[Any]) -> Sequence[Any]: ...
    def may(self, permission: str, farm_id: int | None = None) -> None: ...


class Unit(Reader, Protocol):
    """A reader that also writes. The caller commits; a plugin never does."""

    def execute(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> Any: ...
    def add(self, row: T) -> T: ...
    def locked(self, model: type[T], key: int) -> T: ...
    def record(self, event: Event) -> None: ...
    def enqueue(self, kind: str, /, *, run_at: datetime | None = None, **payload: Any) -> None: ...


class DraftLine(Payload):
    """A quantity of a product of the offer at a delivery."""

    offer_product_id: int
    delivery_id: int
    quantity: int
    unit_cents: Cents


class Draft(Payload):
    """What a household is about to sign."""

    household_id: int
    offer_id: int
    farm_id: int
    lines: tuple[DraftLine, ...]
    total: Cents


class MenuItem(Payload):
    """An entry of a space's menu; shown to those who hold the permission."""

    label: str
    url: str
    permission: str
    space: str = "coordination"
    icon: str = "puzzle"
    order: int = 50


class JobKind(Payload):
    """A kind of work for the worker; `run` gets a unit of its own and must bear being called twice."""

    name: str
    run: Callable[..., None]


class PageRoute(Payload):
    """A page of a plugin, mounted under `/x/<plugin>/`: what `@page` made of a function."""

    page: Any


class Slot(Payload):
    """A place in a page where plugins may draw, and the plugin that is asked."""

    name: str


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
    """A template of the plugin drawn in a slot."""

    template: str
    context: dict[str, Any] = Field(default_factory=dict)
    order: int = 50
