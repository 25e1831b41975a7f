"""How a value is written: once for people (HTML and PDF) and once for a French spreadsheet (CSV)."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from babel.numbers import format_decimal

from courtil.documents.model import Cell, Column, Kind, Table
from courtil.domain.dates import in_words
from courtil.domain.money import format_euros, plain_euros

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "’": "-"})
_NARROWEST, _WIDEST = 6, 40
_OWN_WIDTH: dict[Kind, int] = {"text": 8, "number": 8, "cents": 11, "date": 12, "tick": 6, "signature": 22}


def shown(value: Cell, kind: Kind, language: str = "fr") -> str:
    """As people read it: `jeu. 26 nov. 2026`, `1 234,50`, `225,00 €`; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return in_words(value, "EEE d MMM y", language)
    if kind == "cents":
        return format_euros(int(value), language)
    return format_decimal(value, f"#,##0{_decimals(value)}", locale=language)


def plain(value: Cell, kind: Kind) -> str:
    """As a French spreadsheet reads it back: `26/11/2026`, `1234,50`, `225,00`; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return f"{value:%d/%m}/{value.year:04d}"
    if kind == "cents":
        return plain_euros(int(value))
    return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value)


def slug(text: str) -> str:
    """Lower-case ASCII letters, figures and hyphens, at most 80; `document` when nothing is left."""
    ascii_text = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower())[:80].strip("-") or "document"


def column_widths(table: Table, language: str = "fr") -> list[int]:
    """How many characters wide each column should be: its wish, or what its longest cell needs within reason."""
    rows = [row for _, rows in table.sections for row in rows] + ([table.footer] if table.footer else [])
    return [
        column.width or _needed(column, [shown(row[index], column.kind, language) for row in rows])
        for index, column in enumerate(table.columns)
    ]


def _needed(column: Column, texts: list[str]) -> int:
    longest_word = max(len(word) for word in column.label.split())
    longest_line = max((len(line) for text in texts for line in text.splitlines()), default=0)
    return min(max(_NARROWEST, _OWN_WIDTH[column.kind], longest_word, longest_line), _WIDEST)


def _decimals(value: int | Decimal) -> str:
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    return "." + "0" * -exponent if isinstance(exponent, int) and exponent < 0 else ""
