"""A typed method for each hook over pluggy's manager, with the failure rule of its kind."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pluggy
from sqlalchemy import ColumnElement

from courtil.domain.access import Actor
from courtil.domain.articles import Article
from courtil.domain.events import Event
from courtil.domain.problems import Problem
from courtil.plugin.faults import told
from courtil.plugin.health import SLOW, TOO_SLOW, Health
from courtil.plugin.manifest import Plugin
from courtil.plugin.payloads import (
    Check,
    ContractKind,
    Draft,
    Export,
    Extension,
    Fragment,
    HelpPage,
    Identity,
    ImportReader,
    JobKind,
    ListColumn,
    MailWord,
    MenuItem,
    Message,
    PageRoute,
    PaymentPlan,
    PersonalRecord,
    Reader,
    RequestFacts,
    RowAction,
    SearchResult,
    Slot,
    Unit,
    View,
)
from courtil.plugin.specs import REACTIONS, declared
from courtil.store.base import Base

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Drawn:
    """A plugin's answer for a slot: its fragments, or that it failed."""

    plugin: str
    fragments: tuple[Fragment, ...] = ()
    failed: bool = False


@dataclass(frozen=True)
class Declarations:
    """What plugins declare once, each with the name of the plugin that gave it."""

    routes: list[tuple[str, PageRoute]] = field(default_factory=list)
    menu: list[tuple[str, MenuItem]] = field(default_factory=list)
    contract_kinds: list[tuple[str, ContractKind]] = field(default_factory=list)
    jobs: list[tuple[str, JobKind]] = field(default_factory=list)
    checks: list[tuple[str, Check]] = field(default_factory=list)
    exports: list[tuple[str, Export]] = field(default_factory=list)
    extensions: list[tuple[str, Extension]] = field(default_factory=list)
    columns: list[tuple[str, ListColumn]] = field(default_factory=list)
    row_actions: list[tuple[str, RowAction]] = field(default_factory=list)
    help_pages: list[tuple[str, HelpPage]] = field(default_factory=list)
    mail_words: list[tuple[str, MailWord]] = field(default_factory=list)
    import_readers: list[tuple[str, ImportReader]] = field(default_factory=list)


Chosen = Callable[[Iterable[str]], tuple["Hooks", Mapping[str, str]]]


