"""The hooks a plugin may implement, in five kinds that differ in when they run and what a failure does.

declare  once, when the assembly is built; may not touch the database; a failure leaves the plugin out.
decide   in the request before anything is written; reads only; `Refused` is shown on the form, another error fails it.
react    inside the unit of work that did it; may write its own tables; any failure rolls the whole unit back.
follow   after the commit, from the outbox, in a unit of its own, at least once; a failure is tried again, then parked.
draw     while a page is rendered; reads only; a failure leaves the fragment out and is logged.
"""

from collections.abc import Callable
from typing import TypeVar

import pluggy

from courtil.domain.events import ContractSigned, DeliveryChanged, Event, PaymentRecorded
from courtil.domain.problems import Problem
from courtil.plugin.payloads import Draft, Fragment, JobKind, MenuItem, PageRoute, Reader, Slot, Unit, View

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
def jobs() -> list[JobKind]:
    """Kinds of work that `unit.enqueue` may ask for; their names start with the plugin's."""


@spec("decide")
def subscription_problems(draft: Draft, reader: Reader) -> list[Problem]:
    """Reasons why this household may not sign this draft; an empty list when there is none."""


@spec("react")
def contract_signed(event: ContractSigned, unit: Unit) -> None:
    """A household has just signed: write what must be true together with the contract."""


@spec("react")
def delivery_changed(event: DeliveryChanged, unit: Unit) -> None:
    """A delivery was planned, moved, cancelled or restored."""


@spec("react")
def payment_recorded(event: PaymentRecorded, unit: Unit) -> None:
    """A payment was noted, handed over, bounced or cancelled."""


@spec("follow")
def after_event(event: Event, unit: Unit) -> None:
    """Any event, after its commit: for what leaves the machine. May be called twice with the same event."""


@spec("draw")
def fragments(slot: Slot, view: View) -> list[Fragment]:
    """What to draw in this slot of a page; called once per slot, with all the rows the page shows."""


SPECS: dict[str, Callable[..., object]] = {
    function.__name__: function
    for function in (
        routes, menu, jobs, subscription_problems, contract_signed, delivery_changed, payment_recorded, after_event,
        fragments,
    )
}  # fmt: skip

REACTIONS: dict[type[Event], str] = {
    ContractSigned: "contract_signed",
    DeliveryChanged: "delivery_changed",
    PaymentRecorded: "payment_recorded",
}


def kind_of(name: str) -> str:
    """declare, decide, react, follow or draw."""
    return str(getattr(SPECS[name], "courtil_kind", ""))
