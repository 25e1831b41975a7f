"""Printed contracts of a season, and what was weighed."""

import sqlalchemy as sa
from alembic import op

from courtil.api import Moment

revision = "contracts_0004"
down_revision = "contracts_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contracts_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["core_contract.id"], name=op.f("fk_contracts_file_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts_file")),
        sa.UniqueConstraint("contract_id", "evidence", name=op.f("uq_contracts_file_contract_id_evidence")),
    )
    op.create_index(op.f("ix_contracts_file_contract_id"), "contracts_file", ["contract_id"])
    op.create_table(
        "contracts_weighing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("offer_product_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("grams", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["core_contract.id"], name=op.f("fk_contracts_weighing_contract_id")),
        sa.ForeignKeyConstraint(["delivery_id"], ["core_delivery.id"], name=op.f("fk_contracts_weighing_delivery_id")),
        sa.ForeignKeyConstraint(
            ["offer_product_id"], ["core_offer_product.id"], name=op.f("fk_contracts_weighing_offer_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts_weighing")),
        sa.UniqueConstraint(
            "contract_id", "offer_product_id", "delivery_id",
            name=op.f("uq_contracts_weighing_contract_id_offer_product_id_delivery_id"),
        ),
    )  # fmt: skip
    for column in ("contract_id", "offer_product_id", "delivery_id"):
        op.create_index(op.f(f"ix_contracts_weighing_{column}"), "contracts_weighing", [column])


def downgrade() -> None:
    op.drop_table("contracts_weighing")
    op.drop_table("contracts_file")
