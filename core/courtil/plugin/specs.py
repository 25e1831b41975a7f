"""The hooks a plugin may implement, in five kinds that differ in when they run and what a failure does.

declare  once, when the assembly is built; may not touch the database; a failure leaves the plugin out.
decide   in the request before anything is written; reads only; `Refused` is shown on the form, another error fails it.
react    inside the unit of work that did it; may write its own tables; any failure rolls the whole unit back.
follow   after the commit, from the outbox, in a unit of its own, at least once; a failure is tried again, then parked.
draw     while a page is rendered; reads only; a failure leaves the fragment out and is logged.

Each hook's example is the one of `plugins/README.md`, which a test runs.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

import pluggy
from sqlalchemy import ColumnElement

from courtil.domain.access import Actor
from courtil.domain.articles import Article
from courtil.domain.events import (
    ContractAmended,
    ContractEnded,
    ContractSigned,
    DeliveryChanged,
    Event,
    HouseholdAdded,
    HouseholdLeft,
    PaymentRecorded,
    PersonErased,
    SeasonChanged,
)
from courtil.domain.problems import Problem
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
from courtil.store.base import Base

PROJECT = "courtil"
F = TypeVar("F", bound=Callable[..., object])

hook: Callable[[F], F] = pluggy.HookimplMarker(PROJECT)
_spec = pluggy.HookspecMarker(PROJECT)


def spec(kind: str) -> Callable[[F], F]:
    """Mark a specification with its kind."""

    def mark(function: F) -> F:
        function.courtil_kind = kind  # type: ignore[attr-defined]
        return _spec(function)

    return mark


@spec("declare")
def routes() -> list[PageRoute]:
    """Pages of the plugin, mounted under `/x/<plugin>/` where it is switched on."""


@spec("declare")
def menu() -> list[MenuItem]:
    """Entries in the menus of the spaces."""


@spec("declare")
def contract_kinds() -> list[ContractKind]:
    """Ways to choose in an offer beyond the same basket each time; their names start with the plugin's."""


@spec("declare")
def jobs() -> list[JobKind]:
    """Kinds of work that `unit.enqueue` may ask for, and daily ones; their names start with the plugin's."""


@spec("declare")
def checks() -> list[Check]:
    """Points that an AMAP may look at: each answers with figures, to discuss, never a score."""


@spec("declare")
def exports() -> list[Export]:
    """Documents to read, print and download (PDF, XLSX, CSV), each described once."""


@spec("declare")
def extensions() -> list[Extension]:
    """Models attached to a household, a person, a farm, an offer, a contract or a delivery."""


@spec("declare")
def columns() -> list[ListColumn]:
    """Columns added to the lists and exports of a subject; asked once per page with all its rows."""


@spec("declare")
def row_actions() -> list[RowAction]:
    """Links added to each row of the lists of a subject, for those who hold the permission."""


@spec("declare")
def help_pages() -> list[HelpPage]:
    """Pages of the in-app help, listed beside those of the core."""


@spec("declare")
def mail_words() -> list[MailWord]:
    """Placeholders that an AMAP may write, as `{recipes.word}`, at the end of its mails."""


@spec("declare")
def import_readers() -> list[ImportReader]:
    """Readers of files that the core's import of members does not know, asked before the core's own."""


@spec("decide")
def who_is(request: RequestFacts, reader: Reader) -> Identity | None:
    """Who asks, when no session of ours says so (a network's own sign-in); the first plugin that knows is believed."""


@spec("decide")
def allowed(actor: Actor, permission: str, model: type[Base], reader: Reader) -> ColumnElement[bool] | None:
    """A condition that the rows of this table must meet as well; conditions add up, so a plugin can only deny."""


@spec("decide")
def opening_problems(offer_id: int, reader: Reader) -> list[Problem]:
    """Reasons why households may not sign under this offer yet; an empty list when there is none."""


@spec("decide")
def subscription_problems(draft: Draft, reader: Reader) -> list[Problem]:
    """Reasons why this household may not sign this draft; an empty list when there is none."""


