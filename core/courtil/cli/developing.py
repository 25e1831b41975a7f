"""`dev`: two invented AMAPs for authors of plugins, served anew within a second of a change."""

import json
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any

import click
import uvicorn
from sqlalchemy import select

import courtil
from courtil.cli.context import Context
from courtil.cli.preparing import bring_up_to_date
from courtil.config import HostingConfig, InstanceConfig
from courtil.domain.problems import Refused
from courtil.plugin.registry import Registry
from courtil.services import plugins
from courtil.services.demo import begin
from courtil.services.instance import Instance
from courtil.services.schedule import SCHEDULED
from courtil.store.people import Household
from courtil.store.upgrade import History, drift
from courtil.web.hosting import Hosting
from courtil.web.worker import Worker

HOUSEHOLDS = 12
HOSTS = {"essai": "localhost", "temoin": "127.0.0.1"}
"""The AMAP with the plugins on, and the one without, by host name."""


def config_for_authors(data: Path) -> HostingConfig:
    """Two AMAPs in folders beside each other."""
    described = [
        InstanceConfig(name=name, hosts=(host,), folder=data / name, demo=True) for name, host in HOSTS.items()
    ]
    return HostingConfig(instances=tuple(described))


@click.command()
@click.argument("plugin_names", nargs=-1)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--data", type=click.Path(path_type=Path), default=Path("dev-data"), show_default=True)
@click.pass_obj
def dev(context: Context, plugin_names: tuple[str, ...], host: str, port: int, data: Path) -> None:
    """Serve two invented AMAPs and show every change of code or template within a second.

    http://localhost:8000 has the plugins PLUGIN_NAMES on, http://127.0.0.1:8000 has none.
    """
    registry = context.sets.registry
    for name in plugin_names:
        if name not in registry.plugins:
            raise click.ClickException(f"{name}: {registry.broken.get(name, 'is not installed')}")
    for config in config_for_authors(data).instances:
        _prepare(Instance(config, context.sets), plugin_names if HOSTS[config.name] == "localhost" else ())
    asked = {
        "host": host, "port": port, "data": str(data.absolute()), "plugins_dir": str(context.plugins_dir or ""),
        "watched": [str(Path(courtil.__file__).parent), *(str(one.folder) for one in registry.plugins.values())],
    }  # fmt: skip
    click.echo(f"http://localhost:{port}  with {', '.join(plugin_names) or 'no plugin'}")
    click.echo(f"http://127.0.0.1:{port}  without plugins")
    script = Path(__file__).with_name("reloading.py")
    os.execve(sys.executable, [sys.executable, str(script), json.dumps(asked)], os.environ | {"COURTIL_DEV": "1"})  # noqa: S606


def _prepare(instance: Instance, plugin_names: tuple[str, ...]) -> None:
    """A small demonstration with these plugins on."""
    bring_up_to_date(instance)
    with instance.reading() as reader:
        is_new = not reader.all(select(Household.id).limit(1))
    if is_new:
        click.echo(f"Making {instance.config.name}…")
        begin(instance, HOUSEHOLDS)
    for name in plugin_names:
        try:
            plugins.switch_on(instance, name)
        except Refused as error:
            raise click.ClickException(str(error)) from error
    instance.close()


def _tell_drift(instance: Instance, histories: list[History]) -> None:
    """Say which plugin's tables have changed without a migration: their pages cannot work until there is one."""
    with instance.database.glance() as connection:
        for history in histories:
            if drift(connection, history):
                click.echo(f'tables have changed: run `courtil plugin revise {history.prefix} "what changes"`')


def serve_for_authors(listening: socket.socket, asked: dict[str, Any]) -> None:
    """What the child of `reloading.py` runs: the application over the socket it was given."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    registry = Registry.discover(Path(asked["plugins_dir"]) if asked["plugins_dir"] else None)
    app = Hosting(config_for_authors(Path(asked["data"])), registry)
    for config in app.instances.config.instances:
        instance = app.instances.open(config)
        names = instance.plugins().names
        plugins.migrate(instance.database, registry, names)
        _tell_drift(instance, plugins.histories(registry, names))
    beside = Worker(app.instances, SCHEDULED)
    beside.start()
    server = uvicorn.Server(uvicorn.Config(app, lifespan="on", log_level="warning", access_log=False))
    server.run(sockets=[listening])
