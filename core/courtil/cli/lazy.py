"""Commands that are imported when they are asked for: nobody waits for what she does not use."""

import importlib
from collections.abc import Mapping
from typing import Any

import click


class Lazy(click.Group):
    """A group that knows where its commands are, as `module:function` of `courtil.cli`."""

    def __init__(self, *args: Any, found: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.found = found

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return list(self.found)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in self.found:
            return None
        module, _separator, function = self.found[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(f"courtil.cli.{module}"), function)
        return command
