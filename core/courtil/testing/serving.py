"""A real server in a thread."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from courtil.testing.amap import Amap
from courtil.web.hosting import Hosting

if TYPE_CHECKING:
    from playwright.sync_api import Page


@dataclass
class Served:
    """An AMAP that is served at `url`."""

    url: str
    amap: Amap

    def enter(self, page: "Page", role: str) -> None:
        """Sign this page's browser in as whoever holds the role; an empty role signs it out."""
        page.context.clear_cookies()
        if role:
            page.context.add_cookies([{"name": "courtil", "value": self.amap.session(role), "url": self.url}])


@contextmanager
def serving(amap: Amap) -> Iterator[Served]:
    """The AMAP on a real server, until the block ends."""
    with listening(amap.app) as url:
        yield Served(url, amap)


@contextmanager
def listening(app: Hosting) -> Iterator[str]:
    """The address of the application, served by a thread until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(200):
        if server.started:
            break
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://localhost:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
