"""Documents of the core and of plugins: as a page to read and print, and as files (PDF, XLSX, CSV)."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from courtil.documents import FORMATS, Document, filename, render_html
from courtil.domain.problems import NotFound
from courtil.web.render import render


def show_document(
    request: Request,
    document: Document,
    file_url: Callable[[str], str],
    back: tuple[str, str],
    help_url: str | None = None,
) -> Response:
    """The document as a page, with its files and a button to print it.

    `file_url` gives the address of the file with this extension, `back` is the address and the name of the page before.
    """
    files = [(extension.upper(), file_url(extension)) for extension in FORMATS]
    return render(
        request, "sheets/sheet.html", page_title=document.title, article=render_html(document), files=files,
        back_url=back[0], back_label=back[1], help_url=help_url,
    )  # fmt: skip


def download(document: Document, extension: str) -> Response:
    """The document as a file of this kind, to keep. Raises NotFound for another kind."""
    if extension not in FORMATS:
        raise NotFound(extension)
    kind, render_file = FORMATS[extension]
    disposition = f'attachment; filename="{filename(document, extension)}"'
    return Response(render_file(document), media_type=kind, headers={"content-disposition": disposition})
