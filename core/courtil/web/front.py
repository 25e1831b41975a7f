"""The door: home, signing in by mailed link or password, signing out."""

from datetime import timedelta

from pydantic import Field
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from courtil.domain.fields import Email, FormModel
from courtil.domain.problems import NotFound, Problem, Refused
from courtil.domain.words import FRENCH, N_, _, spoken
from courtil.services import demo_personas, mail, signin
from courtil.services.settings import amap_settings
from courtil.services.unit import Reader, Unit
from courtil.services.welcome import welcome
from courtil.store.people import Person
from courtil.web import session, spaces
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.pages import PUBLIC, kept, page
from courtil.web.render import render
from courtil.web.request import base_url, client_address, facts, url_of
from courtil.web.security import safe_path


class LinkForm(FormModel):
    """Who wants a link."""

    email: Email = Field(title=N_("Votre adresse e-mail"), json_schema_extra={"autocomplete": "email"})


class PasswordForm(FormModel):
    """Who signs in with a password."""

    email: Email = Field(title=N_("Votre adresse e-mail"), json_schema_extra={"autocomplete": "username"})
    password: str = Field(
        title=N_("Votre mot de passe"), max_length=1024,
        json_schema_extra={"widget": "password", "autocomplete": "current-password"},
    )  # fmt: skip


@page("/", needs=PUBLIC)
def home(request: Request, reader: Reader) -> Response:
    """The AMAP's door for visitors; who is signed in goes to her first space."""
    if reader.actor is not None:
        return RedirectResponse(landing(request, reader), status_code=303)
    return render(request, "front/home.html", page_title=amap_settings(reader).name, welcome=welcome(reader))


def landing(request: Request, reader: Reader) -> str:
    """Where a signed-in person starts."""
    mine = spaces.shown(reader.actor, facts(request).assembly, "/")
    return mine[0].url if mine else "/mon-compte"


@page("/connexion", needs=PUBLIC)
def sign_in(request: Request, reader: Reader) -> Response:
    """Ask for the address; below, the password."""
    return _sign_in_page(request, reader, after=request.query_params.get("suite"))


def _sign_in_page(
    request: Request, reader: Reader, status: int = 200, *, link: Form[LinkForm] | None = None,
    password: Form[PasswordForm] | None = None, after: object = "",
) -> Response:  # fmt: skip
    personas = demo_personas.all_of(reader) if facts(request).instance.config.demo else []
    return render(
        request, "front/sign_in.html", status, page_title=_("Connexion"), help_url=_help(request),
        link=link or Form(LinkForm), password=password or Form(PasswordForm, prefix="p"),
        after=safe_path(str(after or "")), personas=personas,
    )  # fmt: skip


def _help(request: Request) -> str:
    return url_of(request, "help_page", topic="connexion")


@page("/connexion/lien", needs=PUBLIC, writes=True)
def ask_link(request: Request, unit: Unit, data: FormData) -> Response:
    """Mail a link if the address is known; the answer is the same when it is not."""
    form = Form(LinkForm)
    if not form.read(data):
        return _sign_in_page(request, unit, 422, link=form, after=data.get("suite"))
    assert form.value is not None
    try:
        signin.count(unit, "mail-address", client_address(request), signin.MAILS_PER_ADDRESS, signin.MAIL_WINDOW)
        signin.count(unit, "mail-account", form.value.email, signin.MAILS_PER_ACCOUNT, signin.MAIL_WINDOW)
    except signin.TooMany:
        return kept(_link_sent(request, form.value.email))
    person = signin.person_with(unit, form.value.email)
    if person is not None:
        mail_link(request, unit, person, safe_path(str(data.get("suite", ""))))
    return _link_sent(request, form.value.email)


def _link_sent(request: Request, email: str) -> Response:
    return render(
        request, "front/link_sent.html", page_title=_("Regardez vos e-mails"), help_url=_help(request), email=email
    )


