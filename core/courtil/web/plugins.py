"""Greffons: what is installed, what each asks for, switching on and off, settings, purging."""

from typing import Any

from pydantic import BaseModel
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.problems import NotFound, Refused
from courtil.domain.words import _
from courtil.plugin.health import Measure
from courtil.plugin.licences import incompatible
from courtil.plugin.manifest import API, Plugin
from courtil.plugin.specs import kind_of
from courtil.services import plugin_data
from courtil.services import plugins as service
from courtil.services import settings as kept
from courtil.services.unit import Reader, Unit
from courtil.store.operations import PluginState
from courtil.web.flash import redirect
from courtil.web.forms import Form
from courtil.web.pages import page
from courtil.web.render import render
from courtil.web.request import facts, url_of


def _help(request: Request) -> str:
    return url_of(request, "help_page", topic="greffons")


def _plugin(request: Request) -> Plugin:
    """The installed plugin of the path. Raises NotFound."""
    found = facts(request).instance.sets.registry.plugins.get(str(request.path_params["name"]))
    if found is None:
        raise NotFound("plugin")
    return found


@page("/reglages/greffons", needs="settings.write")
def plugins(request: Request, reader: Reader) -> Response:
    """What is installed on this machine, and what is on here."""
    here = facts(request)
    registry = here.instance.sets.registry
    return render(
        request, "plugins/plugins.html", page_title=_("Greffons"), help_url=_help(request),
        plugins=[(one, _state(request, one.name)) for one in registry.plugins.values()],
        broken=registry.broken, left_out=here.plugins.left_out, orphans=service.orphans(here.instance),
    )  # fmt: skip


def _state(request: Request, name: str) -> str:
    """on, broken or off."""
    here = facts(request).plugins
    return "on" if name in here.names else "broken" if name in here.left_out else "off"


@page("/reglages/greffons/{name}", needs="settings.write")
def plugin(request: Request, reader: Reader) -> Response:
    """One plugin: what it does, keeps and calls, how it behaves, its settings."""
    found = _plugin(request)
    return _page(request, reader, found, _settings_form(request, reader, found))


def _page(
    request: Request, reader: Reader, found: Plugin, form: Form[Any] | None, *, problem: str = "", status: int = 200
) -> Response:
    here = facts(request)
    registry = here.instance.sets.registry
    model = _settings_model(found) if form else None
    return render(
        request, "plugins/plugin.html", status, page_title=_(found.label), help_url=_help(request), plugin=found,
        state=_state(request, found.name), reason=here.plugins.left_out.get(found.name, ""), problem=problem, api=API,
        needs=[(one, registry.plugins.get(one.name), one.name in here.plugins.names) for one in found.requirements],
        licence_problem=incompatible(found.licence), measures=_measures(request, found.name),
        set_aside=registry.health.is_aside(found.name), form=form, version=kept.stamp(reader, found.name),
        past=_past(reader, found.name, model), tables=plugin_data.counts(here.instance.database, found.name),
        was_here=reader.session.get(PluginState, found.name) is not None,
    )  # fmt: skip


def _measures(request: Request, name: str) -> dict[str, Measure]:
    """What its hooks did, but for what every plugin says once at the start without trouble."""
    found = facts(request).instance.sets.registry.health.of(name)
    return {hook: one for hook, one in found.items() if one.errors or kind_of(hook) != "declare"}


def _past(reader: Reader, owner: str, model: type[BaseModel] | None) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Settings as they were, by the titles of their fields."""
    if model is None:
        return []
    titles = {name: _(info.title or name) for name, info in model.model_fields.items()}
    return [
        (one, [(titles[key], value) for key, value in one.value.items() if key in titles])
        for one in kept.history(reader, owner)
    ]


@page("/reglages/greffons/{name}/activer", needs="settings.write", posted=True)
def switch_plugin_on(request: Request, reader: Reader, data: FormData) -> Response:
    """Copy the database, prepare the plugin's tables, switch it on."""
    found = _plugin(request)
    try:
        service.switch_on(facts(request).instance, found.name, _who(reader))
    except Refused as refused:
        return _page(request, reader, found, _settings_form(request, reader, found), problem=str(refused), status=422)
    undo = url_of(request, "switch_plugin_off", name=found.name)
    message = _("Le greffon « %(name)s » est activé.") % {"name": _(found.label)}
    return redirect(request, url_of(request, "plugin", name=found.name), message, undo_url=undo)


