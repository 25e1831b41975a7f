"""Revisions of the core and of plugins, side by side: a plugin's package may vanish, a migration may fail, nothing else moves."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import delete, inspect, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import configure_mappers

import courtil_recipes.tables
from courtil.store.calendar import Place, Season
from courtil.store.contracts import Contract, Instalment
from courtil.store.database import Database
from courtil.store.farms import Farm
from courtil.store.offers import Offer
from courtil.store.operations import LogEntry
from courtil.store.people import Household, Person
from courtil.store.tables import MODULES
from courtil.store.upgrade import CORE, History, current, downgrade, drift, head, is_behind, owns, upgrade

RECIPES = History("recipes", Path(courtil_recipes.tables.__file__).parent / "migrations")

BROKEN = '''"""Fails in the middle."""

import sqlalchemy as sa
from alembic import op

revision = "broken_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("broken_first", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO no_such_table VALUES (1)")


def downgrade() -> None:
    pass
'''


@pytest.fixture
def database(database_url: str) -> Database:
    return Database(database_url)


def tables(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def columns(database: Database, table: str) -> set[str]:
    with database.engine.connect() as connection:
        return {column["name"] for column in inspect(connection).get_columns(table)}


def test_a_plugin_has_its_own_version_table(database: Database) -> None:
    upgrade(database, RECIPES)
    assert {"core_revision", "recipes_revision", "recipes_recipe"} <= tables(database)
    with database.glance() as connection:
        assert current(connection, RECIPES) == "recipes_0001"
        assert current(connection, CORE) == head(CORE)
        assert drift(connection, RECIPES) == []
        assert drift(connection, CORE) == []


def test_the_core_is_upgraded_after_a_plugin_s_package_has_gone(database: Database) -> None:
    upgrade(database, RECIPES)
    assert not is_behind(database, [CORE])
    upgrade(database, CORE)
    with database.writer() as session:
        session.add(Household(name="Lantier", search="lantier"))
    with database.reader() as session:
        assert len(session.scalars(select(Household)).all()) == 1


def test_the_core_s_last_revision_goes_down_and_up_again_with_the_data(database: Database) -> None:
    now = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)
    with database.writer() as session:
        home = Household(name="Lantier", search="lantier")
        zoe = Person(household=home, last_name="Lantier", search="lantier", email="zoe@exemple.fr", erased_at=now)
        session.add_all([zoe, LogEntry(event_id="1", at=now, kind="SignedIn")])
    downgrade(database, "core_0001")
    assert "erased_at" not in columns(database, "core_person")
    upgrade(database)
    with database.reader() as session:
        person = session.scalars(select(Person)).one()
        assert (person.household_id, person.email, person.erased_at) == (1, "zoe@exemple.fr", None)
        assert session.scalars(select(LogEntry.kind)).one() == "SignedIn"
    with database.glance() as connection:
        assert drift(connection, CORE) == []
    with pytest.raises(IntegrityError), database.writer() as session:
        session.add(Person(last_name="Macquart", search="macquart", email="zoe@exemple.fr"))
    with pytest.raises(DatabaseError, match="never changed"), database.writer() as session:
        session.execute(delete(LogEntry))


def test_contracts_keep_their_number_of_payments_down_and_up(database: Database) -> None:
    now = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)
    with database.writer() as session:
        season = Season(name="2026", starts_on=now.date(), ends_on=now.date())
        place = Place(name="Salle", starts_at=time(18), ends_at=time(19))
        offer = Offer(season=season, place=place, farm=Farm(name="Ferme des Aulnes"), name="Légumes")
        home = Household(name="Lantier", search="lantier")
        paid = [Instalment(position=n, due_on=now.date(), cents=1_000, payee="GAEC") for n in (1, 2, 3)]
        free = Contract(offer=offer, household=Household(name="Buteau", search="buteau"), created_at=now, plan="1")
        session.add_all([Contract(offer=offer, household=home, created_at=now, plan="3", instalments=paid), free])
    downgrade(database, "core_0003")
    with database.glance() as connection:
        counts = connection.execute(text("SELECT instalment_count FROM core_contract ORDER BY id")).scalars()
        assert sorted(counts) == [1, 3]
    upgrade(database)
    with database.reader() as session:
        assert sorted(session.scalars(select(Contract.plan))) == ["1", "3"]
        assert session.scalars(select(Instalment.payee)).all() == ["", "", ""]
    with database.glance() as connection:
        assert drift(connection, CORE) == []


def test_a_plugin_goes_down_and_up_again(database: Database) -> None:
    upgrade(database, RECIPES)
    downgrade(database, "base", RECIPES)
    assert "recipes_recipe" not in tables(database)
    upgrade(database, RECIPES)
    assert "recipes_recipe" in tables(database)


def test_a_migration_that_fails_leaves_the_database_as_it_was(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "broken_0001.py").write_text(BROKEN)
    before = tables(database)
    with pytest.raises(Exception, match="no_such_table"):
        upgrade(database, History("broken", folder))
    assert tables(database) == before
    assert not is_behind(database, [CORE])


def test_a_sqlite_file_is_copied_before_a_plugin_s_tables_change(tmp_path: Path) -> None:
    database = Database.at(tmp_path / "courtil.sqlite3")
    upgrade(database)
    upgrade(database, RECIPES)
    assert list(tmp_path.glob("*.backup")) == []  # a first revision takes nothing away
    with database.migrator() as connection:
        connection.execute(text("UPDATE recipes_revision SET version_num = 'recipes_0000'"))
    with pytest.raises(Exception, match="recipes_0000"):
        upgrade(database, RECIPES)
    [copy] = tmp_path.glob("*.backup")
    assert "recipes_recipe" in tables(Database.at(copy))


def test_a_history_owns_its_tables_and_nothing_else() -> None:
    assert owns(CORE, "core_person")
    assert not owns(CORE, "core_revision")
    assert not owns(CORE, "recipes_recipe")
    assert owns(RECIPES, "recipes_recipe")


def test_a_plugin_s_tables_leave_the_core_s_classes_alone() -> None:
    """A `backref` would add an attribute to a class of the core, for every instance of the process."""
    configure_mappers()
    names = {
        relationship.key: relationship.mapper.class_.__module__
        for module in MODULES
        for mapped in vars(module).values()
        if isinstance(mapped, type) and hasattr(mapped, "__mapper__")
        for relationship in mapped.__mapper__.relationships
    }
    assert {module for module in names.values() if not module.startswith("courtil.store.")} == set()
