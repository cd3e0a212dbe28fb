"""How long rows of the agents' log held."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# A row holds until its agent's next one, as reports took it to do.
SETTLE = """
UPDATE agent_log SET until = near.next_since, turns = near.turns, repeats = near.repeats
FROM (
    SELECT id,
           lead(since) OVER rows_of AS next_since,
           lag(state) OVER rows_of IS NULL
             OR (state IN ('offline', 'calling'))
               <> (lag(state) OVER rows_of IN ('offline', 'calling'))
             OR campaigns <> lag(campaigns) OVER rows_of AS turns,
           lag(state) OVER rows_of IS NOT NULL
             AND state = lag(state) OVER rows_of
             AND coalesce(attempt_id, '') = coalesce(lag(attempt_id) OVER rows_of, '') AS repeats
    FROM agent_log
    WINDOW rows_of AS (PARTITION BY agent_id ORDER BY since, id)
) AS near
WHERE near.id = agent_log.id
"""


def upgrade() -> None:
    """Change the tables; the way back is a restored backup."""
    with op.batch_alter_table("agent_log") as batch:
        batch.add_column(
            sa.Column("repeats", sa.Boolean(), nullable=False, server_default=sa.text("false"))
        )
        batch.add_column(
            sa.Column("turns", sa.Boolean(), nullable=False, server_default=sa.text("false"))
        )
        batch.add_column(sa.Column("until", sa.Double()))
    op.execute(SETTLE)
    op.create_index(
        "agent_log_turns",
        "agent_log",
        ["agent_id", "since"],
        postgresql_where=sa.text("turns"),
        sqlite_where=sa.text("turns"),
    )
