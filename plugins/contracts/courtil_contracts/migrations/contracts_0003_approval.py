"""What farms say of offers; who was reminded of them."""

import sqlalchemy as sa
from alembic import op

revision = "contracts_0003"
down_revision = "contracts_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contracts_approval",
        sa.Column("offer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "state",
            sa.Enum("sent", "changes", "approved", name="approvalstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["core_offer.id"], name=op.f("fk_contracts_approval_offer_id")),
        sa.ForeignKeyConstraint(["by_person_id"], ["core_person.id"], name=op.f("fk_contracts_approval_by_person_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["core_person.id"], name=op.f("fk_contracts_approval_sent_by_id")),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_contracts_approval")),
    )
    op.create_index(op.f("ix_contracts_approval_by_person_id"), "contracts_approval", ["by_person_id"])
    op.create_index(op.f("ix_contracts_approval_sent_by_id"), "contracts_approval", ["sent_by_id"])
    op.create_table(
        "contracts_reminder",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["core_offer.id"], name=op.f("fk_contracts_reminder_offer_id")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["core_household.id"], name=op.f("fk_contracts_reminder_household_id")
        ),
        sa.PrimaryKeyConstraint("offer_id", "household_id", name=op.f("pk_contracts_reminder")),
    )
    op.create_index(op.f("ix_contracts_reminder_household_id"), "contracts_reminder", ["household_id"])


def downgrade() -> None:
    op.drop_table("contracts_reminder")
    op.drop_table("contracts_approval")
