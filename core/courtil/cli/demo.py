"""`demo`: an invented AMAP, ready to be tried."""

import threading
from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy import select

from courtil.cli.context import Context
from courtil.cli.preparing import bring_up_to_date
from courtil.cli.serving import run
from courtil.config import single_folder
from courtil.services.demo import begin, complete
from courtil.services.instance import Instance
from courtil.store.people import Household
from courtil.web.hosting import Hosting


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--data", type=click.Path(path_type=Path), default=Path("demo-data"), show_default=True)
@click.option("--only-build", is_flag=True, help="Make the data, then stop.")
@click.pass_obj
def demo(context: Context, host: str, port: int, data: Path, only_build: bool) -> None:
    """Serve a demonstration: 80 households, 6 farms, last season and this one. What is there already is kept."""
    config = single_folder(data, "demo", demo=True)
    instance = Instance(config.instances[0], context.sets)
    bring_up_to_date(instance)
    rest = _prepare(instance)
    if only_build:
        rest()
        return
    threading.Thread(target=rest, name="last season", daemon=True).start()
    click.echo(f"http://{'localhost' if host == '127.0.0.1' else host}:{port}  (Ctrl+C to stop)")
    run(Hosting(config, context.sets.registry), host, port, worker=True)


def _prepare(instance: Instance) -> Callable[[], None]:
    """Make what one needs to look around; gives what makes the rest, while one does."""
    with instance.reading() as reader:
        is_there = bool(reader.all(select(Household.id).limit(1)))
    if is_there:
        return instance.close
    click.echo("Making the demonstration…")
    stage = begin(instance)

    def rest() -> None:
        complete(stage)
        click.echo("Last season and the payments are there too.")
        instance.close()

    return rest
