"""The document as plain data with every value already written out: what the HTML and the PDF templates share."""

from typing import Any

from courtil.documents.formats import column_widths, shown, slug
from courtil.documents.model import Cell, Column, Document, Fields, Row, Table
from courtil.domain.words import _

View = dict[str, Any]


def view(document: Document) -> View:
    """Texts, lists and dictionaries only, fit for JSON.

    A table cell is a text, or None where the reader fills in by hand.
    """
    blocks = []
    for block in document.blocks:
        if isinstance(block, Table):
            blocks.append(_table(block, document.language))
        elif isinstance(block, Fields):
            blocks.append(_fields(block, document.language))
        else:
            blocks.append(block.model_dump(mode="json"))
    head = document.model_dump(mode="json", exclude={"blocks", "filename"})
    return {**head, "id": slug(document.filename or document.title), "blocks": blocks}


def empty_sentence(table: Table) -> str:
    """What a table without rows says instead."""
    return table.empty or _("Aucune ligne pour l’instant.")


def _fields(block: Fields, language: str) -> View:
    pairs = [{"label": pair.label, "value": shown(pair.value, pair.kind, language)} for pair in block.pairs]
    return {"block": "fields", "heading": block.heading, "pairs": pairs}


def _table(table: Table, language: str) -> View:
    widths = column_widths(table, language)
    return {
        "block": "table",
        "caption": table.caption,
        "cards": table.cards,
        "columns": [
            {"label": column.label, "kind": column.kind, "align": column.align, "width": width}
            for column, width in zip(table.columns, widths, strict=True)
        ],
        "head_column": next((i for i, column in enumerate(table.columns) if column.kind == "text"), None),
        "sections": [
            {"heading": heading, "rows": [_row(table.columns, row, language) for row in rows]}
            for heading, rows in table.sections
        ],
        "footer": None if table.footer is None else _row(table.columns, table.footer, language, boxes=False),
        "empty": empty_sentence(table),
    }


def _row(columns: tuple[Column, ...], row: Row, language: str, *, boxes: bool = True) -> list[str | None]:
    return [_cell(value, column, language, boxes=boxes) for column, value in zip(columns, row, strict=True)]


def _cell(value: Cell, column: Column, language: str, *, boxes: bool) -> str | None:
    if boxes and value is None and column.kind in ("tick", "signature"):
        return None
    return shown(value, column.kind, language)
