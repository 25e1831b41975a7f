"""The tables of a document as CSV for a French spreadsheet: semicolons, UTF-8 with its mark, no formula."""

import csv
import io
from codecs import BOM_UTF8

from courtil.documents.formats import plain
from courtil.documents.model import Cell, Document, Fields, Kind, Row, Table
from courtil.domain.words import _

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Line = list[str]


def guarded(text: str) -> str:
    """The text, after an apostrophe where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def render_csv(document: Document) -> bytes:
    """The rows and nothing else, so that another program can read them: no text, no notes, no total.

    Several tables are separated by an empty line and begin with their caption. A document without a table gives its
    fields.
    """
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(_lines(document))
    return BOM_UTF8 + text.getvalue().encode()


def _lines(document: Document) -> list[Line]:
    tables = document.tables
    if not tables:
        return _field_lines(document)
    if len(tables) == 1:
        return _table_lines(tables[0])
    parts = [[[guarded(table.caption)], *_table_lines(table)] for table in tables]
    return parts[0] + [line for part in parts[1:] for line in ([], *part)]


def _field_lines(document: Document) -> list[Line]:
    pairs = [pair for block in document.blocks if isinstance(block, Fields) for pair in block.pairs]
    return [[guarded(pair.label), _written(pair.value, pair.kind)] for pair in pairs]


def _table_lines(table: Table) -> list[Line]:
    head = [guarded(column.label) for column in table.columns]
    if not table.groups:
        return [head, *(_row_line(table, row) for row in table.rows)]
    rows = [
        [guarded(group.heading), *_row_line(table, row)]
        for group in table.groups
        for row in group.rows
    ]  # fmt: skip
    return [[guarded(table.group_label or _("Groupe")), *head], *rows]


def _row_line(table: Table, row: Row) -> Line:
    return [_written(value, column.kind) for column, value in zip(table.columns, row, strict=True)]


def _written(value: Cell, kind: Kind) -> str:
    text = plain(value, kind)
    return guarded(text) if isinstance(value, str) else text
