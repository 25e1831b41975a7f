"""Scans of contracts signed on paper, addresses of calendars."""

import sqlalchemy as sa
from alembic import op

from courtil.api import Moment

revision = "contracts_0010"
down_revision = "contracts_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contracts_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("ending", sa.String(length=4), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["core_contract.id"], name=op.f("fk_contracts_scan_contract_id")),
        sa.ForeignKeyConstraint(["by_person_id"], ["core_person.id"], name=op.f("fk_contracts_scan_by_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts_scan")),
    )
    for column in ("contract_id", "by_person_id"):
        op.create_index(op.f(f"ix_contracts_scan_{column}"), "contracts_scan", [column])
    op.create_table(
        "contracts_calendar",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["core_person.id"], name=op.f("fk_contracts_calendar_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_contracts_calendar")),
        sa.UniqueConstraint("token", name=op.f("uq_contracts_calendar_token")),
    )


def downgrade() -> None:
    op.drop_table("contracts_calendar")
    op.drop_table("contracts_scan")
