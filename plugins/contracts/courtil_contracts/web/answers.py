"""Answers that several pages give alike."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from courtil.api import Problem, redirect


def done(
    request: Request, url: str, problems: Sequence[Problem], message: str, *, undo_url: str | None = None
) -> Response:
    """Back to this address with the message, or with what stood against it."""
    if problems:
        return redirect(request, url, " ".join(one.message for one in problems), kind="error")
    return redirect(request, url, message, undo_url=undo_url)
