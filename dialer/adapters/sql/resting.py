"""The state of a lead that nobody holds for a call any more, as an expression of SQL.

Refuses to know why it was held.
"""

from typing import Final

from sqlalchemy import ColumnElement, case, select

from dialer.adapters.sql.tables.leads import callbacks, leads
from dialer.domain.callback import CLOSED

_IS_PROMISED: Final = (
    select(callbacks.c.id)
    .where(
        callbacks.c.lead_id == leads.c.id,
        callbacks.c.state.not_in(sorted(state.value for state in CLOSED)),
    )
    .exists()
)

RESTING: Final[ColumnElement[str]] = case(
    (_IS_PROMISED, "callback"), (leads.c.owner.is_not(None), "owned"), else_="ready"
)
"""Promised leads are called as promised, owned ones by their owner, and others by anybody."""
