"""Shared capacity: what a farm has for its offers together, how full it is, and what households are told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.api import (
    N_,
    Farm,
    Fragment,
    NotFound,
    Problem,
    Reader,
    Stale,
    Unit,
    View,
    _,
    attempt,
    long_day,
    number,
    page,
    path_int,
    read_quantity,
    redirect,
    render,
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


@dataclass
class Typed:
    """What the form shows: as it is kept, or as it was typed."""

    name: str = ""
    parts: str = ""
    per: str = Per.DELIVERY
    uses: Mapping[int, str] = field(default_factory=dict)


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


def _page(
    request: Request,
    reader: Reader,
    place: tuple[Farm, Capacity | None],
    typed: Typed,
    problems: Sequence[Problem] = (),
) -> Response:
    farm, found = place
    return render(
        request, "contracts/capacity.html", 422 if problems else 200,
        page_title=found.name if found else _("Ajouter une capacité partagée"), farm=farm, found=found, typed=typed,
        problems=problems, errors={one.field: one.message for one in problems if one.field}, per=PER,
        products=service.products_of(reader, farm.id),
    )  # fmt: skip


@page("/offre/ferme/{farm_id:int}/capacites/nouvelle", needs=RIGHT)
def contracts_new_capacity(request: Request, reader: Reader) -> Response:
    """A form for a new one."""
    return _page(request, reader, (_farm(reader, path_int(request, "farm_id")), None), Typed())


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
    return _page(request, reader, (farm, found), Typed(found.name, str(found.parts), found.per, uses))


@page("/offre/capacites/{capacity_id:int}", needs=RIGHT, writes=True)
def contracts_set_capacity(request: Request, unit: Unit, data: FormData) -> Response:
    """Change it."""
    farm, found = _known(request, unit)
    return _kept(request, unit, farm, found, data)


def _kept(request: Request, unit: Unit, farm: Farm, found: Capacity | None, data: FormData) -> Response:
    fields = {name: value for name, value in data.items() if isinstance(value, str)}
    keys = [key for key, _offer, _product in service.products_of(unit, farm.id)]
    typed = Typed(
        fields.get("name", ""), fields.get("parts", ""), fields.get("per", "delivery"),
        {key: fields.get(f"use-{key}", "") for key in keys},
    )  # fmt: skip
    problems: list[Problem] = []
    uses = {key: read_quantity(fields, f"use-{key}", problems) for key in keys}
    parts = number(typed.parts.strip())
    per = Per.SEASON if typed.per == Per.SEASON else Per.DELIVERY
    if parts is None:
        problems.append(Problem(_("Écrivez un nombre entier, en chiffres."), "parts"))
    wanted = CapacityData(" ".join(typed.name.split())[:200], parts or 0, per, uses)
    version = seen_version(data) if found else None
    try:
        problems = problems or attempt(
            unit, lambda: service.write(unit, farm.id, wanted, found.id if found else None, version)
        )
    except Stale:
        problems = [
            Problem(_("Quelqu’un a changé cette capacité entre-temps : comparez, puis enregistrez de nouveau."))
        ]
    if problems:
        return _page(request, unit, (farm, found), typed, problems)
    url = url_of(request, "contracts_capacities", farm_id=farm.id)
    return redirect(request, url, _("La capacité partagée est enregistrée."))


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
    said = [
        _("« %(name)s » : il reste au moins %(left)s par date.") % {"name": name, "left": service.parts_words(least)}
    ]
    if full:
        rest = [_("%(n)s autres dates") % {"n": len(full) - MOST_DAYS}] if len(full) > MOST_DAYS else []
        said.append(_("Complet : %(days)s.") % {"days": ", ".join([*map(long_day, full[:MOST_DAYS]), *rest])})
    return " ".join(said)


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


def of_offer(view: View) -> list[Fragment]:
    """On the page of an offer: the way to the capacities of its farm."""
    if not view.reader.allows(RIGHT, view.offer):
        return []
    return [Fragment(template="contracts/_capacities.html", context={"farm_id": view.offer.farm_id}, order=40)]


def of_farm(view: View) -> list[Fragment]:
    """On the page of a farm: the same."""
    if not view.reader.allows(RIGHT, view.farm):
        return []
    return [Fragment(template="contracts/_capacities.html", context={"farm_id": view.farm.id}, order=40)]
