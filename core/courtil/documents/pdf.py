"""The document as an accessible A4 PDF, set by typst from data that is never read as markup."""

import json
import re
from functools import cache
from importlib import resources

import typst

from courtil.documents.model import Document
from courtil.documents.view import View, view
from courtil.domain.words import _

_LONG_WORD = re.compile(r"\S{25,}")
_PIECE = re.compile(r"([^@./_-]{0,11}[@./_-]|.{12})(?=.)")
_BREAK = "\u200b"


@cache
def _template() -> bytes:
    return resources.files("courtil").joinpath("templates/documents/document.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def render_pdf(document: Document) -> bytes:
    """A tagged PDF/UA-1 file with language, title and page numbers; the fonts travel with typst.

    A character that no font holds (an emoji in a name) shows as an empty frame. Such a file is still tagged, but
    does not claim PDF/UA.
    """
    data = json.dumps(_breakable({**view(document), "words": {"page": _("page")}}))
    try:
        return _compile(data, ["ua-1"])
    except typst.TypstError:
        return _compile(data, [])


def _compile(data: str, standards: "list[typst.PDFStandard]") -> bytes:
    pdf = typst.compile(
        _template(), font_paths=_fonts(), sys_inputs={"document": data}, pdf_standards=standards, format="pdf"
    )
    assert isinstance(pdf, bytes)
    return pdf


def _breakable(data: View) -> View:
    """Long words (addresses, references) may break at the end of a line instead of running into the next column."""
    return {key: _break(value) for key, value in data.items()}


def _break(value: object) -> object:
    if isinstance(value, str):
        return _LONG_WORD.sub(lambda word: _PIECE.sub(rf"\1{_BREAK}", word[0]), value)
    if isinstance(value, list):
        return [_break(item) for item in value]
    return _breakable(value) if isinstance(value, dict) else value
