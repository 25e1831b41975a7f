"""`upgrade` and `instance`: schemas brought up to date, instances created and listed."""

import click
from sqlalchemy.exc import SQLAlchemyError

from courtil.cli.context import Context
from courtil.cli.preparing import bring_up_to_date
from courtil.services import settings
from courtil.services.instance import Instance
from courtil.store.upgrade import is_behind


@click.command()
@click.option("--instance", "name", help="Only this one.")
@click.pass_obj
def upgrade(context: Context, name: str | None) -> None:
    """Bring the schema of every instance up to date; SQLite files are copied first."""
    failed = 0
    for config in [context.instance_config(name)] if name else context.config.instances:
        instance = Instance(config, context.sets)
        try:
            bring_up_to_date(instance)
            click.echo(f"{config.name}: up to date")
        except (SQLAlchemyError, RuntimeError) as error:
            failed += 1
            click.echo(f"{config.name}: {error}", err=True)
        finally:
            instance.close()
    if failed:
        raise click.ClickException(f"{failed} could not be upgraded; they are as they were before")


@click.group()
def instance() -> None:
    """Create and list instances."""


@instance.command("create")
@click.option("--instance", "name", help="Which one of instances.toml; not needed for a single folder.")
@click.option("--title", required=True, help="The name of the AMAP.")
@click.pass_obj
def create(context: Context, name: str | None, title: str) -> None:
    """Prepare the database of an instance and give it its name and roles."""
    opened = context.open(name, must_be_current=False)
    bring_up_to_date(opened)
    with opened.working() as unit:
        settings.write(unit, "amap", settings.amap_settings(unit).model_copy(update={"name": title}))
    click.echo(f"{opened.config.name}: ready; add somebody with `courtil user create`")


@instance.command("list")
@click.pass_obj
def list_instances(context: Context) -> None:
    """The instances of the configuration, and whether they are up to date."""
    for config in context.config.instances:
        opened = Instance(config, context.sets)
        state = "behind: run `courtil upgrade`" if is_behind(opened.database) else "up to date"
        click.echo(f"{config.name}\t{', '.join(config.hosts) or 'any host'}\t{state}")
        opened.close()
