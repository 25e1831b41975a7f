"""`plugin`: what is installed, and its life in one instance: on, off, purged, looked over."""

import tempfile
from pathlib import Path

import click

from courtil.cli import checking
from courtil.cli.context import Context
from courtil.domain.problems import NotFound, Refused
from courtil.plugin.manifest import API, Plugin
from courtil.services import plugin_data, plugins
from courtil.services.instance import Instance
from courtil.store.database import Database
from courtil.store.upgrade import History, is_behind
from courtil.store.upgrade import revise as write_revision

instance_option = click.option("--instance", "name", help="Which one of instances.toml.")


@click.command("list")
@instance_option
@click.pass_obj
def list_plugins(context: Context, name: str | None) -> None:
    """The plugins that are installed, and in which instances they are on."""
    registry = context.sets.registry
    opened = _instances(context, name)
    states = {instance.config.name: instance.plugins() for instance in opened}
    for known in registry.plugins.values():
        on = [one for one, state in states.items() if known.name in state.names]
        out = [f"{one}: {state.left_out[known.name]}" for one, state in states.items() if known.name in state.left_out]
        click.echo("\t".join((known.name, known.version or "-", known.label, _where(on), *out)))
    for broken, reason in registry.broken.items():
        click.echo(f"{broken}\t-\t-\tcannot be used: {reason}")


def _where(on: list[str]) -> str:
    return f"on in {', '.join(on)}" if on else "off"


def _instances(context: Context, name: str | None) -> list[Instance]:
    """The instance of this name, or all that are up to date."""
    if name is not None:
        return [context.open(name)]
    opened = [Instance(config, context.sets) for config in context.config.instances]
    return [instance for instance in opened if not is_behind(instance.database)]


def _installed(context: Context, name: str) -> Plugin:
    registry = context.sets.registry
    if name in registry.broken:
        raise click.ClickException(f"{name} cannot be used: {registry.broken[name]}")
    if name not in registry.plugins:
        known = ", ".join(registry.plugins) or "none"
        raise click.ClickException(f"no plugin named {name!r} is installed; there are: {known}")
    return registry.plugins[name]


@click.command("info")
@click.argument("plugin_name")
@click.pass_obj
def info(context: Context, plugin_name: str) -> None:
    """What a plugin says of itself: read it before switching it on."""
    found = _installed(context, plugin_name)
    lines = (
        ("name", found.name), ("label", found.label), ("summary", found.summary), ("version", found.version),
        ("api", f"{found.api or 'any'} (this Courtil has {API})"), ("requires", ", ".join(found.requires)),
        ("licence", found.licence), ("author", found.author), ("source", found.source),
        ("calls", ", ".join(found.hosts) or "no machine"), ("folder", str(found.folder)),
    )  # fmt: skip
    for title, value in lines:
        click.echo(f"{title:<10} {value or '-'}")
    for kept in found.personal_data:
        click.echo(f"{'keeps':<10} {kept.what}: {kept.purpose} ({kept.kept or 'no time given'})")
    for permission in found.permissions:
        click.echo(f"{'right':<10} {permission.name}: {permission.label} ({', '.join(permission.roles) or 'nobody'})")
    click.echo(f"{'on in':<10} {', '.join(_on_in(context, found.name)) or '-'}")


def _on_in(context: Context, name: str) -> list[str]:
    return [instance.config.name for instance in _instances(context, None) if name in instance.plugins().names]


@click.command("revise")
@click.argument("plugin_name")
@click.argument("message")
@click.pass_obj
def revise(context: Context, plugin_name: str, message: str) -> None:
    """Write the next migration of a plugin from its tables; read it before it is applied."""
    found = _installed(context, plugin_name)
    context.sets.registry.usable([plugin_name])
    folder = found.folder / "migrations"
    with tempfile.TemporaryDirectory() as scratch:
        database = Database.at(Path(scratch) / "scratch.sqlite3")
        plugins.migrate(database, context.sets.registry, [*found.needs, plugin_name])
        before = set(folder.glob("*.py"))
        write_revision(database, message, History(plugin_name, folder))
        database.close()
    for path in sorted(set(folder.glob("*.py")) - before):
        click.echo(path)


