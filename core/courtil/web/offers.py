"""Offers (contrats vierges): the list, one offer, filling it in, its steps."""

from collections.abc import Sequence
from typing import Any, cast

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.problems import NotFound, Problem
from courtil.domain.states import OfferState
from courtil.domain.words import N_, _, ngettext
from courtil.plugin.payloads import Reader as PluginReader
from courtil.services import calendar, countersigning, farms, offer_life, offers
from courtil.services.availability import subscribed
from courtil.services.kinds import kinds
from courtil.services.offers import OfferData, OfferFilter
from courtil.services.unit import Reader, Unit
from courtil.store.farms import Farm
from courtil.store.offers import Offer
from courtil.store.people import Person
from courtil.web.attempts import attempt
from courtil.web.flash import redirect
from courtil.web.forms import Choices, Form, values_of
from courtil.web.pages import page
from courtil.web.render import render
from courtil.web.request import path_int, url_of
from courtil.web.sections import sections

ROUNDINGS = ((1, N_("Au centime")), (50, N_("Au demi-euro")), (100, N_("À l’euro")))
STEPS: dict[OfferState, tuple[tuple[OfferState, str], ...]] = {
    OfferState.DRAFT: ((OfferState.OPEN, N_("Ouvrir les souscriptions")),),
    OfferState.OPEN: (
        (OfferState.CLOSED, N_("Clore les souscriptions")), (OfferState.DRAFT, N_("Revenir au brouillon")),
    ),
    OfferState.CLOSED: (
        (OfferState.RUNNING, N_("Démarrer la saison")), (OfferState.OPEN, N_("Rouvrir les souscriptions")),
    ),
    OfferState.RUNNING: (
        (OfferState.FINISHED, N_("Terminer la saison")), (OfferState.CLOSED, N_("Revenir avant le début")),
    ),
    OfferState.FINISHED: ((OfferState.ARCHIVED, N_("Archiver")), (OfferState.RUNNING, N_("Remettre en cours"))),
    OfferState.ARCHIVED: (),
}  # fmt: skip
"""For each state its main step, then the way back."""

SHOWN = tuple(state for state in OfferState if state != OfferState.ARCHIVED)


def offer_url(request: Request, offer_id: int, name: str = "offer", **query: object) -> str:
    """The address of a page of the offer."""
    return url_of(request, name, offer_id=offer_id, **query)


def help_page(request: Request, topic: str) -> str:
    """The address of the in-app help of a feature."""
    return url_of(request, "help_page", topic=topic)


def tabs(request: Request, reader: PluginReader, found: Offer, current: str) -> list[dict[str, object]]:
    """The parts of an offer's page, with the terms that its kind of contract has beside the core's."""
    names = (
        ("offer", _("Résumé")), ("offer_dates", _("Dates")), ("offer_products", _("Produits et prix")),
        ("offer_contracts", _("Souscriptions")),
    )  # fmt: skip
    parts: list[dict[str, object]] = [
        {"label": label, "url": offer_url(request, found.id, name), "current": name == current} for name, label in names
    ]
    kind = kinds(cast("Reader", reader)).get(found.kind)
    if kind is not None and kind.terms and reader.allows("offers.write", found):
        own = {"label": _("Modalités"), "url": kind.terms.replace("{id}", str(found.id)), "current": current == "terms"}
        parts.insert(3, own)
    return parts


@page("/contrats", needs="offers.read", name="offers")
def offer_list(request: Request, reader: Reader) -> Response:
    """Offers by season; archived ones on demand."""
    archived = request.query_params.get("archives") == "1"
    assert reader.actor is not None
    states = (OfferState.ARCHIVED,) if archived else SHOWN
    found = offers.offers(reader, OfferFilter(states=states), reader.seen("offers.read", Offer))
    return render(request, "offers/list.html", page_title=_("Contrats"), help_url=help_page(request, "offres"),
                  summaries=found, archived=archived, may_write=reader.actor.can_somewhere("offers.write"))  # fmt: skip


