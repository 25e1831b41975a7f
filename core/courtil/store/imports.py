"""Imports: batches that can be undone, and how a source's columns were mapped."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courtil.store.base import Base, Key, Name, refers


class ImportBatch(Base):
    """One file: first a preview with its content, then what it wrote; the content goes when it is done."""

    __tablename__ = "core_import_batch"

    id: Mapped[Key]
    person_id: Mapped[int | None] = refers("core_person.id")
    file_name: Mapped[Name]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    signature: Mapped[str] = mapped_column(String(64), default="")
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the person chose for each column; empty while the guess stands."""
    created_at: Mapped[datetime]
    written_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    changes: Mapped[list["ImportChange"]] = relationship(order_by="ImportChange.id", lazy="raise")


class ImportChange(Base):
    """One row created (`before` empty) or changed by a batch: what undoing it needs."""

    __tablename__ = "core_import_change"

    id: Mapped[Key]
    batch_id: Mapped[int] = refers("core_import_batch.id")
    row: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int] = mapped_column(index=True)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ImportMapping(Base):
    """Which column meant what, for files with these headings."""

    __tablename__ = "core_import_mapping"

    signature: Mapped[str] = mapped_column(String(64), primary_key=True)
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    used_at: Mapped[datetime]
