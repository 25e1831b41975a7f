"""The life of plugins in one instance: switched on and off, purged, looked over."""

import logging
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import delete, select

from courtil.domain.events import PluginSwitched
from courtil.domain.problems import NotFound, Refused
from courtil.domain.words import N_, _
from courtil.plugin.faults import told
from courtil.plugin.manifest import Plugin
from courtil.plugin.registry import Registry
from courtil.services import plugin_data
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.database import Database, NoBackUp
from courtil.store.extensions import ExtensionValue
from courtil.store.operations import Job, PluginState, Setting, SettingVersion
from courtil.store.people import Role
from courtil.store.upgrade import History, is_behind, upgrade

log = logging.getLogger(__name__)
Purge = Literal["export", "drop"]


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
    """Copy the database, migrate the plugin's tables, make its pages ready, switch it on: the next request has it.

    Must be called outside a unit of this instance. Raises Refused when it cannot be used, with the reason; then
    nothing has changed.
    """
    registry = instance.sets.registry
    before = instance.plugins()
    if name in before.names:
        return
    _require_what_it_needs(registry, name, before.names)
    plugins = instance.sets.of(frozenset({*before.names, name}))
    if name not in plugins.names:
        raise Refused(_("Ce greffon ne peut pas être activé : %(reason)s.") % {"reason": plugins.left_out[name]})
    _back_up(instance, name)
    _migrate(instance, registry.plugins[name])
    instance.sets.prepare(plugins)
    with instance.working() as unit:
        _give_permissions(unit, registry.plugins[name])
        _set_state(unit, name, enabled=True, who=who)


def _require_what_it_needs(registry: Registry, name: str, on: Collection[str]) -> None:
    plugin = registry.plugins.get(name)
    missing = [one for one in plugin.needs if one not in on] if plugin else []
    if missing:
        labels = [_(registry.plugins[one].label) if one in registry.plugins else one for one in missing]
        raise Refused(_("Activez d’abord : %(names)s.") % {"names": ", ".join(labels)})


def _migrate(instance: Instance, plugin: Plugin) -> None:
    """Raises Refused, with file and line, when a migration of the plugin fails: the database is as it was."""
    upgrade(instance.database)
    try:
        migrate(instance.database, instance.sets.registry, [plugin.name])
    except Exception as error:
        log.exception("the migration of %s failed", plugin.name)
        words = {"reason": told(error, plugin.folder)}
        raise Refused(_("Ses tables n’ont pas pu être créées, rien n’a changé : %(reason)s.") % words) from error


def _back_up(instance: Instance, name: str) -> None:
    """A copy to come back to; where none can be made, migrations still happen whole or not at all."""
    folder = instance.config.folder / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        instance.database.back_up(folder / f"before-{name}-{_stamp()}.backup")
    except NoBackUp as error:
        log.warning("%s: no copy before switching %s on: %s", instance.config.name, name, error)


def _stamp() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"


def switch_off(instance: Instance, name: str, who: int | None = None) -> None:
    """Switch the plugin off; its tables and data stay. Raises Refused while another plugin needs it."""
    plugins = instance.sets.registry.plugins
    needing = [_(plugins[other].label) for other in instance.plugins().names if name in plugins[other].needs]
    if needing:
        raise Refused(_("Désactivez d’abord : %(names)s.") % {"names": ", ".join(needing)})
    with instance.working() as unit:
        if unit.session.get(PluginState, name) is None:
            raise NotFound(name)
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


def purge(instance: Instance, name: str, how: Purge) -> Path:
    """Export what the plugin keeps here and give the file; with `drop`, then forget it all.

    Works for a plugin whose package is gone. Raises NotFound when it never was here, Refused while it is on.
    """
    if not is_here(instance, name):
        raise NotFound(name)
    if name in _enabled(instance):
        raise Refused(_("Désactivez d’abord ce greffon."))
    target = instance.config.folder / "exports" / f"{name}-{_stamp()}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(plugin_data.export(instance.database, name))
    if how == "drop":
        _forget(instance, name)
    return target


def _forget(instance: Instance, name: str) -> None:
    with instance.database.migrator() as connection:
        plugin_data.drop(connection, name)
    with instance.working() as unit:
        for model, column in ((Setting, Setting.owner), (SettingVersion, SettingVersion.owner),
                              (ExtensionValue, ExtensionValue.owner), (PluginState, PluginState.name)):  # fmt: skip
            unit.execute(delete(model).where(column == name))
        unit.execute(delete(Job).where(Job.kind.startswith(f"{name}.", autoescape=True), Job.done_at.is_(None)))
        _take_permissions(unit, name)
        unit.record(PluginSwitched(name=name, what=N_("ses données ont été exportées puis supprimées")))


def _take_permissions(unit: Unit, name: str) -> None:
    for role in unit.all(select(Role)):
        kept = [one for one in role.permissions if not one.startswith(f"{name}.")]
        if kept != role.permissions:
            role.permissions = kept


def _enabled(instance: Instance) -> set[str]:
    with instance.reading() as reader:
        return set(reader.all(select(PluginState.name).where(PluginState.enabled)))


def is_here(instance: Instance, name: str) -> bool:
    """Whether the plugin was switched on here once, or left tables."""
    with instance.reading() as reader:
        return reader.session.get(PluginState, name) is not None or name in plugin_data.migrated(instance.database)


def orphans(instance: Instance) -> list[str]:
    """The plugins that keep data here and are not installed any more."""
    with instance.reading() as reader:
        known = set(reader.all(select(PluginState.name)))
    return sorted((known | set(plugin_data.migrated(instance.database))) - set(instance.sets.registry.plugins))


def doctor(instance: Instance) -> list[str]:
    """What is not as it should be, in English, one line each; none when all is well."""
    found = [f"{name} is switched on and left out: {reason}" for name, reason in instance.plugins().left_out.items()]
    registry = instance.sets.registry
    behind = [
        one
        for one in histories(registry, plugin_data.migrated(instance.database))
        if is_behind(instance.database, [one])
    ]
    found += [f"{one.prefix}: its tables are behind, run `courtil upgrade`" for one in behind]
    for name in orphans(instance):
        tables = ", ".join(f"{one.name} ({one.rows} rows)" for one in plugin_data.counts(instance.database, name))
        kept = tables or "no table"
        found.append(f"{name} is not installed any more; it keeps: {kept} (`courtil plugin purge {name}`)")
    with instance.reading() as reader:
        parked = reader.all(select(Job.kind).where(Job.parked_at.is_not(None)))
    return found + [f"a job is parked: {kind}" for kind in parked]
