"""Lists of the core and documents of plugins: read on screen, printed, downloaded."""

from starlette.requests import Request
from starlette.responses import Response

from courtil.documents import Document
from courtil.domain.problems import NotFound
from courtil.domain.words import _
from courtil.plugin.payloads import Export
from courtil.services import listings
from courtil.services.unit import Reader
from courtil.web.downloads import download, show_document
from courtil.web.pages import SIGNED_IN, page
from courtil.web.render import render
from courtil.web.request import facts, url_of

CORE = "courtil"


def _open_to(request: Request, reader: Reader) -> list[tuple[str, Export]]:
    """The exports that the actor may have, each with its plugin."""
    declared = [*((CORE, one) for one in listings.OWN), *facts(request).plugins.declared.exports]
    return [(plugin, one) for plugin, one in declared if reader.actor and reader.actor.can_somewhere(one.permission)]


def _document(request: Request, reader: Reader) -> Document:
    """The document of the path. Raises NotFound for one that is not there or not the actor's."""
    asked = request.path_params["plugin"], request.path_params["name"]
    for plugin, one in _open_to(request, reader):
        if (plugin, one.name) == asked:
            document: Document = one.document(reader)
            return document
    raise NotFound("export")


@page("/documents", needs=SIGNED_IN)
def exports(request: Request, reader: Reader) -> Response:
    """Every document there is for the person."""
    known = facts(request).instance.sets.registry.plugins
    found = [
        (plugin, one, _(known[plugin].label) if plugin in known else "") for plugin, one in _open_to(request, reader)
    ]
    return render(request, "plugins/exports.html", page_title=_("Documents et tableaux"), exports=found)


@page("/documents/{plugin}/{name}", needs=SIGNED_IN)
def export(request: Request, reader: Reader) -> Response:
    """One document, to read and print."""
    document, here = _document(request, reader), request.path_params
    back = (url_of(request, "exports"), _("Documents et tableaux"))
    return show_document(
        request, document, lambda extension: url_of(request, "export_file", extension=extension, **here), back
    )


@page("/documents/{plugin}/{name}/fichier.{extension}", needs=SIGNED_IN)
def export_file(request: Request, reader: Reader) -> Response:
    """The same as PDF, XLSX or CSV."""
    return download(_document(request, reader), str(request.path_params["extension"]))
