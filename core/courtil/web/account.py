"""My account: contacts, password, devices, own data."""

from pydantic import Field
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.fields import FormModel
from courtil.domain.words import FRENCH, N_, _, spoken
from courtil.services import mail, people, privacy, roles, signin
from courtil.services.people import ContactData
from courtil.services.unit import Reader, Unit
from courtil.store.people import Household, Person
from courtil.web.flash import redirect
from courtil.web.forms import Form, values_of
from courtil.web.pages import SIGNED_IN, page
from courtil.web.render import render
from courtil.web.request import path_int, url_of


class NewPassword(FormModel):
    """A password to set."""

    password: str = Field(
        title=N_("Nouveau mot de passe"), description=N_("Au moins 8 caractères ; quatre mots au hasard font mieux."),
        max_length=1024, json_schema_extra={"widget": "password", "autocomplete": "new-password"},
    )  # fmt: skip


def _me(reader: Reader) -> Person:
    assert reader.actor is not None
    return reader.get(Person, reader.actor.person_id)


@page("/mon-compte", needs=SIGNED_IN)
def account(request: Request, reader: Reader) -> Response:
    """What the AMAP knows of me, and where I am signed in."""
    return _page(request, reader, Form(NewPassword))


def _page(request: Request, reader: Reader, form: Form[NewPassword], status: int = 200) -> Response:
    person = _me(reader)
    return render(
        request, "account/account.html", status, page_title=_("Mon compte"), help_url=_help(request),
        person=person, form=form, sessions=signin.sessions_of(reader, person.id),
        home=reader.get(Household, person.household_id) if person.household_id else None,
        grants=roles.grants_of(reader, person.id),
    )  # fmt: skip


def _help(request: Request) -> str:
    return url_of(request, "help_page", topic="connexion")


@page("/mon-compte/coordonnees", needs=SIGNED_IN)
def my_contacts(request: Request, reader: Reader) -> Response:
    """Change how I can be reached, and who sees it."""
    return _contacts_page(request, reader, Form(ContactData, values_of(_me(reader), ContactData)))


def _contacts_page(request: Request, reader: Reader, form: Form[ContactData], status: int = 200) -> Response:
    return render(
        request, "account/contacts.html", status, page_title=_("Mes coordonnées"), help_url=_help(request),
        form=form, version=_me(reader).version,
    )  # fmt: skip


@page("/mon-compte/coordonnees", needs=SIGNED_IN, writes=True)
def change_my_contacts(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep my contacts."""
    form, me = Form(ContactData), _me(unit).id
    if form.apply(unit, data, lambda value: people.change_person(unit, me, value, form.version)):
        return redirect(request, "/mon-compte", _("Vos coordonnées sont enregistrées."))
    return _contacts_page(request, unit, form, 422)


@page("/mon-compte/mes-donnees.zip", needs=SIGNED_IN)
def my_data(request: Request, reader: Reader) -> Response:
    """Everything kept about me, as a file."""
    content = privacy.personal_archive(reader, _me(reader).id)
    name = f"mes-donnees-{reader.today.isoformat()}.zip"
    return Response(content, 200, {"content-disposition": f'attachment; filename="{name}"'}, "application/zip")


@page("/mon-compte/mot-de-passe", needs=SIGNED_IN, writes=True)
def change_password(request: Request, unit: Unit, data: FormData) -> Response:
    """Set my password; my other sessions end and a mail says so."""
    form = Form(NewPassword)
    if form.apply(unit, data, lambda value: signin.set_password(unit, _me(unit), value.password)):
        _tell_new_password(unit, _me(unit))
        return redirect(
            request, "/mon-compte", _("Votre mot de passe est enregistré. Vos autres appareils sont déconnectés.")
        )
    form.control("password").value = ""
    return _page(request, unit, form, 422)


@spoken(FRENCH)
def _tell_new_password(unit: Unit, me: Person) -> None:
    if me.email:
        text = _(
            "Bonjour %(name)s,\n\nLe mot de passe de votre compte vient de changer.\n\n"
            "Ce n’est pas vous ? Prévenez votre AMAP sans attendre."
        )
        words = {"name": me.first_name or me.last_name}
        mail.ask(unit, me.email, me.full_name, _("Votre mot de passe a changé"), text % words)


@page("/mon-compte/appareils/{session_id:int}/deconnecter", needs=SIGNED_IN, writes=True)
def end_device(request: Request, unit: Unit, data: FormData) -> Response:
    """End one of my sessions."""
    signin.end_session(unit, _me(unit).id, path_int(request, "session_id"))
    return redirect(request, "/mon-compte", _("Cet appareil est déconnecté."))
