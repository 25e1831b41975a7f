"""People: the list, and one page per household with everything about it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.words import N_, _
from courtil.services import access, log, sheets
from courtil.services import directory as lists
from courtil.services import people as service
from courtil.services.directory import Segment
from courtil.services.people import HouseholdData, NameData, PersonData
from courtil.services.roles import grants_of_persons
from courtil.services.unit import Reader, Unit
from courtil.store.people import Household
from courtil.web.flash import redirect
from courtil.web.forms import Form, values_of
from courtil.web.pages import page
from courtil.web.paging import Pager, Tab
from courtil.web.render import render
from courtil.web.request import facts, path_int, query_page, url_of
from courtil.web.sections import sections

SEGMENTS: Mapping[Segment, str] = {
    Segment.PRESENT: N_("Dans l’AMAP"),
    Segment.WITHOUT_CONTRACT: N_("Sans contrat cette saison"),
    Segment.LEFT: N_("Archives"),
}


class NewHousehold(HouseholdData, PersonData):
    """A household with its first person."""


def help_url(request: Request) -> str:
    """The help page of this area."""
    return url_of(request, "help_page", topic="personnes")


def household_url(request: Request, household_id: int) -> str:
    """The page of a household."""
    return url_of(request, "household", id=household_id)


def asked(request: Request) -> str:
    """What was typed in the search field."""
    return request.query_params.get("q", "").strip()[:200]


@page("/personnes", needs="people.read")
def people(request: Request, reader: Reader) -> Response:
    """Everybody, 50 a page."""
    url, text, segment = facts(request).assembly.url, asked(request), _segment(request)
    found = lists.find(reader, text, query_page(request), segment, lists.visible(reader))
    address = partial(url, "people", q=text or None, segment=segment.value)
    persons, homes = lists.counted(reader)
    return render(
        request, "people/people.html", page_title=_("Personnes"), help_url=help_url(request),
        found=found, text=text, segment=segment, persons=persons, homes=homes,
        tabs=[Tab(_(SEGMENTS[s]), url("people", segment=s.value, q=text or None), s == segment) for s in Segment],
        pager=Pager(found.page, found.pages, found.total, lambda number: address(page=number)),
    )  # fmt: skip


def _segment(request: Request) -> Segment:
    try:
        return Segment(request.query_params.get("segment", ""))
    except ValueError:
        return Segment.PRESENT


@page("/annuaire", needs="self.read")
def directory(request: Request, reader: Reader) -> Response:
    """What members see of one another: names, and contacts of those who said yes."""
    text = asked(request)
    found = lists.shared(reader, text, query_page(request))
    address = partial(facts(request).assembly.url, "directory", q=text or None)
    return render(
        request, "people/directory.html", page_title=_("Annuaire"), help_url=help_url(request), found=found, text=text,
        pager=Pager(found.page, found.pages, found.total, lambda number: address(page=number)),
    )  # fmt: skip


def home_of(request: Request, reader: Reader, permission: str = "people.read") -> Household:
    """The household of the address with its persons. Raises NotFound unless the actor may see or act on it."""
    home = service.household(reader, path_int(request, "id"))
    access.require(reader, permission, home)
    return home


@page("/foyers/{id:int}", needs="people.read")
def household(request: Request, reader: Reader) -> Response:
    """Everything about a household."""
    home = home_of(request, reader)
    seen = access.among(reader, "people.read", home.persons)
    persons = [person for person in home.persons if person.id in seen]
    return render(
        request, "people/household.html", page_title=home.name, help_url=help_url(request), home=home,
        persons=persons, erased=service.is_erased(home.persons),
        grants=grants_of_persons(reader, seen),
        contracts=sheets.held_contracts(reader, home.id), history=log.history(reader, home),
    )  # fmt: skip


@page("/foyers/nouveau", needs="people.write")
def new_household(request: Request, reader: Reader) -> Response:
    """Add a household with its first person."""
    return _new_page(request, Form(NewHousehold, {"joined_on": reader.today}))


def _new_page(request: Request, form: Form[NewHousehold], status: int = 200) -> Response:
    return render(
        request, "people/household_new.html", status, page_title=_("Ajouter un foyer"), help_url=help_url(request),
        form=form, person_fields=[*NameData.model_fields, *service.ContactData.model_fields],
        home_fields=list(HouseholdData.model_fields),
    )  # fmt: skip


@page("/foyers/nouveau", needs="people.write", writes=True)
def create_household(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep the household and its first person."""
    form = Form(NewHousehold)
    if form.apply(unit, data, lambda value: _add(unit, value)):
        return redirect(request, household_url(request, form.result.id), _("Le foyer est ajouté."))
    return _new_page(request, form, 422)


def _add(unit: Unit, value: NewHousehold) -> Household:
    parts = value.model_dump()
    return service.add_household(unit, HouseholdData.model_validate(parts), [PersonData.model_validate(parts)])


@page("/foyers/{id:int}/modifier", needs="people.write")
def edit_household(request: Request, reader: Reader) -> Response:
    """Change the sheet of a household."""
    home = home_of(request, reader, "people.write")
    return _edit_page(request, home, _form(reader, home, values_of(home, HouseholdData)))


def _edit_page(request: Request, home: Household, form: Form[HouseholdData], status: int = 200) -> Response:
    return render(
        request, "people/household_edit.html", status, page_title=_("Modifier le foyer %(name)s") % {"name": home.name},
        help_url=help_url(request), home=home, form=form,
    )  # fmt: skip


def _form(reader: Reader, home: Household, values: Mapping[str, Any] | None = None) -> Form[HouseholdData]:
    return Form(HouseholdData, values, sections=sections(reader, "household", home.id))


@page("/foyers/{id:int}/modifier", needs="people.write", writes=True)
def change_household(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep the sheet of a household."""
    home = home_of(request, unit, "people.write")
    form = _form(unit, home)
    if form.apply(unit, data, lambda value: service.change_household(unit, home.id, value, form.version)):
        return redirect(request, household_url(request, home.id), _("La fiche du foyer est enregistrée."))
    return _edit_page(request, home, form, 422)


@page("/foyers/{id:int}/depart", needs="people.write")
def household_leaving(request: Request, reader: Reader) -> Response:
    """What changes when the household leaves, before it leaves."""
    home = home_of(request, reader, "people.write")
    return render(
        request, "people/household_leave.html", page_title=_("Départ du foyer %(name)s") % {"name": home.name},
        help_url=help_url(request), home=home, present=service.present(home),
        running=service.running_contracts(reader, home.id),
    )  # fmt: skip


@page("/foyers/{id:int}/depart", needs="people.write", writes=True)
def leave_household(request: Request, unit: Unit, data: FormData) -> Response:
    """The household leaves."""
    home = service.leave(unit, home_of(request, unit, "people.write").id)
    undo = url_of(request, "bring_back_household", id=home.id)
    return redirect(request, household_url(request, home.id), _("Le foyer a quitté l’AMAP."), undo_url=undo)


@page("/foyers/{id:int}/retour", needs="people.write", writes=True)
def bring_back_household(request: Request, unit: Unit, data: FormData) -> Response:
    """The household is back."""
    home = service.come_back(unit, home_of(request, unit, "people.write").id)
    return redirect(request, household_url(request, home.id), _("Le foyer est de retour."))
