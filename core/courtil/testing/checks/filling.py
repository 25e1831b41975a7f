"""A row for each table of a plugin, made of the types of its columns: what the author of a check cannot know."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Enum,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Time,
    Uuid,
    func,
    select,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import TypeDecorator, TypeEngine

from courtil.store.base import Base

WORD = "essai"


def fill_tables(connection: Connection, prefix: str) -> dict[str, str]:
    """Give every empty table whose name starts so one row; why some of them could not have one, by table."""
    tables = MetaData()
    tables.reflect(connection, only=lambda name, _metadata: name.startswith(prefix))
    refused = {}
    for table in tables.sorted_tables:
        if table.name.startswith(prefix) and not connection.scalar(select(func.count()).select_from(table)):
            try:
                with connection.begin_nested():
                    connection.execute(table.insert().values(_row(connection, table)))
            except SQLAlchemyError as error:
                refused[table.name] = str(getattr(error, "orig", error))
    return refused


def _row(connection: Connection, table: Table) -> dict[str, Any]:
    """A value for each column but for the key that the database gives."""
    return {
        column.name: _referred(connection, column) if column.foreign_keys else _value(_type_of(table, column))
        for column in table.columns
        if column.foreign_keys or not (column.primary_key and isinstance(column.type, Integer))
    }


def _referred(connection: Connection, column: Column[Any]) -> Any:
    """The first key of the table that the column refers to."""
    target = next(iter(column.foreign_keys)).column
    return connection.scalar(select(func.min(target)))


def _type_of(table: Table, column: Column[Any]) -> TypeEngine[Any]:
    """The type that the model says, which knows more than the database; what revisions made before has none."""
    model = Base.metadata.tables.get(table.name)
    known = model.columns.get(column.name) if model is not None else None
    found = column.type if known is None else known.type
    return found.impl_instance if isinstance(found, TypeDecorator) else found


def _value(kind: TypeEngine[Any]) -> Any:
    """Something of this type; nothing for a type that we do not know."""
    if isinstance(kind, Enum):
        return kind.enums[0]
    if isinstance(kind, String):
        return WORD[: kind.length]
    samples: dict[type[Any], Any] = {
        Boolean: False, Integer: 1, Numeric: 1, DateTime: datetime.now(UTC), Date: date(2026, 9, 3), Time: time(18, 30),
        JSON: {}, LargeBinary: WORD.encode(), Uuid: uuid4(),
    }  # fmt: skip
    return next((sample for type_, sample in samples.items() if isinstance(kind, type_)), None)
