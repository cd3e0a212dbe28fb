"""What detection said of calls and its labels; what carriers found of callers' numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Change the tables; the way back is a restored backup."""
    op.create_table(
        "amd_verdicts",
        sa.Column(
            "attempt_id",
            sa.Text(),
            sa.ForeignKey("attempts.id", name="amd_verdicts_attempt_id_fkey"),
            nullable=False,
        ),
        sa.Column("answerer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("at_s", sa.Double(), nullable=False),
        sa.Column("screened_s", sa.Double()),
        sa.Column("label", sa.Text(), nullable=False, server_default=""),
        sa.Column("labelled_by", sa.Text(), nullable=False, server_default=""),
        sa.Column("labelled_at", sa.Double()),
        sa.PrimaryKeyConstraint("attempt_id", name="amd_verdicts_pkey"),
    )
    op.create_index(
        "amd_labelled",
        "amd_verdicts",
        ["attempt_id"],
        postgresql_where=sa.text("label <> ''"),
        sqlite_where=sa.text("label <> ''"),
    )
    with op.batch_alter_table("calls") as batch:
        batch.add_column(sa.Column("attestation", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("verified", sa.Text(), nullable=False, server_default=""))
