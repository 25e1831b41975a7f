"""Templates of contracts."""

import sqlalchemy as sa
from alembic import op

from courtil.api import Moment

revision = "contracts_0005"
down_revision = "contracts_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contracts_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.Column("previous", sa.JSON(), nullable=False),
        sa.Column("archived_at", Moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts_template")),
        sa.UniqueConstraint("name", name=op.f("uq_contracts_template_name")),
    )


def downgrade() -> None:
    op.drop_table("contracts_template")
