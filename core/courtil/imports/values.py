"""Readers of one cell: each gives what it could read and what it had to leave, never an error."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Generic, TypeVar

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from courtil.domain.money import Cents, parse_cents
from courtil.domain.words import _
from courtil.imports.grid import Cell
from courtil.imports.keys import key

Value = TypeVar("Value")

_LONGEST = 500
_CACHED = 100
_EMAIL = re.compile(r"(?<![^\s;,/<>()\[\]\"|:])[^\s;,/<>()\[\]\"|:@]+@[^\s;,/<>()\[\]\"|]+")
_BETWEEN_EMAILS = re.compile(r"[\s;,/<>()\[\]\"|&+-]|\b(?:et|ou|mailto)\b:?", re.IGNORECASE)
_BETWEEN_PHONES = re.compile(r"[/;,|\n]|\bou\b|\bet\b|\s[-–—]\s", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+|\b00)?[0-9][0-9 .\-()\u00a0\u202f]{4,}")
_USUAL_PHONE = re.compile(r"0[1-9](?:[ .]?[0-9]{2}){4}")
_USUAL_DOMAIN = re.compile(r"[a-zA-Z0-9]+(?:[.\-][a-zA-Z0-9]+){1,8}")
_USUAL_LOCAL_PART = re.compile(r"[a-zA-Z0-9]+(?:[._+\-][a-zA-Z0-9]+){0,8}")
_PHONE_WORDS = re.compile(
    r"\b(?:t[ée]l|t[ée]l[ée]phone|port|portable|mob|mobile|fixe|dom|domicile|pro|bureau|perso)\b\.?", re.IGNORECASE
)
_TEXT_DATE = re.compile(r"\b([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4}|[0-9]{2})\b")
_ISO_DATE = re.compile(r"\b([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WORD_DATE = re.compile(r"\b([0-9]{1,2})(?:er)? ([a-z]+) ([0-9]{4}|[0-9]{2})\b")
_MONTHS = {
    word: month
    for month, words in enumerate(
        ("janvier janv jan", "fevrier fevr fev", "mars", "avril avr", "mai", "juin", "juillet juil", "aout",
         "septembre sept sep", "octobre oct", "novembre nov", "decembre dec"),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_YES = frozenset(("oui", "o", "yes", "y", "vrai", "true", "1", "x", "actif", "active", "ok", "a jour", "en cours"))
_NO = frozenset(
    ("non", "n", "no", "faux", "false", "0", "inactif", "inactive", "parti", "partie", "archive", "archivee", "ancien",
     "ancienne", "sorti", "sortie", "demissionnaire", "a quitte", "desactive", "desactivee")
)  # fmt: skip
_FIRST_EXCEL_DAY = date(1899, 12, 30)


@dataclass(frozen=True)
class Read(Generic[Value]):
    """What a cell gave; `left` is the text that could not be used, `""` when all was."""

    value: Value
    left: str = ""


def text(cell: Cell) -> str:
    """A cell as clean text: composed accents, single spaces, no invisible characters; whole numbers without `.0`."""
    if isinstance(cell, str):
        return _text(cell) if len(cell) < _CACHED else _uncached_text(cell)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime | date):
        cell = cell.strftime("%d/%m/%Y")
    return str(cell)


def _uncached_text(cell: str) -> str:
    return " ".join(_visible(cell).split())


_text = lru_cache(maxsize=8192)(_uncached_text)
"""Each cell is read several times, and towns, first names and dates come back from row to row."""


def lines(cell: Cell) -> str:
    """As `text`, keeping the line breaks inside the cell."""
    if not isinstance(cell, str) or cell.isprintable():
        return text(cell)
    return "\n".join(part for part in map(text, cell.splitlines()) if part)


def _visible(raw: str) -> str:
    if raw.isascii() and raw.isprintable():
        return raw[: _LONGEST * 4]
    if raw.isprintable():
        return unicodedata.normalize("NFC", raw[: _LONGEST * 4])
    shown = (sign if unicodedata.category(sign) not in ("Cc", "Cf") or sign in "\n\t" else " " for sign in raw)
    return unicodedata.normalize("NFC", "".join(shown)[: _LONGEST * 4])


def plain(cell: Cell) -> Read[str]:
    """Free text; a placeholder (`?`, `-`), a formula kept as text or an endless text is left."""
    found = text(cell)
    if found.startswith("=") or len(found) > _LONGEST or (found and not key(found)):
        return Read("", found[:_LONGEST])
    return Read(found)


def emails(cell: Cell) -> Read[tuple[str, ...]]:
    """Every address of a cell in lower case and in order; syntax only, nothing is asked from the network."""
    raw = lines(cell)
    local, _at, domain = raw.partition("@")
    if _USUAL_LOCAL_PART.fullmatch(local) and _USUAL_DOMAIN.fullmatch(domain) and (address := _email(raw)):
        return Read((address,))
    found: list[str] = []
    left = _BETWEEN_EMAILS.sub("", _EMAIL.sub(" ", raw))
    for candidate in _EMAIL.findall(raw):
        address = _email(candidate.removeprefix("mailto:").strip(".'-"))
        if not address:
            left = candidate
        elif address not in found:
            found.append(address)
    return Read(tuple(found), text(raw) if left or (raw and not found) else "")


def _email(candidate: str) -> str:
    local, _at, domain = candidate.partition("@")
    if _USUAL_LOCAL_PART.fullmatch(local) and len(candidate) < 200:
        return f"{local.lower()}@{found}" if (found := _domain(domain)) else ""
    return _validated(candidate)


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    """The domain as an address has it, "" when none may: a list of members names few of them."""
    return _validated(f"a@{domain}").removeprefix("a@")


def _validated(candidate: str) -> str:
    try:
        return validate_email(candidate, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return ""


def phones(cell: Cell) -> Read[tuple[str, ...]]:
    """Every number of a cell as +33…; a lost leading zero is put back; numbers without a use are accepted."""
    raw = lines(cell)
    if _USUAL_PHONE.fullmatch(raw) and (usual := _phones_of_run(raw)):
        return Read((*usual,))
    found: list[str] = []
    left = False
    for part in _BETWEEN_PHONES.split(raw):
        numbers = [number for run in _PHONE.findall(part) for number in _phones_of_run(run)]
        rest = _PHONE_WORDS.sub("", _PHONE.sub("", part))
        left = left or bool(key(rest)) or (bool(key(part)) and not numbers)
        found.extend(number for number in numbers if number not in found)
    return Read(tuple(found), text(raw) if left or (raw and not found) else "")


def _phones_of_run(run: str) -> list[str]:
    """Two French numbers side by side are cut apart; otherwise a run of digits is one number."""
    digits = re.sub(r"[^0-9]", "", run)
    if len(digits) == 10 and _USUAL_PHONE.fullmatch(run):
        return [f"+33{digits[1:]}"]
    if len(digits) == 20 and digits[0] == digits[10] == "0":
        return [number for half in (digits[:10], digits[10:]) for number in _phones_of_run(half)]
    try:
        number = phonenumbers.parse(run, "FR")
    except phonenumbers.NumberParseException:
        return []
    if not phonenumbers.is_possible_number(number):
        return []
    return [phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)]


def postal_code(cell: Cell) -> Read[str]:
    """Five digits, with the leading zero a number lost; a foreign code stays as it is."""
    found = text(cell).upper().removeprefix("F-")
    digits = found.replace(" ", "")
    if digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 5:
        return Read(digits.zfill(5))
    return Read(found) if any(sign.isdigit() for sign in found) and len(found) <= 12 else Read("", found)


def postal_code_and_city(cell: Cell) -> tuple[str, str]:
    """`44000 Nantes` as a code and a town; the code is empty when there is none."""
    match = re.match(r"([0-9]{5})\s+(\D.*)\Z", text(cell))
    return (match[1], match[2]) if match else ("", text(cell))


def day(cell: Cell) -> Read[date | None]:
    """A date cell, an Excel day number, or a date as French people write it: `jeu. 04/09/25`, `1er juillet 2025`."""
    if isinstance(cell, datetime):
        return Read(cell.date())
    if isinstance(cell, date):
        return Read(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 20_000 <= cell < 80_000:
        return Read(_FIRST_EXCEL_DAY + timedelta(days=int(cell)))
    found = text(cell)
    try:
        value = _text_day(found)
    except ValueError:
        value = None
    return Read(value, "" if value else found)


def _text_day(found: str) -> date | None:
    if match := _ISO_DATE.search(found):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _TEXT_DATE.search(found):
        return date(_year(match[3]), int(match[2]), int(match[1]))
    match = _WORD_DATE.search(key(found))
    if match and match[2] in _MONTHS:
        return date(_year(match[3]), _MONTHS[match[2]], int(match[1]))
    return None


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def years(cell: Cell) -> Read[tuple[int, ...]]:
    """Every year named in the cell, in order."""
    found = text(cell)
    value = tuple(int(year) for year in re.findall(r"\b(?:19|20)[0-9]{2}\b", found))
    return Read(value, "" if value else found)


def amount(cell: Cell) -> Read[Cents | None]:
    """Cents of an amount; a number is rounded to the cent."""
    found = text(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        found = str(Decimal(str(cell)).quantize(Decimal("0.01"), ROUND_HALF_UP)) if abs(cell) < 1e9 else found
    try:
        return Read(parse_cents(found)) if found else Read(None)
    except ValueError:
        return Read(None, found)


def truth(cell: Cell) -> Read[bool | None]:
    """Yes, no, or None when the cell is empty or says neither."""
    if isinstance(cell, bool):
        return Read(cell)
    found = key(text(cell))
    if found in _YES or found in _NO:
        return Read(found in _YES)
    return Read(None, text(cell))


def unreadable(found: str) -> str:
    """The remark for what a cell held and could not be used."""
    return _("« %(text)s » n’a pas pu être lu") % {"text": found[:80]}
