"""The group of commands, and what they share: which instances, which one."""

from functools import partial
from pathlib import Path

import click

from courtil import __version__
from courtil.cli.context import Context, configured
from courtil.cli.lazy import Lazy

COMMANDS = {
    "serve": "serving:serve", "work": "serving:work", "upgrade": "instances:upgrade", "instance": "instances:instance",
    "user": "users:user", "plugin": "main:plugin", "import": "imports:import_group", "demo": "demo:demo",
    "dev": "developing:dev",
}  # fmt: skip
OF_PLUGINS = {
    "list": "plugins:list_plugins", "info": "plugins:info", "new": "creating:new", "check": "plugins:check",
    "revise": "plugins:revise", "enable": "plugins:enable", "disable": "plugins:disable", "purge": "plugins:purge",
    "doctor": "plugins:doctor",
}  # fmt: skip


@click.group(cls=Lazy, found=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="courtil")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder of the single instance (default: ./data, or COURTIL_DATA)."
)
@click.option(
    "--instances",
    type=click.Path(path_type=Path, exists=True),
    help="instances.toml for several (or COURTIL_INSTANCES).",
)
@click.option(
    "--plugins-dir",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="COURTIL_PLUGINS_DIR",
    help="Folder of plugins that are not installed: one file or one package each (or COURTIL_PLUGINS_DIR).",
)
@click.pass_context
def main(context: click.Context, data: Path | None, instances: Path | None, plugins_dir: Path | None) -> None:
    """Courtil: members, contracts and deliveries of an AMAP."""
    context.obj = Context(partial(configured, data, instances), plugins_dir)


@click.group(cls=Lazy, found=OF_PLUGINS)
def plugin() -> None:
    """List, create, check plugins; switch them on and off for an instance; purge what they keep."""