@page("/contrats/{offer_id:int}", needs="offers.read")
def offer(request: Request, reader: Reader) -> Response:
    """The offer in short, with its steps."""
    return _offer_page(request, reader, offers.visible(reader, path_int(request, "offer_id")))


def _offer_page(request: Request, reader: Reader, found: Offer, problems: Sequence[Problem] = ()) -> Response:
    missing = offer_life.opening_problems(reader, found) if found.state == OfferState.DRAFT else []
    days = sorted(one.delivery.distribution.day for one in found.dates)
    return render(
        request, "offers/offer.html", 422 if problems else 200, page_title=found.name,
        help_url=help_page(request, "offres"), offer=found, days=days, missing=missing, problems=problems,
        households=subscribed(reader, [found.id]).get(found.id, 0), steps=STEPS[found.state],
        tabs=tabs(request, reader, found, "offer"), may_write=reader.allows("offers.write", found),
    )  # fmt: skip


def _counts(current: Offer | None) -> list[int]:
    return sorted({1, 2, 3, 4, 5, 6, 8, 10, 12, *(current.instalment_counts if current else ())})


def _choices(reader: Reader, current: Offer | None = None) -> Choices:
    found: dict[str, list[tuple[Any, str]]] = {
        "farm_id": [(one.id, one.name) for one in farms.all_farms(reader, reader.seen("offers.write", Farm))],
        "place_id": [(one.id, one.name) for one in calendar.places(reader)],
        "season_id": [(one.id, one.name) for one in calendar.seasons(reader)],
        "instalment_counts": [(count, _("%(n)s fois") % {"n": count}) for count in _counts(current)],
        "instalment_step": list(ROUNDINGS),
        "kind": [(kind.name, _(kind.label)) for kind in kinds(reader).values()],
    }
    if current is not None and current.kind not in kinds(reader):
        found["kind"].append((current.kind, current.kind))
    if current is not None:  # what is archived stays shown where it is used
        for name, row in (("farm_id", current.farm), ("place_id", current.place), ("season_id", current.season)):
            if row.id not in {key for key, _label in found[name]}:
                found[name].append((row.id, row.name))
    return found


def _form(reader: Reader, found: Offer | None = None) -> Form[OfferData]:
    values = values_of(found, OfferData) if found else None
    return Form(
        OfferData, values, _choices(reader, found), sections=sections(reader, "offer", found.id if found else None)
    )


def _form_page(request: Request, form: Form[OfferData], found: Offer | None = None, status: int = 200) -> Response:
    title = _("Modifier le contrat « %(name)s »") % {"name": found.name} if found else _("Préparer un contrat")
    missing = [name for name in ("farm_id", "place_id", "season_id") if not form.choices[name]]
    return render(request, "offers/form.html", status, page_title=title, help_url=help_page(request, "offres"),
                  form=form, offer=found, missing=missing)  # fmt: skip


@page("/contrats/nouveau", needs="offers.write")
def new_offer(request: Request, reader: Reader) -> Response:
    """Prepare an offer."""
    return _form_page(request, _form(reader))


@page("/contrats/nouveau", needs="offers.write", writes=True)
def add_offer(request: Request, unit: Unit, data: FormData) -> Response:
    """Create the draft, then on to its dates."""
    form = _form(unit)
    if form.apply(unit, data, lambda value: _create(unit, value)):
        message = _("Le contrat est créé. Choisissez maintenant ses dates.")
        return redirect(request, offer_url(request, form.result.id, "offer_dates"), message)
    return _form_page(request, form, status=422)


def _create(unit: Unit, value: OfferData) -> Offer:
    unit.may("offers.write", value.farm_id)
    return offers.create(unit, value)


