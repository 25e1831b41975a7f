"""What a printed or exported document is made of: typed blocks, with no word about how they are drawn."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BaseModel, ConfigDict, Strict, model_validator
from pydantic import Field as Setting

from courtil.domain import words

Kind = Literal["text", "number", "cents", "date", "tick", "signature"]
"""`tick` and `signature` are filled in by hand: `None` prints a box, a text prints instead of the box."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029|\x85")


def clean(text: str) -> str:
    """The text with one kind of line end and without the characters that no spreadsheet and no PDF can hold."""
    return _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text))


def _clean_label(text: str) -> str:
    text = " ".join(clean(text).split())
    if not text:
        raise ValueError("a label needs at least one visible character")
    return text


def _known_language(code: str) -> str:
    try:
        return Locale.parse(code).language
    except (ValueError, UnknownLocaleError) as error:
        raise ValueError(f"unknown language {code!r}") from error


Words = Annotated[str, Strict(), AfterValidator(clean)]
Label = Annotated[str, Strict(), AfterValidator(_clean_label)]
Cell = Words | Annotated[int, Strict()] | Annotated[Decimal, Strict()] | Annotated[date, Strict()] | None
Row = tuple[Cell, ...]

_FITS: dict[Kind, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, Decimal),
    "cents": (int,),
    "date": (date,),
    "tick": (str,),
    "signature": (str,),
}


def _check(value: Cell, kind: Kind, where: str) -> None:
    if value is not None and not isinstance(value, _FITS[kind]):
        raise ValueError(f"{where}: {value!r} does not fit a {kind} cell")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Frozen):
    """One column of a table; `width` is a wish, in characters."""

    label: Label
    kind: Kind = "text"
    width: int | None = Setting(default=None, ge=1, le=200)

    @property
    def align(self) -> Literal["start", "center", "end"]:
        """Figures line up on the right, boxes sit in the middle."""
        if self.kind in ("number", "cents"):
            return "end"
        return "center" if self.kind == "tick" else "start"


class Group(_Frozen):
    """Rows under a heading of their own: a place, a product, the first letter of a name."""

    heading: Label
    rows: tuple[Row, ...] = ()


class Table(_Frozen):
    """Rows under columns, either plain (`rows`) or under headings (`groups`).

    `group_label` names the column that holds the headings in a spreadsheet. `footer` is shown, printed and written
    to XLSX, where words are allowed beside the totals; CSV leaves it out. `empty` is the sentence said when there is
    no row. As `cards`, each row is shown and printed as a card to cut out, its first cell large and the others under
    it; a spreadsheet gets the table.
    """

    block: Literal["table"] = "table"
    caption: Label
    columns: tuple[Column, ...] = Setting(min_length=1)
    rows: tuple[Row, ...] = ()
    groups: tuple[Group, ...] = ()
    group_label: Label | None = None
    footer: Row | None = None
    empty: Label | None = None
    cards: bool = False

    @property
    def sections(self) -> tuple[tuple[str | None, tuple[Row, ...]], ...]:
        """(heading, rows) pairs without the empty groups; the heading is None for plain rows."""
        named = tuple((group.heading, group.rows) for group in self.groups if group.rows)
        return named or (((None, self.rows),) if self.rows else ())

    @model_validator(mode="after")
    def _cells_fit_their_columns(self) -> "Table":
        if self.rows and self.groups:
            raise ValueError("a table has either rows or groups")
        for _, rows in self.sections:
            for row in rows:
                self._check_row(row)
        if self.footer is not None:
            self._check_row(self.footer, words_anywhere=True)
        return self

    def _check_row(self, row: Sequence[Cell], *, words_anywhere: bool = False) -> None:
        if len(row) != len(self.columns):
            raise ValueError(f"{len(row)} cells for {len(self.columns)} columns: {row!r}")
        for column, value in zip(self.columns, row, strict=True):
            if not (words_anywhere and isinstance(value, str)):
                _check(value, column.kind, column.label)


class Text(_Frozen):
    """Paragraphs, under a heading when there is one; a line feed inside a paragraph stays a line feed."""

    block: Literal["text"] = "text"
    heading: Label | None = None
    paragraphs: tuple[Words, ...]


class Field(_Frozen):
    """One fact: a label and its value."""

    label: Label
    value: Cell
    kind: Literal["text", "number", "cents", "date"] = "text"

    @model_validator(mode="after")
    def _value_fits(self) -> "Field":
        _check(self.value, self.kind, self.label)
        return self


class Fields(_Frozen):
    """Facts side by side with their labels: the date, the place, the farm's address."""

    block: Literal["fields"] = "fields"
    heading: Label | None = None
    pairs: tuple[Field, ...]


class SignatureBox(_Frozen):
    """Room for one signature; `signed_at` is a sentence ("Signé en ligne le 3 mars 2026"), empty to sign by hand."""

    label: Label
    name: Words = ""
    signed_at: Words = ""


class Signatures(_Frozen):
    """Boxes to sign, side by side, never cut by the end of a page."""

    block: Literal["signatures"] = "signatures"
    boxes: tuple[SignatureBox, ...]


class Notes(_Frozen):
    """Small print: one remark a line."""

    block: Literal["notes"] = "notes"
    lines: tuple[Words, ...]


Block = Annotated[Text | Fields | Table | Signatures | Notes, Setting(discriminator="block")]


class Document(_Frozen):
    """A document that can be shown, printed, opened in a spreadsheet and read by another program.

    Raises pydantic's ValidationError, a ValueError, when a cell does not fit its column.
    """

    title: Label
    subtitle: Words = ""
    amap: Words = ""
    language: Annotated[str, AfterValidator(_known_language)] = Setting(default_factory=words.language)
    orientation: Literal["portrait", "landscape"] = "portrait"
    filename: str = Setting(default="", description="without extension; the title when empty")
    blocks: tuple[Block, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))
