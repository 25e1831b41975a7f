"""What every command is given: the configuration and the instances it names."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import click
from sqlalchemy import select

from courtil.config import HostingConfig, InstanceConfig
from courtil.plugin.registry import Registry
from courtil.services import roles
from courtil.services.instance import Instance, PluginSets
from courtil.services.plugins import migrate
from courtil.store.operations import PluginState
from courtil.store.upgrade import is_behind, upgrade
from courtil.web.core_pages import NAMES


class Context:
    """Read once, when a command needs it."""

    def __init__(self, read: Callable[[], HostingConfig], plugins_dir: Path | None = None) -> None:
        self._read = read
        self.plugins_dir = plugins_dir

    @cached_property
    def config(self) -> HostingConfig:
        """The configuration. Ends the command with a message when it cannot be read."""
        try:
            return self._read()
        except (OSError, ValueError) as error:
            raise click.ClickException(f"the configuration cannot be read: {error}") from error

    @cached_property
    def sets(self) -> PluginSets:
        """The plugins that are installed, and those of `--plugins-dir`."""
        return PluginSets(Registry.discover(self.plugins_dir), NAMES)

    def instance_config(self, name: str | None) -> InstanceConfig:
        """The instance of this name, or the only one there is."""
        if name is None and len(self.config.instances) == 1:
            return self.config.instances[0]
        found = self.config.by_name.get(name or "")
        if found is None:
            known = ", ".join(self.config.by_name) or "none"
            raise click.ClickException(
                f"no instance named {name!r}; there are: {known}" if name else f"name one of: {known}"
            )
        return found

    def open(self, name: str | None, *, must_be_current: bool = True) -> Instance:
        """The instance, opened. Ends the command when its schema is behind."""
        instance = Instance(self.instance_config(name), self.sets)
        if must_be_current and is_behind(instance.database):
            raise click.ClickException(f"{instance.config.name}: the schema is behind, run `courtil upgrade`")
        return instance


def bring_up_to_date(instance: Instance) -> None:
    """Migrate the core's tables, give a new instance its roles, then migrate each plugin that is or was on."""
    upgrade(instance.database)
    with instance.working() as unit:
        roles.install(unit)
        names = unit.all(select(PluginState.name))
    migrate(instance.database, instance.sets.registry, names)
