"""Terms of offers."""

import sqlalchemy as sa
from alembic import op

revision = "contracts_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contracts_terms",
        sa.Column("offer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["core_offer.id"], name=op.f("fk_contracts_terms_offer_id")),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_contracts_terms")),
    )


def downgrade() -> None:
    op.drop_table("contracts_terms")
