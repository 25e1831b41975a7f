"""Where the table stands in a sheet: its headings, on one line or two, and the rows of data under them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from courtil.domain.problems import Refused
from courtil.domain.words import _
from courtil.imports.columns import UNDER, guess_mapping, meaning
from courtil.imports.grid import Cell, Row, Sheet
from courtil.imports.keys import key
from courtil.imports.vocabulary import NAMES, WHEREABOUTS, Field

_SEARCHED = 40
_LONGEST = 120
_TOTALS = ("total ", "totaux ", "sous total ", "cumul ", "somme ", "nombre ", "moyenne ")


@dataclass(frozen=True)
class Ignored:
    """A row left aside and why; `row` is counted from 1 in the sheet."""

    row: int
    reason: str


@dataclass(frozen=True)
class Table:
    """Headings (as wide as the widest row) and data rows with their position in the sheet, counted from 1."""

    sheet: str
    header_rows: tuple[int, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[int, Row], ...]
    ignored: tuple[Ignored, ...]


def find_table(sheets: Iterable[Sheet]) -> Table:
    """The table of members among all sheets: the one whose headings name and locate the most people.

    Raises Refused when no sheet has headings, or when nothing stands under them.
    """
    tables = [table for sheet in sheets if (table := read_table(sheet)) is not None]
    if not tables:
        raise Refused(
            _("Aucun titre de colonne n’est reconnu. Mettez « Nom », « Prénom », « E-mail » au-dessus de la liste.")
        )
    best = max(tables, key=_merit)
    if not best.rows:
        raise Refused(_("Le fichier n’a que des titres de colonnes. Ajoutez une ligne par foyer, puis réessayez."))
    return best


def read_table(sheet: Sheet) -> Table | None:
    """The table of one sheet, or None when no row of it looks like headings."""
    found = _header(sheet.rows)
    if found is None:
        return None
    first, last, headings = found
    rows, ignored = _data(sheet.rows, last, headings)
    return Table(sheet.name, tuple(range(first + 1, last + 2)), headings, rows, ignored)


def table_at(sheet: Sheet, first: int, last: int) -> Table:
    """The table under the heading rows the person points at, counted from 1.

    Raises Refused when the sheet has no such rows.
    """
    width = max((len(row) for row in sheet.rows), default=0)
    if not 1 <= first <= last <= min(first + 1, len(sheet.rows)):
        raise Refused(_("Cette ligne n’existe pas dans la feuille. Choisissez la ligne des titres de colonnes."))
    headings = _headings(sheet.rows, first - 1, last - 1, width)
    rows, ignored = _data(sheet.rows, last - 1, headings)
    return Table(sheet.name, tuple(range(first, last + 1)), headings, rows, ignored)


def _merit(table: Table) -> tuple[bool, int]:
    fields = set(guess_mapping(table.headings).fields)
    people = bool(fields & NAMES) and bool(fields & WHEREABOUTS)
    return people, len(fields - {Field.OTHER}) * len(table.rows)


def _header(rows: Sequence[Row]) -> tuple[int, int, tuple[str, ...]] | None:
    """First and last index of the headings, and the headings; a second line only counts when it says more."""
    width = max((len(row) for row in rows), default=0)
    best: tuple[int, int, tuple[str, ...]] | None = None
    most = (0, False)
    for first in range(min(len(rows), _SEARCHED)):
        for last in (first, first + 1):
            headings = _headings(rows, first, last, width)
            score = (_score(headings), first == last)
            if score[0] and score > most:
                most, best = score, (first, last, headings)
    return best


def _score(headings: Sequence[str]) -> int:
    """How many headings are known; without a name among them they are not those of a list of people."""
    known = [field for field in map(meaning, headings) if field is not Field.OTHER]
    return len(known) if len(known) > 1 and NAMES & set(known) else 0


def _headings(rows: Sequence[Row], first: int, last: int, width: int) -> tuple[str, ...]:
    if last >= len(rows) or not any(rows[first]):
        return ()
    above = _padded(rows[first], width)
    if first == last:
        return above
    below = _padded(rows[last], width)
    return tuple(_joined(above, below, column) for column in range(width))


def _padded(row: Row, width: int) -> tuple[str, ...]:
    return (*(heading_text(cell) for cell in row), *[""] * (width - len(row)))


def heading_text(cell: Cell) -> str:
    """A heading on one line; dates in headings are written as in the sheet's language."""
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return " ".join(str(cell).split())[:_LONGEST]


def _joined(above: Sequence[str], below: Sequence[str], column: int) -> str:
    """A merged heading stands over all its children; one without a child stands alone."""
    if not below[column]:
        return above[column]
    parent = next((above[c] for c in range(column, -1, -1) if above[c]), "")
    return f"{parent}{UNDER}{below[column]}" if parent else below[column]


def _data(
    rows: Sequence[Row], last: int, headings: Sequence[str]
) -> tuple[tuple[tuple[int, Row], ...], tuple[Ignored, ...]]:
    data: list[tuple[int, Row]] = []
    ignored: list[Ignored] = []
    repeated = {tuple(key(str(cell)) for cell in rows[last])}
    for number, row in enumerate(rows[last + 1 :], start=last + 2):
        if not any(_filled(cell) for cell in row):
            continue
        reason = _reason(row, repeated)
        if reason:
            ignored.append(Ignored(number, reason))
        else:
            data.append((number, (*row, *[""] * (len(headings) - len(row)))))
    return tuple(data), tuple(ignored)


def _filled(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else True


def _reason(row: Row, repeated: set[tuple[str, ...]]) -> str:
    if tuple(key(str(cell)) for cell in row) in repeated:
        return _("titres de colonnes répétés")
    words = [cell for cell in row if isinstance(cell, str) and cell.strip()]
    if words and f"{key(words[0])} ".startswith(_TOTALS) and not any("@" in word for word in words):
        return _("ligne de total") if _mostly_numbers(row) else ""
    return ""


def _mostly_numbers(row: Row) -> bool:
    """A total row holds a label and figures; a member called Total also has a first name or an address."""
    texts = [cell for cell in row if isinstance(cell, str) and key(cell) and not _is_figure(cell)]
    return len(texts) <= 1


def _is_figure(text: str) -> bool:
    return not any(letter.isalpha() for letter in text.replace("€", ""))
