"""`@page`: where permission, session, thread and error rules of every page live."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from courtil.domain import access
from courtil.domain.access import Actor
from courtil.domain.problems import NotFound, Refused, Stale
from courtil.plugin.health import HANGS
from courtil.services import signin
from courtil.services.unit import Reader, Unit
from courtil.web import errors, session
from courtil.web.request import again, facts
from courtil.web.threads import in_thread, replace_threads

LOOK = 0.2
"""Seconds between two looks at a page that takes its time."""
MOST_FIELDS = 3000
LARGEST_FIELD = 1024 * 1024
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")

View = Callable[..., Response]
log = logging.getLogger(__name__)


class _Discarded(Exception):
    """A view answered with an error page: its unit is rolled back and the page is sent."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__()


@dataclass(frozen=True)
class Page:
    """One path and method. `needs` names the permission; a page without one must say that it is public."""

    path: str
    name: str
    view: View
    needs: str | None
    writes: bool
    posted: bool = False

    @property
    def method(self) -> str:
        """POST for what writes, and for what only computes from a form."""
        return "POST" if self.writes or self.posted else "GET"

    def route(self, prefix: str = "") -> Route:
        """The route for Starlette."""
        return Route(prefix + self.path, self.respond, methods=[self.method], name=self.name)

    async def respond(self, request: Request) -> Response:
        """Read the body on the loop, then do everything else in a thread."""
        data = None
        if self.method == "POST":
            if not _sends_a_form(request):
                return await in_thread(lambda: errors.page(request, 415))
            try:
                data = _without_nul(
                    await request.form(max_files=2, max_fields=MOST_FIELDS, max_part_size=LARGEST_FIELD)
                )
            except (HTTPException, MultiPartException, LookupError, ValueError):  # no form of ours looks like that
                return await in_thread(lambda: errors.page(request, 400))
        try:
            return await (
                self._patiently(request) if self.method == "GET" else in_thread(lambda: self.answer(request, data))
            )
        finally:
            if data is not None:
                await data.close()

    async def _patiently(self, request: Request) -> Response:
        """Answer a reading page; one that a plugin holds up is left to its thread and made again without it."""
        answering = asyncio.ensure_future(in_thread(lambda: self.answer(request)))
        while not (await asyncio.wait({answering}, timeout=LOOK))[0]:
            if plugin := _who_holds_up(request):
                facts(request).plugins.hooks.health.set_aside(plugin)
                replace_threads()
                return await self._patiently(again(request))
        return answering.result()

    def answer(self, request: Request, data: FormData | None = None) -> Response:
        """Open the reader or the unit, check, call the view; refusals become pages."""
        try:
            return self._write(request, data or FormData()) if self.writes else self._read(request, data)
        except _Discarded as discarded:
            return discarded.response
        except NotFound:
            return errors.page(request, 404)
        except Stale:
            return errors.page(request, 409)
        except Refused as refused:
            return errors.page(request, 422, [problem.message for problem in refused.problems])

    def _read(self, request: Request, data: FormData | None) -> Response:
        here = facts(request)
        with here.instance.reading(plugins=here.plugins) as reader:
            typed = () if data is None else (data,)
            response = self._check(request, reader) or self.view(request, reader, *typed)
        if reader.actor is not None and reader.actor.unseen:
            with here.instance.working(plugins=here.plugins) as unit:
                signin.touch(unit, reader.actor.session_id)
        return response

    def _write(self, request: Request, data: FormData) -> Response:
        here = facts(request)
        with here.instance.working(plugins=here.plugins) as unit:
            response = self._check(request, unit) or self.view(request, unit, data)
            if response.status_code >= 400 and not getattr(response, "kept", False):
                raise _Discarded(response)
            return response

    def _check(self, request: Request, reader: Reader | Unit) -> Response | None:
        """Say who asks; the page to send instead when she may not."""
        here = facts(request)
        here.reader, here.needs = reader, self.needs
        reader.actor = session.who(request, reader)
        if self.needs is None:
            return None
        if reader.actor is None:
            return _to_sign_in(request, posted=self.method == "POST")
        return None if _may_enter(reader.actor, self.needs) else errors.forbidden(request, self.needs)


def _who_holds_up(request: Request) -> str:
    """The plugin that has been drawing for too long in this page, if any."""
    reader = facts(request).reader
    plugin, since = (reader.drawing if reader is not None else None) or ("", 0.0)
    return plugin if plugin and time.monotonic() - since > HANGS else ""


def _without_nul(data: FormData) -> FormData:
    """The form without the one character that PostgreSQL does not keep in a text."""
    return FormData(
        [(name, value.replace("\0", "") if isinstance(value, str) else value) for name, value in data.multi_items()]
    )


def _sends_a_form(request: Request) -> bool:
    """A form's content type; a button alone may send nothing at all."""
    empty = request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers
    return empty or request.headers.get("content-type", "").startswith(FORM_TYPES)


def _may_enter(actor: Actor, needs: str) -> bool:
    return needs == SIGNED_IN or actor.can_somewhere(needs)


def _to_sign_in(request: Request, *, posted: bool) -> Response:
    if posted:
        return errors.page(request, 401)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/connexion?suite={quote(target)}", status_code=303)


PUBLIC, SIGNED_IN = access.PUBLIC, access.SIGNED_IN


def page(
    path: str, *, needs: str | None, writes: bool = False, posted: bool = False, name: str = ""
) -> Callable[[View], Page]:
    """Make a page of a function.

    A reading view is `view(request, reader)`, a writing one `view(request, unit, data)`, one that computes from a form
    without writing (`posted`) `view(request, reader, data)`. Returning an answer below 400 commits, anything else rolls
    back. The route is named after the function. `needs=PUBLIC` opens it to everybody.
    """

    def wrap(view: View) -> Page:
        return Page(path, name or getattr(view, "__name__", ""), view, needs, writes, posted)

    return wrap


def kept(response: Response) -> Response:
    """Commit although the answer is a refusal: attempts are counted precisely when they fail."""
    response.kept = True  # type: ignore[attr-defined]
    return response


def pages_of(module: Any) -> list[Page]:
    """The pages that a module defines, in the order of its lines."""
    return [value for value in vars(module).values() if isinstance(value, Page)]
