"""Erased persons."""

import sqlalchemy as sa
from alembic import op

from courtil.store.base import Moment

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("core_person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", Moment(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("core_person", schema=None) as batch_op:
        batch_op.drop_column("erased_at")
