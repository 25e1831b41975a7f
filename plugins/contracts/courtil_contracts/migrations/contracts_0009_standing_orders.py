"""Payments that somebody wrote in place of a proposed plan; the same order at each delivery."""

import sqlalchemy as sa
from alembic import op

from courtil.api import Moment

revision = "contracts_0009"
down_revision = "contracts_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contracts_written_plan",
        sa.Column("contract_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("cents", sa.JSON(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("printed", sa.Boolean(), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        *_keys("contracts_written_plan"),
    )
    op.create_table(
        "contracts_standing_order",
        sa.Column("contract_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantities", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("dates", sa.JSON(), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_keys("contracts_standing_order"),
    )
    for table in ("contracts_written_plan", "contracts_standing_order"):
        op.create_index(op.f(f"ix_{table}_by_person_id"), table, ["by_person_id"])


def _keys(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["by_person_id"], ["core_person.id"], name=op.f(f"fk_{table}_by_person_id")),
        sa.ForeignKeyConstraint(["contract_id"], ["core_contract.id"], name=op.f(f"fk_{table}_contract_id")),
        sa.PrimaryKeyConstraint("contract_id", name=op.f(f"pk_{table}")),
    ]


def downgrade() -> None:
    op.drop_table("contracts_standing_order")
    op.drop_table("contracts_written_plan")
