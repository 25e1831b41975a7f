"""The preview: every row with what will become of it, and the columns with what they are taken for."""

from collections.abc import Mapping as Map
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from courtil.imports import Field, Ignored, Mapping, Table, read_members
from courtil.imports.values import text
from courtil.services.imports import planning
from courtil.services.imports.attaching import Attachments
from courtil.services.imports.batches import mapping_of, table_of, waiting
from courtil.services.imports.homes import Known
from courtil.services.imports.planning import Line, Outcome, Plan
from courtil.services.unit import Reader
from courtil.store.imports import ImportBatch

SAMPLES = 3


@dataclass(frozen=True)
class Column:
    """A column of the file: its heading, what it is taken for, and its first cells."""

    index: int
    heading: str
    field: Field
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What writing this batch would do now; `digest` changes when that changes."""

    batch: ImportBatch
    sheet: str
    mapping: Mapping
    columns: tuple[Column, ...]
    plan: Plan
    ignored: tuple[Ignored, ...]
    unknown: tuple[str, ...]
    counts: dict[str, int]
    digest: str

    @property
    def to_write(self) -> int:
        """How many households writing would make or fill."""
        return self.counts["households"] + self.counts["filled"]

    @property
    def problems(self) -> list[Line]:
        """The rows to look at: refused ones first, then those with remarks."""
        looked_at = [line for line in self.plan.lines if line.remarks]
        return sorted(looked_at, key=lambda line: line.outcome is not Outcome.REFUSED)

    def others(self, outcome: Outcome) -> list[Line]:
        """The rows of this outcome without anything to look at."""
        return [line for line in self.plan.lines if line.outcome is outcome and not line.remarks]


def preview(reader: Reader, batch_id: int, mapping: Map[str, str] | Map[int, str] | None = None) -> Preview:
    """What writing this batch would do, with these meanings of columns or the ones kept.

    Raises NotFound, or Refused when the batch is too old or the columns are not those of its file.
    """
    return look(reader, waiting(reader, batch_id), mapping)


def look(reader: Reader, batch: ImportBatch, given: Map[str, str] | Map[int, str] | None = None) -> Preview:
    """The preview of a batch that is at hand."""
    table = table_of(reader, batch)
    mapping = mapping_of(reader, batch, table.headings, given)
    members = read_members(table, mapping)
    plan = planning.make(Known(reader), Attachments(reader), members)
    return Preview(
        batch, table.sheet, mapping, _columns(table, mapping), plan, members.ignored, members.unknown_headings,
        plan.counts(), _digest(mapping, plan),
    )  # fmt: skip


def _columns(table: Table, mapping: Mapping) -> tuple[Column, ...]:
    found = []
    for index, field in enumerate(mapping.fields):
        cells = filter(None, (text(row[index]) for _number, row in table.rows if index < len(row)))
        samples = tuple(islice(dict.fromkeys(islice(cells, 50)), SAMPLES))
        if samples or table.headings[index]:
            found.append(Column(index, table.headings[index], field, samples))
    return tuple(found)


def _digest(mapping: Mapping, plan: Plan) -> str:
    said = "\n".join(
        f"{line.row}|{line.outcome}|{line.home.id if line.home else ''}|{line.filled}" for line in plan.lines
    )
    return sha256(f"{mapping.fields}\n{said}".encode()).hexdigest()[:32]
