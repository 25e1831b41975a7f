"""Shared capacity: what a farm has for its offers together, how full it is, and what households are told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pydantic import Field
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    MOST_BASKETS,
    N_,
    Farm,
    Form,
    FormModel,
    Fragment,
    NotFound,
    Problem,
    Reader,
    Refused,
    Required,
    Unit,
    View,
    Whole,
    _,
    long_day,
    ngettext,
    page,
    path_int,
    read_quantity,
    redirect,
    render,
    texts,
    url_of,
)
from courtil_contracts.domain.capacities import Per
from courtil_contracts.services import capacities as service
from courtil_contracts.services.capacities import CapacityData, Room
from courtil_contracts.tables import Capacity
from courtil_contracts.web.versions import seen_version

RIGHT = "offers.write"
PER = {Per.DELIVERY: N_("à chaque date"), Per.SEASON: N_("sur toute la saison")}
MOST_DAYS = 3
"""Full dates that are named; the others are counted."""


class CapacityForm(FormModel):
    """What is had together; how many parts each product takes is beside it."""

    name: Required = Field(title=N_("Nom, tel que les foyers le lisent"), max_length=200)
    parts: Whole = Field(title=N_("Nombre de parts"), ge=0, le=service.MOST_PARTS)
    per: Literal["delivery", "season"] = Field("delivery", title=N_("Disponibles"))


@dataclass
class Typed:
    """The form, and what was typed, or is kept, for each product."""

    form: Form[CapacityForm]
    uses: Mapping[int, str] = field(default_factory=dict)


def _form(**values: object) -> Form[CapacityForm]:
    return Form(CapacityForm, values, {"per": tuple(PER.items())})


def _farm(reader: Reader, farm_id: int) -> Farm:
    """A farm whose offers the actor writes. Raises NotFound."""
    found = reader.get(Farm, farm_id)
    if not reader.allows(RIGHT, found):
        raise NotFound("farm")
    return found


@page("/offre/ferme/{farm_id:int}/capacites", needs=RIGHT)
def contracts_capacities(request: Request, reader: Reader) -> Response:
    """The capacities of a farm, and how full each is."""
    farm = _farm(reader, path_int(request, "farm_id"))
    shown = [(one, service.filled(reader, one)) for one in service.capacities_of(reader, farm.id)]
    return render(
        request, "contracts/capacities.html", page_title=_("Capacité partagée"), farm=farm, capacities=shown, per=PER
    )


def _page(request: Request, reader: Reader, place: tuple[Farm, Capacity | None], typed: Typed) -> Response:
    farm, found = place
    return render(
        request, "contracts/capacity.html", 422 if typed.form.errors else 200,
        page_title=found.name if found else _("Ajouter une capacité partagée"), farm=farm, found=found,
        form=typed.form, uses=typed.uses, products=service.products_of(reader, farm.id), most=MOST_BASKETS,
    )  # fmt: skip


@page("/offre/ferme/{farm_id:int}/capacites/nouvelle", needs=RIGHT)
def contracts_new_capacity(request: Request, reader: Reader) -> Response:
    """A form for a new one."""
    return _page(request, reader, (_farm(reader, path_int(request, "farm_id")), None), Typed(_form()))


@page("/offre/ferme/{farm_id:int}/capacites/nouvelle", needs=RIGHT, writes=True)
def contracts_add_capacity(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep it."""
    return _kept(request, unit, _farm(unit, path_int(request, "farm_id")), None, data)


def _known(request: Request, reader: Reader) -> tuple[Farm, Capacity]:
    found = reader.get(Capacity, path_int(request, "capacity_id"))
    return _farm(reader, found.farm_id), found


@page("/offre/capacites/{capacity_id:int}", needs=RIGHT)
def contracts_capacity(request: Request, reader: Reader) -> Response:
    """One as it is kept."""
    farm, found = _known(request, reader)
    uses = {key: str(parts) for key, parts in service.uses_of(reader, found.id).items()}
    return _page(request, reader, (farm, found), Typed(_form(name=found.name, parts=found.parts, per=found.per), uses))


