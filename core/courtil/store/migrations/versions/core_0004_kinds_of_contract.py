"""Charges beside the lines of a contract, plans by name, payees of instalments, what took a line away."""

import sqlalchemy as sa
from alembic import op

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "core_contract_charge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cents <> 0", name=op.f("ck_core_contract_charge_cents")),
        sa.ForeignKeyConstraint(["contract_id"], ["core_contract.id"], name=op.f("fk_core_contract_charge_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_contract_charge")),
    )
    op.create_index(op.f("ix_core_contract_charge_contract_id"), "core_contract_charge", ["contract_id"])
    op.add_column("core_instalment", sa.Column("payee", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("core_contract", sa.Column("plan", sa.String(length=40), nullable=False, server_default="1"))
    op.execute("UPDATE core_contract SET plan = CAST(instalment_count AS VARCHAR(40))")
    op.drop_column("core_contract", "instalment_count")
    op.add_column("core_contract_line", sa.Column("cause", sa.String(length=60), nullable=False, server_default=""))
    op.execute(
        "UPDATE core_contract_line SET cause = CASE WHEN delivery_id IN "
        "(SELECT id FROM core_delivery WHERE state = 'cancelled') THEN 'delivery' ELSE 'termination' END "
        "WHERE effect <> 'due'"
    )


def downgrade() -> None:
    op.add_column("core_contract", sa.Column("instalment_count", sa.Integer(), nullable=False, server_default="1"))
    op.execute(
        "UPDATE core_contract SET instalment_count = (SELECT CASE COUNT(*) WHEN 0 THEN 1 ELSE COUNT(*) END "
        "FROM core_instalment WHERE contract_id = core_contract.id)"
    )
    op.drop_column("core_contract_line", "cause")
    op.drop_column("core_contract", "plan")
    op.drop_column("core_instalment", "payee")
    op.drop_table("core_contract_charge")