@spoken(FRENCH)
def mail_link(request: Request, unit: Unit, person: Person, after: str) -> None:
    """Mail a fresh link to a person who has an address."""
    token = signin.new_link(unit, person)
    url = f"{base_url(request)}{url_of(request, 'use_link', token=token, suite=after)}"
    text = _(
        "Bonjour %(name)s,\n\n"
        "Pour vous connecter, ouvrez cette adresse puis appuyez sur « Me connecter » :\n\n%(url)s\n\n"
        "Le lien vaut dix minutes et sert une seule fois. Passé ce délai, demandez-en un autre ici :\n%(door)s\n\n"
        "Si vous n’avez rien demandé, ignorez ce message."
    )
    door = f"{base_url(request)}{url_of(request, 'sign_in')}"
    words = {"name": person.first_name or person.last_name, "url": url, "door": door}
    assert person.email is not None
    mail.ask(unit, person.email, person.full_name, _("Votre lien de connexion"), text % words)


@page("/connexion/lien/{token}", needs=PUBLIC)
def use_link(request: Request, reader: Reader) -> Response:
    """A page with one button: mail scanners open links, they do not press buttons."""
    return render(request, "front/use_link.html", page_title=_("Connexion"), token=request.path_params["token"],
                  after=safe_path(request.query_params.get("suite")))  # fmt: skip


@page("/connexion/lien/{token}", needs=PUBLIC, writes=True)
def open_by_link(request: Request, unit: Unit, data: FormData) -> Response:
    """Use the link up and sign in."""
    try:
        person = signin.use_link(unit, str(request.path_params["token"]))
    except Refused as refused:
        form = Form(LinkForm)
        form.refuse(*refused.problems)
        return _sign_in_page(request, unit, 422, link=form, after=data.get("suite"))
    return _enter(request, unit, person, safe_path(str(data.get("suite", ""))))


@page("/connexion", needs=PUBLIC, writes=True)
def sign_in_with_password(request: Request, unit: Unit, data: FormData) -> Response:
    """Sign in with a password; attempts are counted whether the account exists or not."""
    form, after = Form(PasswordForm, prefix="p"), data.get("suite")
    if not form.read(data):
        return _sign_in_page(request, unit, 422, password=form, after=after)
    assert form.value is not None
    try:
        signin.count(unit, "password-address", client_address(request), signin.TRIES_PER_ADDRESS, signin.WINDOW)
        signin.count(unit, "password", form.value.email, signin.TRIES_PER_ACCOUNT, signin.WINDOW)
    except signin.TooMany as many:
        form.refuse(Problem(_("Trop d’essais. Réessayez dans %(n)s secondes.") % {"n": _seconds(many.wait)}))
        return kept(_sign_in_page(request, unit, 429, password=form, after=after))
    person = signin.check_password(unit, form.value.email, form.value.password)
    if person is None:
        form.refuse(Problem(_("L’adresse ou le mot de passe ne correspond pas. Demandez plutôt un lien."), "password"))
        form.control("password").value = ""
        return kept(_sign_in_page(request, unit, 422, password=form, after=after))
    signin.forget_attempts(unit, "password", form.value.email)
    return _enter(request, unit, person, safe_path(str(after or "")))


def _seconds(wait: timedelta) -> int:
    return max(1, int(wait.total_seconds() + 0.999))


def _enter(request: Request, unit: Unit, person: Person, after: str) -> Response:
    token = signin.start_session(unit, person, request.headers.get("user-agent", ""))
    return session.start(request, RedirectResponse(after, status_code=303), token)


@page("/connexion/demo/{code}", needs=PUBLIC, writes=True)
def enter_demo(request: Request, unit: Unit, data: FormData) -> Response:
    """Sign in as a persona, on demonstration instances only."""
    if not facts(request).instance.config.demo:
        raise NotFound("demo")
    person = demo_personas.person(unit, str(request.path_params["code"]))
    return _enter(request, unit, person, "/")


@page("/deconnexion", needs=PUBLIC, writes=True)
def sign_out(request: Request, unit: Unit, data: FormData) -> Response:
    """End this session; who is known without it is told who vouches for her, since only they can stop."""
    if unit.actor is not None and unit.actor.session_id is not None:
        signin.end_session(unit, unit.actor.person_id, unit.actor.session_id)
    known = signin.vouched_for(unit, session.facts_of(request))
    if known is None:
        return session.end(request, RedirectResponse("/connexion", status_code=303))
    message = _("Vous restez connecté·e par « %(issuer)s » : déconnectez-vous aussi de ce côté.")
    answer = redirect(request, url_of(request, "account"), message % {"issuer": known.issuer}, kind="info")
    return session.end(request, answer)
