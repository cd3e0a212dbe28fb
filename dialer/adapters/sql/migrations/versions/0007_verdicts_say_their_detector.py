"""Verdicts say their detector."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Change the tables; the way back is a restored backup."""
    with op.batch_alter_table("amd_verdicts") as batch:
        batch.add_column(
            sa.Column("detector", sa.Text(), nullable=False, server_default=sa.text("'own'"))
        )
