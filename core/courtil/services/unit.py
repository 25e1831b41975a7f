"""The reader and the unit of work: sessions with an actor, a clock and the hooks of the instance."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Executable, Select, delete, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from courtil.domain.access import Actor
from courtil.domain.events import Event
from courtil.domain.problems import NotFound, Stale
from courtil.plugin.hooks import Hooks
from courtil.services import access
from courtil.store.base import Base
from courtil.store.database import Database
from courtil.store.operations import Job, LogEntry, PluginState

T = TypeVar("T")
PARIS = ZoneInfo("Europe/Paris")
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


@dataclass
class Reader:
    """Reads; on a GET the database itself refuses writes through it."""

    session: Session
    hooks: Hooks
    actor: Actor | None = None
    zone: ZoneInfo = PARIS
    now: datetime = field(default_factory=utc_now)
    drawing: tuple[str, float] | None = None
    """The plugin that draws at this moment, and since when (monotonic seconds)."""

    @property
    def today(self) -> date:
        """The date at the AMAP."""
        return self.day_of(self.now)

    def day_of(self, moment: datetime) -> date:
        """The date that it was at the AMAP at this moment."""
        return moment.astimezone(self.zone).date()

    def get(self, model: type[T], key: int) -> T:
        """The row with this key. Raises NotFound."""
        found = self.session.get(model, key)
        if found is None:
            raise NotFound(f"{model.__name__} {key}")
        return found

    def one(self, query: Select[T]) -> T:
        """The only row of the query. Raises NotFound."""
        found = self.session.scalars(query).unique().one_or_none()
        if found is None:
            raise NotFound(str(query))
        return found

    def all(self, query: Select[T]) -> Sequence[T]:
        """The rows of the query, first column only."""
        return self.session.scalars(query).unique().all()

    def rows(self, query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
        """The rows of the query, all columns."""
        return self.session.execute(query).all()

    def may(self, permission: str, farm_id: int | None = None) -> None:
        """Raise NotFound unless the actor holds the permission (for this farm)."""
        if self.actor is None or not self.actor.can(permission, farm_id):
            raise NotFound(permission)

    def allows(self, permission: str, row: Base) -> bool:
        """Whether the actor may do this on this row, plugins asked."""
        return access.allows(self, permission, row)

    def seen(self, permission: str, model: type[Base]) -> ColumnElement[bool]:
        """Which rows of this table the actor holds the permission for, plugins asked: for any select of it."""
        return access.seen(self, permission, model)

    def everybody(self) -> tuple[Hooks, Mapping[str, str]]:
        """The hooks of every plugin that has or had a place here, on or off, and why some of them cannot be called."""
        return self.hooks.of(self.all(select(PluginState.name)))


@dataclass
class Unit(Reader):
    """Reads and writes; what it did becomes true when its block ends, all of it or nothing."""

    def execute(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> Any:
        """Run a statement in this unit, once or once for each of these rows."""
        return self.session.execute(statement, rows)

    def add(self, row: T) -> T:
        """Add a row and give it its key."""
        self.session.add(row)
        self.session.flush()
        return row

    def locked(self, model: type[T], key: int) -> T:
        """The row, held until the end of the unit so that nobody decides on it at the same time. Raises NotFound."""
        found = self.get(model, key)
        columns = [attribute.key for attribute in inspect(model).column_attrs]
        self.session.refresh(found, columns, with_for_update=True)
        return found

    def record(self, event: Event, hooks: Hooks | None = None) -> None:
        """Log the event, let plugins react to it in this unit, and tell followers after the commit.

        Plugins that are on react, or those of `hooks` in their place.
        """
        event = self._dated(event)
        self.session.add(_log_entry(event))
        self.session.flush()
        (hooks or self.hooks).react(event, self)
        for plugin in self.hooks.followers:
            payload = {"plugin": plugin, "event": event.kind, "fields": event.model_dump(mode="json")}
            self.session.add(Job(kind="core.follow", payload=payload, event_id=event.id, run_at=self.now))

    def tell(self, event: Event) -> None:
        """Let plugins react in this unit to one part of what another event logs as a whole."""
        self.hooks.react(self._dated(event), self)

    def _dated(self, event: Event) -> Event:
        if self.actor is not None and event.actor_id is None:
            event = event.model_copy(update={"actor_id": self.actor.person_id, "actor_name": self.actor.name})
        return event.model_copy(update={"at": self.now})

    def enqueue(self, kind: str, /, *, run_at: datetime | None = None, group: str = "", **payload: Any) -> None:
        """Ask for work after the commit; if the unit rolls back, the work is never asked for.

        Work of a `group` can be taken back by `withdraw` until its time has come.
        """
        self.session.add(Job(kind=kind, payload=payload, run_at=run_at or self.now, event_id=group))

    def withdraw(self, group: str) -> None:
        """Take back the work of this group that nobody has begun."""
        waiting = (Job.event_id == group, Job.done_at.is_(None), Job.leased_until.is_(None))
        self.session.execute(delete(Job).where(*waiting))

    def unchanged_since(self, row: Any, version: int | None) -> None:
        """Raise Stale when the form was opened on another version of the row."""
        if version is not None and row.version != version:
            raise Stale


def _log_entry(event: Event) -> LogEntry:
    return LogEntry(
        event_id=event.id,
        at=event.at,
        person_id=event.actor_id,
        person_name=event.actor_name,
        kind=event.kind,
        subject=event.subject,
        sentence=event.told(),
        payload=event.model_dump(mode="json", exclude={"id", "at", "actor_id", "actor_name"}),
    )


@contextmanager
def reading(database: Database, hooks: Hooks, clock: Clock = utc_now, **facts: Any) -> Iterator[Reader]:
    """A reader on this database, at the time that the clock says."""
    with database.reader() as session:
        yield Reader(session, hooks, now=clock(), **facts)


@contextmanager
def working(database: Database, hooks: Hooks, clock: Clock = utc_now, **facts: Any) -> Iterator[Unit]:
    """A unit of work on this database: commits at the end, rolls back on any exception. Raises Stale on a lost race."""
    try:
        with database.writer() as session:
            yield Unit(session, hooks, now=clock(), **facts)
    except StaleDataError as error:
        raise Stale from error
