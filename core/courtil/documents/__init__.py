"""One description, four renderings: HTML for screen and print, PDF, XLSX and CSV.

>>> sheet = Document(
...     title="Distribution",
...     blocks=(
...         Table(
...             caption="Paniers",
...             columns=(Column(label="Nom"), Column(label="Émargement", kind="signature")),
...             rows=(("Léa Œuvrard", None),),
...         ),
...     ),
... )
>>> filename(sheet, "pdf")
'distribution.pdf'
>>> FORMATS["csv"].render(sheet).decode("utf-8-sig").splitlines()
['Nom;Émargement', 'Léa Œuvrard;']
"""

from courtil.documents.html import render_html
from courtil.documents.model import (
    Block,
    Cell,
    Column,
    Document,
    Field,
    Fields,
    Group,
    Kind,
    Notes,
    SignatureBox,
    Signatures,
    Table,
    Text,
)
from courtil.documents.render import FORMATS, Format, filename

__all__ = [
    "FORMATS",
    "Block",
    "Cell",
    "Column",
    "Document",
    "Field",
    "Fields",
    "Format",
    "Group",
    "Kind",
    "Notes",
    "SignatureBox",
    "Signatures",
    "Table",
    "Text",
    "filename",
    "render_html",
]
