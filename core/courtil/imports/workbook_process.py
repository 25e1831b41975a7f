"""Run as a process of its own: a workbook on standard input, its cells as JSON on standard output.

The process has a memory limit, so a file that makes the parser grow ends this process and not the server.
It imports nothing of Courtil, because it is started by its path.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from types import ModuleType
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows has no such limit
    resource = None

MEMORY = 700 * 1024 * 1024


def _limit_memory() -> None:
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return {"datetime": cell.isoformat()}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, time | timedelta):
        return str(cell)
    raise TypeError(type(cell))


def _read(data: bytes, most_sheets: int, most_rows: int, most_columns: int, most_cells: int) -> dict[str, Any]:
    workbook = CalamineWorkbook.from_filelike(BytesIO(data))
    names = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if len(names) > most_sheets:
        return {"refused": "sheets"}
    sheets: list[dict[str, Any]] = []
    cells = 0
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        rows, columns = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
        cells += rows * columns
        if rows > most_rows or columns > most_columns or cells > most_cells:
            return {"refused": "cells"}
        sheets.append({"name": name, "rows": sheet.to_python(skip_empty_area=False)})
    return {"sheets": sheets}


def main() -> None:
    """Exit status 0 with JSON, or another status when the file cannot be read."""
    _limit_memory()
    found = _read(sys.stdin.buffer.read(), *(int(word) for word in sys.argv[1:]))
    json.dump(found, sys.stdout, default=_plain, ensure_ascii=True)


if __name__ == "__main__":
    main()
