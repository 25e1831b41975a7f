"""How transactions begin, who may write, and what a rollback takes back: the traps of both drivers."""

import shutil
import threading
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from courtil.store.calendar import Season
from courtil.store.database import Database
from courtil.store.farms import Product
from courtil.store.people import Household
from courtil.store.upgrade import CORE, current, downgrade, drift, head, is_behind, upgrade
from courtil.testing.databases import Template


@pytest.fixture
def database(database_url: str) -> Database:
    return Database(database_url)


def add_household(database: Database, note: str = "0") -> int:
    with database.writer() as session:
        household = Household(name="Lantier", search="lantier", note=note)
        session.add(household)
        session.flush()
        return household.id


def test_no_update_is_lost_when_eight_threads_read_then_write(database: Database) -> None:
    key = add_household(database)
    errors: list[Exception] = []

    def add_one(times: int) -> None:
        try:
            for _ in range(times):
                with database.writer() as session:
                    row = session.scalars(select(Household).where(Household.id == key).with_for_update()).one()
                    row.note = str(int(row.note) + 1)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=add_one, args=(10,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with database.reader() as session:
        assert session.get_one(Household, key).note == "80"


def test_a_reader_cannot_write_even_by_raw_sql(database: Database) -> None:
    key = add_household(database)
    with pytest.raises(DatabaseError), database.reader() as session:
        session.execute(update(Household).where(Household.id == key).values(note="x"))
    with database.writer() as session:  # and the next writer on that connection may
        session.execute(update(Household).where(Household.id == key).values(note="y"))


def test_a_released_savepoint_goes_with_the_outer_rollback(database: Database) -> None:
    def interrupted() -> None:
        with database.writer() as session:
            with session.begin_nested():
                session.add(Household(name="A", search="a"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    with database.reader() as session:
        assert session.scalars(select(Household)).all() == []


def test_a_table_created_before_a_failure_is_taken_back(database: Database) -> None:
    def interrupted() -> None:
        with database.migrator() as connection:
            connection.execute(text("CREATE TABLE core_half (id INTEGER)"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert "core_half" not in inspect(database.engine).get_table_names()


def test_a_failed_query_of_a_plugin_leaves_the_page_readable(database: Database) -> None:
    add_household(database)
    with database.reader() as session:
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(text("SELECT * FROM no_such_table"))
        assert len(session.scalars(select(Household)).all()) == 1


def test_foreign_keys_and_checks_hold(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writer() as session:
        session.add(Season(name="2026", starts_on=date(2026, 12, 1), ends_on=date(2026, 1, 1)))
    with pytest.raises(IntegrityError), database.writer() as session:
        session.add(Product(farm_id=999, name="Panier"))


@pytest.mark.parametrize("table", ["core_entry", "core_posting", "core_log", "core_signature"])
def test_rows_that_prove_something_are_never_changed(database: Database, table: str) -> None:
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with database.migrator() as connection:
            refused = connection.execute(text(_TRIGGERS[database.is_sqlite]), {"table": table}).scalars().all()
        assert f"{table}_no_{statement.split()[0].lower()}" in refused


_TRIGGERS = {
    True: "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table",
    False: "SELECT trigger_name FROM information_schema.triggers WHERE event_object_table = :table",
}


def test_a_posted_entry_refuses_update_and_delete(database: Database) -> None:
    with database.writer() as session:
        session.execute(text("INSERT INTO core_entry (id, label, day, at) VALUES (1, 'x', '2026-01-01', '2026-01-01')"))
    for statement in ("UPDATE core_entry SET label = 'y'", "DELETE FROM core_entry"):
        with pytest.raises(DatabaseError, match="never changed"), database.writer() as session:
            session.execute(text(statement))


def test_models_equal_migrations(database: Database) -> None:
    with database.engine.connect() as connection:
        assert drift(connection) == []


def test_migrations_go_down_and_up_again_with_data(database: Database) -> None:
    add_household(database)
    downgrade(database, "base")
    with database.engine.connect() as connection:
        assert current(connection) is None
    upgrade(database)
    with database.engine.connect() as connection:
        assert current(connection) == head(CORE)
        assert drift(connection) == []


def test_a_database_without_schema_is_behind(tmp_path: Path) -> None:
    assert is_behind(Database.at(tmp_path / "new.sqlite3"))


def test_two_schemas_of_one_postgresql_database_never_see_each_other(postgresql_template: Template) -> None:
    first = Database(postgresql_template.server, "i_tilleuls")
    second = Database(postgresql_template.server, "i_marronniers")
    for database in (first, second):
        upgrade(database)
    add_household(first)
    with second.reader() as session:
        assert session.scalars(select(Household)).all() == []
    with first.reader() as session:
        assert len(session.scalars(select(Household)).all()) == 1


def test_a_back_up_is_a_whole_copy(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "a.sqlite3")
    database = Database.at(tmp_path / "a.sqlite3")
    add_household(database)
    database.back_up(tmp_path / "copy.sqlite3")
    copy = Database.at(tmp_path / "copy.sqlite3")
    with copy.reader() as session:
        assert len(session.scalars(select(Household)).all()) == 1
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"


def test_a_schema_name_that_could_carry_sql_is_refused() -> None:
    with pytest.raises(ValueError):
        Database("sqlite://", 'x"; DROP')
