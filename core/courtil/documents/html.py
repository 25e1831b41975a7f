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


def render_html(document: Document) -> Markup:
    """An `<article>` whose title is the page's `<h1>`; the page around it loads `documents.css`."""
    return Markup(_environment().get_template("documents/document.html").render(document=view(document)))  # noqa: S704
