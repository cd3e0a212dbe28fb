"""Phones say their leg."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Change the tables; the way back is a restored backup."""
    with op.batch_alter_table("phones") as batch:
        batch.add_column(
            sa.Column("leg", sa.Text(), nullable=False, server_default=sa.text("'standing'"))
        )
