"""My account: details, password, sessions."""

from pydantic import Field
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.fields import FormModel
from courtil.domain.words import N_, _
from courtil.services import signin
from courtil.services.unit import Reader, Unit
from courtil.store.people import Person
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.pages import SIGNED_IN, page
from courtil.web.render import render
from courtil.web.request import path_int


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
    return render(request, "account/account.html", status, person=person, form=form,
                  sessions=signin.sessions_of(reader, person.id))  # fmt: skip


@page("/mon-compte/mot-de-passe", needs=SIGNED_IN, writes=True)
def change_password(request: Request, unit: Unit, data: FormData) -> Response:
    """Set my password; my other sessions end."""
    form = Form(NewPassword)
    if form.apply(unit, data, lambda value: signin.set_password(unit, _me(unit), value.password)):
        return redirect(request, "/mon-compte", _("Votre mot de passe est enregistré. Vos autres appareils sont déconnectés."))
    form.control("password").value = ""
    return _page(request, unit, form, 422)


@page("/mon-compte/appareils/{session_id:int}/deconnecter", needs=SIGNED_IN, writes=True)
def end_device(request: Request, unit: Unit, data: FormData) -> Response:
    """End one of my sessions."""
    signin.end_session(unit, _me(unit).id, path_int(request, "session_id"))
    return redirect(request, "/mon-compte", _("Cet appareil est déconnecté."))
