"""Baskets or parts that several offers of a farm share."""

import sqlalchemy as sa
from alembic import op

from courtil.api import Moment

revision = "contracts_0008"
down_revision = "contracts_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contracts_capacity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("farm_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("per", sa.String(length=20), nullable=False),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["farm_id"], ["core_farm.id"], name=op.f("fk_contracts_capacity_farm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts_capacity")),
    )
    op.create_index(op.f("ix_contracts_capacity_farm_id"), "contracts_capacity", ["farm_id"])
    op.create_table(
        "contracts_capacity_use",
        sa.Column("capacity_id", sa.Integer(), nullable=False),
        sa.Column("offer_product_id", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["capacity_id"],
            ["contracts_capacity.id"],
            name=op.f("fk_contracts_capacity_use_capacity_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["offer_product_id"],
            ["core_offer_product.id"],
            name=op.f("fk_contracts_capacity_use_offer_product_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("capacity_id", "offer_product_id", name=op.f("pk_contracts_capacity_use")),
    )
    op.create_index(op.f("ix_contracts_capacity_use_offer_product_id"), "contracts_capacity_use", ["offer_product_id"])


def downgrade() -> None:
    op.drop_table("contracts_capacity_use")
    op.drop_table("contracts_capacity")
