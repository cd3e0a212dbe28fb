"""All that the database knows of a number, as a document for the person who asks.

Refuses to know who asked, and files.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, or_, select

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables import metadata
from dialer.adapters.sql.tables.attempts import (
    amd_verdicts,
    attempts,
    calls,
    recordings,
    refusals,
)
from dialer.adapters.sql.tables.audit import audit_log
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.content import reviews, voicemails
from dialer.adapters.sql.tables.law import consents, do_not_call, legal_holds
from dialer.adapters.sql.tables.leads import callbacks, lead_numbers, leads
from dialer.adapters.sql.traces import traces
from dialer.domain.instant import written

Document = dict[str, Any]

_TIMES: Final = frozenset(
    column.name
    for table in metadata.tables.values()
    for column in table.columns
    if column.name.endswith(("_at", "_until")) or column.name in {"at", "since"}
)


async def known_of(reader: SqlReader, number: str, named: str) -> Document:
    """Return what is known of a number, by kind; times as ISO 8601.

    Args:
        reader: to ask with.
        number: E.164.
        named: how the audit log names it.
    """
    noted = [trace.key[0] for trace in await traces(reader, number, audit_log)]

    def ask(connection: Connection) -> Document:
        lead_ids = {
            *connection.scalars(select(leads.c.id).where(leads.c.number == number)),
            *connection.scalars(
                select(lead_numbers.c.lead_id).where(lead_numbers.c.number == number)
            ),
            *connection.scalars(select(attempts.c.lead_id).where(attempts.c.number == number)),
        }
        dialed = or_(attempts.c.number == number, attempts.c.lead_id.in_(lead_ids))
        dialed_ids = list(connection.scalars(select(attempts.c.id).where(dialed)))
        called = or_(calls.c.number == number, calls.c.attempt_id.in_(dialed_ids))
        call_ids = list(connection.scalars(select(calls.c.id).where(called)))
        recorded = or_(recordings.c.attempt_id.in_(dialed_ids), recordings.c.call_id.in_(call_ids))
        queries: Mapping[str, Select[Any]] = {
            "leads": select(leads, campaigns.c.name.label("campaign"))
            .join(campaigns, campaigns.c.id == leads.c.campaign_id)
            .where(leads.c.id.in_(lead_ids)),
            "numbers": select(lead_numbers).where(lead_numbers.c.lead_id.in_(lead_ids)),
            "attempts": select(attempts).where(dialed).order_by(attempts.c.dialed_at),
            "refusals": select(refusals).where(
                or_(refusals.c.number == number, refusals.c.lead_id.in_(lead_ids))
            ),
            "calls": select(calls).where(called).order_by(calls.c.began_at),
            "recordings": select(recordings).where(recorded),
            "verdicts": select(amd_verdicts).where(amd_verdicts.c.attempt_id.in_(dialed_ids)),
            "reviews": select(reviews).where(reviews.c.attempt_id.in_(dialed_ids)),
            "callbacks": select(callbacks).where(
                or_(callbacks.c.number == number, callbacks.c.lead_id.in_(lead_ids))
            ),
            "consents": select(consents).where(consents.c.number == number),
            "do_not_call": select(do_not_call).where(do_not_call.c.number == number),
            "voicemails": select(voicemails).where(voicemails.c.number == number),
            "legal_holds": select(legal_holds).where(legal_holds.c.number == number),
            "audit": select(audit_log)
            .where(or_(audit_log.c.subject == named, audit_log.c.id.in_(noted)))
            .order_by(audit_log.c.id),
        }
        found: Document = {"number": number}
        for kind, query in queries.items():
            found[kind] = [_plain(row) for row in connection.execute(query)]
        return found

    async with reader.connect() as connection:
        return await connection.run_sync(ask)


def _plain(row: Row[Any]) -> Document:
    return {
        name: written(value) if name in _TIMES and isinstance(value, float | int) else value
        for name, value in row._mapping.items()
    }
