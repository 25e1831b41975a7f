"""Slots: places of a page where plugins draw; what fails is left out and said to administrators only."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from courtil.domain.words import _
from courtil.plugin.payloads import Fragment, View
from courtil.services import extensions
from courtil.services.unit import Reader
from courtil.web.request import facts

if TYPE_CHECKING:
    from starlette.requests import Request

log = logging.getLogger(__name__)
NOTE = Markup('<p class="alert alert-info">{}</p>')
PLAIN = Markup('<div class="fragment" id="{}">{}</div>')
FRAMED = Markup('<div class="fragment framed" id="{}"><p class="frame-name">{}</p>{}</div>')
LAZY = Markup('<p hx-get="{}" hx-trigger="load" hx-target="#{}" hx-swap="innerHTML"><a href="{}">{}</a></p>')
SUBJECTS = {
    "household.aside": "household", "person.aside": "person", "farm.aside": "farm", "offer.aside": "offer",
    "contract.aside": "contract", "delivery.aside": "delivery",
}  # fmt: skip
"""The slots that also show what extension models keep of their subject."""


def slot(request: "Request", reader: Reader) -> Callable[..., Markup]:
    """The `slot` function of a page's template."""
    seen: Counter[str] = Counter()

    def drawn(name: str, **objects: Any) -> Markup:
        drawing = _Drawing(request, reader, name, seen)
        parts = [*drawing.kept(objects), *drawing.fragments(View(reader=reader, objects=objects))]
        return Markup("").join(part for _order, part in sorted(parts, key=lambda pair: pair[0]))

    return drawn


def is_framing(request: "Request", reader: Reader) -> bool:
    """Whether an administrator asks which plugin drew what (`?_blocs=1`)."""
    return request.query_params.get("_blocs") == "1" and _administers(reader)


class _Drawing:
    """One slot of one page."""

    def __init__(self, request: "Request", reader: Reader, name: str, seen: Counter[str]) -> None:
        self.request, self.reader, self.name, self.seen = request, reader, name, seen
        self.framed = is_framing(request, reader)

    def fragments(self, view: View) -> Iterator[tuple[int, Markup]]:
        """What the plugins draw here, each piece with its order."""
        for answer in self.reader.hooks.draw(self.name, view):
            if answer.failed:
                yield 99, self._note(answer.plugin)
            for fragment in answer.fragments:
                yield fragment.order, self._rendered(answer.plugin, fragment)

    def kept(self, objects: dict[str, Any]) -> Iterator[tuple[int, Markup]]:
        """What extension models keep of the subject of this slot."""
        subject = SUBJECTS.get(self.name, "")
        row = objects.get(subject)
        if row is None or not self.reader.hooks.declarations.extensions:
            return
        found = extensions.held(self.reader, subject, [row.id]).get(row.id, [])
        if found:
            template = facts(self.request).assembly.templates.get_template("extensions/shown.html")
            writes = subject in ALONE and self.reader.allows(ALONE[subject], row)
            writes = writes and bool(extensions.attached(self.reader, subject, writing=True))
            yield 0, Markup(template.render(subject=subject, id=row.id, found=found, writes=writes))  # noqa: S704

    def _rendered(self, plugin: str, fragment: Fragment) -> Markup:
        target = self._target(plugin)
        content = None
        with self.reader.hooks.drawing(plugin, self.reader) as may:
            if may:
                content = self._content(plugin, fragment, target)
        if content is None:
            return self._note(plugin)
        if self.framed:
            return FRAMED.format(target, f"{_label(self.request, plugin)} · {self.name}", content)
        return PLAIN.format(target, content) if content.strip() else Markup()

    def _content(self, plugin: str, fragment: Fragment, target: str) -> Markup:
        if fragment.lazy:
            return LAZY.format(fragment.lazy, target, fragment.lazy, fragment.text or _label(self.request, plugin))
        if not fragment.template:
            return Markup("<p>{}</p>").format(fragment.text)
        if not fragment.template.startswith(f"{plugin}/"):
            raise ValueError(f"the template {fragment.template} must lie in templates/{plugin}/")
        template = facts(self.request).assembly.templates.get_template(fragment.template)
        return Markup(template.render(fragment.context | {"target": target}))  # noqa: S704  (a template escapes)

    def _target(self, plugin: str) -> str:
        """The id of the piece: the same at each visit, and no other's on the page."""
        base = f"x-{plugin}-{self.name.replace('.', '-')}"
        self.seen[base] += 1
        return base if self.seen[base] == 1 else f"{base}-{self.seen[base]}"

    def _note(self, plugin: str) -> Markup:
        if not _administers(self.reader):
            return Markup()
        words = {"plugin": _label(self.request, plugin)}
        return NOTE.format(_("Ce bloc du greffon « %(plugin)s » est indisponible.") % words)


ALONE = {"contract": "contracts.write", "delivery": "deliveries.write"}
"""Subjects without a form of their own, whose sections have a page, and the right that it asks for."""


def _administers(reader: Reader) -> bool:
    return reader.actor is not None and reader.actor.can("settings.write")


def _label(request: "Request", plugin: str) -> str:
    known = facts(request).instance.sets.registry.plugins.get(plugin)
    return _(known.label) if known else plugin
