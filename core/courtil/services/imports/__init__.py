"""Importing members: a file is read, shown row by row, written at once, and can be undone."""

from courtil.services.imports.batches import choose, forget, forget_stale, past, paste, upload
from courtil.services.imports.planning import Line, Outcome
from courtil.services.imports.preview import Column, Preview, preview
from courtil.services.imports.report import report
from courtil.services.imports.undoing import undo
from courtil.services.imports.writing import summary, write

__all__ = [
    "Column",
    "Line",
    "Outcome",
    "Preview",
    "choose",
    "forget",
    "forget_stale",
    "past",
    "paste",
    "preview",
    "report",
    "summary",
    "undo",
    "upload",
    "write",
]
