"""The one message that the next page shows: what was done, and how to undo it."""

import base64
import json
from dataclasses import asdict, dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from courtil.domain.words import _
from courtil.web.request import is_secure
from courtil.web.security import safe_path

LONGEST = 2000


@dataclass(frozen=True)
class Flash:
    """A message; `undo_url` takes a POST that undoes what was done."""

    message: str
    kind: str = "success"
    undo_url: str | None = None

    @property
    def undo_label(self) -> str:
        """The words on the undo button."""
        return _("Revenir en arrière")


def _cookie(request: Request) -> str:
    return "__Host-courtil-message" if is_secure(request) else "courtil-message"


def put(request: Request, response: Response, flash: Flash) -> Response:
    """Send the message along with the response, for the next page."""
    value = base64.urlsafe_b64encode(json.dumps(asdict(flash)).encode()).decode()
    if len(value) <= LONGEST:
        response.set_cookie(
            _cookie(request), value, max_age=60, path="/", secure=is_secure(request), httponly=True, samesite="lax"
        )  # fmt: skip
    return response


def take(request: Request) -> Flash | None:
    """The message of the page before, if it is one of ours."""
    value = request.cookies.get(_cookie(request))
    if not value:
        return None
    try:
        flash = Flash(**json.loads(base64.urlsafe_b64decode(value)))
        undo_url = safe_path(flash.undo_url) if flash.undo_url else None
        return Flash(str(flash.message), str(flash.kind), undo_url)
    except (ValueError, TypeError):
        return None


def forget(request: Request, response: Response) -> None:
    """The message was shown: take the cookie back."""
    if _cookie(request) in request.cookies:
        response.delete_cookie(
            _cookie(request), path="/", secure=is_secure(request), httponly=True, samesite="lax"
        )  # fmt: skip


def redirect(
    request: Request, url: str, message: str = "", *, undo_url: str | None = None, kind: str = "success"
) -> Response:
    """Go to a page of this site after a write (303), with a message and its undo."""
    response = RedirectResponse(url, status_code=303)
    return put(request, response, Flash(message, kind, undo_url)) if message else response
