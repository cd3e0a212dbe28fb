"""What is told of leads and attempts, made from rows.

Refuses to know who is told, and whether anybody is.
"""

from collections.abc import Mapping
from typing import Any

from dialer.adapters.sql.row import AnyRow
from dialer.domain.disposition import Disposition, Said
from dialer.domain.lead import AttemptEnd
from dialer.domain.webhook import Event, Topic, lead_subject


def attempt_ended(end: AttemptEnd, row: AnyRow) -> Event:
    """Return that an attempt has ended.

    Args:
        end: of the attempt, as it was reported.
        row: of the attempt before it: who talked may be known from there alone.
    """
    connected_at = row.connected_at if end.connected_at is None else end.connected_at
    over_at = end.ended_at if end.talk_ended_at is None else end.talk_ended_at
    return Event(
        Topic.ATTEMPT_ENDED,
        row.tenant_id,
        lead_subject(row.lead_id),
        end.ended_at,
        {
            "attempt": row.id,
            "campaign": row.campaign_id,
            "lead": row.lead_id,
            "outcome": end.outcome.value,
            "agent": row.agent_id if end.agent_id is None else end.agent_id,
            "dialed_at": row.dialed_at,
            "answered_at": end.answered_at,
            "connected_at": connected_at,
            "talk_s": None if connected_at is None else round(max(0.0, over_at - connected_at), 3),
            "ended_by": end.ended_by,
        },
        number=row.number,
    )


def call_connected(row: AnyRow) -> Event:
    """Return that a person talks with an agent."""
    return Event(
        Topic.CALL_CONNECTED,
        row.tenant_id,
        lead_subject(row.lead_id),
        row.connected_at,
        {
            "attempt": row.id,
            "campaign": row.campaign_id,
            "lead": row.lead_id,
            "agent": row.agent_id,
        },
        number=row.number,
        key=row.id,
    )


def disposition_set(
    attempt_id: str, row: AnyRow, said: Said, disposition: Disposition, tenant_id: str, at: float
) -> Event:
    """Return what an agent said became of a talk."""
    return Event(
        Topic.DISPOSITION_SET,
        tenant_id,
        lead_subject(row.lead_id),
        at,
        {
            "attempt": attempt_id,
            "campaign": row.campaign_id,
            "lead": row.lead_id,
            "agent": row.agent_id,
            "disposition": disposition.code,
            "then": disposition.then.value,
            "sale": disposition.sale,
            "amount": said.amount,
            "callback_at": said.callback_at,
        },
        number=row.number,
    )


def lead_done(
    lead_id: int, campaign_id: str, number: str, *, why: str, tenant_id: str, at: float
) -> Event:
    """Return that a lead is not dialed any more."""
    return Event(
        Topic.LEAD_DONE,
        tenant_id,
        lead_subject(lead_id),
        at,
        {"lead": lead_id, "campaign": campaign_id, "why": why},
        number=number,
    )


def promised(promise: Mapping[str, Any], why: str, tenant_id: str, at: float) -> Event:
    """Return that a call was promised: by an agent, to who was abandoned, or to who called.

    Args:
        promise: row of the promise.
        why: "callback", "abandon_quiet" (the person was abandoned) or "caller_asked".
        tenant_id: whose lead it is.
        at: epoch seconds.
    """
    return Event(
        Topic.CALLBACK_PROMISED,
        tenant_id,
        lead_subject(promise["lead_id"]),
        at,
        {
            "attempt": promise["attempt_id"],
            "campaign": promise["campaign_id"],
            "lead": promise["lead_id"],
            "due_at": promise["due_at"],
            "agent": promise["owner"],
            "why": why,
        },
        number=promise["number"],
    )
