"""Templates: one environment per assembly, what every page knows, filters."""

import hashlib
import os
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    BytecodeCache,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
)
from jinja2.bccache import Bucket
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from courtil.domain import states
from courtil.domain.dates import clock, in_words, long_day
from courtil.domain.money import format_euros, plain_euros
from courtil.domain.words import _, language, ngettext
from courtil.services.settings import amap_settings
from courtil.services.unit import PARIS
from courtil.web import flash, spaces
from courtil.web.added import added
from courtil.web.devices import device
from courtil.web.request import facts
from courtil.web.slots import slot

HERE = Path(__file__).parent.parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"


def day(value: date) -> str:
    """`jeudi 26 novembre 2026`."""
    return long_day(value)


def short_day(value: date) -> str:
    """`jeu. 26 nov.`"""
    return in_words(value, "EEE d MMM")


def moment(value: datetime) -> str:
    """`26 nov. 2026 à 18 h 42` at the AMAP."""
    local = value.astimezone(PARIS)
    return _("%(day)s à %(hour)s") % {"day": in_words(local.date(), "d MMM y"), "hour": clock(local.timetz())}


def month(value: date) -> str:
    """`novembre 2026`."""
    return in_words(value, "MMMM y")


def euros(cents: int) -> str:
    """`225,00 €`."""
    return format_euros(cents)


def phone(value: str) -> str:
    """`06 12 34 56 78` for a French number."""
    national = re.sub(r"^\+33", "0", value)
    return " ".join(re.findall("..", national)) if re.fullmatch(r"0\d{9}", national) else value


FILTERS: Mapping[str, Any] = {
    "day": day,
    "short_day": short_day,
    "month": month,
    "moment": moment,
    "hour": clock,
    "euros": euros,
    "plain_euros": plain_euros,
    "phone": phone,
    "label": states.label,
    "device": device,
}


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def static(path: str) -> str:
    """The address of a file of ours, which changes with its content."""
    return f"/static/core/{path}?v={_digest(STATIC / path)}"


class _Compiled(BytecodeCache):
    """Templates are compiled once in a process, however many sets of plugins it serves."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled from the same source."""
        code = self._codes.get((bucket.key, bucket.checksum))
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._codes[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_COMPILED = _Compiled()
IS_DEVELOPING = bool(os.environ.get("COURTIL_DEV"))
"""Set by `courtil dev`: every change starts the server anew, so templates are compiled when needed and kept on disk."""


def environment(folders: Mapping[str, Path]) -> Environment:
    """Templates of the core, then those of plugins: of the folder of each, only what lies under its own name."""
    own = {name: FileSystemLoader(path / name) for name, path in folders.items() if (path / name).is_dir()}
    env = Environment(
        loader=ChoiceLoader([FileSystemLoader(TEMPLATES), PrefixLoader(own)]),
        bytecode_cache=FileSystemBytecodeCache() if IS_DEVELOPING else _COMPILED,
        auto_reload=False,
        cache_size=-1,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(_, ngettext, newstyle=False)  # type: ignore[attr-defined]
    env.filters.update(FILTERS)
    env.globals.update(_=_, ngettext=ngettext, static=static)
    env.add_extension("jinja2.ext.do")
    return env


def page_context(request: Request) -> dict[str, Any]:
    """What the base template knows on every page."""
    here = facts(request)
    reader = here.reader
    assert reader is not None
    amap = amap_settings(reader)
    shown = spaces.shown(reader.actor, here.assembly, request.url.path, here.needs)
    return {
        "request_path": request.url.path,
        "page_title": "",
        "amap": amap,
        "amap_name": amap.name,
        "actor": reader.actor,
        "spaces": shown,
        "flash": flash.take(request),
        "help_url": None,
        "demo": here.instance.config.demo,
        "developing": IS_DEVELOPING,
        "language": language(),
        "today": reader.today,
        "left_out": here.plugins.left_out,
        "installed": here.instance.sets.registry.plugins,
        "slot": slot(request, reader),
        "added": added(reader),
    }


def render(
    request: Request, template: str, status_code: int = 200, /, *, block: str | None = None, **context: Any
) -> Response:
    """A whole page, or one block of it for htmx."""
    here = facts(request)
    found = here.assembly.templates.get_template(template)
    known = page_context(request) | context
    html = found.render(known) if block is None else "".join(found.blocks[block](found.new_context(known)))
    response = HTMLResponse(html, status_code=status_code)
    if block is None:
        flash.forget(request, response)
    return response
