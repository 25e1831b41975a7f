"""The space of a farm: its next delivery, contracts, deliveries and payments."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.problems import NotFound
from courtil.domain.words import _
from courtil.services import farm_space as service
from courtil.services import farms
from courtil.services.due import due_lines, totals
from courtil.services.unit import Reader
from courtil.store.deliveries import Delivery
from courtil.store.farms import Farm
from courtil.web.pages import page
from courtil.web.paging import Pager, Tab
from courtil.web.render import render
from courtil.web.request import query_page, url_of


def _chosen(request: Request, reader: Reader) -> tuple[Farm | None, Sequence[Farm]]:
    """The farm of the address, else the first; and all those the person farms. Raises NotFound for another's."""
    mine = farms.all_farms(reader, reader.seen("farm_space.read", Farm))
    asked = request.query_params.get("ferme", "")
    if not asked:
        return next(iter(mine), None), mine
    found = next((farm for farm in mine if str(farm.id) == asked), None)
    if found is None:
        raise NotFound("farm")
    return found, mine


def _page(request: Request, name: str, title: str, farm: Farm | None, mine: Sequence[Farm], **context: Any) -> Response:
    """A page of the space, with tabs to choose between several farms."""
    here = farm.id if farm else None
    tabs = [Tab(one.name, url_of(request, name, ferme=one.id), one.id == here) for one in mine] if len(mine) > 1 else []
    return render(
        request, f"farm_space/{name}.html", page_title=title, farm=farm, tabs=tabs,
        help_url=url_of(request, "help_page", topic="ferme"), **context,
    )  # fmt: skip


@page("/ferme", needs="farm_space.read")
def farm_home(request: Request, reader: Reader) -> Response:
    """The totals of the next delivery, very big, and what changed since yesterday."""
    farm, mine = _chosen(request, reader)
    delivery = service.next_delivery(reader, farm.id) if farm else None
    lines = due_lines(reader, Delivery.id == delivery.id) if delivery else []
    return _page(
        request, "farm_home", _("Prochaine livraison"), farm, mine, delivery=delivery, totals=totals(lines),
        households=len({line.household_id for line in lines}),
        changes=service.recent_changes(reader, delivery, lines) if delivery else [],
        waiting=sum(one.waiting for one in service.contracts_of(reader, farm.id)) if farm else 0,
    )  # fmt: skip


@page("/ferme/contrats", needs="farm_space.read")
def farm_contracts(request: Request, reader: Reader) -> Response:
    """The farm's offers, who engages, and what waits for its signature."""
    farm, mine = _chosen(request, reader)
    found = service.contracts_of(reader, farm.id) if farm else []
    return _page(request, "farm_contracts", _("Nos contrats"), farm, mine, offers=found)


@page("/ferme/livraisons", needs="farm_space.read")
def farm_deliveries(request: Request, reader: Reader) -> Response:
    """The farm's deliveries to come, each with its totals and sheet."""
    farm, mine = _chosen(request, reader)
    found = service.deliveries_of(reader, farm.id if farm else 0, query_page(request))
    address = partial(url_of, request, "farm_deliveries", ferme=farm.id if farm else None)
    return _page(
        request, "farm_deliveries", _("Nos livraisons"), farm, mine, found=found,
        totals={key: totals(lines) for key, lines in found.lines.items()},
        pager=Pager(found.page, found.pages, found.total, lambda number: address(page=number)),
    )  # fmt: skip


@page("/ferme/paiements", needs="farm_space.read")
def farm_payments(request: Request, reader: Reader) -> Response:
    """Month by month, what to expect and what was handed over."""
    farm, mine = _chosen(request, reader)
    found = service.payments_of(reader, farm.id if farm else 0)
    return _page(request, "farm_payments", _("Nos paiements"), farm, mine, found=found)
