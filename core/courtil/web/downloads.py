"""Documents as files: PDF, XLSX, CSV."""

from starlette.responses import Response

from courtil.documents import FORMATS, Document, filename
from courtil.domain.problems import NotFound


def download(document: Document, extension: str) -> Response:
    """The document as a file of this kind, to keep. Raises NotFound for another kind."""
    if extension not in FORMATS:
        raise NotFound(extension)
    kind, render = FORMATS[extension]
    disposition = f'attachment; filename="{filename(document, extension)}"'
    return Response(render(document), media_type=kind, headers={"content-disposition": disposition})
