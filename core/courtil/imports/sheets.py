"""Read a file or pasted cells as sheets of plain cells, whatever its format and name."""

import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from courtil.domain.problems import Refused
from courtil.domain.words import _
from courtil.imports.grid import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEETS,
    Cell,
    Row,
    Sheet,
)
from courtil.imports.plain_text import decode, read_text
from courtil.imports.unpacking import broken, locked, repack, too_big

SECONDS = 20
_PROCESS = Path(__file__).with_name("workbook_process.py")
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_NO_TABLE = (
    b"MZ",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"\x7fELF",
    b"{\\rtf",
)


def read_file(data: bytes, name: str) -> tuple[Sheet, ...]:
    """The sheets of an .xlsx, .ods, .xls or text file, told apart by content; `name` only names a text's sheet.

    Raises Refused, saying what to do, for anything that is not a table of a sensible size.
    """
    if len(data) > MOST_BYTES:
        raise too_big()
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused(_("Ce fichier est vide. Choisissez le fichier qui contient votre liste."))
    if data.startswith(_ZIP):
        return _workbook(repack(data))
    if data.startswith(_OLD_EXCEL):
        if _ENCRYPTED in data:
            raise locked()
        return _workbook(data)
    _refuse_disguised(data)
    return (Sheet(Path(name).stem, read_text(decode(data))),)


def read_pasted(text: str) -> tuple[Sheet, ...]:
    """One sheet from cells pasted out of a spreadsheet (tab-separated) or from CSV text.

    Raises Refused as `read_file` does.
    """
    return read_file(text.encode(), _("Cellules collées"))


def _refuse_disguised(data: bytes) -> None:
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        message = _("C’est une page web, pas un tableur. Ouvrez-la dans votre tableur et enregistrez-la en .xlsx.")
    elif data.startswith(_NO_TABLE):
        message = _("Ce fichier n’est pas un tableur. Enregistrez votre liste en .xlsx, .ods ou .csv.")
    else:
        return
    raise Refused(message)


def _workbook(data: bytes) -> tuple[Sheet, ...]:
    """Parse in a process with limits: a hostile file costs that process, not this one."""
    limits = (MOST_SHEETS, MOST_ROWS, MOST_COLUMNS, MOST_CELLS)
    command = [sys.executable, "-I", "-X", "utf8", str(_PROCESS), *(str(limit) for limit in limits)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise too_big() from error
    if done.returncode:
        raise too_big() if done.returncode < 0 else broken()
    found = json.loads(done.stdout, object_hook=_cell_with_type)
    if "refused" in found:
        raise too_big()
    return tuple(Sheet(sheet["name"], tuple(_row(row) for row in sheet["rows"])) for sheet in found["sheets"])


def _cell_with_type(found: dict[str, Any]) -> Any:
    if "datetime" in found:
        return datetime.fromisoformat(found["datetime"])
    return date.fromisoformat(found["date"]) if "date" in found else found


def _row(cells: list[Cell]) -> Row:
    if any(isinstance(cell, str) and len(cell) > MOST_CHARACTERS for cell in cells):
        raise too_big()
    return tuple(cells)
