"""Households that share under one offer."""

import sqlalchemy as sa
from alembic import op

from courtil.api import Moment

revision = "contracts_0007"
down_revision = "contracts_0006"
branch_labels = None
depends_on = None

KEYS = {
    "offer_id": "core_offer", "first_id": "core_household", "second_id": "core_household",
    "asked_by_id": "core_person", "answered_by_id": "core_person",
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "contracts_pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("manner", sa.String(length=20), nullable=False),
        sa.Column("inverted", sa.Boolean(), nullable=False),
        sa.Column("payers", sa.Integer(), nullable=False),
        sa.Column("first_share", sa.Integer(), nullable=False),
        sa.Column("second_share", sa.Integer(), nullable=False),
        sa.Column("first_label", sa.String(length=200), nullable=False),
        sa.Column("second_label", sa.String(length=200), nullable=False),
        sa.Column("turns", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_contracts_pairing_{column}"))
            for column, table in KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts_pairing")),
    )
    for column in KEYS:
        op.create_index(op.f(f"ix_contracts_pairing_{column}"), "contracts_pairing", [column])


def downgrade() -> None:
    op.drop_table("contracts_pairing")
