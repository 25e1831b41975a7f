"""What plugins keep about the core's own things, through models they attach to them."""

from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from courtil.store.base import Base, Key, Versioned


class ExtensionValue(Versioned, Base):
    """The values of one plugin's model for one household, person, farm, offer, contract or delivery."""

    __tablename__ = "core_extension"
    __table_args__ = (Index("ix_core_extension_whose", "subject", "subject_id", "owner", "name", unique=True),)

    id: Mapped[Key]
    owner: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    value: Mapped[dict[str, Any]] = mapped_column(default=dict)
