"""The state of a lead that nobody holds for a call any more, as an expression of SQL.

Refuses to know why it was held.
"""

from typing import Final

from sqlalchemy import ColumnElement, case, select, text

from dialer.adapters.sql.tables.leads import callbacks, leads

_IS_PROMISED: Final = (
    select(callbacks.c.id)
    .where(
        callbacks.c.lead_id == leads.c.id,
        # in the words of the index over open promises
        text("callbacks.state NOT IN ('kept', 'returned', 'expired', 'cancelled')"),
    )
    .exists()
)

RESTING: Final[ColumnElement[str]] = case(
    (_IS_PROMISED, "callback"), (leads.c.owner.is_not(None), "owned"), else_="ready"
)
"""Promised leads are called as promised, owned ones by their owner, and others by anybody."""
