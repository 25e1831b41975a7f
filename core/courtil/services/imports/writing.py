"""Writing a batch: the households of its plan, in one go, with what undoing it will need."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from courtil.domain.events import HouseholdAdded, HouseholdLeft, ImportWritten
from courtil.domain.problems import Refused, Stale
from courtil.domain.words import FRENCH, _, ngettext, spoken
from courtil.services import people
from courtil.services.imports.attaching import attach
from courtil.services.imports.batches import LINE, remember, waiting
from courtil.services.imports.homes import HOME_COLUMNS, PERSON_COLUMNS, Home, Human
from courtil.services.imports.planning import Line, Plan
from courtil.services.imports.preview import look
from courtil.services.unit import Unit
from courtil.store.imports import ImportBatch, ImportChange
from courtil.store.people import Household, Person

HOUSEHOLD, PERSON, EXTENSION = "household", "person", "extension"
WHOLE: Mapping[str, tuple[str, ...]] = {
    HOUSEHOLD: ("name", *HOME_COLUMNS, "left_on", "archived_at"),
    PERSON: (*PERSON_COLUMNS, "password_hash", "household_id", "archived_at"),
    EXTENSION: ("value",),
}
"""What of a row is compared before an import is undone."""
CHUNK = 5000


def write(
    unit: Unit, batch_id: int, mapping: Mapping[Any, str] | None = None, seen: str | None = None
) -> dict[str, int]:
    """Write the batch and forget its file; what was counted. Raises NotFound, Refused.

    Raises Stale when `seen`, the digest of the preview, is not what writing would do now.
    """
    _one_at_a_time(unit)
    unit.locked(ImportBatch, batch_id)
    batch = waiting(unit, batch_id)
    found = look(unit, batch, mapping)
    if seen is not None and seen != found.digest:
        raise Stale(_("La liste a changé depuis l’aperçu. Relisez-le avant d’écrire."))
    new = found.plan.new
    changes = _carry_out(unit, found.plan)
    changes += [_told(line) for line in found.plan.lines]
    if changes:
        unit.session.execute(insert(ImportChange), [{"batch_id": batch.id, **change} for change in changes])
    remember(unit, batch, found.mapping)
    batch.counts, batch.content, batch.written_at = found.counts, None, unit.now
    _tell(unit, new)
    with spoken(FRENCH):
        unit.record(ImportWritten(import_id=batch.id, file_name=batch.file_name, what=summary(found.counts)))
    return found.counts


def summary(counts: Mapping[str, int]) -> str:
    """What an import did, in a few words."""
    told = [ngettext("%(n)s foyer ajouté", "%(n)s foyers ajoutés", counts["households"])]
    if counts["filled"]:
        told.append(ngettext("%(n)s fiche complétée", "%(n)s fiches complétées", counts["filled"]))
    return ", ".join(told)


def plain(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Columns of a row as JSON holds them."""
    return {name: _json(getattr(row, name)) for name in names}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _one_at_a_time(unit: Unit) -> None:
    """Two imports would not see each other's households: the second waits at the oldest batch."""
    unit.session.execute(select(ImportBatch.id).order_by(ImportBatch.id).limit(1).with_for_update())


def _carry_out(unit: Unit, plan: Plan) -> list[dict[str, Any]]:
    new, filled = plan.new, plan.filled
    try:
        return [*_make(unit, new), *_fill(unit, filled), *_attach(unit, [*new, *filled])]
    except IntegrityError as error:
        raise Refused(_("Une adresse vient d’être prise par quelqu’un d’autre. Rouvrez l’aperçu.")) from error


def _make(unit: Unit, homes: Sequence[Home]) -> list[dict[str, Any]]:
    """Add the households, then their persons; `Home.id` and `Human.id` are known afterwards."""
    rows = [_household(unit, home) for home in homes]
    unit.session.add_all(rows)
    unit.session.flush()
    changes = []
    persons: list[tuple[Home, Person]] = []
    there = _rows(unit, Person, [human.id for home in homes for human in home.persons if human.id])
    for home, row in zip(homes, rows, strict=True):
        home.id, home.name = row.id, row.name
        changes.append(_change(home, HOUSEHOLD, row, {}))
        for position, human in enumerate(home.persons):
            if human.id is None:
                human.row = _person(human, row, position)
                persons.append((home, human.row))
            else:
                changes.append(_put(home, there[human.id], human, {"household_id": row.id, "position": position}))
    return changes + _add(unit, persons)


