"""What reading a list of members gives: one record per row, with what was left out and why."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from courtil.domain.money import Cents
from courtil.imports.headers import Ignored
from courtil.imports.names import Name


@dataclass(frozen=True)
class Remark:
    """Something the person should look at; `heading` and `cell` are empty when it concerns the whole row."""

    message: str
    heading: str = ""
    cell: str = ""


@dataclass(frozen=True)
class PersonCells:
    """One person of a household; a missing part of the name is `""`."""

    first_name: str
    last_name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Equal for the same name however it is typed."""
        return Name(self.first_name, self.last_name).key


@dataclass(frozen=True)
class MemberRow:
    """One household as one row of the file describes it; amounts in cents, phones as +33…, e-mails in lower case."""

    row: int
    persons: tuple[PersonCells, ...]
    address: str = ""
    postal_code: str = ""
    city: str = ""
    active: bool = True
    number: str = ""
    role: str = ""
    intermittent: bool | None = None
    joined: date | None = None
    created: date | None = None
    years: tuple[int, ...] = ()
    fee: Cents | None = None
    amount: Cents | None = None
    total: Cents | None = None
    note: str = ""
    extras: tuple[tuple[str, str], ...] = ()
    remarks: tuple[Remark, ...] = ()
    same_as_row: int | None = None
    """The earlier row this one repeats: a name and an e-mail, phone or address in common."""
    homonym_of_row: int | None = None
    """An earlier row with the same name and nothing else in common: not merged."""

    @cached_property
    def emails(self) -> tuple[str, ...]:
        """Every address of the household."""
        return tuple(dict.fromkeys(email for person in self.persons for email in person.emails))

    @cached_property
    def phones(self) -> tuple[str, ...]:
        """Every number of the household."""
        return tuple(dict.fromkeys(phone for person in self.persons for phone in person.phones))


@dataclass(frozen=True)
class RefusedRow:
    """A row that cannot become a household, with the reason and its cells as text."""

    row: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class MemberTable:
    """All rows of a list: read, refused, ignored; no row of the file is missing from the three."""

    rows: tuple[MemberRow, ...]
    refused: tuple[RefusedRow, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    unknown_headings: tuple[str, ...] = ()
    households: tuple[MemberRow, ...] = field(init=False)
    """The rows that are not a repetition of an earlier one."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "households", tuple(row for row in self.rows if row.same_as_row is None))

    @property
    def persons(self) -> int:
        """How many people the households count."""
        return sum(len(row.persons) for row in self.households)