@spec("decide")
def basket_problems(offer_id: int, wanted: Mapping[tuple[int, int], int], reader: Reader) -> list[Problem]:
    """Why these further baskets of an offer cannot be had: how many, by product of the offer and delivery."""


@spec("decide")
def payment_plans(draft: Draft, reader: Reader) -> list[PaymentPlan] | None:
    """The plans a household may pay this draft by, or None to leave it to the next; the first answer counts."""


@spec("decide")
def contract_articles(offer_id: int, reader: Reader) -> list[Article] | None:
    """What contracts of this offer say, with placeholders that the core fills, or None to leave it to the next."""


@spec("decide")
def personal_data(person_id: int, reader: Reader) -> list[PersonalRecord]:
    """What the plugin's tables keep about this person, for the export she may ask for; asked even when it is off."""


@spec("react")
def household_joined(event: HouseholdAdded, unit: Unit) -> None:
    """A household was added, by hand or by an import."""


@spec("react")
def household_left(event: HouseholdLeft, unit: Unit) -> None:
    """A household has left the AMAP."""


@spec("react")
def person_erased(event: PersonErased, unit: Unit) -> None:
    """A person's data are erased: forget what your tables keep of her; called even when the plugin is off."""


@spec("react")
def season_changed(event: SeasonChanged, unit: Unit) -> None:
    """A season was added, changed, archived or restored."""


@spec("react")
def contract_signed(event: ContractSigned, unit: Unit) -> None:
    """A household has just signed: write what must be true together with the contract."""


@spec("react")
def contract_amended(event: ContractAmended, unit: Unit) -> None:
    """A signed contract was changed: lines, charges, or something told of it that moves neither."""


@spec("react")
def contract_changed(event: ContractEnded, unit: Unit) -> None:
    """A contract was cancelled or ended before its time, or that was taken back: `event.after` is its state now."""


@spec("react")
def delivery_changed(event: DeliveryChanged, unit: Unit) -> None:
    """A delivery was planned, moved, cancelled or restored."""


@spec("react")
def payment_recorded(event: PaymentRecorded, unit: Unit) -> None:
    """A payment was noted, handed over, bounced or cancelled."""


@spec("follow")
def after_event(event: Event, unit: Unit) -> None:
    """Any event, after its commit: for what leaves the machine. May be called twice with the same event."""


@spec("follow")
def send_mail(message: Message) -> bool | None:
    """Send a mail in another way than the AMAP's server: True when it is done, None to leave it to the next."""


@spec("draw")
def fragments(slot: Slot, view: View) -> list[Fragment]:
    """What to draw in this slot of a page; called once per slot, with all the rows the page shows."""


@spec("draw")
def search_results(text: str, reader: Reader) -> list[SearchResult]:
    """What the search box finds in the plugin's tables, as far as the actor may see it."""


SPECS: dict[str, Callable[..., object]] = {
    function.__name__: function
    for function in (
        routes, menu, contract_kinds, jobs, checks, exports, extensions, columns, row_actions, help_pages,
        mail_words, import_readers,
        who_is, allowed, opening_problems, subscription_problems, basket_problems, payment_plans, contract_articles,
        personal_data,
        household_joined, household_left, person_erased, season_changed, contract_signed, contract_amended,
        contract_changed, delivery_changed, payment_recorded, after_event, send_mail, fragments, search_results,
    )
}  # fmt: skip

REACTIONS: dict[type[Event], str] = {
    HouseholdAdded: "household_joined",
    HouseholdLeft: "household_left",
    PersonErased: "person_erased",
    SeasonChanged: "season_changed",
    ContractSigned: "contract_signed",
    ContractAmended: "contract_amended",
    ContractEnded: "contract_changed",
    DeliveryChanged: "delivery_changed",
    PaymentRecorded: "payment_recorded",
}


def kind_of(name: str) -> str:
    """declare, decide, react, follow or draw."""
    return str(getattr(SPECS[name], "courtil_kind", ""))


def declared() -> tuple[str, ...]:
    """The names of the hooks that declare, in their order."""
    return tuple(name for name in SPECS if kind_of(name) == "declare")
