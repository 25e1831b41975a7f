"""Small workbooks made on the spot, sound ones and hostile ones."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import xlsxwriter

ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def xlsx(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook as Excel would save it."""
    out = BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "default_date_format": "dd/mm/yyyy"}
    ) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return out.getvalue()


def xlsx_parts(sheet: bytes, more: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """A workbook of one sheet whose XML is given."""
    with ZipFile(BytesIO(xlsx({"A": [["Nom"]]}))) as sound:
        parts = {info.filename: sound.read(info) for info in sound.infolist()}
    parts["xl/worksheets/sheet1.xml"] = sheet
    return zipped({**parts, **dict(more)})


def sheet_xml(cells: str) -> bytes:
    """The XML of a sheet around its rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def ods(tables: str) -> bytes:
    """An OpenDocument spreadsheet around its tables."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = f"<office:document-content {spaces}><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    return zipped({"mimetype": ODS, "content.xml": content.encode(), "META-INF/manifest.xml": b"<manifest/>"})


def ods_row(*cells: str, attributes: str = "") -> str:
    """A row of text cells."""
    inside = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row {attributes}>{inside}</table:table-row>"


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A zip with these parts; the type of an ODS comes first and uncompressed."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, ZIP_STORED if name == "mimetype" else ZIP_DEFLATED)
    return out.getvalue()


def understated(data: bytes, real: int, told: int) -> bytes:
    """The same zip with one unpacked size replaced wherever it is told."""
    return data.replace(struct.pack("<L", real), struct.pack("<L", told))