@page("/reglages/greffons/{name}/desactiver", needs="settings.write", posted=True)
def switch_plugin_off(request: Request, reader: Reader, data: FormData) -> Response:
    """Switch it off; what it keeps stays."""
    found = _plugin(request)
    try:
        service.switch_off(facts(request).instance, found.name, _who(reader))
    except Refused as refused:
        return _page(request, reader, found, _settings_form(request, reader, found), problem=str(refused), status=422)
    undo = url_of(request, "switch_plugin_on", name=found.name)
    message = _("Le greffon « %(name)s » est désactivé. Ses données sont gardées.") % {"name": _(found.label)}
    return redirect(request, url_of(request, "plugins"), message, undo_url=undo)


def _who(reader: Reader) -> int | None:
    return reader.actor.person_id if reader.actor else None


def _settings_model(found: Plugin) -> type[BaseModel]:
    return found.settings_model


def _settings_form(request: Request, reader: Reader, found: Plugin) -> Form[Any] | None:
    """The settings of a plugin that is on, without what is secret."""
    if not found.settings or _state(request, found.name) != "on":
        return None
    model = _settings_model(found)
    return Form(model, kept.read(reader, found.name, model).model_dump(exclude=set(kept.secrets_of(model))))


@page("/reglages/greffons/{name}", needs="settings.write", writes=True)
def change_plugin_settings(request: Request, unit: Unit, data: FormData) -> Response:
    """Keep the plugin's settings; a secret that is left empty stays as it was."""
    found = _plugin(request)
    form = _settings_form(request, unit, found)
    if form is None:
        raise NotFound("settings")
    if form.apply(unit, data, lambda value: _keep(unit, found, value, form.version)):
        return redirect(request, url_of(request, "plugin", name=found.name), _("Les réglages sont enregistrés."))
    return _page(request, unit, found, form, status=422)


def _keep(unit: Unit, found: Plugin, value: BaseModel, version: int | None) -> None:
    before = kept.read(unit, found.name, type(value))
    same = {
        name: getattr(before, name)
        for name in kept.secrets_of(type(value))
        if (secret := getattr(value, name)) is None or not secret.get_secret_value()
    }
    kept.write(unit, found.name, value.model_copy(update=same), version)


@page("/reglages/greffons/{name}/donnees", needs="settings.write")
def plugin_data_page(request: Request, reader: Reader) -> Response:
    """What a plugin that is off keeps, and what may become of it; those too whose package is gone."""
    here, name = facts(request), str(request.path_params["name"])
    if not service.is_here(here.instance, name):
        raise NotFound("plugin")
    return _data_page(request, name)


def _data_page(request: Request, name: str, status: int = 200, problem: str = "") -> Response:
    here = facts(request)
    found = here.instance.sets.registry.plugins.get(name)
    label = _(found.label) if found else name
    return render(
        request, "plugins/data.html", status, page_title=_("Données de « %(name)s »") % {"name": label},
        help_url=_help(request), name=name, label=label, plugin=found, problem=problem,
        tables=plugin_data.counts(here.instance.database, name), state=_state(request, name),
    )  # fmt: skip


@page("/reglages/greffons/{name}/exporter", needs="settings.write", posted=True)
def export_plugin_data(request: Request, reader: Reader, data: FormData) -> Response:
    """All that the plugin keeps here, as a ZIP of tables."""
    here, name = facts(request), str(request.path_params["name"])
    if not service.is_here(here.instance, name):
        raise NotFound("plugin")
    disposition = f'attachment; filename="{name}.zip"'
    content = plugin_data.export(here.instance.database, name)
    return Response(content, media_type="application/zip", headers={"content-disposition": disposition})


@page("/reglages/greffons/{name}/supprimer", needs="settings.write", posted=True)
def purge_plugin(request: Request, reader: Reader, data: FormData) -> Response:
    """Export what it keeps on the server, then forget it."""
    name = str(request.path_params["name"])
    if data.get("name") != name:
        message = _("Écrivez exactement « %(name)s » pour confirmer.") % {"name": name}
        return _data_page(request, name, 422, message)
    try:
        file = service.purge(facts(request).instance, name, "drop")
    except Refused as refused:
        return _data_page(request, name, 422, str(refused))
    message = _("Les données sont supprimées. Un export reste sur le serveur : %(file)s.") % {"file": file.name}
    return redirect(request, url_of(request, "plugins"), message)
