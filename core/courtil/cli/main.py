"""The group of commands, and what they share: which instances, which one."""

from pathlib import Path

import click

from courtil import __version__
from courtil.cli import demo, developing, imports, instances, plugins, serving, users
from courtil.cli.context import Context
from courtil.config import default_config


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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
    context.obj = Context(lambda: default_config(data, instances), plugins_dir)


for module in (serving, instances, users, plugins, imports, demo, developing):
    for command in module.COMMANDS:
        main.add_command(command)
