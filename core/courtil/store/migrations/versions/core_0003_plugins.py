"""What plugins keep through extension models, and settings as they were before a change."""

import sqlalchemy as sa
from alembic import op

from courtil.store.base import Moment

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "core_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_extension")),
    )
    op.create_index(
        "ix_core_extension_whose", "core_extension", ["subject", "subject_id", "owner", "name"], unique=True
    )
    op.create_table(
        "core_setting_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_setting_version")),
    )
    op.create_index(op.f("ix_core_setting_version_owner"), "core_setting_version", ["owner"])


def downgrade() -> None:
    op.drop_table("core_setting_version")
    op.drop_table("core_extension")
