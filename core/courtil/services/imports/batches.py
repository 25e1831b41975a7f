"""The batch of one file: kept while it is looked at, with the meaning of its columns, then only what it wrote."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import defer

from courtil.domain.problems import NotFound, Refused
from courtil.domain.words import N_, _
from courtil.imports import Field, Mapping, Table, find_table, guess_mapping, read_file, signature
from courtil.imports.grid import MOST_BYTES, MOST_ROWS, Sheet
from courtil.services.unit import Reader, Unit
from courtil.store.imports import ImportBatch, ImportChange, ImportMapping
from courtil.store.people import Person

KEPT = timedelta(days=1)
KEPT_REPORT = timedelta(days=90)
LINE = "line"
"""The kind of the changes that only tell what became of a row of the file."""


def upload(unit: Unit, data: bytes, file_name: str) -> ImportBatch:
    """Keep a file to look at. Raises Refused, and keeps nothing, when it holds no list of members."""
    file_name = " ".join(file_name.split())[:200] or N_("Fichier sans nom")
    table = find_table(_sheets(unit, data, file_name))
    return unit.add(
        ImportBatch(
            person_id=unit.actor.person_id if unit.actor else None,
            file_name=file_name,
            content=data,
            content_hash=sha256(data).hexdigest(),
            signature=signature(table.headings),
            columns={},
            created_at=unit.now,
            counts={},
        )
    )


def paste(unit: Unit, text: str) -> ImportBatch:
    """Keep cells pasted from a spreadsheet to look at. Raises Refused as `upload` does."""
    if not text.strip():
        raise Refused(_("Collez d’abord les cellules de votre tableur, avec leurs titres."))
    return upload(unit, text.encode(), N_("Cellules collées"))


def waiting(reader: Reader, batch_id: int) -> ImportBatch:
    """The caller's own batch that is not written yet. Raises NotFound, or Refused when it is too old or written."""
    batch = reader.get(ImportBatch, batch_id)
    if reader.actor is not None and batch.person_id != reader.actor.person_id:
        raise NotFound(f"ImportBatch {batch_id}")
    if batch.written_at is not None:
        raise Refused(_("Cet import est déjà écrit. Déposez le fichier de nouveau pour le relire."))
    if batch.content is None or batch.created_at < reader.now - KEPT:
        raise Refused(_("Cet aperçu a plus d’un jour. Déposez le fichier de nouveau."))
    return batch


def table_of(reader: Reader, batch: ImportBatch) -> Table:
    """The table of members in the file of the batch."""
    return find_table(_sheets(reader, batch.content or b"", batch.file_name))


def _sheets(reader: Reader, data: bytes, file_name: str) -> Sequence[Sheet]:
    """The sheets of a file, by the first plugin that knows its kind, else by the core. Raises Refused."""
    if len(data) <= MOST_BYTES:
        for plugin, one in reader.hooks.declarations.import_readers:
            with reader.hooks.drawing(plugin, reader) as may:
                rows = one.read(data, file_name) if may else None
                if rows is not None:
                    return [Sheet(one.label, tuple(tuple(row) for row in rows[:MOST_ROWS]))]
    return read_file(data, file_name)


def mapping_of(
    reader: Reader, batch: ImportBatch, headings: Sequence[str], given: Map[str, str] | Map[int, str] | None = None
) -> Mapping:
    """What each column holds: as given, as chosen for this batch, as remembered for these headings, else as guessed.

    Raises Refused for a column the file has not, a meaning nobody knows, or when no column holds names.
    """
    chosen: Map[Any, Any] | None = given if given is not None else batch.columns or None
    if chosen is None:
        remembered = reader.session.get(ImportMapping, signature(headings))
        chosen = remembered.columns if remembered else {}
    try:
        fields = {int(column): Field(field) for column, field in chosen.items()}
    except ValueError as error:
        raise _of_another_file() from error
    if any(not 0 <= column < len(headings) for column in fields):
        raise _of_another_file()
    mapping = guess_mapping(headings).changed(fields)
    if not mapping.names_people:
        raise Refused(_("Aucune colonne ne contient de nom. Indiquez celle des noms."))
    return mapping


def _of_another_file() -> Refused:
    return Refused(_("Ces colonnes ne sont pas celles du fichier. Rouvrez l’aperçu."))


def stored(mapping: Mapping) -> dict[str, str]:
    """A mapping as the database keeps it."""
    return {str(column): field.value for column, field in enumerate(mapping.fields)}


def choose(unit: Unit, batch_id: int, mapping: Map[str, str] | Map[int, str]) -> ImportBatch:
    """Keep the meaning the person gives to the columns of this batch. Raises NotFound, Refused."""
    batch = waiting(unit, batch_id)
    batch.columns = stored(mapping_of(unit, batch, table_of(unit, batch).headings, mapping))
    return batch


def remember(unit: Unit, batch: ImportBatch, mapping: Mapping) -> None:
    """The next file with these headings starts from this mapping."""
    known = unit.session.get(ImportMapping, batch.signature)
    if known is None:
        unit.session.add(ImportMapping(signature=batch.signature, columns=stored(mapping), used_at=unit.now))
    else:
        known.columns, known.used_at = stored(mapping), unit.now


def forget(unit: Unit, batch_id: int) -> None:
    """Drop a preview and its file. Raises NotFound, or Refused once it is written."""
    batch = unit.get(ImportBatch, batch_id)
    if unit.actor is not None and batch.person_id != unit.actor.person_id:
        raise NotFound(f"ImportBatch {batch_id}")
    if batch.written_at is not None:
        raise Refused(_("Cet import est déjà écrit. Vous pouvez encore l’annuler."))
    unit.session.delete(batch)


def forget_stale(unit: Unit) -> None:
    """Drop the previews of more than a day, and the reports of more than 90 days."""
    stale = (ImportBatch.written_at.is_(None), ImportBatch.created_at < unit.now - KEPT)
    unit.execute(delete(ImportBatch).where(*stale))
    old = select(ImportBatch.id).where(ImportBatch.written_at < unit.now - KEPT_REPORT)
    unit.execute(delete(ImportChange).where(ImportChange.kind == LINE, ImportChange.batch_id.in_(old)))


def past(reader: Reader, most: int = 20) -> Sequence[tuple[ImportBatch, str]]:
    """The last imports that were written, newest first, each with the name of who did it."""
    query = (
        select(ImportBatch, Person)
        .outerjoin(Person, Person.id == ImportBatch.person_id)
        .where(ImportBatch.written_at.is_not(None))
        .order_by(ImportBatch.written_at.desc(), ImportBatch.id.desc())
        .limit(most)
        .options(defer(ImportBatch.content))
    )
    return [(batch, person.full_name if person else "") for batch, person in reader.rows(query)]
