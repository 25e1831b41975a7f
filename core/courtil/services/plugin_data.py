"""The tables of a plugin in one instance's database: counted, exported, dropped; those too whose package is gone."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, MetaData, Table, func, inspect, select

from courtil.store.database import Database
from courtil.store.upgrade import CORE

REVISION = re.compile(r"([a-z][a-z0-9]{1,30})_revision\Z")


@dataclass(frozen=True)
class TableCount:
    """A table and how many rows it holds."""

    name: str
    rows: int


def tables_of(connection: Connection, plugin: str) -> list[str]:
    """The tables of this plugin that are there, its version table left out."""
    return sorted(name for name in _names(connection) if name.startswith(f"{plugin}_") and not REVISION.match(name))


def counts(database: Database, plugin: str) -> list[TableCount]:
    """The plugin's tables with their rows."""
    with database.glance() as connection:
        found = _reflected(connection, tables_of(connection, plugin))
        return [TableCount(one.name, connection.scalar(select(func.count()).select_from(one)) or 0) for one in found]


def migrated(database: Database) -> list[str]:
    """The plugins that have tables in this database, whether their package is installed or not."""
    with database.glance() as connection:
        names = _names(connection)
    found = (match[1] for name in names if (match := REVISION.match(name)))
    return sorted(name for name in found if name != CORE.prefix)


def export(database: Database, plugin: str) -> bytes:
    """A ZIP with each table twice: as CSV for a spreadsheet, as JSON for a machine."""
    content = io.BytesIO()
    with database.glance() as connection, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in _reflected(connection, tables_of(connection, plugin)):
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            names = [column.name for column in table.columns]
            archive.writestr(f"{table.name}.csv", "\ufeff" + _csv(names, rows))
            archive.writestr(f"{table.name}.json", json.dumps(rows, ensure_ascii=False, indent=2, default=_plain))
    return content.getvalue()


def drop(connection: Connection, plugin: str) -> list[str]:
    """Drop the plugin's tables and its version table; what was dropped, those that refer to others first."""
    schema = _schema(connection)
    wanted = {*tables_of(connection, plugin), f"{plugin}_revision"}
    found = inspect(connection).get_sorted_table_and_fkc_names(schema)
    ordered = [name for name, _keys in found if name in wanted]
    for name in reversed(ordered):
        Table(name, MetaData(), schema=schema).drop(connection)
    return ordered


def _reflected(connection: Connection, names: Iterable[str]) -> list[Table]:
    metadata = MetaData(schema=_schema(connection))
    return [Table(name, metadata, autoload_with=connection, resolve_fks=False) for name in names]


def _names(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names(_schema(connection))


def _schema(connection: Connection) -> str | None:
    """Where the instance lives: the inspector would look into the schema that the connection began with."""
    schema: str | None = connection.get_execution_options().get("schema")
    return schema


def _csv(names: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, names, delimiter=";")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """No cell starts a formula."""
    plain = value if isinstance(value, int | float) or value is None else str(_plain(value))
    return f"'{plain}" if isinstance(plain, str) and plain[:1] in "=+-@\t\r" and plain else plain


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)
