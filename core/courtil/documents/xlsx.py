"""The document as a workbook: one sheet a table, real numbers and dates, and no formula ever."""

import io
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from courtil.documents.formats import column_widths, plain
from courtil.documents.model import Cell, Column, Document, Fields, Kind, Notes, Row, Signatures, Table, Text
from courtil.documents.view import empty_sentence
from courtil.domain.words import _

_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_A4 = 9
_LONGEST_TEXT = 32_767
_FIRST_YEAR = 1900  # the oldest date a workbook can hold
_MOST_LINES_ABOVE, _WIDEST_LINE_ABOVE = 8, 90  # more would fill the frozen part of a small screen
_NUMBER_FORMATS: dict[Kind, str] = {"cents": '#,##0.00\\ "€"', "date": "dd/mm/yyyy"}
_ALIGN = {"start": "left", "center": "center", "end": "right"}

Line = tuple[tuple[Cell, Kind], ...]


def render_xlsx(document: Document) -> bytes:
    """A workbook with one sheet a table; title, texts and fields stand above the first, or apart when they are long."""
    output = io.BytesIO()
    workbook = xlsxwriter.Workbook(output, _SAFE)
    workbook.set_properties({"title": document.title, "author": document.amap})
    _Writer(workbook, document).write()
    workbook.close()
    return output.getvalue()


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Names a spreadsheet accepts: at most 31 characters, no punctuation it reserves, and no two alike."""
    names: list[str] = []
    for text in wanted:
        name = base = re.sub(r"[\[\]:*?/\\]", " ", text)[:31].strip(" '") or _("Feuille")
        number = 1
        while name.casefold() in (taken.casefold() for taken in names) or name.casefold() == "history":
            number += 1
            name = f"{base[: 31 - len(str(number)) - 1].rstrip()} {number}"
        names.append(name)
    return names


class _Writer:
    """Writes one document into one workbook, sharing its cell formats."""

    def __init__(self, workbook: xlsxwriter.Workbook, document: Document) -> None:
        self.workbook = workbook
        self.document = document
        self.formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def write(self) -> None:
        lines = _lines_above(self.document)
        tables = self.document.tables
        apart = not tables or _too_long(lines)
        names = sheet_names([*([_("Présentation")] if apart else []), *(table.caption for table in tables)])
        sheets = [self._sheet(name) for name in names]
        self._write_lines(sheets[0], lines, text_wrap=apart)
        if apart:
            sheets[0].set_column(0, 1, 60)
        for number, (sheet, table) in enumerate(zip(sheets[apart:], tables, strict=True)):
            self._write_table(sheet, table, 0 if apart or number else len(lines) + 1)

    def _sheet(self, name: str) -> Worksheet:
        sheet = self.workbook.add_worksheet(name)
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P/&N")
        if self.document.orientation == "landscape":
            sheet.set_landscape()
        return sheet

    def _write_lines(self, sheet: Worksheet, lines: list[Line], *, text_wrap: bool) -> None:
        look = {"align": "left", "valign": "top", "text_wrap": text_wrap}
        for number, line in enumerate(lines):
            for index, (value, kind) in enumerate(line):
                size = {"bold": True, "font_size": 14} if number == 0 else {"bold": len(line) > 1 and index == 0}
                self._write_cell(sheet, number, index, value, kind, **look, **size)

    def _write_table(self, sheet: Worksheet, table: Table, top: int) -> None:
        table = _with_group_column(table)
        for index, (column, width) in enumerate(zip(table.columns, column_widths(table), strict=True)):
            sheet.set_column(index, index, width + 3)
            self._write_cell(
                sheet, top, index, column.label, "text",
                bold=True, bottom=2, text_wrap=True, valign="top", align=_ALIGN[column.align],
            )  # fmt: skip
        for number, row in enumerate(table.rows, start=top + 1):
            self._write_row(sheet, number, table.columns, row, valign="top", text_wrap=True)
        last = top + max(len(table.rows), 1)
        if not table.rows:
            self._write_cell(sheet, last, 0, empty_sentence(table), "text", italic=True)
        if table.footer:
            self._write_row(sheet, last + 1, table.columns, table.footer, bold=True, top=1)
        sheet.autofilter(top, 0, last, len(table.columns) - 1)
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)

    def _write_row(self, sheet: Worksheet, number: int, columns: tuple[Column, ...], row: Row, **style: Any) -> None:
        for index, (column, value) in enumerate(zip(columns, row, strict=True)):
            self._write_cell(sheet, number, index, value, column.kind, align=_ALIGN[column.align], **style)

    def _write_cell(self, sheet: Worksheet, row: int, column: int, value: Cell, kind: Kind, **style: Any) -> None:
        look = self._format(num_format=_number_format(value, kind), **style)
        if isinstance(value, date) and value.year >= _FIRST_YEAR:
            sheet.write_datetime(row, column, value, look)
        elif isinstance(value, (int, Decimal)):
            sheet.write_number(row, column, Decimal(value) / 100 if kind == "cents" else value, look)
        else:
            sheet.write_string(row, column, plain(value, kind)[:_LONGEST_TEXT], look)

    def _format(self, **style: Any) -> Format:
        key = tuple(sorted(style.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format(style)
        return self.formats[key]


def _number_format(value: Cell, kind: Kind) -> str:
    if isinstance(value, str):
        return "@"
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return "#,##0." + "0" * -exponent if isinstance(exponent, int) and exponent < 0 else "#,##0"
    return _NUMBER_FORMATS.get(kind, "#,##0" if kind == "number" else "General")


def _with_group_column(table: Table) -> Table:
    """The same table without headings: filters and sums need one kind of row."""
    if not table.groups:
        return table
    rows = tuple((group.heading, *row) for group in table.groups for row in group.rows)
    column = Column(label=table.group_label or _("Groupe"))
    footer = None if table.footer is None else ("", *table.footer)
    return table.model_copy(
        update={"columns": (column, *table.columns), "rows": rows, "groups": (), "footer": footer}
    )  # fmt: skip


def _lines_above(document: Document) -> list[Line]:
    lines: list[Line] = [_line(document.title)]
    lines += [_line(text) for text in (document.subtitle, document.amap) if text]
    for block in document.blocks:
        if isinstance(block, Fields):
            lines += _heading(block.heading)
            lines += [((pair.label, "text"), (pair.value, pair.kind)) for pair in block.pairs]
        elif isinstance(block, Text):
            lines += [*_heading(block.heading), *map(_line, block.paragraphs)]
        elif isinstance(block, Signatures):
            lines += [_line(box.label, box.name, box.signed_at) for box in block.boxes]
        elif isinstance(block, Notes):
            lines += map(_line, block.lines)
    return lines


def _too_long(lines: list[Line]) -> bool:
    widest = max(len(value) for line in lines for value, _kind in line[:1] if isinstance(value, str))
    return len(lines) > _MOST_LINES_ABOVE or widest > _WIDEST_LINE_ABOVE


def _line(*texts: str) -> Line:
    return tuple((text, "text") for text in texts)


def _heading(heading: str | None) -> list[Line]:
    return [_line(heading)] if heading else []
