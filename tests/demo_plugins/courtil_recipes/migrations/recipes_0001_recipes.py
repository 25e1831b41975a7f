"""Recipes."""

import sqlalchemy as sa
from alembic import op

revision = "recipes_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recipes_recipe",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["core_contract.id"], name=op.f("fk_recipes_recipe_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipes_recipe")),
    )
    op.create_index(op.f("ix_recipes_recipe_contract_id"), "recipes_recipe", ["contract_id"])


def downgrade() -> None:
    op.drop_table("recipes_recipe")
