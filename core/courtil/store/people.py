"""Households, the persons in them, and the roles they hold."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courtil.store.base import Base, Key, Name, Versioned, Words, refers


class Household(Versioned, Base):
    """The contracting unit: one to n persons under one address."""

    __tablename__ = "core_household"

    id: Mapped[Key]
    name: Mapped[Name]
    search: Mapped[Name] = mapped_column(index=True)
    address: Mapped[Words] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(String(10), default="")
    city: Mapped[Name] = mapped_column(default="")
    note: Mapped[Words] = mapped_column(default="")
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    archived_at: Mapped[datetime | None]

    persons: Mapped[list["Person"]] = relationship(
        back_populates="household", order_by="Person.position, Person.id", lazy="raise"
    )


class Person(Versioned, Base):
    """Somebody the AMAP knows: an amapien·ne in a household, or a farmer without one."""

    __tablename__ = "core_person"

    id: Mapped[Key]
    household_id: Mapped[int | None] = refers("core_household.id")
    first_name: Mapped[Name] = mapped_column(default="")
    last_name: Mapped[Name]
    search: Mapped[str] = mapped_column(String(400), index=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    other_email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(20), default="")
    other_phone: Mapped[str] = mapped_column(String(20), default="")
    position: Mapped[int] = mapped_column(default=0)
    shares_contact: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    archived_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    household: Mapped[Household | None] = relationship(back_populates="persons", lazy="raise")
    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="person", lazy="raise")

    @property
    def full_name(self) -> str:
        """First name then last name."""
        return f"{self.first_name} {self.last_name}".strip()


class Role(Versioned, Base):
    """A named set of permissions that the AMAP may edit."""

    __tablename__ = "core_role"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    label: Mapped[Name]
    scoped: Mapped[bool] = mapped_column(default=False)
    permissions: Mapped[list[str]] = mapped_column(default=list)


_EVERYWHERE = text("farm_id IS NULL")


class RoleGrant(Base):
    """A role held by a person, for one farm or for the whole AMAP."""

    __tablename__ = "core_role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role_id", "farm_id"),
        Index("uq_core_role_grant_everywhere", "person_id", "role_id", unique=True,
              sqlite_where=_EVERYWHERE, postgresql_where=_EVERYWHERE),
    )  # fmt: skip

    id: Mapped[Key]
    person_id: Mapped[int] = refers("core_person.id")
    role_id: Mapped[int] = refers("core_role.id")
    farm_id: Mapped[int | None] = mapped_column(ForeignKey("core_farm.id"), index=True)

    person: Mapped[Person] = relationship(back_populates="grants", lazy="raise")
    role: Mapped[Role] = relationship(lazy="raise")
