"""The session cookie."""

from starlette.requests import Request
from starlette.responses import Response

from courtil.services.signin import LONGEST_SESSION
from courtil.web.request import is_secure


def cookie_name(request: Request) -> str:
    """`__Host-courtil` over https: no other host may set or read it."""
    return "__Host-courtil" if is_secure(request) else "courtil"


def session_token(request: Request) -> str | None:
    """What the browser sent."""
    return request.cookies.get(cookie_name(request))


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
