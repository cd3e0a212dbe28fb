"""${message}."""

import sqlalchemy as sa
from alembic import op
% if postgresql:
from sqlalchemy.dialects import postgresql
% endif

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
% for line in constants:

${line}
% endfor


def upgrade() -> None:
    """Change the tables; the way back is a restored backup."""
    ${upgrades or "pass"}
