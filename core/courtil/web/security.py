"""Same-origin writes only, and the headers every answer carries."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"


def is_cross_origin(scope: Scope, own_origin: str) -> bool:
    """Whether an unsafe request comes, or may come, from another site.

    Browsers say so in `Sec-Fetch-Site` over https and on localhost; elsewhere `Origin` must be ours.
    With neither it is refused.
    """
    headers = Headers(scope=scope)
    if scope["method"] in SAFE_METHODS:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or urlsplit(origin)[:2] != urlsplit(own_origin)[:2]


def with_headers(send: Send, scope: Scope) -> Send:
    """A `send` that adds the security headers; pages are never stored by a cache unless they say so."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value  # no page, a plugin's neither, may loosen them
            headers.setdefault("cache-control", "no-store")
            if scope.get("scheme") == "https":
                headers.setdefault("strict-transport-security", HSTS)
        await send(message)

    return sending


def safe_path(target: str | None, fallback: str = "/") -> str:
    """A path on this site to go to after signing in; anything else becomes the fallback."""
    if (
        not target
        or not target.startswith("/")
        or target.startswith(("//", "/\\"))
        or any(c in target for c in "\r\n\t")
    ):
        return fallback
    return target
