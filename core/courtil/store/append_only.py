"""Triggers that refuse to change or delete rows: the books, the log and the signatures only grow."""

from sqlalchemy import Connection, text

_FUNCTION = """
CREATE OR REPLACE FUNCTION courtil_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$
"""


def protect(connection: Connection, *tables: str) -> None:
    """From now on the database refuses updates and deletes on these tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_FUNCTION))
    for table in tables:
        for action in ("UPDATE", "DELETE"):
            connection.execute(text(_trigger(connection.dialect.name, table, action)))


def release(connection: Connection, *tables: str) -> None:
    """Take the protection away, for a migration that goes back."""
    for table in tables:
        for action in ("update", "delete"):
            on_table = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{action}{on_table}"))


def _trigger(dialect: str, table: str, action: str) -> str:
    name = f"{table}_no_{action.lower()}"
    if dialect == "postgresql":
        return (
            f"CREATE TRIGGER {name} BEFORE {action} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION courtil_refuse_change()"
        )  # fmt: skip
    return (
        f"CREATE TRIGGER {name} BEFORE {action} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
    )