def _attach(unit: Unit, homes: Sequence[Home]) -> list[dict[str, Any]]:
    return [
        {"row": 0, "kind": EXTENSION, "object_id": row.id, "before": before, "after": plain(row, WHOLE[EXTENSION])}
        for row, before in attach(unit, homes)
    ]


def _tell(unit: Unit, homes: Sequence[Home]) -> None:
    """Let plugins hear of each household. The log has one line for all: once an import is undone SQLite uses its keys
    again, and the lines would be read as those of other households.
    """
    for home in homes:
        assert home.id is not None
        unit.tell(HouseholdAdded(household_id=home.id, name=home.name))
        if home.leaves:
            unit.tell(HouseholdLeft(household_id=home.id, name=home.name))


def _fill(unit: Unit, homes: Sequence[Home]) -> list[dict[str, Any]]:
    rows = _rows(unit, Household, [home.id for home in homes])
    there = _rows(unit, Person, [human.id for home in homes for human in home.persons])
    changes: list[dict[str, Any]] = []
    persons: list[tuple[Home, Person]] = []
    for home in homes:
        row = rows[home.id]
        if home.values != home.before:
            changes.append(_set(home, HOUSEHOLD, row, home.before, home.values))
        for position, human in enumerate(home.persons):
            if human.id is None:
                human.row = _person(human, row, position)
                persons.append((home, human.row))
            elif human.values != human.before:
                changes.append(_put(home, there[human.id], human, {}))
    return changes + _add(unit, persons)


def _add(unit: Unit, persons: Sequence[tuple[Home, Person]]) -> list[dict[str, Any]]:
    unit.session.add_all(person for _home, person in persons)
    unit.session.flush()
    return [_change(home, PERSON, person, {}) for home, person in persons]


def _household(unit: Unit, home: Home) -> Household:
    name = people.household_name([human.values["last_name"] for human in home.persons])
    gone = {"left_on": unit.today, "archived_at": unit.now} if home.leaves else {}
    row = Household(name=name, **home.values, **gone)
    people.index(row)
    return row


def _person(human: Human, home: Household, position: int) -> Person:
    row = Person(**human.values, household_id=home.id, position=position, archived_at=home.archived_at)
    people.index(row)
    return row


def _put(home: Home, row: Person, human: Human, besides: dict[str, Any]) -> dict[str, Any]:
    before = human.before | {name: getattr(row, name) for name in besides}
    return _set(home, PERSON, row, before, human.values | besides)


def _set(home: Home, kind: str, row: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Change what the plan changes. Raises Stale when somebody was faster."""
    names = [name for name, value in after.items() if value != before[name]]
    for name in names:
        if getattr(row, name) != before[name]:
            raise Stale(_("Une fiche vient de changer. Rouvrez l’aperçu."))
        setattr(row, name, after[name])
    people.index(row)
    return _change(home, kind, row, {name: _json(before[name]) for name in names})


def _change(home: Home, kind: str, row: Any, before: dict[str, Any]) -> dict[str, Any]:
    after = plain(row, before or WHOLE[kind])
    return {"row": 0, "kind": kind, "object_id": row.id, "before": before, "after": after}


def _told(line: Line) -> dict[str, Any]:
    after = {"outcome": line.outcome, "who": line.who, "filled": line.filled, "remarks": line.remarks}
    home_id = line.home.id if line.home else None
    return {"row": line.row, "kind": LINE, "object_id": home_id or 0, "before": {}, "after": after}


def _rows(unit: Unit, model: Any, ids: Iterable[int | None]) -> dict[int | None, Any]:
    return {row.id: row for some in chunks(ids) for row in unit.all(select(model).where(model.id.in_(some)))}


def chunks(ids: Iterable[int | None]) -> Iterator[list[int | None]]:
    """The ids in lists short enough for one query."""
    known = list(ids)
    for start in range(0, len(known), CHUNK):
        yield known[start : start + CHUNK]
