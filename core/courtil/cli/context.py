"""What every command is given: the configuration and the instances it names.

What is slow to import is imported by the command that needs it: `courtil plugin new` opens no database.
"""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from courtil.config import HostingConfig, InstanceConfig
    from courtil.services.instance import Instance, PluginSets


def configured(data: Path | None, instances: Path | None) -> "HostingConfig":
    """The configuration that the options or the environment name."""
    from courtil.config import default_config  # noqa: PLC0415

    return default_config(data, instances)


class Context:
    """Read once, when a command needs it."""

    def __init__(self, read: "Callable[[], HostingConfig]", plugins_dir: Path | None = None) -> None:
        self._read = read
        self.plugins_dir = plugins_dir

    @cached_property
    def config(self) -> "HostingConfig":
        """The configuration. Ends the command with a message when it cannot be read."""
        try:
            return self._read()
        except (OSError, ValueError) as error:
            raise click.ClickException(f"the configuration cannot be read: {error}") from error

    @cached_property
    def sets(self) -> "PluginSets":
        """The plugins that are installed, and those of `--plugins-dir`."""
        from courtil.plugin.registry import Registry  # noqa: PLC0415
        from courtil.services.instance import PluginSets  # noqa: PLC0415
        from courtil.web.core_pages import NAMES  # noqa: PLC0415

        return PluginSets(Registry.discover(self.plugins_dir), NAMES)

    def instance_config(self, name: str | None) -> "InstanceConfig":
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

    def open(self, name: str | None, *, must_be_current: bool = True) -> "Instance":
        """The instance, opened. Ends the command when its schema is behind."""
        from courtil.services.instance import Instance  # noqa: PLC0415
        from courtil.store.upgrade import is_behind  # noqa: PLC0415

        instance = Instance(self.instance_config(name), self.sets)
        if must_be_current and is_behind(instance.database):
            raise click.ClickException(f"{instance.config.name}: the schema is behind, run `courtil upgrade`")
        return instance
