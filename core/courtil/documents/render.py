"""The files a document can be downloaded as, by extension."""

from collections.abc import Callable
from typing import NamedTuple

from courtil.documents.csv import render_csv
from courtil.documents.formats import slug
from courtil.documents.model import Document
from courtil.documents.pdf import render_pdf
from courtil.documents.xlsx import render_xlsx


class Format(NamedTuple):
    """How to make a file, and what to announce it as."""

    content_type: str
    render: Callable[[Document], bytes]


FORMATS: dict[str, Format] = {
    "pdf": Format("application/pdf", render_pdf),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", render_xlsx),
    "csv": Format("text/csv; charset=utf-8", render_csv),
}


def filename(document: Document, extension: str) -> str:
    """`feuille-emargement.pdf`: ASCII only, safe in a header and on any disk."""
    return f"{slug(document.filename or document.title)}.{extension}"
