"""Amendments of signed contracts, and who agreed to them: rows that are never changed."""

import sqlalchemy as sa
from alembic import op

from courtil.api import Moment, protect_rows, release_rows

revision = "contracts_0006"
down_revision = "contracts_0005"
branch_labels = None
depends_on = None

TABLES = ("contracts_amendment", "contracts_acceptance")


def upgrade() -> None:
    op.create_table(
        "contracts_amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("takes_back", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        *_foreign_keys("contracts_amendment", contract_id="core_contract", change_id="contracts_change"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts_amendment")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_contracts_amendment_contract_id_number")),
    )
    op.create_table(
        "contracts_acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("amendment_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("evidence_hash", sa.String(length=64), nullable=False),
        *_foreign_keys("contracts_acceptance", amendment_id="contracts_amendment", person_id="core_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts_acceptance")),
        sa.UniqueConstraint("amendment_id", "party", name=op.f("uq_contracts_acceptance_amendment_id_party")),
    )
    for table, columns in INDEXED.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    protect_rows(op.get_bind(), *TABLES)


INDEXED = {"contracts_amendment": ("contract_id", "change_id"), "contracts_acceptance": ("amendment_id", "person_id")}


def _foreign_keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def downgrade() -> None:
    release_rows(op.get_bind(), *TABLES)
    for table in reversed(TABLES):
        op.drop_table(table)