@click.command("enable")
@click.argument("plugin_name")
@instance_option
@click.pass_obj
def enable(context: Context, plugin_name: str, name: str | None) -> None:
    """Copy the database, migrate the plugin's tables, switch it on: running servers have it at their next request."""
    _installed(context, plugin_name)
    try:
        plugins.switch_on(context.open(name), plugin_name)
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{plugin_name}: on")


@click.command("disable")
@click.argument("plugin_name")
@instance_option
@click.pass_obj
def disable(context: Context, plugin_name: str, name: str | None) -> None:
    """Switch the plugin off; its tables and data stay."""
    try:
        plugins.switch_off(context.open(name), plugin_name)
    except Refused as error:
        raise click.ClickException(str(error)) from error
    except NotFound as error:
        raise click.ClickException(f"{plugin_name} was never on here") from error
    click.echo(f"{plugin_name}: off")


@click.command("check")
@click.argument("plugin_name")
@click.option("--postgresql", default="", metavar="URL", help="An empty database to try its migrations on as well.")
@click.option("--browser", is_flag=True, help="Look at its pages in Chromium too.")
@click.pass_obj
def check(context: Context, plugin_name: str, postgresql: str, *, browser: bool) -> None:
    """Whether a plugin is what others may install: the check list, licence included. Needs `courtil[testing]`."""
    registry = context.sets.registry
    found = _installed(context, plugin_name)
    try:
        findings = checking.look_over(found, registry, postgresql, browser=browser)
    except ImportError as error:
        raise click.ClickException(f"{error}; install courtil[testing]") from error
    for one in findings:
        click.echo(f"{one.level}\t{one.check}\t{one.says}{f' ({one.where})' if one.where else ''}")
    errors = sum(one.level == "error" for one in findings)
    if errors:
        raise click.ClickException(f"{errors} error{'s' if errors > 1 else ''}")
    click.echo(f"{plugin_name}: ready" + (f", but for {len(findings)} to look at" if findings else ""))


@click.command("purge")
@click.argument("plugin_name")
@instance_option
@click.option(
    "--data", "how", type=click.Choice(["keep", "export", "drop"]), prompt="keep, export or drop its data?",
    help="keep: only tell what there is; export: write a ZIP; drop: write a ZIP, then forget it all.",
)  # fmt: skip
@click.pass_obj
def purge(context: Context, plugin_name: str, name: str | None, how: str) -> None:
    """Keep, export or drop what a plugin that is off keeps; also one whose package is gone."""
    instance = context.open(name)
    if not plugins.is_here(instance, plugin_name):
        raise click.ClickException(f"{plugin_name} keeps nothing here")
    for table in plugin_data.counts(instance.database, plugin_name):
        click.echo(f"{table.name}\t{table.rows} rows")
    if how == "keep":
        return
    try:
        file = plugins.purge(instance, plugin_name, "drop" if how == "drop" else "export")
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"exported to {file}")
    if how == "drop":
        click.echo(f"{plugin_name}: its data are dropped")


@click.command("doctor")
@instance_option
@click.pass_obj
def doctor(context: Context, name: str | None) -> None:
    """What is wrong, in one list: plugins that cannot be used, tables behind, data without a plugin, parked jobs."""
    found = [f"{one} cannot be used: {reason}" for one, reason in context.sets.problems().items()]
    for instance in _instances(context, name):
        found += [f"{instance.config.name}: {line}" for line in plugins.doctor(instance)]
    for line in found:
        click.echo(line)
    if found:
        raise click.ClickException(f"{len(found)} to look at")
    click.echo("all is well")
