"""Moving and cancelling a delivery or a whole evening: first what it changes, then the button, then the way back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import Field
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.fields import Day, FormModel, Line
from courtil.domain.problems import NotFound, Refused
from courtil.domain.states import DeliveryState, LineEffect
from courtil.domain.words import N_, _
from courtil.services import access, effects
from courtil.services import deliveries as service
from courtil.services.effects import Effects
from courtil.services.unit import Reader, Unit
from courtil.store.deliveries import Delivery, Distribution
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.pages import page
from courtil.web.render import day as in_words
from courtil.web.render import render
from courtil.web.request import path_int, url_of


class WhichDay(FormModel):
    """The new day, before one sees what it changes."""

    day: Day = Field(title=N_("Nouveau jour"))


class MoveData(WhichDay):
    """What one decides when moving."""

    reason: Line = Field("", title=N_("Raison"), description=N_("Par exemple : gel, jour férié."))
    tell: bool = Field(default=True, title=N_("Prévenir les foyers par e-mail"))


class Settled(StrEnum):
    """What becomes of the money of a date that is cancelled."""

    CREDITED = "credited"
    KEPT = "kept"


class CancelData(FormModel):
    """What one decides when cancelling."""

    effect: Settled = Field(title=N_("Que devient le montant de ce jour ?"), json_schema_extra={"widget": "radio"})
    reason: Line = Field("", title=N_("Raison"), description=N_("Par exemple : gel, panne de camion."))
    tell: bool = Field(default=True, title=N_("Prévenir les foyers par e-mail"))


EFFECTS = [
    (Settled.CREDITED, N_("Le rendre aux foyers : il est déduit de ce qu’ils doivent")),
    (Settled.KEPT, N_("Le garder : foyers et ferme partagent le risque")),
]


@dataclass(frozen=True)
class Subject:
    """What is to be moved or cancelled: one delivery, or all that is planned for an evening."""

    evening: Distribution
    planned: Sequence[Delivery]
    name: str
    version: int
    move_url: str
    cancel_url: str


def _delivery(request: Request, reader: Reader) -> Subject:
    found = service.delivery(reader, path_int(request, "id"))
    access.require(reader, "deliveries.write", found)
    urls = (url_of(request, "move_delivery", id=found.id), url_of(request, "cancel_delivery", id=found.id))
    return Subject(found.distribution, [found], found.farm.name, found.version, *urls)


def _evening(request: Request, reader: Reader) -> Subject:
    evening = service.distribution(reader, path_int(request, "id"))
    planned = [found for found in evening.deliveries if found.state is DeliveryState.PLANNED]
    access.require(reader, "deliveries.write", *planned)
    if not planned:
        raise NotFound("evening")
    urls = (url_of(request, "move_distribution", id=evening.id), url_of(request, "cancel_distribution", id=evening.id))
    return Subject(evening, planned, _("Toutes les fermes"), evening.version, *urls)


def _move_page(
    request: Request,
    subject: Subject,
    preview: Callable[[date], Effects],
    form: Form[Any] | None = None,
    status: int = 200,
) -> Response:
    """The choice of a day; once it is chosen, what it changes."""
    choice, found = form or _chosen(request.query_params), None
    day = getattr(choice.value, "day", None)
    if day is not None and not choice.errors:
        try:
            found = preview(day)
        except Refused as refused:
            choice.refuse(*refused.problems)
    return render(
        request, "distributions/move.html", status, page_title=_("Déplacer la livraison"), subject=subject, day=day,
        choice=choice, effects=found, form=Form(MoveData, {"day": day}), moved_to=in_words(day) if day else "",
        help_url=url_of(request, "help_page", topic="distributions"),
    )  # fmt: skip


def _chosen(asked: QueryParams) -> Form[WhichDay]:
    form = Form(WhichDay)
    if "day" in asked:
        form.read(FormData([("day", asked["day"])]))
    return form


@page("/distributions/livraisons/{id:int}/deplacer", needs="deliveries.write")
def move_delivery(request: Request, reader: Reader) -> Response:
    """Choose a day for one farm, then see what it changes."""
    subject = _delivery(request, reader)
    return _move_page(request, subject, lambda day: effects.move_effects(reader, subject.planned[0].id, day))


@page("/distributions/livraisons/{id:int}/deplacer", needs="deliveries.write", writes=True)
def save_move_delivery(request: Request, unit: Unit, data: FormData) -> Response:
    """Move one farm's delivery."""
    subject, form = _delivery(request, unit), Form(MoveData)
    first = subject.planned[0]
    origin = first.distribution_id
    if form.apply(unit, data, lambda v: [service.move(unit, first.id, v.day, v.reason, form.version, tell=v.tell)]):
        return _moved(request, origin, form.result)
    return _move_page(request, subject, lambda day: effects.move_effects(unit, first.id, day), form, 422)


@page("/distributions/{id:int}/deplacer", needs="deliveries.write")
def move_distribution(request: Request, reader: Reader) -> Response:
    """Choose a day for a whole evening, then see what it changes."""
    subject = _evening(request, reader)
    return _move_page(request, subject, lambda day: effects.move_distribution_effects(reader, subject.evening.id, day))


@page("/distributions/{id:int}/deplacer", needs="deliveries.write", writes=True)
def save_move_distribution(request: Request, unit: Unit, data: FormData) -> Response:
    """Move a whole evening."""
    subject, form = _evening(request, unit), Form(MoveData)
    origin = subject.evening.id
    if form.apply(
        unit, data, lambda v: service.move_distribution(unit, origin, v.day, v.reason, form.version, tell=v.tell)
    ):
        return _moved(request, origin, form.result)
    return _move_page(request, subject, lambda day: effects.move_distribution_effects(unit, origin, day), form, 422)