class Hooks:
    """What the core calls; nothing else sees pluggy."""

    def __init__(
        self, manager: pluggy.PluginManager, plugins: Sequence[Plugin], health: Health, chosen: Chosen
    ) -> None:
        self._hook = manager.hook
        self.health = health
        self.of = chosen
        """The hooks of other plugins by name, switched on or not, and why some of them cannot be called."""
        self.permissions = tuple(permission for plugin in plugins for permission in plugin.permissions)
        """What the plugins add to the core's permissions."""
        self.labels = {plugin.name: plugin.label for plugin in plugins}
        """What people call each plugin."""

    @property
    def declarations(self) -> Declarations:
        """What the plugins declare."""
        return self._declared[0]

    @property
    def undeclared(self) -> dict[str, str]:
        """Why some of them could not declare it."""
        return self._declared[1]

    @cached_property
    def _declared(self) -> tuple[Declarations, dict[str, str]]:
        said, failed = Declarations(), dict[str, str]()
        for name in declared():
            for impl in self._impls(name):
                try:
                    getattr(said, name).extend((impl.plugin_name, one) for one in self._call(impl, name) or ())
                except Exception as error:
                    log.exception("plugin %s failed to declare its %s", impl.plugin_name, name)
                    failed[impl.plugin_name] = f"{name}: {told(error, self.health.folders.get(impl.plugin_name))}"
        return said, failed

    def _impls(self, name: str) -> list[pluggy.HookImpl]:
        """In the registry's order: pluggy calls the last registered first."""
        return list(reversed(getattr(self._hook, name).get_hookimpls()))

    def _call(self, impl: pluggy.HookImpl, hook: str, **arguments: object) -> Any:
        with self.health.timed(impl.plugin_name, hook):
            return impl.function(**{name: arguments[name] for name in impl.argnames})

    def _answers(self, name: str, **arguments: object) -> Iterator[tuple[str, Any]]:
        """What each plugin answers, those that others require first; what one raises goes up."""
        for impl in self._impls(name):
            yield impl.plugin_name, self._call(impl, name, **arguments)

    def who_is(self, request: RequestFacts, reader: Reader) -> Identity | None:
        """Who the first plugin that knows says is there."""
        answers = self._answers("who_is", request=request, reader=reader)
        return next((found for _plugin, found in answers if found is not None), None)

    def allowed(self, actor: Actor, permission: str, model: type[Base], reader: Reader) -> list[ColumnElement[bool]]:
        """What plugins add to the conditions that rows must meet."""
        answers = self._answers("allowed", actor=actor, permission=permission, model=model, reader=reader)
        return [found for _plugin, found in answers if found is not None]

    def opening_problems(self, offer_id: int, reader: Reader) -> list[Problem]:
        """Why the offer may not open."""
        answers = self._answers("opening_problems", offer_id=offer_id, reader=reader)
        return [problem for _plugin, problems in answers for problem in problems or ()]

    def subscription_problems(self, draft: Draft, reader: Reader) -> list[Problem]:
        """Why the draft may not be signed."""
        answers = self._answers("subscription_problems", draft=draft, reader=reader)
        return [problem for _plugin, problems in answers for problem in problems or ()]

    def basket_problems(self, offer_id: int, wanted: Mapping[tuple[int, int], int], reader: Reader) -> list[Problem]:
        """Why these further baskets cannot be had."""
        answers = self._answers("basket_problems", offer_id=offer_id, wanted=wanted, reader=reader)
        return [problem for _plugin, problems in answers for problem in problems or ()]

    def payment_plans(self, draft: Draft, reader: Reader) -> list[PaymentPlan] | None:
        """What the first plugin that answers proposes; None when nobody does."""
        answers = self._answers("payment_plans", draft=draft, reader=reader)
        return next((list(plans) for _plugin, plans in answers if plans is not None), None)

    def contract_articles(self, offer_id: int, reader: Reader) -> list[Article] | None:
        """What the first plugin that answers wants contracts of the offer to say; None when nobody does."""
        answers = self._answers("contract_articles", offer_id=offer_id, reader=reader)
        return next((list(articles) for _plugin, articles in answers if articles is not None), None)

    def personal_data(self, person_id: int, reader: Reader) -> list[tuple[str, PersonalRecord]]:
        """What each plugin keeps about a person."""
        answers = self._answers("personal_data", person_id=person_id, reader=reader)
        return [(plugin, record) for plugin, records in answers for record in records or ()]

    def react(self, event: Event, unit: Unit) -> None:
        """Tell the plugins inside the unit; what they raise goes up and rolls the unit back."""
        name = REACTIONS.get(type(event))
        if name:
            for _told in self._answers(name, event=event, unit=unit):
                pass

    @property
    def followers(self) -> tuple[str, ...]:
        """Plugins that follow events after the commit."""
        return tuple(impl.plugin_name for impl in self._impls("after_event"))

    def follow(self, plugin: str, event: Event, unit: Unit) -> None:
        """Tell one follower; each has its own job and its own unit."""
        for impl in self._impls("after_event"):
            if impl.plugin_name == plugin:
                self._call(impl, "after_event", event=event, unit=unit)

    def send_mail(self, message: Message) -> bool:
        """Whether a plugin has sent it."""
        return any(done for _plugin, done in self._answers("send_mail", message=message))

    def draw(self, slot: str, view: View) -> list[Drawn]:
        """Every plugin's fragments for a slot; one that raises is left out and logged."""
        place = Slot.model_construct(name=slot)  # type: ignore[arg-type]  # templates name slots, a test walks them
        return [
            Drawn(impl.plugin_name, tuple(found or ()), failed=found is None)
            for impl in self._impls("fragments")
            for found in [self._drawn(impl, "fragments", view.reader, slot=place, view=view)]
        ]

    def search_results(self, text: str, reader: Reader) -> dict[str, list[SearchResult]]:
        """What each plugin finds; one that raises finds nothing."""
        found = {
            impl.plugin_name: self._drawn(impl, "search_results", reader, text=text, reader=reader)
            for impl in self._impls("search_results")
        }
        return {plugin: list(results) for plugin, results in found.items() if results}

    def _drawn(self, impl: pluggy.HookImpl, hook: str, reader_of: Any, /, **arguments: object) -> Sequence[Any] | None:
        """What it gives; None when it fails or is set aside."""
        with self.drawing(impl.plugin_name, reader_of) as may:
            if may:
                return tuple(self._call(impl, hook, **arguments) or ())
        return None

    def drawing(self, plugin: str, reader: Any) -> "_Drawing":
        """A block in which a plugin draws; what it raises is logged, what it broke in the session is taken back."""
        return _Drawing(self.health, plugin, reader)


class _Drawing:
    """Isolation of one drawing plugin; `reader.drawing` tells the loop who holds the page up, and since when."""

    def __init__(self, health: Health, plugin: str, reader: Any) -> None:
        self.health, self.plugin, self.reader = health, plugin, reader
        self.started = time.monotonic()

    def __enter__(self) -> bool:
        if self.health.is_aside(self.plugin):
            return False
        self.savepoint = self.reader.session.begin_nested()
        self.before = self.reader.drawing
        self.reader.drawing = (self.plugin, self.started)
        return True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if not hasattr(self, "savepoint"):
            return error is None
        self.reader.drawing = self.before
        self.savepoint.__exit__(kind, error, trace)
        if (taken := time.monotonic() - self.started) > TOO_SLOW:
            self.health.drew_slowly(self.plugin)
        if taken > SLOW:
            log.warning("plugin %s took %.0f ms to draw", self.plugin, taken * 1000)
        if isinstance(error, Exception):
            log.error("plugin %s failed to draw", self.plugin, exc_info=error)
            return True
        return False
