"""Sounds of prompts are on record."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the tables; the way back is a restored backup."""
    op.create_table(
        "prompt_sounds",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="prompt_sounds_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("checksum", sa.Text(), nullable=False),
        sa.Column("sound", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="prompt_sounds_pkey"),
        sa.UniqueConstraint("tenant_id", "checksum", name="prompt_sounds_one_tenant_id_checksum"),
    )
    op.create_index("prompt_sounds_by_tenant_id", "prompt_sounds", ["tenant_id"])