def _moved(request: Request, origin: int, moved: Sequence[Delivery]) -> Response:
    evening = moved[0].distribution
    undo = url_of(request, "move_back", id=origin, livraisons="-".join(str(found.id) for found in moved))
    message = _("C’est déplacé au %(day)s.") % {"day": in_words(evening.day)}
    return redirect(request, url_of(request, "distribution", id=evening.id), message, undo_url=undo)


@page("/distributions/{id:int}/revenir", needs="deliveries.write", writes=True)
def move_back(request: Request, unit: Unit, data: FormData) -> Response:
    """Undo a move: the deliveries named in the address return to this evening."""
    named = request.query_params.get("livraisons", "").split("-")
    ids = [int(part) for part in named if part.isdecimal() and len(part) < 10]
    if not ids:
        raise NotFound("deliveries")
    access.require(unit, "deliveries.write", *(service.delivery(unit, delivery_id) for delivery_id in ids))
    service.move_back(unit, path_int(request, "id"), ids)
    url = url_of(request, "distribution", id=path_int(request, "id"))
    return redirect(request, url, _("Rien n’est déplacé : la date reste la même."))


def _cancel_form() -> Form[CancelData]:
    return Form(CancelData, choices={"effect": EFFECTS})


def _cancel_page(
    request: Request, subject: Subject, found: Effects, form: Form[CancelData] | None = None, status: int = 200
) -> Response:  # fmt: skip
    return render(
        request, "distributions/cancel.html", status, page_title=_("Annuler la livraison"), subject=subject,
        effects=found, form=form or _cancel_form(), help_url=url_of(request, "help_page", topic="distributions"),
    )  # fmt: skip


@page("/distributions/livraisons/{id:int}/annuler", needs="deliveries.write")
def cancel_delivery(request: Request, reader: Reader) -> Response:
    """What cancelling one farm's delivery changes."""
    subject = _delivery(request, reader)
    return _cancel_page(request, subject, effects.cancel_effects(reader, subject.planned[0].id, LineEffect.CREDITED))


@page("/distributions/livraisons/{id:int}/annuler", needs="deliveries.write", writes=True)
def save_cancel_delivery(request: Request, unit: Unit, data: FormData) -> Response:
    """Cancel one farm's delivery."""
    subject, form = _delivery(request, unit), _cancel_form()
    first = subject.planned[0]
    if form.apply(
        unit, data, lambda v: service.cancel(unit, first.id, LineEffect(v.effect), v.reason, form.version, tell=v.tell)
    ):
        undo = url_of(request, "restore_delivery", id=first.id)
        return _cancelled(request, subject, undo)
    return _cancel_page(request, subject, effects.cancel_effects(unit, first.id, LineEffect.CREDITED), form, 422)


@page("/distributions/{id:int}/annuler", needs="deliveries.write")
def cancel_distribution(request: Request, reader: Reader) -> Response:
    """What cancelling a whole evening changes."""
    subject = _evening(request, reader)
    found = effects.cancel_distribution_effects(reader, subject.evening.id, LineEffect.CREDITED)
    return _cancel_page(request, subject, found)


@page("/distributions/{id:int}/annuler", needs="deliveries.write", writes=True)
def save_cancel_distribution(request: Request, unit: Unit, data: FormData) -> Response:
    """Cancel a whole evening."""
    subject, form = _evening(request, unit), _cancel_form()
    key = subject.evening.id
    if form.apply(
        unit, data,
        lambda v: service.cancel_distribution(unit, key, LineEffect(v.effect), v.reason, form.version, tell=v.tell),
    ):  # fmt: skip
        return _cancelled(request, subject, url_of(request, "restore_distribution", id=key))
    found = effects.cancel_distribution_effects(unit, key, LineEffect.CREDITED)
    return _cancel_page(request, subject, found, form, 422)


def _cancelled(request: Request, subject: Subject, undo: str) -> Response:
    message = _("%(name)s : la livraison du %(day)s est annulée.") % {
        "name": subject.name, "day": in_words(subject.evening.day),
    }  # fmt: skip
    return redirect(request, url_of(request, "distribution", id=subject.evening.id), message, undo_url=undo)


@page("/distributions/livraisons/{id:int}/retablir", needs="deliveries.write", writes=True)
def restore_delivery(request: Request, unit: Unit, data: FormData) -> Response:
    """Undo the cancellation of a delivery."""
    found = service.delivery(unit, path_int(request, "id"))
    access.require(unit, "deliveries.write", found)
    service.restore(unit, found.id)
    url = url_of(request, "distribution", id=found.distribution_id)
    return redirect(request, url, _("La livraison de %(farm)s est rétablie.") % {"farm": found.farm.name})


@page("/distributions/{id:int}/retablir", needs="deliveries.write", writes=True)
def restore_distribution(request: Request, unit: Unit, data: FormData) -> Response:
    """Undo the cancellation of an evening."""
    evening = service.distribution(unit, path_int(request, "id"))
    access.require(
        unit, "deliveries.write", *(one for one in evening.deliveries if one.state is DeliveryState.CANCELLED)
    )
    service.restore_distribution(unit, evening.id)
    return redirect(request, url_of(request, "distribution", id=evening.id), _("La distribution est rétablie."))
