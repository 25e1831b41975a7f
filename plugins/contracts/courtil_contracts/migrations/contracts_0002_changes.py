"""Changes of signed contracts, and hazards of deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "contracts_0002"
down_revision = "contracts_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contracts_hazard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("offer_product_id", sa.Integer(), nullable=False),
        sa.Column("target_delivery_id", sa.Integer(), nullable=True),
        sa.Column("fewer", sa.Integer(), nullable=False),
        sa.Column("money", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_foreign_keys(
            "contracts_hazard", delivery_id="core_delivery", offer_product_id="core_offer_product",
            target_delivery_id="core_delivery", by_person_id="core_person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts_hazard")),
    )  # fmt: skip
    op.create_table(
        "contracts_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("money", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("target_delivery_id", sa.Integer(), nullable=True),
        sa.Column("to_household_id", sa.Integer(), nullable=True),
        sa.Column("hazard_id", sa.Integer(), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_foreign_keys(
            "contracts_change", contract_id="core_contract", delivery_id="core_delivery",
            target_delivery_id="core_delivery", to_household_id="core_household", hazard_id="contracts_hazard",
            by_person_id="core_person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts_change")),
    )  # fmt: skip
    for table, columns in INDEXED.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


INDEXED = {
    "contracts_hazard": ("delivery_id", "offer_product_id", "target_delivery_id", "by_person_id"),
    "contracts_change": (
        "contract_id", "delivery_id", "target_delivery_id", "to_household_id", "hazard_id", "by_person_id",
    ),
}  # fmt: skip


def _foreign_keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def downgrade() -> None:
    op.drop_table("contracts_change")
    op.drop_table("contracts_hazard")
