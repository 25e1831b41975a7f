"""What will become of each row of a file: a pure plan, which a preview shows and a writing carries out."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from courtil.domain.words import N_, _
from courtil.imports import MemberRow, MemberTable
from courtil.services.imports.attaching import Attachments
from courtil.services.imports.filling import LONGEST_NAME, Filling
from courtil.services.imports.homes import Home, Known, empty_home


class Outcome(StrEnum):
    REFUSED = "refused"
    NEW = "new"
    FILLED = "filled"
    DUPLICATE = "duplicate"
    SAME = "same"


LABELS = {
    Outcome.REFUSED: N_("Refusée"),
    Outcome.NEW: N_("Nouveau foyer"),
    Outcome.FILLED: N_("Fiche complétée"),
    Outcome.DUPLICATE: N_("Doublon dans le fichier"),
    Outcome.SAME: N_("Déjà là"),
}


@dataclass(frozen=True)
class Line:
    """One row of the file: who it is about, what it adds to somebody known, and what to look at."""

    row: int
    outcome: Outcome
    who: str
    filled: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    home: Home | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """The outcome in words."""
        return _(LABELS[self.outcome])


@dataclass
class Plan:
    """The rows in the order of the file, and the households they make or fill."""

    lines: list[Line] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)

    @property
    def new(self) -> list[Home]:
        """The households to make."""
        return [home for home in self.homes if home.id is None]

    @property
    def filled(self) -> list[Home]:
        """The households that are there and get something."""
        return [home for home in self.homes if home.id is not None and home.gets_something]

    def counts(self) -> dict[str, int]:
        """How many households and persons are made, households filled, rows of each outcome and with remarks."""
        outcomes = Counter(line.outcome for line in self.lines)
        persons = sum(human.id is None for home in self.homes for human in home.persons)
        return {
            "rows": len(self.lines),
            "households": len(self.new),
            "persons": persons,
            "filled": len(self.filled),
            "same": outcomes[Outcome.SAME],
            "duplicates": outcomes[Outcome.DUPLICATE],
            "refused": outcomes[Outcome.REFUSED],
            "remarks": sum(bool(line.remarks) and line.outcome is not Outcome.REFUSED for line in self.lines),
        }


def make(known: Known, attachments: Attachments, table: MemberTable) -> Plan:
    """The plan for all rows of a table."""
    plan = Plan()
    homes: dict[int, Home] = {}
    for row in table.rows:
        first = homes.get(row.same_as_row) if row.same_as_row is not None else None
        line = _repeated(known, attachments, first, row) if first else _line(known, attachments, row)
        plan.lines.append(line)
        if line.home is not None:
            homes[row.row] = line.home
    plan.lines += [
        Line(refused.row, Outcome.REFUSED, " · ".join(filter(None, refused.cells))[:200], (), (refused.reason,))
        for refused in table.refused
    ]
    plan.lines.sort(key=lambda line: line.row)
    plan.homes = list(dict.fromkeys(homes.values()))
    return plan


def _who(row: MemberRow) -> str:
    return ", ".join(f"{cells.first_name} {cells.last_name}".strip() for cells in row.persons)


def _line(known: Known, attachments: Attachments, row: MemberRow) -> Line:
    if any(len(name) > LONGEST_NAME for cells in row.persons for name in (cells.first_name, cells.last_name)):
        return Line(
            row.row, Outcome.REFUSED, _who(row)[:200], (), (_("Ce nom est trop long. Corrigez-le dans le fichier."),)
        )
    there = known.find(row)
    home = there or empty_home()
    filling = Filling(known, attachments, home)
    filling.take(row)
    remarks = [_said(remark.message, remark.heading) for remark in row.remarks] + filling.remarks
    if there is None:
        home.leaves = not row.active
        remarks += _namesake(known, row)
        return Line(row.row, Outcome.NEW, _who(row), (), tuple(remarks), home)
    remarks += _gone(there, row)
    outcome = Outcome.FILLED if filling.filled else Outcome.SAME
    return Line(row.row, outcome, _who(row), tuple(filling.filled), tuple(remarks), home)


def _repeated(known: Known, attachments: Attachments, home: Home, row: MemberRow) -> Line:
    filling = Filling(known, attachments, home)
    filling.take(row)
    remarks = [_said(remark.message, remark.heading) for remark in row.remarks] + filling.remarks
    same = _("Même foyer que la ligne %(row)s.") % {"row": row.same_as_row}
    return Line(row.row, Outcome.DUPLICATE, _who(row), (same, *filling.filled), tuple(remarks), home)


def _said(message: str, heading: str) -> str:
    return f"{heading}\u00a0: {message}" if heading else message


def _namesake(known: Known, row: MemberRow) -> list[str]:
    """Somebody there has the same name and nothing else in common: she stays apart, and one has to look."""
    found = next(iter(known.namesakes(row)), None)
    message = _("Même nom que le foyer %(name)s, déjà là : vérifiez si c’est le même.")
    return [message % {"name": found.name}] if found else []


def _gone(home: Home, row: MemberRow) -> list[str]:
    if home.archived and row.active:
        return [_("Ce foyer a quitté l’AMAP. S’il revient, notez-le sur sa fiche.")]
    if not home.archived and not row.active:
        return [_("Le fichier le dit parti, il reste présent. Notez son départ sur sa fiche.")]
    return []
