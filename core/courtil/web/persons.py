"""One person: her sheet, her roles, a sign-in link."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import Field
from sqlalchemy.orm import joinedload
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.fields import FormModel, Line, MaybeWhole
from courtil.domain.problems import NotFound, Refused
from courtil.domain.words import N_, _
from courtil.services import access, farms, roles, signin
from courtil.services import people as service
from courtil.services.people import PersonData
from courtil.services.unit import Reader, Unit
from courtil.store.people import Household, Person
from courtil.web.flash import redirect
from courtil.web.forms import Choices, Form, values_of
from courtil.web.front import mail_link
from courtil.web.pages import page
from courtil.web.people import help_url, home_of, household_url
from courtil.web.render import render
from courtil.web.request import path_int, url_of
from courtil.web.sections import sections

INVITATIONS_A_DAY = 300


class RoleChoice(FormModel):
    """A role to give."""

    code: Line = Field(title=N_("Rôle"))
    farm_id: MaybeWhole = Field(
        None, title=N_("Ferme"), description=N_("Pour « Référent·e » et « Paysan·ne » seulement.")
    )


def _person(request: Request, reader: Reader, permission: str = "people.read") -> Person:
    """A person the actor may see or act on, of a household she may see or act on."""
    found = reader.session.get(Person, path_int(request, "id"), options=[joinedload(Person.household)])
    if found is None:
        raise NotFound("person")
    access.require(reader, permission, found)
    access.require(reader, permission, *([found.household] if found.household else ()))
    return found


def person_url(request: Request, person_id: int) -> str:
    """The page of a person."""
    return url_of(request, "person", id=person_id)


@page("/personnes/{id:int}", needs="people.read")
def person(request: Request, reader: Reader) -> Response:
    """A person with her roles."""
    return _page(request, reader, _person(request, reader), _role_form(reader))


def _page(request: Request, reader: Reader, found: Person, form: Form[RoleChoice], status: int = 200) -> Response:
    return render(
        request, "people/person.html", status, page_title=found.full_name, help_url=help_url(request),
        person=found, form=form, grants=roles.grants_of(reader, found.id),
        farm_names={farm.id: farm.name for farm in farms.all_farms(reader)},
    )  # fmt: skip


def _role_form(reader: Reader) -> Form[RoleChoice]:
    choices: Choices = {
        "code": [(role.code, role.label) for role in roles.all_roles(reader)],
        "farm_id": [("", N_("Toute l’AMAP")), *((farm.id, farm.name) for farm in farms.all_farms(reader))],
    }
    return Form(RoleChoice, choices=choices)


@page("/foyers/{id:int}/personnes/nouvelle", needs="people.write")
def new_person(request: Request, reader: Reader) -> Response:
    """Add somebody to a household."""
    return _new_page(request, _form(reader), home_of(request, reader, "people.write"))


@page("/personnes/nouvelle", needs="people.write")
def new_farmer(request: Request, reader: Reader) -> Response:
    """Add somebody without a household: a farmer."""
    return _new_page(request, _form(reader), None)


def _form(
    reader: Reader, person_id: int | None = None, values: Mapping[str, Any] | None = None
) -> Form[PersonData]:  # fmt: skip
    return Form(PersonData, values, sections=sections(reader, "person", person_id))


def _new_page(request: Request, form: Form[PersonData], home: Household | None, status: int = 200) -> Response:
    title = _("Ajouter une personne") if home else _("Ajouter un·e paysan·ne")
    return render(
        request, "people/person_new.html", status, page_title=title, help_url=help_url(request), form=form, home=home
    )


@page("/foyers/{id:int}/personnes/nouvelle", needs="people.write", writes=True)
def create_person(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep a new person of a household."""
    home, form = home_of(request, unit, "people.write"), _form(unit)
    if form.apply(unit, data, lambda value: service.add_person(unit, home.id, value)):
        return redirect(request, household_url(request, home.id), _("La personne est ajoutée au foyer."))
    return _new_page(request, form, home, 422)


