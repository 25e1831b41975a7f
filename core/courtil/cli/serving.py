"""`serve` and `work`: the web server and the worker."""

import logging
import signal
import threading
from types import FrameType

import click
import uvicorn

from courtil.cli.context import Context
from courtil.cli.preparing import bring_up_to_date
from courtil.config import HostingConfig
from courtil.services.instance import Instance
from courtil.services.schedule import SCHEDULED
from courtil.web.hosting import Hosting
from courtil.web.worker import Worker

GRACE = 20
"""Seconds that requests in flight get when the server stops."""


def server_for(app: Hosting, host: str, port: int, proxies: str) -> uvicorn.Server:
    """The ASGI server with the settings we ship."""
    config = uvicorn.Config(
        app, host=host, port=port, lifespan="on", server_header=False, proxy_headers=True, forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=GRACE, limit_concurrency=200, log_level="info", access_log=False,
        h11_max_incomplete_event_size=65_536,
    )  # fmt: skip
    return uvicorn.Server(config)


def prepare(context: Context, config: HostingConfig) -> None:
    """A single SQLite instance is migrated by the server itself; hosts of several run `courtil upgrade`."""
    if len(config.instances) == 1:
        instance = Instance(config.instances[0], context.sets)
        if instance.database.is_sqlite:
            bring_up_to_date(instance)
        instance.close()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--without-worker", is_flag=True, help="Run the jobs elsewhere, with `courtil work`.")
@click.pass_obj
def serve(context: Context, host: str, port: int, without_worker: bool) -> None:
    """Serve the instances, with the worker in a thread beside."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    prepare(context, context.config)
    run(Hosting(context.config, context.sets.registry), host, port, worker=not without_worker)


def run(app: Hosting, host: str, port: int, *, worker: bool) -> None:
    """Serve until a signal asks to stop; requests and jobs in flight finish first."""
    beside = Worker(app.instances, SCHEDULED)
    if worker:
        beside.start()
    try:
        server_for(app, host, port, app.instances.config.trusted_proxies).run()
    finally:
        beside.stop()


@click.command()
@click.option("--once", is_flag=True, help="Run what is due, then stop.")
@click.pass_obj
def work(context: Context, once: bool) -> None:
    """Run the jobs of every instance."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = Hosting(context.config, context.sets.registry)
    worker = Worker(app.instances, SCHEDULED)
    if once:
        click.echo(f"{worker.round()} jobs")
        return
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.start()
    stopping.wait()
    worker.stop()
