"""What a request carries on its way: the instance, its assembly, and the reader or unit that is open."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from starlette.datastructures import FormData
from starlette.requests import Request

from courtil.domain.problems import NotFound
from courtil.services.instance import Instance, PluginSet
from courtil.services.unit import Reader

if TYPE_CHECKING:
    from courtil.web.assembly import Assembly

LARGEST_KEY = 2**31 - 1


@dataclass
class Facts:
    """Facts about one request, kept on `request.state.facts`."""

    instance: Instance
    plugins: PluginSet
    assembly: "Assembly"
    request_id: str = field(default_factory=lambda: uuid4().hex[:10])
    reader: Reader | None = None
    needs: str | None = None
    """The permission that the page asks for."""
    cache: dict[str, Any] = field(default_factory=dict)


def facts(request: Request) -> Facts:
    """The facts that hosting put there."""
    found: Facts = request.state.facts
    return found


def again(request: Request) -> Request:
    """The same request with fresh facts, for a second try while the first still holds the others."""
    here = facts(request)
    fresh = Facts(here.instance, here.plugins, here.assembly, here.request_id)
    return Request({**request.scope, "state": {"facts": fresh}}, request.receive)


def url_of(request: Request, name: str, /, **params: object) -> str:
    """The address of the page of this name; what is not in its path goes into the query."""
    return facts(request).assembly.url(name, **params)


def is_secure(request: Request) -> bool:
    """Whether the browser speaks https to us."""
    return request.url.scheme == "https"


def base_url(request: Request) -> str:
    """Scheme and host that absolute links start with: the configured ones, never what a header claims."""
    configured = facts(request).instance.config.base_url
    if configured:
        return configured.rstrip("/")
    return f"{request.url.scheme}://{request.url.netloc}"


def client_address(request: Request) -> str:
    """The caller's network address, as far as the trusted proxy told."""
    return request.client.host if request.client else ""


def number(text: object) -> int | None:
    """A whole number that a row's key or version can have, as it came in a form or a query; None for anything else."""
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,10}", text):
        return None
    found = int(text)
    return found if found <= LARGEST_KEY else None


def texts(data: FormData) -> dict[str, str]:
    """What was typed, by field; files are left out."""
    return {name: value for name, value in data.items() if isinstance(value, str)}


def version_of(data: FormData, name: str = "version") -> int | None:
    """The version of the row that a form was opened on."""
    text = data.get(name)
    return int(text) if isinstance(text, str) and re.fullmatch(r"[0-9]{1,18}", text) else None


def query_page(request: Request) -> int:
    """The `page` of the query, from 1."""
    found = number(request.query_params.get("page", ""))
    return found if found is not None and 0 < found < 100_000 else 1


def path_int(request: Request, name: str) -> int:
    """A number of the path; the route's convertor has checked it. Raises NotFound for one that no row can have."""
    params: Mapping[str, Any] = request.path_params
    found = int(params[name])
    if found > LARGEST_KEY:
        raise NotFound(name)
    return found