@page("/personnes/nouvelle", needs="people.write", writes=True)
def create_farmer(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep a new farmer."""
    form = _form(unit)
    if form.apply(unit, data, lambda value: service.add_person(unit, None, value)):
        return redirect(
            request, person_url(request, form.result.id), _("La personne est ajoutée. Donnez-lui sa ferme.")
        )
    return _new_page(request, form, None, 422)


@page("/personnes/{id:int}/modifier", needs="people.write")
def edit_person(request: Request, reader: Reader) -> Response:
    """Change a person's sheet."""
    found = _person(request, reader, "people.write")
    return _edit_page(request, found, _form(reader, found.id, values_of(found, PersonData)))


def _edit_page(request: Request, found: Person, form: Form[PersonData], status: int = 200) -> Response:
    title = _("Modifier la fiche de %(name)s") % {"name": found.full_name}
    return render(
        request, "people/person_edit.html", status, page_title=title,
        help_url=help_url(request), person=found, form=form,
    )  # fmt: skip


@page("/personnes/{id:int}/modifier", needs="people.write", writes=True)
def change_person(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep a person's sheet."""
    found = _person(request, unit, "people.write")
    form = _form(unit, found.id)
    if form.apply(unit, data, lambda value: service.change_person(unit, found.id, value, form.version)):
        return redirect(request, person_url(request, found.id), _("La fiche est enregistrée."))
    return _edit_page(request, found, form, 422)


@page("/personnes/{id:int}/archiver", needs="people.write", writes=True)
def archive_person(request: Request, unit: Unit, data: FormData) -> Response:
    """Take a person out of the lists."""
    found = service.archive_person(unit, _person(request, unit, "people.write").id)
    undo = url_of(request, "restore_person", id=found.id)
    message = _("%(name)s est dans les archives et n’a plus accès au site.") % {"name": found.full_name}
    return redirect(request, person_url(request, found.id), message, undo_url=undo)


@page("/personnes/{id:int}/rouvrir", needs="people.write", writes=True)
def restore_person(request: Request, unit: Unit, data: FormData) -> Response:
    """Bring a person back."""
    found = service.restore_person(unit, _person(request, unit, "people.write").id)
    return redirect(request, person_url(request, found.id), _("La fiche est rouverte."))


@page("/personnes/{id:int}/roles", needs="settings.write", writes=True)
def give_role(request: Request, unit: Unit, data: FormData) -> Response:
    """Give a role."""
    found, form = _person(request, unit, "settings.write"), _role_form(unit)
    if form.apply(unit, data, lambda value: roles.grant(unit, found, value.code, value.farm_id)):
        return redirect(request, person_url(request, found.id), _("Le rôle est donné."))
    return _page(request, unit, found, form, 422)


@page("/personnes/{id:int}/roles/{grant_id:int}/retirer", needs="settings.write", writes=True)
def take_role(request: Request, unit: Unit, data: FormData) -> Response:
    """Take a role back; the undo gives it again."""
    found, grant_id = _person(request, unit, "settings.write"), path_int(request, "grant_id")
    held = next((grant for grant in roles.grants_of(unit, found.id) if grant.id == grant_id), None)
    if held is None:
        raise NotFound("grant")
    undo = url_of(request, "give_role_back", id=found.id, code=held.role.code, farm_id=held.farm_id)
    roles.revoke(unit, found, grant_id)
    return redirect(request, person_url(request, found.id), _("Le rôle est retiré."), undo_url=undo)


@page("/personnes/{id:int}/roles/rendre", needs="settings.write", writes=True)
def give_role_back(request: Request, unit: Unit, data: FormData) -> Response:
    """Give back the role that was just taken."""
    found, asked = _person(request, unit, "settings.write"), request.query_params
    farm_id = asked.get("farm_id", "")
    farm = farms.farm(unit, int(farm_id)).id if farm_id.isdecimal() and len(farm_id) < 10 else None
    roles.grant(unit, found, asked.get("code", ""), farm)
    return redirect(request, person_url(request, found.id), _("Le rôle est rendu."))


@page("/personnes/{id:int}/lien", needs="people.write", writes=True)
def send_link(request: Request, unit: Unit, data: FormData) -> Response:
    """Mail a sign-in link to somebody of the AMAP."""
    assert unit.actor is not None
    found = _person(request, unit, "people.write")
    if found.email is None or found.archived_at is not None:
        raise Refused(_("Cette personne n’a pas d’adresse e-mail. Ajoutez-la sur sa fiche, puis envoyez le lien."))
    try:
        signin.count(unit, "mail-account", found.email, signin.MAILS_PER_ACCOUNT, signin.MAIL_WINDOW)
        signin.count(unit, "invitation", str(unit.actor.person_id), INVITATIONS_A_DAY, timedelta(days=1))
    except signin.TooMany as many:
        raise Refused(_("Trop de liens sont déjà partis. Attendez un peu, puis recommencez.")) from many
    mail_link(request, unit, found, "/")
    message = _("Le lien part à %(email)s. Il vaut dix minutes.") % {"email": found.email}
    return redirect(request, person_url(request, found.id), message)
