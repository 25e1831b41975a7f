"""Lists of members in any shape AMAPs keep them, read without database and without web.

`read_file` or `read_pasted` gives sheets, `find_table` the table of members among them, `guess_mapping` the meaning
of its columns (the person may change it), `read_members` one record per row.
"""

from courtil.imports.columns import Mapping, guess_mapping, signature
from courtil.imports.grid import Cell, Sheet
from courtil.imports.headers import Ignored, Table, find_table, table_at
from courtil.imports.members import read_members
from courtil.imports.records import MemberRow, MemberTable, PersonCells, RefusedRow, Remark
from courtil.imports.sheets import read_file, read_pasted
from courtil.imports.vocabulary import LABELS, Field

__all__ = [
    "LABELS",
    "Cell",
    "Field",
    "Ignored",
    "Mapping",
    "MemberRow",
    "MemberTable",
    "PersonCells",
    "RefusedRow",
    "Remark",
    "Sheet",
    "Table",
    "find_table",
    "guess_mapping",
    "read_file",
    "read_members",
    "read_pasted",
    "signature",
    "table_at",
]
