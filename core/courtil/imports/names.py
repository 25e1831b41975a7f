"""Names of one or several people in cells: couples, families, flat-mates, names in capitals."""

import re
from dataclasses import dataclass
from functools import lru_cache

from courtil.imports.keys import key

_BRACKETS = re.compile(r"\s*\([^()]*\)")
_BETWEEN = re.compile(r"\s*[/&+;,\n]\s*|\s+(?:et|ou)\s+|\s+[-–—]\s+", re.IGNORECASE)
_BETWEEN_PEOPLE_OR_DASH = re.compile(r"\s*[/&+;\n]\s*|\s+(?:et|ou)\s+|\s+[-–—]\s+", re.IGNORECASE)
_BETWEEN_PEOPLE = re.compile(r"[/&+;,\n]|\s(?:et|ou)\s", re.IGNORECASE)
_TITLES = re.compile(
    r"^(?:(?:famille|fam\.|foyer|mr?\.?|mme\.?|mlle\.?|mmes|mm\.|monsieur|madame|mademoiselle)(?:\s+|$)(?:(?:et|ou|&)\s+)?)+",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    ("de", "du", "des", "d", "da", "dos", "di", "del", "della", "le", "la", "van", "von", "der", "den", "ben", "el")
) | {"al", "af", "zu", "saint", "sainte"}


@dataclass(frozen=True)
class Name:
    """One person's name; either part may be empty, not both."""

    first: str
    last: str

    @property
    def key(self) -> tuple[str, str]:
        """Equal for the same name however it is typed."""
        return key(self.first), key(self.last)


@lru_cache(maxsize=8192)
def split(cell: str) -> tuple[str, ...]:
    """The names in a cell of first names or of last names, without titles and brackets."""
    return tuple(_tidy(part) for part in _BETWEEN.split(_bare(cell)) if _is_name(part))


def _bare(cell: str) -> str:
    named = _BRACKETS.sub("", cell).strip() if "(" in cell else cell.strip()
    return _TITLES.sub("", named) or named


def _is_name(part: str) -> bool:
    return any(letter.isalpha() for letter in part)


def left_out(cell: str) -> str:
    """What stands in brackets: it is not a name, and the person has to know it is dropped."""
    return " ".join(found.strip() for found in _BRACKETS.findall(cell)) if "(" in cell else ""


def people(first_cell: str, last_cell: str) -> tuple[Name, ...]:
    """People of a cell of first names beside a cell of last names: one last name is shared, several go in order.

    `Dupont - Martin` beside one first name is one double name. A name in capitals that stands alone among other
    words tells both parts when the first name is missing.
    """
    first, last = split(first_cell), split(last_cell)
    if not first and _mixes_capitals(last_cell):
        return full_names(last_cell, last_first=True)
    if len(first) == 1 < len(last) and not _BETWEEN_PEOPLE.search(_bare(last_cell)):
        last = ("-".join(last),)
    return tuple(_nth(first, last, i) for i in range(max(len(first), len(last))))


def _nth(first: tuple[str, ...], last: tuple[str, ...], i: int) -> Name:
    name = last[min(i, len(last) - 1)] if last else ""
    return Name(first[i] if i < len(first) else "", name)


def _mixes_capitals(cell: str) -> bool:
    words = _bare(cell).split()
    return any(_in_capitals(word) for word in words) and not all(word.isupper() for word in words if _is_name(word))


def full_names(cell: str, last_first: bool = False, shared: str = "") -> tuple[Name, ...]:
    """People named in one cell: `Anne & Paul DUPONT`, `DUPONT Anne / MARTIN Paul`, `DUPONT, Anne`.

    Capitals tell the last name; without them the heading's order does. A lone first name takes the last name of
    its neighbour, or `shared`, the last name of the row.
    """
    bare = _bare(cell)
    if bare.isupper() and bare != _BRACKETS.sub("", cell).strip():
        return tuple(Name("", part) for part in split(bare))
    return _shared_last_names([_full_name(part, last_first) for part in _people(bare)], shared)


def _people(bare: str) -> list[str]:
    """`DUPONT, Anne` is one person; commas part people when each part is a whole name or a lone first name."""
    parts = [part for part in _BETWEEN_PEOPLE_OR_DASH.split(bare) if _is_name(part)]
    if len(parts) == 1 and bare.count(",") == 1:
        last, first = (side.strip() for side in bare.split(","))
        if last and first and (last.isupper() or len(last.split()) == len(first.split()) == 1):
            return [bare]
    return [piece for part in parts for piece in part.split(",") if _is_name(piece)]


def _full_name(part: str, last_first: bool) -> Name:
    if "," in part:
        last, _, first = part.partition(",")
        return Name(_tidy(first), _tidy(last))
    words = _TITLES.sub("", part.strip()).split()
    capitals = [word for word in words if _in_capitals(word)]
    if capitals and len(capitals) < len(words):
        return _by_capitals(words)
    if len(words) < 2:
        return Name("", _tidy(part)) if capitals and not last_first else Name(_tidy(part), "")
    last_first = last_first or key(words[0]) in _PARTICLES
    cut = _cut_last_first(words) if last_first else _cut_first_last(words)
    before, after = _tidy(" ".join(words[:cut])), _tidy(" ".join(words[cut:]))
    return Name(after, before) if last_first else Name(before, after)


def _in_capitals(word: str) -> bool:
    return word.isupper() and len(key(word)) > 1


def _by_capitals(words: list[str]) -> Name:
    """The words in capitals and the particles before them are the last name, the others the first name."""
    is_last = [_in_capitals(word) for word in words]
    for i in range(len(words) - 2, -1, -1):
        is_last[i] = is_last[i] or (is_last[i + 1] and key(words[i]) in _PARTICLES)
    last = [word for word, yes in zip(words, is_last, strict=True) if yes]
    first = [word for word, yes in zip(words, is_last, strict=True) if not yes]
    return Name(_tidy(" ".join(first)), _tidy(" ".join(last)))


def _cut_first_last(words: list[str]) -> int:
    particle = next((i for i, word in enumerate(words) if i and key(word) in _PARTICLES), None)
    return particle if particle is not None else len(words) - 1


def _cut_last_first(words: list[str]) -> int:
    cut = 1
    while cut < len(words) - 1 and key(words[cut - 1]) in _PARTICLES:
        cut += 1
    return cut


def _shared_last_names(names: list[Name], shared: str) -> tuple[Name, ...]:
    """A lone name among whole ones is a first name: it takes the next last name, else the one before."""
    if len(names) == 1 and not shared:
        alone = names[0]
        return (alone if alone.last else Name("", alone.first),)
    found: list[Name] = []
    for i, name in enumerate(names):
        after = next((other.last for other in names[i + 1 :] if other.last), "")
        before = next((other.last for other in reversed(found) if other.last), "")
        found.append(name if name.last else Name(name.first, after or before or shared))
    return tuple(found)


def _tidy(part: str) -> str:
    """`DE LA TOUR` and `celine` get capitals at the start of words; a name already in both cases stays as typed."""
    words = " ".join(part.split()).strip(" .,-–")
    return words.title() if (words.isupper() or words.islower()) and len(words) > 1 else words
