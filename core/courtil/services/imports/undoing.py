"""Undoing an import: what it made goes, what it filled is emptied again, unless somebody used it since."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Table, delete, select
from sqlalchemy.exc import IntegrityError

from courtil.domain.events import ImportWritten
from courtil.domain.problems import Refused
from courtil.domain.words import N_, _, ngettext
from courtil.services import people
from courtil.services.imports.batches import LINE
from courtil.services.imports.writing import EXTENSION, HOUSEHOLD, PERSON, chunks, plain
from courtil.services.unit import Unit
from courtil.store.base import Base
from courtil.store.extensions import ExtensionValue
from courtil.store.imports import ImportBatch, ImportChange
from courtil.store.people import Household, Person

MODELS: dict[str, Any] = {HOUSEHOLD: Household, PERSON: Person, EXTENSION: ExtensionValue}
NAMED = 5
Rows = dict[str, dict[int, Any]]


def undo(unit: Unit, batch_id: int) -> ImportBatch:
    """Take back all that the batch wrote. Raises NotFound, or Refused naming what changed or serves since."""
    batch = unit.locked(ImportBatch, batch_id)
    if batch.written_at is None or batch.undone_at is not None:
        raise Refused(_("Il n’y a rien à annuler : cet import n’est pas écrit."))
    query = select(ImportChange).where(ImportChange.batch_id == batch.id, ImportChange.kind != LINE)
    changes = unit.all(query.order_by(ImportChange.id))
    rows = _rows(unit, changes)
    made = {kind: [c.object_id for c in changes if c.kind == kind and not c.before] for kind in MODELS}
    _refuse(_("changé depuis"), [_name(rows, c) for c in changes if _changed(rows, c)])
    _refuse(_("servi depuis"), [*_used(unit, rows, made), *_attached_since(unit, rows, made)])
    try:
        _take_back(unit, changes, rows, made)
    except IntegrityError as error:
        raise Refused(_("Des fiches de cet import servent ailleurs. Il ne peut plus être annulé.")) from error
    batch.undone_at = unit.now
    unit.record(ImportWritten(import_id=batch.id, file_name=batch.file_name, what=N_("annulé")))
    return batch


def _rows(unit: Unit, changes: Sequence[ImportChange]) -> Rows:
    found: Rows = {kind: {} for kind in MODELS}
    for kind, model in MODELS.items():
        for some in chunks(change.object_id for change in changes if change.kind == kind):
            found[kind] |= {row.id: row for row in unit.all(select(model).where(model.id.in_(some)).with_for_update())}
    return found


def _changed(rows: Rows, change: ImportChange) -> bool:
    row = rows[change.kind].get(change.object_id)
    return row is not None and plain(row, change.after) != change.after


def _name(rows: Rows, change: ImportChange) -> str:
    row = rows[change.kind][change.object_id]
    return row.full_name if isinstance(row, Person) else str(row.name if isinstance(row, Household) else row.owner)


def _refuse(why: str, names: Iterable[str]) -> None:
    known = list(dict.fromkeys(names))
    if not known:
        return
    others = len(known) - NAMED
    shown = ", ".join(known[:NAMED])
    if others > 0:
        shown += _(" et ") + ngettext("%(n)s autre", "%(n)s autres", others)
    message = _("Cet import ne peut plus être annulé. Des fiches ont %(why)s : %(names)s.")
    raise Refused(message % {"why": why, "names": shown})


def _used(unit: Unit, rows: Rows, made: dict[str, list[int]]) -> list[str]:
    """The names of what was made here and has contracts, sessions, roles… or persons added by hand."""
    mine = set(rows[PERSON])
    names = []
    for kind, model in MODELS.items():
        for key in _keys_to(model.__table__):
            for some in chunks(made[kind]):
                query = select(key.parent, *key.parent.table.primary_key.columns).where(key.parent.in_(some))
                for object_id, *own in unit.rows(query):
                    if key.parent.table.name == Person.__tablename__ and own[0] in mine:
                        continue
                    if object_id in rows[kind]:
                        row = rows[kind][object_id]
                        names.append(row.name if kind == HOUSEHOLD else row.full_name)
    return names


def _attached_since(unit: Unit, rows: Rows, made: dict[str, list[int]]) -> list[str]:
    """The names of what was made here and to which plugins have attached something since."""
    found = []
    for kind in (HOUSEHOLD, PERSON):
        for some in chunks(made[kind]):
            wanted = (ExtensionValue.subject == kind, ExtensionValue.subject_id.in_(some))
            for key, subject_id in unit.rows(select(ExtensionValue.id, ExtensionValue.subject_id).where(*wanted)):
                if key not in made[EXTENSION] and subject_id in rows[kind]:
                    row = rows[kind][subject_id]
                    found.append(row.name if kind == HOUSEHOLD else row.full_name)
    return found


def _keys_to(target: Table) -> list[ForeignKey]:
    """The keys of the core that refer to this table; those of plugins refuse by themselves."""
    tables = [table for name, table in Base.metadata.tables.items() if name.startswith("core_")]
    return [key for table in tables for key in table.foreign_keys if key.column.table is target]


def _take_back(unit: Unit, changes: Sequence[ImportChange], rows: Rows, made: dict[str, list[int]]) -> None:
    for change in changes:
        row = rows[change.kind].get(change.object_id)
        if change.before and row is not None:
            for name, value in change.before.items():
                setattr(row, name, _value(name, value))
            if not isinstance(row, ExtensionValue):
                people.index(row)
    unit.session.flush()
    for kind in (EXTENSION, PERSON, HOUSEHOLD):
        for some in chunks(made[kind]):
            unit.execute(
                delete(MODELS[kind]).where(MODELS[kind].id.in_(some)).execution_options(synchronize_session=False)
            )


def _value(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if value is not None and name == "joined_on" else value
