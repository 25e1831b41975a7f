"""What every reader gives: named sheets of plain cells, and the limits they keep."""

from dataclasses import dataclass
from datetime import date, datetime

Cell = str | int | float | bool | date | datetime
Row = tuple[Cell, ...]

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 20 * 1024 * 1024
MOST_PARTS = 2_000
MOST_SHEETS = 100
MOST_ROWS = 40_000
MOST_COLUMNS = 200
MOST_CELLS = 2_000_000
MOST_CHARACTERS = 32_767  # what Excel itself holds in one cell


@dataclass(frozen=True)
class Sheet:
    """Rows of cells; row 1 of the sheet is `rows[0]`, an empty cell is `""`, text is stripped of nothing."""

    name: str
    rows: tuple[Row, ...]
