"""Slots: places of a page where plugins draw; what fails is left out and said to administrators only."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from courtil.domain.words import _
from courtil.plugin.payloads import View
from courtil.services.unit import Reader
from courtil.web.request import facts

if TYPE_CHECKING:
    from starlette.requests import Request

log = logging.getLogger(__name__)
NOTE = Markup('<p class="alert alert-info">{}</p>')


def slot(request: "Request", reader: Reader) -> Callable[..., Markup]:
    """The `slot` function of a page's template."""

    def drawn(name: str, **objects: Any) -> Markup:
        view = View(reader=reader, objects=objects)
        parts: list[tuple[int, Markup]] = []
        for answer in reader.hooks.draw(name, view):
            if answer.failed:
                parts.append((99, _note(reader, answer.plugin)))
            parts.extend(
                (fragment.order, _render(request, reader, answer.plugin, fragment.template, fragment.context))
                for fragment in answer.fragments
            )
        return Markup("").join(part for _order, part in sorted(parts, key=lambda pair: pair[0]))

    return drawn


def _render(request: "Request", reader: Reader, plugin: str, template: str, context: dict[str, Any]) -> Markup:
    try:
        with reader.session.begin_nested():
            found = facts(request).assembly.templates.get_template(template)
            return Markup(found.render(context))  # noqa: S704  (a template escapes what it draws)
    except Exception:
        log.exception("plugin %s: template %s failed", plugin, template)
        return _note(reader, plugin)


def _note(reader: Reader, plugin: str) -> Markup:
    if reader.actor is None or not reader.actor.can("settings.write"):
        return Markup()
    return NOTE.format(_("Ce bloc du greffon « %(plugin)s » est indisponible.") % {"plugin": plugin})
