"""Which column holds what: a guess from the headings, which the person may correct and the source remembers."""

import re
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256

from courtil.imports.keys import key
from courtil.imports.vocabulary import CO_FIELDS, NAMES, UNDER_ANY_HEADING, WORDS, Field

UNDER = " › "
_MEANING = {phrase: field for field, phrases in WORDS.items() for phrase in phrases}
_SKIPPED = frozenset(("de", "du", "des", "d", "l", "la", "les", "votre", "vos", "mon", "ma", "s"))
_BRACKETS = re.compile(r"\([^()]*\)")
_CO = re.compile(
    r"\b(co ?adherent|co ?adherente|co ?amapien|conjoint|conjointe|partenaire|binome|compagnon|co ?titulaire"
    r"|membre foyer [1-9]|(?:adherent|amapien|personne|membre|contact) [2-9]|(?:2e|2eme|deuxieme|second) "
    r"(?:adherent|amapien|personne|membre|contact))( [1-9])?( san email)?\b"
)
_RANK = re.compile(r" ([1-9])$")


@dataclass(frozen=True)
class Mapping:
    """The meaning of each column, left to right."""

    fields: tuple[Field, ...]

    @cached_property
    def _positions(self) -> dict[Field, tuple[int, ...]]:
        found: dict[Field, tuple[int, ...]] = {}
        for column, field in enumerate(self.fields):
            found[field] = (*found.get(field, ()), column)
        return found

    def columns(self, field: Field) -> tuple[int, ...]:
        """The columns that hold this, left to right."""
        return self._positions.get(field, ())

    def unknown(self, headings: Sequence[str]) -> tuple[str, ...]:
        """Headings nothing is known of: the person has to see them."""
        return tuple(headings[column] for column in self.columns(Field.OTHER) if headings[column])

    def changed(self, choices: Map[int, Field]) -> "Mapping":
        """The same with the person's own choices, by column index."""
        return Mapping(tuple(choices.get(column, field) for column, field in enumerate(self.fields)))

    @property
    def names_people(self) -> bool:
        """Without a column of names there is nothing to import."""
        return not NAMES.isdisjoint(self.fields)


def guess_mapping(headings: Sequence[str]) -> Mapping:
    """The meaning of each heading; a second set of names belongs to the co-member."""
    return Mapping(tuple(_second_person([meaning(heading) for heading in headings])))


def signature(headings: Sequence[str]) -> str:
    """The same for every file with the same headings, however they are accented: what a mapping is remembered under."""
    return sha256("|".join(key(heading) for heading in headings).encode()).hexdigest()[:32]


@lru_cache(maxsize=4096)
def meaning(heading: str) -> Field:
    """What one heading says, `OTHER` when it is not known; a heading and its sub-heading are joined by `›`."""
    parent, _, child = heading.rpartition(UNDER)
    if not parent:
        return _field(phrase(child))
    whole = _field(f"{phrase(parent)} {phrase(child)}")
    if whole is not Field.OTHER:
        return whole
    alone = _field(phrase(child))
    return alone if alone in UNDER_ANY_HEADING or alone in CO_FIELDS.values() else Field.OTHER


def phrase(heading: str) -> str:
    """A heading cut to what matters: no accents, brackets, articles or plurals; `Tel1` gives `tel 1`."""
    words = key(_BRACKETS.sub("", heading)) or key(heading)
    words = re.sub(r"([a-z])([0-9])", r"\1 \2", words)
    kept = (_singular(word) for word in words.split() if word not in _SKIPPED)
    return re.sub(r"\be mail\b", "email", " ".join(kept))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _field(words: str) -> Field:
    without_co, others = _CO.subn(" ", words)
    if others:
        rest = _RANK.sub("", " ".join(without_co.split()))
        return CO_FIELDS.get(_MEANING.get(rest, Field.OTHER), Field.OTHER) if rest else Field.CO_FULL_NAME
    rank = _RANK.search(words)
    field = _MEANING.get(words) or _MEANING.get(_RANK.sub("", words), Field.OTHER)
    return CO_FIELDS[field] if rank and rank[1] != "1" and field in NAMES else field


def _second_person(fields: list[Field]) -> list[Field]:
    """From the second `Prénom` or `Nom` on, names, e-mails and phones are the co-member's."""
    seen: set[Field] = set()
    second = False
    found = []
    for field in fields:
        second = second or (field in NAMES and field in seen)
        seen.add(field)
        found.append(CO_FIELDS.get(field, field) if second else field)
    return found
