"""The declarative base, naming of constraints, and the column types every table shares."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, ForeignKey, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import JSON, TypeDecorator, TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time, stored in UTC and read back with its zone on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def state_type(states: type[StrEnum]) -> TypeEngine[Any]:
    """A column of states stored as their words, so that a new state needs no change of schema."""

    def words(enum: Sequence[StrEnum]) -> list[str]:
        return [state.value for state in enum]

    return Enum(states, native_enum=False, length=20, values_callable=words, create_constraint=False)


class Base(DeclarativeBase):
    """Tables of the core start with `core_`, those of a plugin with its name."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: Moment(), dict[str, Any]: JSON, list[str]: JSON, list[int]: JSON}


Key = Annotated[int, mapped_column(primary_key=True)]
Money = Annotated[int, mapped_column(BigInteger)]
Name = Annotated[str, mapped_column(String(200))]
Words = Annotated[str, mapped_column(Text)]


class Versioned:
    """Rows that two people may have open at once: saving an older version raises StaleDataError."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.version}


def refers(target: str) -> Any:
    """An indexed foreign key to `table.column`."""
    return mapped_column(ForeignKey(target), index=True)
