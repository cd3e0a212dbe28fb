"""What a lead is that nobody holds any more, said in SQL: the twin of `ownership.resting_state`.

A lead with a living owner is never made ready. Refuses to know why the lead is let go.
"""

from typing import Any

from sqlalchemy import BindParameter, Case, ColumnElement, and_, case, or_

from dialer.adapters.sql.tables.leads import leads
from dialer.domain.ownership import OWNED


def resting(now: BindParameter[Any]) -> Case[Any]:
    """Return the state of a lead that may be dialed, now or later (`now`: epoch seconds)."""
    return case((_living(now), OWNED), (leads.c.due_at > now, "waiting"), else_="ready")


def waiting_unless_owned(now: BindParameter[Any], state: BindParameter[Any]) -> Case[Any]:
    """Return `state`, but `owned` for a lead with a living owner: it keeps its time."""
    return case((_living(now), OWNED), else_=state)


def _living(now: BindParameter[Any]) -> ColumnElement[bool]:
    return and_(
        leads.c.owner.is_not(None),
        or_(leads.c.assigned_until.is_(None), leads.c.assigned_until > now),
    )
