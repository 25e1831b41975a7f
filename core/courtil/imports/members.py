"""From a table and the meaning of its columns to households, row by row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import TypeVar

from courtil.domain.problems import Refused
from courtil.domain.words import _
from courtil.imports import duplicates, values
from courtil.imports.columns import Mapping
from courtil.imports.grid import Cell, Row
from courtil.imports.headers import Table
from courtil.imports.keys import key
from courtil.imports.names import Name, full_names, left_out, people
from courtil.imports.records import MemberRow, MemberTable, PersonCells, RefusedRow, Remark
from courtil.imports.values import Read
from courtil.imports.vocabulary import Field

Value = TypeVar("Value")


def read_members(table: Table, mapping: Mapping) -> MemberTable:
    """Every row of the table, read or refused with a reason; repeated rows and namesakes are marked, not merged.

    Raises Refused when no column is said to hold names.
    """
    if not mapping.names_people:
        raise Refused(_("Aucune colonne ne contient de nom. Indiquez celle des noms."))
    rows: list[MemberRow] = []
    refused: list[RefusedRow] = []
    for number, cells in table.rows:
        reader = _RowReader(number, cells, table.headings, mapping)
        found = reader.member()
        if isinstance(found, MemberRow):
            rows.append(found)
        else:
            refused.append(found)
    return MemberTable(duplicates.mark(rows), tuple(refused), table.ignored, mapping.unknown(table.headings))


@dataclass
class _RowReader:
    """Reads the cells of one row and gathers the remarks on the way."""

    number: int
    cells: Row
    headings: tuple[str, ...]
    mapping: Mapping
    remarks: list[Remark] = field(default_factory=list)

    def member(self) -> MemberRow | RefusedRow:
        names, others = self._names()
        if not names:
            return self._refused(_("Cette ligne ne donne aucun nom. Ajoutez-le, ou supprimez la ligne."))
        if self._is_note():
            return self._refused(_("Cette ligne ressemble à une note, pas à un foyer."))
        self._remark_names(names)
        postal_code, city = self._place()
        return MemberRow(
            row=self.number,
            persons=self._persons(names, others),
            address=", ".join(self._texts(Field.ADDRESS)),
            postal_code=postal_code,
            city=city,
            active=self._first(Field.ACTIVE, values.truth) is not False,
            number=self._first(Field.NUMBER, values.plain) or "",
            role=self._first(Field.ROLE, values.plain) or "",
            intermittent=self._first(Field.INTERMITTENT, values.truth),
            joined=self._first(Field.JOINED, values.day),
            created=self._first(Field.CREATED, values.day),
            years=self._first(Field.YEARS, values.years) or (),
            fee=self._first(Field.FEE, values.amount),
            amount=self._first(Field.AMOUNT, values.amount),
            total=self._first(Field.TOTAL, values.amount),
            note="\n".join(self._texts(Field.NOTE)),
            extras=self._extras(),
            remarks=tuple(self.remarks),
        )

    def _refused(self, reason: str) -> RefusedRow:
        return RefusedRow(self.number, reason, tuple(values.text(cell) for cell in self.cells))

    def _columns(self, wanted: Field) -> Iterator[tuple[str, Cell]]:
        for column in self.mapping.columns(wanted):
            yield self.headings[column], self._cell(column)

    def _filled(self, wanted: Field) -> list[tuple[str, Cell]]:
        columns = self.mapping.columns(wanted)
        if not columns:
            return []
        return [(self.headings[column], cell) for column in columns if (cell := self._cell(column)) != ""]

    def _cell(self, column: int) -> Cell:
        return self.cells[column] if column < len(self.cells) else ""

    def _use(self, heading: str, read: Read[Value]) -> Value:
        if read.left:
            self.remarks.append(Remark(values.unreadable(read.left), heading, read.left))
        return read.value

    def _first(self, wanted: Field, reader: Callable[[Cell], Read[Value]]) -> Value | None:
        """The first column of this meaning that says something."""
        if not self.mapping.columns(wanted):
            return None
        found = [self._use(heading, reader(cell)) for heading, cell in self._filled(wanted)]
        return next((value for value in found if value not in (None, "", ())), None)

    def _all(self, wanted: Field, reader: Callable[[Cell], Read[tuple[str, ...]]]) -> tuple[str, ...]:
        found = (self._use(heading, reader(cell)) for heading, cell in self._filled(wanted))
        return tuple(dict.fromkeys(value for several in found for value in several))

    def _texts(self, wanted: Field) -> list[str]:
        found = (self._use(heading, values.plain(cell)) for heading, cell in self._filled(wanted))
        return [value for value in found if value]

    def _extras(self) -> tuple[tuple[str, str], ...]:
        found = ((heading, values.lines(cell)) for heading, cell in self._filled(Field.OTHER))
        return tuple((heading, value) for heading, value in found if value)

    def _place(self) -> tuple[str, str]:
        postal_code = self._first(Field.POSTAL_CODE, values.postal_code) or ""
        city = self._first(Field.CITY, values.plain) or ""
        both = self._first(Field.POSTAL_CODE_AND_CITY, values.plain)
        code, town = values.postal_code_and_city(both or city)
        return postal_code or code, city if city and not code else town

    def _name(self, wanted: Field) -> list[str]:
        """The cells of a column of names, each with its line breaks; what is no name is remarked on."""
        found = []
        for heading, cell in self._columns(wanted):
            if cell == "":
                found.append("")
                continue
            bare = self._use(heading, values.plain(cell))
            if bare and not any(letter.isalpha() for letter in bare):
                self.remarks.append(Remark(values.unreadable(bare), heading, bare))
                bare = ""
            dropped = left_out(bare)
            if dropped:
                self.remarks.append(
                    Remark(_("« %(text)s » n’entre pas dans le nom.") % {"text": dropped}, heading, bare)
                )
            found.append(values.lines(cell) if bare else "")
        return found

    def _names(self) -> tuple[tuple[Name, ...], tuple[Name, ...]]:
        """The people the row names, and among them those of the co-member's columns."""
        main = self._main_names()
        shared = main[0].last if main else ""
        others = [
            name
            for first, last in zip_longest(
                self._name(Field.CO_FIRST_NAME), self._name(Field.CO_LAST_NAME), fillvalue=""
            )
            if first or last
            for name in people(first, last or shared)
        ]
        others += [
            name
            for cell in self._name(Field.CO_FULL_NAME)
            if "@" not in cell
            for name in full_names(cell, shared=shared)
        ]
        known = {name.key for name in main}
        fresh = {name.key: name for name in others if name.key not in known}
        return (*main, *fresh.values()), tuple(fresh.values())

    def _main_names(self) -> tuple[Name, ...]:
        for wanted, last_first in ((Field.FULL_NAME, False), (Field.FULL_NAME_LAST_FIRST, True)):
            for cell in self._name(wanted):
                if cell and "@" not in cell:
                    return full_names(cell, last_first)
        first, last = " ".join(self._name(Field.FIRST_NAME)), " ".join(self._name(Field.LAST_NAME))
        if first or self.mapping.columns(Field.FIRST_NAME):
            return people(first, last)
        return full_names(last, last_first=True)

    def _remark_names(self, names: tuple[Name, ...]) -> None:
        if any(not name.first for name in names):
            self.remarks.append(Remark(_("Il manque un prénom.")))
        if any(not name.last for name in names):
            self.remarks.append(Remark(_("Il manque un nom de famille.")))

    def _is_note(self) -> bool:
        """One lone cell with a sentence or figures in it, as people write under their lists."""
        filled = list(islice(filter(None, map(values.text, self.cells)), 2))
        return len(filled) == 1 and (len(filled[0].split()) > 4 or any(sign.isdigit() for sign in filled[0]))

    def _persons(self, names: tuple[Name, ...], others: tuple[Name, ...]) -> tuple[PersonCells, ...]:
        emails = _shared_out(names, self._all(Field.EMAIL, values.emails), _person_of_email)
        phones = _shared_out(names, self._all(Field.PHONE, values.phones), _person_of_phone)
        second = names.index(others[0]) if others else len(names) - 1
        emails[second] += (*self._all(Field.CO_EMAIL, values.emails), *self._emails_among_names())
        phones[second] += self._all(Field.CO_PHONE, values.phones)
        return tuple(
            PersonCells(name.first, name.last, tuple(emails[i]), tuple(phones[i])) for i, name in enumerate(names)
        )

    def _emails_among_names(self) -> tuple[str, ...]:
        """Some tools name a co-member by the e-mail alone."""
        cells = (cell for _heading, cell in self._columns(Field.CO_FULL_NAME) if "@" in str(cell))
        return tuple(email for cell in cells for email in values.emails(cell).value)


def _shared_out(
    names: tuple[Name, ...], found: tuple[str, ...], owner: Callable[[tuple[Name, ...], tuple[str, ...], int], int]
) -> list[list[str]]:
    shares: list[list[str]] = [[] for _name in names]
    for i, one in enumerate(found):
        shares[owner(names, found, i)].append(one)
    return shares


def _person_of_email(names: tuple[Name, ...], found: tuple[str, ...], i: int) -> int:
    """Whose name stands in the address; else in the order of the people when each has one; else the first person."""
    if len(names) == 1:
        return 0
    words = set(key(found[i].partition("@")[0]).split())
    likeness = [
        2 * bool(words & set(key(name.first).split())) + bool(words & set(key(name.last).split())) for name in names
    ]
    if max(likeness) and likeness.count(max(likeness)) == 1:
        return likeness.index(max(likeness))
    return i if len(found) == len(names) else 0


def _person_of_phone(names: tuple[Name, ...], found: tuple[str, ...], i: int) -> int:
    """Two people with two mobile phones have one each; otherwise phones go with the first person."""
    mobiles = all(phone.startswith(("+336", "+337")) for phone in found)
    return i if mobiles and len(found) == len(names) else 0
