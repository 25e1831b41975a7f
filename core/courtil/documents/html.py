"""The document as an HTML fragment, for the screen and for the browser's own printing."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from courtil.documents.model import Document
from courtil.documents.view import view
from courtil.domain.words import _, ngettext


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("courtil"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=_, ngettext=ngettext)
    return environment


def render_html(document: Document, level: int = 1) -> Markup:
    """An `<article>` whose title is a heading of this level (1: the page's own); the page loads `documents.css`."""
    template = _environment().get_template("documents/document.html")
    return Markup(template.render(document=view(document), level=level))  # noqa: S704