@page("/contrats/{offer_id:int}/modifier", needs="offers.write")
def edit_offer(request: Request, reader: Reader) -> Response:
    """Change what was filled in."""
    found = offers.visible(reader, path_int(request, "offer_id"), "offers.write")
    return _form_page(request, _form(reader, found), found)


@page("/contrats/{offer_id:int}/modifier", needs="offers.write", writes=True)
def change_offer(request: Request, unit: Unit, data: FormData) -> Response:
    """Save the changes."""
    found = offers.visible(unit, path_int(request, "offer_id"), "offers.write")
    form = _form(unit, found)

    def change(value: OfferData) -> Offer:
        unit.may("offers.write", value.farm_id)
        return offers.change(unit, found.id, value, form.version)

    if form.apply(unit, data, change):
        return redirect(request, offer_url(request, found.id), _("Le contrat est enregistré."))
    return _form_page(request, form, offers.offer(unit, found.id), 422)


@page("/contrats/{offer_id:int}/etat", needs="offers.write", writes=True)
def move_offer(request: Request, unit: Unit, data: FormData) -> Response:
    """One step of the offer's life; what is missing is listed on its page."""
    found = offers.visible(unit, path_int(request, "offer_id"), "offers.write")
    wanted = str(data.get("to", ""))
    if wanted not in {state.value for state, _label in STEPS[found.state]}:
        raise NotFound(wanted)
    if problems := attempt(unit, lambda: offer_life.move(unit, found.id, OfferState(wanted))):
        return _offer_page(request, unit, offers.offer(unit, found.id), problems)
    undo = offer_url(request, found.id, "restore_offer") if wanted == OfferState.ARCHIVED else None
    return redirect(request, offer_url(request, found.id), MOVED[OfferState(wanted)](), undo_url=undo)


MOVED = {
    OfferState.DRAFT: lambda: _("Le contrat est de nouveau un brouillon."),
    OfferState.OPEN: lambda: _("Les souscriptions sont ouvertes : les foyers peuvent choisir et signer."),
    OfferState.CLOSED: lambda: _("Les souscriptions sont closes."),
    OfferState.RUNNING: lambda: _("La saison est en cours."),
    OfferState.FINISHED: lambda: _("La saison est terminée."),
    OfferState.ARCHIVED: lambda: _("Le contrat est archivé."),
}


@page("/contrats/{offer_id:int}/supprimer", needs="offers.write", writes=True)
def discard_offer(request: Request, unit: Unit, data: FormData) -> Response:
    """Put a draft away."""
    found = offers.visible(unit, path_int(request, "offer_id"), "offers.write")
    if problems := attempt(unit, lambda: offer_life.discard(unit, found.id)):
        return _offer_page(request, unit, offers.offer(unit, found.id), problems)
    undo = offer_url(request, found.id, "restore_offer")
    return redirect(request, url_of(request, "offers"), _("Le brouillon est supprimé."), undo_url=undo)


@page("/contrats/{offer_id:int}/retablir", needs="offers.write", writes=True)
def restore_offer(request: Request, unit: Unit, data: FormData) -> Response:
    """Bring an archived offer back."""
    found = offers.visible(unit, path_int(request, "offer_id"), "offers.write")
    offer_life.restore(unit, found.id)
    return redirect(request, offer_url(request, found.id), _("Le contrat est rétabli."))


@page("/contrats/{offer_id:int}/signatures-papier", needs="contracts.write", writes=True)
def countersign_offer_on_paper(request: Request, unit: Unit, data: FormData) -> Response:
    """Enter the farm's signature on paper for every contract of the offer that waits for it."""
    found = offers.visible(unit, path_int(request, "offer_id"))
    assert unit.actor is not None
    made = countersigning.countersign_on_paper(unit, found.id, unit.get(Person, unit.actor.person_id))
    message = ngettext("%(n)s contrat est contresigné.", "%(n)s contrats sont contresignés.", len(made))
    return redirect(request, offer_url(request, found.id, "offer_contracts"), message)
