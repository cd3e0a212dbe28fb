"""Promises to people who called and asked for them, in SQL: put on record, one for each lead.

Refuses to know where the lead then belongs (`lead_steps`).
"""

from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from dialer.adapters.sql.lead_events import promised
from dialer.adapters.sql.lead_steps import LeadSteps
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.leads import callbacks, lead_numbers, leads
from dialer.domain.callback import CLOSED
from dialer.domain.ids import CampaignId
from dialer.domain.recycling_step import Why
from dialer.errors import NoSuch, WrongState

_OF_NUMBER: Final = (
    select(leads.c.id, leads.c.campaign_id, leads.c.state)
    .where(
        leads.c.campaign_id == bindparam("campaign"),
        leads.c.state != "importing",
        or_(
            leads.c.number == bindparam("which"),
            leads.c.id.in_(
                select(lead_numbers.c.lead_id).where(lead_numbers.c.number == bindparam("which"))
            ),
        ),
    )
    .order_by(leads.c.id.desc())
    .limit(1)
    .with_for_update()
)

_OPEN_OF: Final = (
    select(callbacks)
    .where(
        callbacks.c.lead_id == bindparam("lead"),
        callbacks.c.state.not_in(sorted(state.value for state in CLOSED)),
    )
    .limit(1)
)


def ask_in(
    connection: Connection,
    steps: LeadSteps,
    campaign_id: CampaignId,
    number: str,
    due_at: float,
    now: float,
) -> AnyRow:
    """Promise a caller to call them back; returns the row of the promise.

    Args:
        connection: in its transaction, with the number locked.
        steps: put the lead where it belongs.
        campaign_id: whose lead.
        number: of the lead, E.164.
        due_at: when; an open promise of the lead is due at the earlier time.
        now: epoch seconds.

    Raises:
        NoSuch: the campaign has no such lead.
        WrongState: it must not be called, or is being called just now.
    """
    lead = connection.execute(_OF_NUMBER, {"campaign": campaign_id, "which": number}).first()
    if lead is None:
        raise NoSuch("number", "is no lead's", "add the lead first")
    if lead.state == "dialing":  # one that is only leased is dialed by nobody after this
        raise WrongState("number", "is being called now", "wait for its end")
    row: dict[str, Any] = {
        "campaign_id": lead.campaign_id,
        "lead_id": lead.id,
        "number": number,
        "attempt_id": None,
        "due_at": due_at,
        "owner": None,
        "state": "promised",
        "since": now,
    }
    before = connection.execute(_OPEN_OF, {"lead": lead.id}).first()
    if before is None:
        connection.execute(insert(callbacks), row)
    else:
        row["due_at"] = min(due_at, before.dial_at or before.due_at)
        this = update(callbacks).where(callbacks.c.id == before.id)
        connection.execute(this.values(**row, dial_at=None))
    steps.settle(connection, [lead.id], now)
    made = connection.execute(_OPEN_OF, {"lead": lead.id}).first()
    if made is None:  # by the law of recycling: whoever must not be called is promised nothing
        raise WrongState("number", "must not be called", "do not call it")
    (campaign,) = steps.settings.of(connection, [lead.campaign_id]).values()
    told = promised(row, Why.CALLER_ASKED.value, campaign.tenant_id, now)
    steps.outbox.tell(connection, [told])
    return made
