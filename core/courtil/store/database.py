"""Engines and their transactions: who begins how, who may write, and which schema an instance lives in."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000")

_SCHEMA = re.compile(r"[a-z][a-z0-9_]{0,50}\Z")


def _take_over_transactions(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    read_only = options.get("read_only", False)
    connection.exec_driver_sql(f"PRAGMA query_only={int(read_only)}")
    connection.exec_driver_sql(f"PRAGMA foreign_keys={int(not options.get('migrating', False))}")
    connection.exec_driver_sql("BEGIN DEFERRED" if read_only else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    schema = connection.get_execution_options().get("schema")
    if schema:
        connection.exec_driver_sql(f'SET LOCAL search_path TO "{schema}"')


POOLS: dict[str, Engine] = {}
"""One pool for all the instances of one PostgreSQL database, by its address."""

_pools_lock = threading.Lock()


def _shared_postgresql(url: str) -> Engine:
    with _pools_lock:
        if url not in POOLS:
            POOLS[url] = create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=5)
            event.listen(POOLS[url], "begin", _begin_postgresql)
        return POOLS[url]


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, pool_size=5, max_overflow=5)
    event.listen(engine, "connect", _take_over_transactions)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


class NoBackUp(Exception):
    """A copy of the database could not be made; the message says why."""


class Database:
    """Where one instance keeps its data: a SQLite file, or a schema of a PostgreSQL database."""

    def __init__(self, url: str, schema: str | None = None) -> None:
        if schema is not None and not _SCHEMA.match(schema):
            raise ValueError(f"not a schema name: {schema!r}")
        self.url = url
        self.schema = schema
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._engine = _sqlite(url) if self.is_sqlite else _shared_postgresql(url)
        named = {} if schema is None else {"schema": schema}
        self.engine = self._engine.execution_options(**named)
        self._reading = self._engine.execution_options(read_only=True, postgresql_readonly=True, **named)
        self._migrating = self._engine.execution_options(migrating=True, **named)

    @classmethod
    def at(cls, path: Path) -> "Database":
        """The SQLite file of this path."""
        return cls(f"sqlite:///{path}")

    @property
    def path(self) -> Path | None:
        """The file, on SQLite."""
        database = make_url(self.url).database
        return Path(database) if self.is_sqlite and database else None

    @contextmanager
    def reader(self) -> Iterator[Session]:
        """A session that the database itself refuses to let write."""
        with Session(self._reading, autoflush=False, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """A connection for a look at the schema, which waits for nobody."""
        with self._reading.connect() as connection:
            yield connection

    @contextmanager
    def writer(self) -> Iterator[Session]:
        """A session that commits when the block ends and rolls back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def migrator(self) -> Iterator[Connection]:
        """A connection for changes of schema; foreign keys are checked at the end instead of at each step."""
        with self._migrating.connect() as connection, connection.begin():
            if self.schema:
                connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{self.schema}"'))
            yield connection
            if self.is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                raise RuntimeError(f"a migration left a broken reference: {tuple(broken)}")

    def back_up(self, target: Path) -> None:
        """A whole copy while others write: a SQLite file, or what `pg_dump` gives. Raises NoBackUp."""
        if self.is_sqlite:
            self._copy(target)
        else:
            self._dump(target)

    def _copy(self, target: Path) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA query_only=0")
            raw.execute("VACUUM INTO ?", (str(target),))

    def _dump(self, target: Path) -> None:
        program = shutil.which("pg_dump")
        if program is None:
            raise NoBackUp("pg_dump is not installed on this machine")
        url = make_url(self.url).set(drivername="postgresql")
        asked = ["--format=custom", f"--file={target}", *([f"--schema={self.schema}"] if self.schema else [])]
        command = [program, *asked, url.set(password=None).render_as_string()]
        secret = {"PGPASSWORD": url.password} if url.password else {}
        done = subprocess.run(command, env=os.environ | secret, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            target.unlink(missing_ok=True)
            raise NoBackUp(done.stderr.strip()[-500:])

    def close(self) -> None:
        """Give the connections back; a shared pool stays open for the other instances."""
        if self.is_sqlite:
            self._engine.dispose()
