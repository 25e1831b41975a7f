"""Guard of zipped workbooks: their real size and extent are measured before any parser sees them."""

import re
import zlib
from io import BytesIO
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from courtil.domain.problems import Refused
from courtil.domain.words import _
from courtil.imports.grid import MOST_CELLS, MOST_COLUMNS, MOST_PARTS, MOST_ROWS, MOST_SHEETS, MOST_UNPACKED

ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_END = b"PK\x05\x06"
_NEEDED = (".xml", ".rels", "mimetype")
# Bounded and never across a `<`: hostile XML must not make these slow.
_CELL = re.compile(rb"""<(?:\w{1,9}:)?c\s[^<>]{0,99}?\br=["']([A-Z]{1,4})([0-9]{1,8})["'][^<>]{0,99}?(/?)>""")
_ODS_TAG = re.compile(rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(\s[^<>]{0,999}?)?(/?)>")
_ROWS = re.compile(rb'number-rows-repeated="([0-9]+)"')
_COLUMNS = re.compile(rb'number-columns-repeated="([0-9]+)"')


def too_big() -> Refused:
    """The refusal of a file that is larger than any list of members."""
    return Refused(_("Ce fichier est trop grand pour une liste. Gardez seulement la feuille à importer."))


def broken() -> Refused:
    """The refusal of a file that cannot be read at all."""
    return Refused(_("Ce fichier est abîmé. Ouvrez-le dans votre tableur, enregistrez-le, puis réessayez."))


def repack(data: bytes) -> bytes:
    """The same workbook with only its XML parts, stored as they were measured.

    A zip may lie about sizes: the parser is given what was unpacked here and nothing else.
    Raises Refused for a broken, locked, foreign or oversized file.
    """
    if _told_parts(data) > MOST_PARTS:
        raise too_big()
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = _parts(archive)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, UnicodeDecodeError) as error:
        raise broken() from error
    except RuntimeError as error:  # zipfile's way to ask for a password
        raise locked() from error
    _check_extent(parts)
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def locked() -> Refused:
    """The refusal of a file closed by a password."""
    return Refused(_("Ce fichier demande un mot de passe. Enregistrez-le sans mot de passe, puis réessayez."))


def _told_parts(data: bytes) -> int:
    """How many parts the end of the zip tells: a cheap first look, not trusted afterwards."""
    end = data.rfind(_END)
    return int.from_bytes(data[end + 10 : end + 12], "little") if end >= 0 else 0


def _parts(archive: ZipFile) -> dict[str, bytes]:
    infos = archive.infolist()
    needed = [info for info in infos if info.filename.endswith(_NEEDED)]
    if len(infos) > MOST_PARTS or sum(info.file_size for info in needed) > MOST_UNPACKED:
        raise too_big()
    return {info.filename: _content(archive, info) for info in needed}


def _content(archive: ZipFile, info: ZipInfo) -> bytes:
    with archive.open(info) as part:
        return part.read(MOST_UNPACKED)


def _check_extent(parts: dict[str, bytes]) -> None:
    if parts.get("mimetype", b"").strip() == ODS_TYPE and "content.xml" in parts:
        _check_ods(parts["content.xml"])
    elif "xl/workbook.xml" in parts:
        for name, content in parts.items():
            if name.startswith("xl/worksheets/"):
                _check_xlsx(content)
    else:
        raise Refused(_("Ce fichier n’est pas un tableur. Enregistrez votre liste en .xlsx, .ods ou .csv."))


def _check_xlsx(content: bytes) -> None:
    last_row = last_column = 0
    for cell in _CELL.finditer(content):
        letters, digits, empty = cell.groups()
        if not empty:
            last_row = max(last_row, int(digits))
            last_column = max(last_column, _column_number(letters))
    _check_size(last_row, last_column)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_size(rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise too_big()


def _check_ods(content: bytes) -> None:
    """Follow the repetitions up to the last row and column that hold something; trailing blanks do not count."""
    extent = _OdsExtent()
    for found in _ODS_TAG.finditer(content):
        closing, tag, attributes, empty = found.groups(b"")
        extent.see(closing, tag, attributes, empty)
        if extent.sheets > MOST_SHEETS:
            raise too_big()
        _check_size(extent.last_row, extent.last_column)


class _OdsExtent:
    """Where the last filled cell of a sheet stands, from the sequence of its tags."""

    def __init__(self) -> None:
        self.sheets = self.row = self.column = self.last_row = self.last_column = 0

    def see(self, closing: bytes, tag: bytes, attributes: bytes, empty: bytes) -> None:
        """Take one tag into account."""
        if closing:
            return
        if tag == b"table":
            self.sheets += 1
            self.row = self.last_row = self.last_column = 0
        elif tag == b"table-row":
            self.row += _times(_ROWS, attributes)
            self.column = 0
        else:
            self._see_cell(_times(_COLUMNS, attributes), bool(empty))

    def _see_cell(self, times: int, empty: bool) -> None:
        self.column += times
        if not empty:
            self.last_column = max(self.last_column, self.column)
            self.last_row = max(self.last_row, self.row)


def _times(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1
