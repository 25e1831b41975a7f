"""Places where baskets are handed out, and seasons."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from courtil.store.base import Base, Key, Name, Versioned, Words


class Place(Versioned, Base):
    """Where and at what hours baskets are handed out."""

    __tablename__ = "core_place"

    id: Mapped[Key]
    name: Mapped[Name]
    address: Mapped[Words] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(String(10), default="")
    city: Mapped[Name] = mapped_column(default="")
    weekday: Mapped[int | None]
    starts_at: Mapped[time]
    ends_at: Mapped[time]
    note: Mapped[Words] = mapped_column(default="")
    archived_at: Mapped[datetime | None]


class Season(Versioned, Base):
    """The period that offers belong to."""

    __tablename__ = "core_season"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", "order"),)

    id: Mapped[Key]
    name: Mapped[Name]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    archived_at: Mapped[datetime | None]
