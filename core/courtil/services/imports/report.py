"""The report of an import, row by row, as a document to print or to open in a spreadsheet."""

from collections.abc import Iterable

from sqlalchemy import select

from courtil.documents import Column, Document, Table
from courtil.domain.words import _
from courtil.services.imports.batches import LINE
from courtil.services.imports.planning import Line, Outcome
from courtil.services.imports.preview import preview
from courtil.services.settings import amap_settings
from courtil.services.unit import Reader
from courtil.store.imports import ImportBatch, ImportChange


def report(reader: Reader, batch_id: int) -> Document:
    """Every row of the file with what became of it, or will. Raises NotFound, Refused."""
    batch = reader.get(ImportBatch, batch_id)
    lines = preview(reader, batch_id).plan.lines if batch.written_at is None else _written(reader, batch_id)
    table = Table(
        caption=_("Lignes du fichier"),
        columns=(
            Column(label=_("Ligne"), kind="number"),
            Column(label=_("Résultat")),
            Column(label=_("Personnes")),
            Column(label=_("Écrit")),
            Column(label=_("À vérifier")),
        ),
        rows=tuple((line.row, line.label, line.who, "\n".join(line.filled), "\n".join(line.remarks)) for line in lines),
        empty=_("Le détail de cet import n’est plus gardé."),
    )
    return Document(
        title=_("Import de « %(name)s »") % {"name": batch.file_name},
        amap=amap_settings(reader).name,
        orientation="landscape",
        filename="import-membres",
        blocks=(table,),
    )


def _written(reader: Reader, batch_id: int) -> Iterable[Line]:
    query = select(ImportChange).where(ImportChange.batch_id == batch_id, ImportChange.kind == LINE)
    changes = reader.all(query.order_by(ImportChange.row, ImportChange.id))
    return [
        Line(change.row, Outcome(told["outcome"]), told["who"], tuple(told["filled"]), tuple(told["remarks"]))
        for change in changes
        for told in (change.after,)
    ]
