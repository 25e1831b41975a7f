"""What a row adds to a household: empty cells are filled in, nothing that is there is replaced."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from courtil.domain.money import plain_euros
from courtil.domain.words import N_, _
from courtil.imports import LABELS, Field, MemberRow, PersonCells
from courtil.imports.keys import key
from courtil.services.imports.attaching import Attachments
from courtil.services.imports.homes import Home, Human, Known, name_key, same_by_email

LONGEST_NOTE = 20_000
LONGEST_NAME = 200
LONGEST_CODE = 10
COLON = "\u00a0: "
ADDED = N_("%(name)s (ajout)")
NOTED = N_("note")


@dataclass
class Filling:
    """Fills one household from one row; `filled` says what was empty, `remarks` what was not taken."""

    known: Known
    attachments: Attachments
    home: Home
    filled: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def take(self, row: MemberRow) -> None:
        """Take all that the row tells."""
        spare = [pair for cells in row.persons for pair in self._person(cells)]
        for name, wanted, told in (
            ("address", Field.ADDRESS, row.address),
            ("postal_code", Field.POSTAL_CODE, row.postal_code[:LONGEST_CODE]),
            ("city", Field.CITY, row.city[:LONGEST_NAME]),
            ("joined_on", Field.JOINED, row.joined),
        ):
            self._value(name, _(LABELS[wanted]), told)
        self._note(replace(row, extras=tuple(extra for extra in row.extras if not self._attach(row, *extra))), spare)

    def _attach(self, row: MemberRow, heading: str, told: str) -> bool:
        """Whether the column is a field that a plugin attaches to the household, or to the first person of the row."""
        target = self.attachments.targets.get(key(heading))
        if target is None:
            return False
        owner = self.home if target.attached.extension.on == "household" else self._same(row.persons[0])
        try:
            value = target.read(told)
        except ValueError:
            message = _("« %(told)s » ne convient pas à « %(label)s » : c’est gardé en note.")
            self.remarks.append(message % {"told": told[:120], "label": target.label})
            return False
        if owner is None:
            return False
        there = self.attachments.there(target, owner)
        if there is None:
            owner.attached[target] = value
            self.filled.append(target.label)
        elif there != value:
            self._kept(target.label, str(there), told)
        return True

    def _value(self, name: str, label: str, told: Any) -> None:
        there = self.home.values[name]
        if not told or there == told:
            return
        if not there:
            self.home.values[name] = told
            self.filled.append(label)
        elif key(_text(there)) != key(_text(told)):
            self._kept(label, _text(there), _text(told))

    def _kept(self, label: str, there: str, told: str) -> None:
        message = _("%(label)s : « %(there)s » est gardé, le fichier dit « %(told)s ».")
        self.remarks.append(message % {"label": label, "there": there[:120], "told": told[:120]})

    def _person(self, cells: PersonCells) -> list[tuple[str, str]]:
        """Fill her sheet; the addresses and phones for which it has no room."""
        human = self._same(cells)
        before = len(self.filled)
        if human is None:
            human = self._new(cells)
            self.filled.append(_(ADDED) % {"name": human.name})
        spare = [(LABELS[Field.EMAIL], email) for email in cells.emails if not self._email(human, email)]
        spare += [(LABELS[Field.PHONE], phone) for phone in cells.phones if not self._phone(human, phone)]
        if human.id is None:
            del self.filled[before + 1 :]
        return spare

    def _same(self, cells: PersonCells) -> Human | None:
        wanted = name_key(cells.first_name, cells.last_name)
        by_name = next((human for human in self.home.persons if human.key == wanted), None)
        if by_name is not None:
            return by_name
        by_email = next((human for human in self.home.persons if same_by_email(cells, human)), None)
        if by_email is not None:
            self._kept(_(LABELS[Field.LAST_NAME]), by_email.name, f"{cells.first_name} {cells.last_name}".strip())
        return by_email

    def _new(self, cells: PersonCells) -> Human:
        human = self.known.alone(cells) if self.home.id is None else None
        if human is None:
            first, last = (cells.first_name, cells.last_name) if cells.last_name else ("", cells.first_name)
            human = Human(
                {
                    "first_name": first,
                    "last_name": last,
                    "email": None,
                    "other_email": None,
                    "phone": "",
                    "other_phone": "",
                }
            )
        self.home.persons.append(human)
        for email in human.emails:
            self.known.own(email, human, self.home)
        return human

    def _email(self, human: Human, email: str) -> bool:
        """Whether the address found its place, or is somebody else's."""
        if email in human.emails:
            return True
        owner = self.known.owners.get(email, (None, None))[0]
        if owner is not None:
            if owner not in self.home.persons:
                message = _("%(email)s est déjà l’adresse de %(name)s : la ligne est prise sans elle.")
                self.remarks.append(message % {"email": email, "name": owner.name})
            return True
        if not human.values["email"] and not human.guarded:
            self.known.own(email, human, self.home)
            return self._put(human, "email", email, Field.EMAIL)
        return not human.values["other_email"] and self._put(human, "other_email", email, Field.EMAIL)

    def _phone(self, human: Human, phone: str) -> bool:
        if phone in human.phones:
            return True
        free = next((name for name in ("phone", "other_phone") if not human.values[name]), None)
        return free is not None and self._put(human, free, phone, Field.PHONE)

    def _put(self, human: Human, name: str, value: str, label: Field) -> bool:
        human.values[name] = value
        self.filled.append(f"{human.name}{COLON}{_(LABELS[label]).lower()}")
        return True

    def _note(self, row: MemberRow, spare: list[tuple[str, str]]) -> None:
        """Remarks of the file, then one line for each thing that has no place of its own."""
        note = self.home.values["note"]
        if row.note and row.note not in note:
            free = next((line for line in note.splitlines() if COLON not in line), "")
            if free:
                self._kept(_(LABELS[Field.NOTE]), free, row.note)
            else:
                note = "\n".join(filter(None, (row.note, note)))
        there = dict(line.partition(COLON)[::2] for line in note.splitlines())
        fresh = []
        for label, told in (*told_besides(row), *spare):
            line = f"{label}{COLON}{told}"
            if line in note.splitlines() or line in fresh:
                continue
            if there.get(label):
                self._kept(_(label), there[label], told)
            else:
                fresh.append(line)
        written = "\n".join(filter(None, (note, *fresh)))[:LONGEST_NOTE]
        if written != self.home.values["note"]:
            self.home.values["note"] = written
            self.filled.append(_(NOTED))


def told_besides(row: MemberRow) -> Iterator[tuple[str, str]]:
    """What a row tells and a household has no field for, as label and text on one line, in French."""
    code, city = row.postal_code, row.city
    for wanted, told in (
        (Field.POSTAL_CODE, code if len(code) > LONGEST_CODE else ""),
        (Field.CITY, city if len(city) > LONGEST_NAME else ""),
        (Field.NUMBER, row.number),
        (Field.ROLE, row.role),
        (Field.INTERMITTENT, N_("oui") if row.intermittent else ""),
        (Field.CREATED, _text(row.created)),
        (Field.YEARS, ", ".join(map(str, row.years))),
        (Field.FEE, _euros(row.fee)),
        (Field.AMOUNT, _euros(row.amount)),
        (Field.TOTAL, _euros(row.total)),
    ):
        if told:
            yield LABELS[wanted], told
    for heading, told in row.extras:
        yield heading, " ".join(told.split())


def _euros(cents: int | None) -> str:
    return f"{plain_euros(cents)} €" if cents else ""


def _text(value: Any) -> str:
    return value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else str(value or "")
