"""`plugin new`: a plugin to start from."""

from pathlib import Path

import click

from courtil.cli import scaffold


@click.command("new")
@click.argument("plugin_name")
@click.option("--into", type=click.Path(path_type=Path), help="Folder to make (default: courtil-NAME).")
@click.option("--label", default="", help="What people read (default: the name).")
@click.option("--author", default="À compléter", show_default=True)
@click.option(
    "--kind", "kinds", type=click.Choice(scaffold.KINDS), multiple=True, help="Kinds of hooks (default: all)."
)
@click.option("--table/--no-table", default=True, help="A table with its migration.")
@click.option("--settings/--no-settings", default=True, help="Settings that each AMAP may choose.")
def new(
    plugin_name: str, into: Path | None, label: str, author: str, kinds: tuple[str, ...], *, table: bool, settings: bool
) -> None:  # fmt: skip
    """Write a plugin to start from: a distribution with its tests, which pass at once."""
    folder = into or Path(f"courtil-{plugin_name}")
    wanted = scaffold.Wanted(
        plugin_name, label or plugin_name.capitalize(), author, kinds or scaffold.KINDS, table, settings
    )
    try:
        written = scaffold.create(folder, wanted)
    except ValueError as error:
        raise click.ClickException(f"{error}: lower-case letters and digits, 2 to 31 of them") from error
    except FileExistsError as error:
        raise click.ClickException(f"{folder} is not empty") from error
    click.echo(f"{len(written)} files in {folder}")
    click.echo(f"cd {folder} && pip install -e '.[testing]' && pytest && courtil dev {plugin_name}")
