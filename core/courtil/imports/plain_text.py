"""Text tables, as files or as cells pasted from a spreadsheet: encoding, delimiter, records."""

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import islice

from courtil.domain.problems import Refused
from courtil.domain.words import _
from courtil.imports.grid import MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS, Row
from courtil.imports.unpacking import too_big

_DELIMITERS = ("\t", ";", ",")
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]+")
_SAMPLE = 50
_MOST_BREAKS = 30  # more line breaks than this in one cell: a quote was opened and never closed


def decode(data: bytes) -> str:
    """The text of a file, by its byte order mark, else as UTF-8, else as Windows French (cp1252)."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _decoded(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, "cp1252")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable() from error


def _unreadable() -> Refused:
    return Refused(_("Le texte de ce fichier est illisible. Enregistrez-le en CSV UTF-8, puis réessayez."))


def read_text(text: str) -> tuple[Row, ...]:
    """The records of a text table; one record is one row, whatever line breaks its cells hold.

    Raises Refused for binary content, a quote never closed or a table beyond the limits.
    """
    if "\0" in text:
        raise _unreadable()
    text = text.removeprefix("\ufeff")
    delimiter, hint = _separator_hint(text)
    try:
        rows = _records(text, delimiter or _guess_delimiter(text))
    except csv.Error as error:
        raise _unclosed() from error
    return (("",), *rows[1:]) if hint else tuple(rows)


def _unclosed() -> Refused:
    return Refused(_("Une cellule de ce fichier ne finit jamais. Cherchez un guillemet ouvert et non fermé."))


def _separator_hint(text: str) -> tuple[str, bool]:
    """Excel's own first line, `sep=;`: it names the delimiter and stays counted as a row."""
    first = text.partition("\n")[0].strip().strip('"').lower()
    if first.startswith("sep=") and len(first) == len("sep=;"):
        return first[-1], True
    return "", False


def _guess_delimiter(text: str) -> str:
    return max(_DELIMITERS, key=lambda delimiter: _regularity(text, delimiter))


def _regularity(text: str, delimiter: str) -> float:
    """How many columns the first records agree on: the true delimiter cuts every record alike."""
    try:
        sample = [len(record) for record in islice(_reader(text, delimiter), _SAMPLE) if any(record)]
    except csv.Error:
        return 0
    usual = max(set(sample), key=sample.count, default=1)
    if usual < 2:
        return len([width for width in sample if width > 1]) / (len(sample) + 1)
    return usual * sample.count(usual) / len(sample)


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader((line[0] for line in _LINE.finditer(text)), delimiter=delimiter)


def _records(text: str, delimiter: str) -> list[Row]:
    rows: list[Row] = []
    for record in _reader(text, delimiter):
        if len(rows) >= MOST_ROWS or len(record) > MOST_COLUMNS:
            raise too_big()
        if any(_swallowed(cell) for cell in record):
            raise _unclosed()
        rows.append(tuple(record))
    return rows


def _swallowed(cell: str) -> bool:
    return len(cell) > MOST_CHARACTERS or cell.count("\n") > _MOST_BREAKS
