"""The session cookie."""

from starlette.requests import Request
from starlette.responses import Response

from courtil.domain.access import Actor
from courtil.plugin.payloads import RequestFacts
from courtil.services import signin
from courtil.services.signin import LONGEST_SESSION
from courtil.services.unit import Reader
from courtil.web.request import client_address, is_secure


def cookie_name(request: Request) -> str:
    """`__Host-courtil` over https: no other host may set or read it."""
    return "__Host-courtil" if is_secure(request) else "courtil"


def session_token(request: Request) -> str | None:
    """What the browser sent."""
    return request.cookies.get(cookie_name(request))


def facts_of(request: Request) -> RequestFacts:
    """What a plugin may know of the request. A header that came twice is both, so nobody replaces a proxy's."""
    headers = {name: ", ".join(request.headers.getlist(name)) for name in request.headers}
    return RequestFacts(method=request.method, path=request.url.path, address=client_address(request), headers=headers)


def who(request: Request, reader: Reader) -> Actor | None:
    """Who asks: the person of our session, else whom a plugin vouches for."""
    return signin.actor_of(reader, session_token(request)) or signin.vouched_for(reader, facts_of(request))


def start(request: Request, response: Response, token: str) -> Response:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=int(LONGEST_SESSION.total_seconds()),
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
    return response


def end(request: Request, response: Response) -> Response:
    """Take the session back and have the browser forget our pages."""
    response.delete_cookie(
        cookie_name(request), path="/", secure=is_secure(request), httponly=True, samesite="lax"
    )  # fmt: skip
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response
