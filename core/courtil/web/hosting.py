"""From a host name to an open instance; everything a request meets before a page."""

import asyncio
import contextlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Iterator
from uuid import uuid4

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from courtil.config import HostingConfig, InstanceConfig
from courtil.plugin.registry import Registry
from courtil.services.instance import Instance, PluginSets
from courtil.services.plugins import histories
from courtil.store.upgrade import is_behind
from courtil.web import core_pages, errors, i18n
from courtil.web.assembly import Assemblies
from courtil.web.render import IS_DEVELOPING
from courtil.web.request import Facts, base_url
from courtil.web.security import is_cross_origin, with_headers
from courtil.web.threads import in_thread

LONGEST_PATH = 4096
LARGEST_BODY = 11 * 1024 * 1024
SLOWEST_BODY = 30.0
"""Seconds a browser may take to send a body."""

HEALTHY = f"ok {uuid4()}" if IS_DEVELOPING else "ok"
"""While one develops, browsers see by it that the code is new."""

log = logging.getLogger(__name__)


class BodyTooLarge(Exception):
    """The request sends more than any of our forms needs, or too slowly."""


class OpenInstances:
    """The instances that are open in this process: the least recently used one is closed when there are too many."""

    def __init__(self, config: HostingConfig, sets: PluginSets) -> None:
        self.config = config
        self.sets = sets
        self._open: OrderedDict[str, Instance] = OrderedDict()
        self._lock = threading.Lock()

    def at(self, host: str) -> InstanceConfig | None:
        """The instance of this host name."""
        found = self.config.by_host.get(host)
        if found is None and self.config.any_host and len(self.config.instances) == 1:
            return self.config.instances[0]
        return found

    def open(self, config: InstanceConfig) -> Instance:
        """The open instance, opened now if need be."""
        with self._lock:
            instance = self._open.pop(config.name, None) or Instance(config, self.sets)
            self._open[config.name] = instance
            while len(self._open) > self.config.open_at_most:
                _name, oldest = self._open.popitem(last=False)
                oldest.close()
            return instance

    def close(self) -> None:
        """Close them all."""
        with self._lock:
            for instance in self._open.values():
                instance.close()
            self._open.clear()


class Hosting:
    """The ASGI application."""

    def __init__(self, config: HostingConfig, registry: Registry | None = None) -> None:
        self.sets = PluginSets(registry or Registry.discover(), core_pages.NAMES)
        self.instances = OpenInstances(config, self.sets)
        self.assemblies = Assemblies(self.sets)
        self._current: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, with_headers(send, scope))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = _Started(send)
        try:
            await self._answer({**scope, "query_string": without_nul(scope["query_string"])}, limited(receive), started)
        except BodyTooLarge:
            await started.otherwise(errors.bare(413), scope, receive)
        except OperationalError as error:
            log.exception("the database does not answer")
            await started.otherwise(errors.bare(500 if _refuses_writes(error) else 503), scope, receive)
        except Exception as error:
            log.exception("%s %s failed", scope["method"], scope["path"])
            await started.otherwise(await self._broken(scope, error), scope, receive)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/-/healthy":
            await PlainTextResponse(HEALTHY)(scope, receive, send)
            return
        config = self.instances.at(_host(scope))
        if config is None or len(scope["path"]) > LONGEST_PATH or "\0" in scope["path"]:
            await errors.bare(404)(scope, receive, send)
            return
        facts = await in_thread(lambda: self._facts(config))
        if facts is None:
            await errors.bare(503)(scope, receive, send)
            return
        scope.setdefault("state", {})["facts"] = facts
        language = i18n.chosen(Headers(scope=scope).get("accept-language", ""))
        with i18n.speak(language, facts.assembly.catalogues):
            if is_cross_origin(scope, base_url(Request(scope))):
                response = await errors.drawn(Request(scope), 403)
                await response(scope, receive, send)
                return
            await facts.assembly(scope, receive, send)

    def _facts(self, config: InstanceConfig) -> Facts | None:
        """The open instance with its plugins as they are now; None while its schema is behind."""
        instance = self.instances.open(config)
        if config.name not in self._current and is_behind(instance.database):
            log.error("%s: the schema is behind, run `courtil upgrade`", config.name)
            return None
        plugins = instance.plugins()
        if config.name not in self._current:
            if is_behind(instance.database, histories(self.sets.registry, plugins.names)):
                log.error("%s: a plugin's schema is behind, run `courtil upgrade`", config.name)
                return None
            self._current.add(config.name)
        return Facts(instance, plugins, self.assemblies.of(plugins))

    def warm_up(self) -> None:
        """Make ready what the instances will ask for, and say in one list which plugins cannot be used."""
        for name, reason in self.sets.problems().items():
            log.error("plugin %s is left out: %s", name, reason)
        for config in self.instances.config.instances[: self.instances.config.open_at_most]:
            try:
                self._facts(config)
            except SQLAlchemyError as error:
                log.warning("%s: %s", config.name, error)

    async def _broken(self, scope: Scope, error: Exception) -> Response:
        if "facts" not in scope.get("state", {}):
            return errors.bare(500)
        return await errors.drawn(Request(scope), 500, error)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        warming = threading.Thread(target=self.warm_up, name="warming up", daemon=True)
        warming.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.to_thread(warming.join, 10)  # it opens instances: what it opens after us nobody would close
        self.instances.close()
        await send({"type": "lifespan.shutdown.complete"})


class _Started:
    """A `send` that remembers whether the answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def __call__(self, message: Message) -> None:
        self.begun = True
        await self._send(message)

    async def otherwise(self, response: Response, scope: Scope, receive: Receive) -> None:
        """Send this answer if none has begun."""
        if not self.begun:
            await response(scope, receive, self._send)


def _refuses_writes(error: OperationalError) -> bool:
    """Whether a page tried to write through a reader: a fault of ours, not a pause of the database."""
    return getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_READONLY")


def without_nul(query: bytes) -> bytes:
    """A query without the one character that PostgreSQL does not keep in a text; forms are read so as well."""
    return query.replace(b"%00", b"")


def limited(receive: Receive) -> Receive:
    """A `receive` that stops a body which is too large or too slow."""
    seen = 0

    async def receiving() -> Message:
        nonlocal seen
        with _slow_is_too_large():
            message = await asyncio.wait_for(receive(), SLOWEST_BODY)
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            raise BodyTooLarge
        return message

    return receiving


@contextlib.contextmanager
def _slow_is_too_large() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise BodyTooLarge from error


def _host(scope: Scope) -> str:
    host = Headers(scope=scope).get("host", "")
    return host.rsplit(":", 1)[0].strip("[]").lower() if not host.endswith("]") else host.strip("[]").lower()
