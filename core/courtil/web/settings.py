"""Settings of the AMAP, and what each role allows."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.access import PERMISSIONS, Permission
from courtil.domain.problems import Problem, Refused
from courtil.domain.school import ZONES
from courtil.domain.words import _
from courtil.services import mail_ending
from courtil.services import roles as service
from courtil.services import settings as kept
from courtil.services.roles import RoleData
from courtil.services.settings import AmapSettings
from courtil.services.unit import Reader, Unit
from courtil.store.people import Role
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.pages import page
from courtil.web.render import render
from courtil.web.request import facts, url_of

CHOICES = {"school_zone": ZONES}


def _help(request: Request) -> str:
    return url_of(request, "help_page", topic="reglages")


@page("/reglages", needs="settings.write")
def settings(request: Request, reader: Reader) -> Response:
    """Who the AMAP is."""
    return _page(request, reader, Form(AmapSettings, kept.amap_settings(reader).model_dump(), CHOICES))


def _page(request: Request, reader: Reader, form: Form[AmapSettings], status: int = 200) -> Response:
    return render(
        request, "settings/settings.html", status, page_title=_("Réglages"), help_url=_help(request),
        form=form, version=kept.stamp(reader, "amap"), words=mail_ending.known_words(reader),
    )  # fmt: skip


@page("/reglages", needs="settings.write", writes=True)
def change_settings(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep who the AMAP is."""
    form = Form(AmapSettings, choices=CHOICES)
    if form.apply(unit, data, lambda value: _keep(unit, value, form.version)):
        return redirect(request, url_of(request, "settings"), _("Les réglages sont enregistrés."))
    return _page(request, unit, form, 422)


def _keep(unit: Unit, value: AmapSettings, version: int | None) -> None:
    """Raises Refused for a word of the mails that nobody can fill in."""
    if wrong := mail_ending.unknown_words(unit, value.mail_ending):
        message = _("Ce mot n’existe pas : {%(word)s}. Choisissez-en un de la liste.") % {"word": wrong[0]}
        raise Refused(Problem(message, "mail_ending"))
    kept.write(unit, "amap", value, version)


def permissions(request: Request) -> list[Permission]:
    """Every right that may be given here: the core's, then those of the plugins that are on."""
    here = facts(request)
    plugins = here.plugins.names
    return [*PERMISSIONS, *(p for name in plugins for p in here.instance.sets.registry.plugins[name].permissions)]


@page("/reglages/roles", needs="settings.write")
def roles(request: Request, reader: Reader) -> Response:
    """The roles and what each allows."""
    labels = {permission.name: _(permission.label) for permission in permissions(request)}
    return render(
        request, "settings/roles.html", page_title=_("Rôles et droits"), help_url=_help(request),
        roles=service.all_roles(reader), labels=labels, holders=service.holders(reader),
    )  # fmt: skip


@page("/reglages/roles/{code}", needs="settings.write")
def edit_role(request: Request, reader: Reader) -> Response:
    """Rename a role, choose its rights."""
    found = service.role(reader, str(request.path_params["code"]))
    return _role_page(request, found, _role_form(request, found))


def _role_form(request: Request, found: Role | None = None) -> Form[RoleData]:
    values = {"label": found.label, "permissions": found.permissions} if found else {}
    return Form(RoleData, values, {"permissions": [(p.name, p.label) for p in permissions(request)]})


def _role_page(request: Request, found: Role, form: Form[RoleData], status: int = 200) -> Response:
    return render(
        request, "settings/role.html", status, page_title=_("Rôle « %(name)s »") % {"name": _(found.label)},
        help_url=_help(request), role=found, form=form,
    )  # fmt: skip


@page("/reglages/roles/{code}", needs="settings.write", writes=True)
def change_role(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep a role's name and rights."""
    found, form = service.role(unit, str(request.path_params["code"])), _role_form(request)
    shown = [permission.name for permission in permissions(request)]
    if form.apply(unit, data, lambda value: service.change_role(unit, found.code, value, shown, form.version)):
        return redirect(request, url_of(request, "roles"), _("Le rôle est enregistré."))
    return _role_page(request, found, form, 422)
