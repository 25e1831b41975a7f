"""Switching plugins on and off for one instance."""

from collections.abc import Iterable

from sqlalchemy import select

from courtil.domain.events import PluginSwitched
from courtil.domain.problems import Refused
from courtil.domain.words import N_, _
from courtil.plugin.manifest import Plugin
from courtil.plugin.registry import Registry
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.database import Database
from courtil.store.operations import PluginState
from courtil.store.people import Role
from courtil.store.upgrade import History, upgrade


def histories(registry: Registry, names: Iterable[str]) -> list[History]:
    """The revisions of these plugins, those that others require first; without a `migrations` folder there are none."""
    wanted = set(names)
    found = [History(name, plugin.folder / "migrations") for name, plugin in registry.plugins.items() if name in wanted]
    return [history for history in found if history.versions.is_dir()]


def migrate(database: Database, registry: Registry, names: Iterable[str]) -> None:
    """Bring the core's tables up to date, then those of these plugins."""
    upgrade(database)
    for history in histories(registry, names):
        upgrade(database, history)


def switch_on(instance: Instance, name: str, who: int | None = None) -> None:
    """Migrate the plugin's tables and switch it on: the next request has it. Raises Refused when it cannot be used."""
    registry = instance.sets.registry
    wanted = {*instance.plugins().names, name}
    usable, left_out = registry.usable(wanted)
    if name not in usable:
        raise Refused(_("Ce greffon ne peut pas être activé : %(reason)s.") % {"reason": left_out[name]})
    migrate(instance.database, registry, [name])
    with instance.working() as unit:
        _give_permissions(unit, registry.plugins[name])
        _set_state(unit, name, enabled=True, who=who)


def switch_off(instance: Instance, name: str, who: int | None = None) -> None:
    """Switch the plugin off; its tables and data stay. Raises Refused while another plugin needs it."""
    plugins = instance.sets.registry.plugins
    needing = [other for other in instance.plugins().names if name in plugins[other].requires]
    if needing:
        raise Refused(_("Désactivez d’abord : %(names)s.") % {"names": ", ".join(needing)})
    with instance.working() as unit:
        _set_state(unit, name, enabled=False, who=who)


def _give_permissions(unit: Unit, plugin: Plugin) -> None:
    """The first time, each permission goes to its default roles; afterwards the AMAP decides."""
    if unit.session.get(PluginState, plugin.name) is not None:
        return
    for role in unit.all(select(Role)):
        added = [p.name for p in plugin.permissions if role.code in p.roles]
        role.permissions = sorted({*role.permissions, *added})


def _set_state(unit: Unit, name: str, *, enabled: bool, who: int | None) -> None:
    row = unit.session.get(PluginState, name) or PluginState(name=name)
    row.enabled, row.changed_at, row.changed_by = enabled, unit.now, who
    unit.add(row)
    unit.record(PluginSwitched(name=name, what=N_("activé") if enabled else N_("désactivé")))
