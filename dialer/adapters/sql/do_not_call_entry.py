"""One entry into the do-not-call list, and what it does to leads, in one transaction.

Refuses to know who asked for it.
"""

from typing import Final

from sqlalchemy import Connection, bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.lead_steps import LeadSteps
from dialer.adapters.sql.number_events import NewEntries, tell_entered
from dialer.adapters.sql.number_locks import lock_numbers
from dialer.adapters.sql.tables.law import do_not_call
from dialer.adapters.sql.tables.leads import lead_numbers, leads
from dialer.domain.lead_standing import LeadState

_ENTER: Final = upsert(do_not_call).on_conflict_do_nothing(index_elements=["number", "scope"])

_ITS_LEADS: Final = (
    select(leads.c.id)
    .where(
        or_(
            leads.c.number == bindparam("called"),
            leads.c.id.in_(
                select(lead_numbers.c.lead_id).where(lead_numbers.c.number == bindparam("called"))
            ),
        ),
        leads.c.state.in_(
            sorted(
                state.value
                for state in (
                    LeadState.READY,
                    LeadState.WAITING,
                    LeadState.OWNED,
                    LeadState.CALLBACK,
                    LeadState.LEASED,
                )
            )
        ),
    )
    .order_by(leads.c.id)
    .with_for_update()
)


def enter_do_not_call(
    connection: Connection,
    steps: LeadSteps,
    number: str,
    *,
    scope: str,
    source: str,
    at: float,
    expires_at: float | None = None,
) -> None:
    """Enter a number; a lead that has no other number is done, another is dialed on the next one.

    A lead whose call is out is decided when that call ends.

    Args:
        connection: in whose transaction it happens.
        steps: decide what becomes of the leads.
        number: E.164 with the leading plus.
        scope: "*" everywhere, "tenant:ID" or "campaign:ID".
        source: who says so.
        at: seconds since the epoch.
        expires_at: when it is void; None never.
    """
    lock_numbers(connection, [number])
    entry = {
        "number": number,
        "scope": scope,
        "source": source,
        "at": at,
        "expires_at": expires_at,
    }
    if connection.execute(_ENTER, entry).rowcount:
        entered = NewEntries([number], scope, source, at, expires_at)
        tell_entered(connection, steps.outbox, entered)
    found = connection.execute(_ITS_LEADS, {"called": number}).scalars().all()
    steps.settle(connection, found, at)
