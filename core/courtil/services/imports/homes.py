"""Households as an import sees them: those that are there, and those it is about to make."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from courtil.imports import MemberRow, PersonCells
from courtil.imports.keys import key
from courtil.services.unit import Reader
from courtil.store.people import Household, Person, Role, RoleGrant

HOME_COLUMNS = ("address", "postal_code", "city", "note", "joined_on")
PERSON_COLUMNS = ("first_name", "last_name", "email", "other_email", "phone", "other_phone")


def name_key(first: str, last: str) -> str:
    """Equal for the same name however it is typed, and whichever column a lone name stands in."""
    return f"{key(first)} {key(last)}".strip()


@dataclass(eq=False)
class Human:
    """A person who is there (`id`) or will be; `values` are as they will be, `before` as they are."""

    values: dict[str, Any]
    id: int | None = None
    before: dict[str, Any] = field(default_factory=dict)
    guarded: bool = False
    """She may give rights: her address is not for everybody to set."""
    attached: dict[Any, Any] = field(default_factory=dict)
    """What the file fills in of plugins' models, by target."""
    row: Person | None = None
    """The row that an import made of her."""

    @property
    def key_now(self) -> int | None:
        """Her key, once she is written."""
        return self.row.id if self.row is not None else self.id

    @property
    def key(self) -> str:
        """The comparison key of the name."""
        return name_key(self.values["first_name"], self.values["last_name"])

    @property
    def name(self) -> str:
        """First name then last name."""
        return f"{self.values['first_name']} {self.values['last_name']}".strip()

    @property
    def emails(self) -> set[str]:
        """Both addresses, those there are."""
        return {self.values["email"], self.values["other_email"]} - {None, ""}

    @property
    def phones(self) -> set[str]:
        """Both numbers, those there are."""
        return {self.values["phone"], self.values["other_phone"]} - {""}


@dataclass(eq=False)
class Home:
    """A household that is there (`id`) or will be; `leaves`: it is written as one that has left."""

    values: dict[str, Any]
    persons: list[Human] = field(default_factory=list)
    id: int | None = None
    name: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    archived: bool = False
    leaves: bool = False
    claimed: bool = False
    attached: dict[Any, Any] = field(default_factory=dict)
    """What the file fills in of plugins' models, by target."""

    @property
    def emails(self) -> set[str]:
        """Every address of its persons."""
        return {email for person in self.persons for email in person.emails}

    @property
    def phones(self) -> set[str]:
        """Every number of its persons."""
        return {phone for person in self.persons for phone in person.phones}

    @property
    def place(self) -> tuple[str, str]:
        """Where it lives, to compare."""
        return key(self.values["address"]), self.values["postal_code"]

    @property
    def changed(self) -> bool:
        """Whether anything of it is to be written."""
        return self.values != self.before or any(
            human.id is None or human.values != human.before for human in self.persons
        )

    @property
    def gets_something(self) -> bool:
        """Whether it, or what plugins attach to it, is to be written."""
        return self.changed or bool(self.attached) or any(human.attached for human in self.persons)


def empty_home() -> Home:
    """A household of which nothing is known yet."""
    return Home({name: None if name == "joined_on" else "" for name in HOME_COLUMNS})


def same_by_email(cells: PersonCells, human: Human) -> bool:
    """They share an address, and the first name, or all the words of the shorter name."""
    if not set(cells.emails) & human.emails:
        return False
    first = key(cells.first_name)
    if first and first == key(human.values["first_name"]):
        return True
    told, known = set(name_key(cells.first_name, cells.last_name).split()), set(human.key.split())
    return bool(told and known) and (told <= known or known <= told)


class Known:
    """Everybody who is there, found by name and by address; the households an import makes join them."""

    def __init__(self, reader: Reader) -> None:
        self.by_name: defaultdict[str, list[Home]] = defaultdict(list)
        self.owners: dict[str, tuple[Human, Home | None]] = {}
        actor = reader.actor
        self._guards = actor is not None and not actor.can("settings.write")
        homes = {home.id: home for home in _homes(reader)}
        guarded = _who_may_give_rights(reader) if self._guards else set()
        for human, home_id in _persons(reader):
            human.guarded = human.id in guarded
            self._add(human, homes.get(home_id))

    def _add(self, human: Human, home: Home | None) -> None:
        if home is not None:
            home.persons.append(human)
            self.by_name[human.key].append(home)
        if human.values["email"]:
            self.owners[human.values["email"]] = (human, home)

    def own(self, email: str, human: Human, home: Home) -> None:
        """From now on this address is hers."""
        self.owners[email] = (human, home)

    def alone(self, cells: PersonCells) -> Human | None:
        """The same person, who has no household yet: who installed Courtil, or a farmer."""
        found = [self.owners[email] for email in cells.emails if email in self.owners]
        return next((human for human, home in found if home is None and same_by_email(cells, human)), None)

    def find(self, row: MemberRow) -> Home | None:
        """The household of this row: an address or a phone with a name, or a name at the same place."""
        found = self._by_contact(row) or self._by_place(row) or self._by_email(row)
        if found is not None:
            found.claimed = True
        return found

    def namesakes(self, row: MemberRow) -> list[Home]:
        """The households that were there with a person of the same name."""
        keys = dict.fromkeys(name_key(cells.first_name, cells.last_name) for cells in row.persons)
        return [home for one in keys for home in self.by_name[one]]

    def _by_contact(self, row: MemberRow) -> Home | None:
        namesakes = self.namesakes(row)
        emails, phones = set(row.emails), set(row.phones)
        by_email = next((home for home in namesakes if emails & home.emails), None)
        return by_email or next((home for home in namesakes if phones & home.phones), None)

    def _by_place(self, row: MemberRow) -> Home | None:
        """A namesake at the same place, when one of the two cannot be reached; without a place, when neither can."""
        mine = [email for email in row.emails if email not in self.owners]
        reachable = bool(mine or row.phones)
        place = key(row.address), row.postal_code
        for home in self.namesakes(row):
            told = bool(home.emails or home.phones)
            apart = reachable and told if row.address else reachable or told
            if not home.claimed and not apart and home.place == place:
                return home
        return None

    def _by_email(self, row: MemberRow) -> Home | None:
        for cells in row.persons:
            for email in cells.emails:
                human, home = self.owners.get(email, (None, None))
                if human and home and home.id and not home.claimed and same_by_email(cells, human):
                    return home
        return None


def _homes(reader: Reader) -> Iterator[Home]:
    columns = [getattr(Household, name) for name in HOME_COLUMNS]
    for home_id, name, archived_at, *values in reader.rows(
        select(Household.id, Household.name, Household.archived_at, *columns)
    ):
        there = dict(zip(HOME_COLUMNS, values, strict=True))
        yield Home(dict(there), id=home_id, name=name, before=there, archived=archived_at is not None)


def _persons(reader: Reader) -> Iterator[tuple[Human, int | None]]:
    columns = [getattr(Person, name) for name in PERSON_COLUMNS]
    query = select(Person.id, Person.household_id, *columns).order_by(Person.position, Person.id)
    for person_id, home_id, *values in reader.rows(query):
        there = dict(zip(PERSON_COLUMNS, values, strict=True))
        yield Human(dict(there), id=person_id, before=there), home_id


def _who_may_give_rights(reader: Reader) -> set[int]:
    rows = reader.rows(select(RoleGrant.person_id, Role.permissions).join(Role, Role.id == RoleGrant.role_id))
    return {person_id for person_id, permissions in rows if "settings.write" in permissions}
