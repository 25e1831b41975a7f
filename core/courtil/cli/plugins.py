"""`plugin`: what is installed, and switching it on and off for one instance."""

import click

from courtil.cli.context import Context
from courtil.domain.problems import Refused
from courtil.services import plugins


@click.group()
def plugin() -> None:
    """List plugins; switch them on and off for an instance."""


@plugin.command("list")
@click.option("--instance", "name")
@click.pass_obj
def list_plugins(context: Context, name: str | None) -> None:
    """The plugins that are installed, and whether the instance has them on."""
    instance = context.open(name)
    on = instance.plugins()
    for known in context.sets.registry.plugins.values():
        state = "on" if known.name in on.names else on.left_out.get(known.name, "off")
        click.echo(f"{known.name}\t{known.label}\t{state}")
    for broken, reason in context.sets.registry.broken.items():
        click.echo(f"{broken}\t-\tcannot be loaded: {reason}")


@plugin.command("enable")
@click.argument("plugin_name")
@click.option("--instance", "name")
@click.pass_obj
def enable(context: Context, plugin_name: str, name: str | None) -> None:
    """Copy the database, migrate the plugin's tables, switch it on: running servers have it at their next request."""
    try:
        plugins.switch_on(context.open(name), plugin_name)
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{plugin_name}: on")


@plugin.command("disable")
@click.argument("plugin_name")
@click.option("--instance", "name")
@click.pass_obj
def disable(context: Context, plugin_name: str, name: str | None) -> None:
    """Switch the plugin off; its tables and data stay."""
    try:
        plugins.switch_off(context.open(name), plugin_name)
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{plugin_name}: off")


COMMANDS = (plugin,)
