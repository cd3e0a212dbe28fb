"""What a lead is that nobody holds any more, said in SQL: the twin of `ownership.resting_state`.

A promised lead, and one with a living owner, are never made ready. Refuses to know why the lead is
let go.
"""

from typing import Any, Final

from sqlalchemy import BindParameter, Case, ColumnElement, and_, case, or_, select, text

from dialer.adapters.sql.tables.leads import callbacks, leads
from dialer.domain.ownership import OWNED

_IS_PROMISED: Final = (
    select(callbacks.c.id)
    .where(
        callbacks.c.lead_id == leads.c.id,
        # in the words of the index over open promises
        text("callbacks.state NOT IN ('kept', 'returned', 'expired', 'cancelled')"),
    )
    .exists()
)


def resting(now: BindParameter[Any]) -> Case[Any]:
    """Return the state of a lead that may be dialed, now or later (`now`: epoch seconds)."""
    return case(
        (_IS_PROMISED, "callback"),
        (_living(now), OWNED),
        (leads.c.due_at > now, "waiting"),
        else_="ready",
    )


def waiting_unless_owned(now: BindParameter[Any], state: BindParameter[Any]) -> Case[Any]:
    """Return `state`, but `owned` for a lead with a living owner: it keeps its time."""
    return case((_living(now), OWNED), else_=state)


def _living(now: BindParameter[Any]) -> ColumnElement[bool]:
    return and_(
        leads.c.owner.is_not(None),
        or_(leads.c.assigned_until.is_(None), leads.c.assigned_until > now),
    )