@page("/offre/capacites/{capacity_id:int}", needs=RIGHT, writes=True)
def contracts_set_capacity(request: Request, unit: Unit, data: FormData) -> Response:
    """Change it."""
    farm, found = _known(request, unit)
    return _kept(request, unit, farm, found, data)


def _kept(request: Request, unit: Unit, farm: Farm, found: Capacity | None, data: FormData) -> Response:
    sent = texts(data)
    keys = [key for key, _offer, _product in service.products_of(unit, farm.id)]
    problems: list[Problem] = []
    uses = {key: read_quantity(sent, f"use-{key}", problems) for key in keys}
    form, version = _form(), seen_version(data) if found else None

    def keep(value: CapacityForm) -> Capacity:
        if problems:
            raise Refused(*problems)
        wanted = CapacityData(value.name, value.parts, Per(value.per), uses)
        return service.write(unit, farm.id, wanted, found.id if found else None, version)

    if form.apply(unit, data, keep):
        url = url_of(request, "contracts_capacities", farm_id=farm.id)
        return redirect(request, url, _("La capacité partagée est enregistrée."))
    return _page(request, unit, (farm, found), Typed(form, {key: sent.get(f"use-{key}", "") for key in keys}))


@page("/offre/capacites/{capacity_id:int}/retirer", needs=RIGHT, writes=True)
def contracts_remove_capacity(request: Request, unit: Unit, data: FormData) -> Response:
    """The offers share it no more."""
    farm, found = _known(request, unit)
    service.remove(unit, found.id)
    return redirect(
        request, url_of(request, "contracts_capacities", farm_id=farm.id), _("La capacité est retirée."),
        undo_url=url_of(request, "contracts_restore_capacity", capacity_id=found.id),
    )  # fmt: skip


@page("/offre/capacites/{capacity_id:int}/remettre", needs=RIGHT, writes=True)
def contracts_restore_capacity(request: Request, unit: Unit, data: FormData) -> Response:
    """They share it again."""
    farm, found = _known(request, unit)
    service.restore(unit, found.id)
    url = url_of(request, "contracts_capacities", farm_id=farm.id)
    return redirect(request, url, _("La capacité est de nouveau partagée."))


def says(room: Room, names: Mapping[int, str], today: date) -> list[str]:
    """How much is left, in plain words, and what each product takes."""
    return [_left(room, today), *_takes(room, names)]


def _left(room: Room, today: date) -> str:
    name = room.capacity.name
    if room.capacity.per is Per.SEASON:
        words = {"name": name, "left": service.parts_words(room.left(None))}
        return (_("« %(name)s » : il reste %(left)s.") if room.left(None) else _("« %(name)s » est complet.")) % words
    days = sorted({day for day in room.days.values() if day > today})
    full = [day for day in days if not room.left(day)]
    if days and len(full) == len(days):
        return _("« %(name)s » est complet à toutes les dates.") % {"name": name}
    least = min((room.left(day) for day in days if room.left(day)), default=room.capacity.parts)
    words = {"name": name, "left": service.parts_words(least)}
    if not full:
        return _("« %(name)s » : il reste au moins %(left)s par date.") % words
    more = len(full) - MOST_DAYS
    rest = [ngettext("%(n)s autre date", "%(n)s autres dates", more)] if more > 0 else []
    words["days"] = ", ".join([*map(long_day, full[:MOST_DAYS]), *rest])
    return _("« %(name)s » est complet : %(days)s. Aux autres dates, il reste au moins %(left)s.") % words


def _takes(room: Room, names: Mapping[int, str]) -> list[str]:
    """What each product takes, unless that is one part for all."""
    if set(room.uses.values()) <= {1}:
        return []
    return [
        _("« %(name)s » prend %(parts)s.") % {"name": names.get(key, "?"), "parts": service.parts_words(count)}
        for key, count in room.uses.items()
    ]


def of_choice(view: View) -> list[Fragment]:
    """Under the grid where a household chooses: how much is left of what several offers share."""
    found = service.rooms(view.reader, view.offer.id)
    names = {one.id: one.product.name for one in view.offer.products}
    return [Fragment(text=" ".join(says(room, names, view.reader.today)), order=20) for room in found]
