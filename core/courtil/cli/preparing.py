"""Bringing an instance up to date before it is served or changed."""

from sqlalchemy import select

from courtil.services import roles
from courtil.services.instance import Instance
from courtil.services.plugins import migrate
from courtil.store.operations import PluginState
from courtil.store.upgrade import upgrade


def bring_up_to_date(instance: Instance) -> None:
    """Migrate the core's tables, give a new instance its roles, then migrate each plugin that is or was on."""
    upgrade(instance.database)
    with instance.working() as unit:
        roles.install(unit)
        names = unit.all(select(PluginState.name))
    migrate(instance.database, instance.sets.registry, names)
