"""Lists of leads in SQL: leasing who is dialed next, and taking new lists in.

Knows the states of a lead row (importing, ready, leased, dialing, done). Refuses to know pacing,
hours and retry rules, and how a list's file is read.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, literal_column, select, update

from dialer.adapters.sql.attempts import DO_NOT_CALL
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.law import do_not_call
from dialer.adapters.sql.tables.leads import leads
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.ids import CampaignId, LeadId
from dialer.domain.lead import Lead

# Written into the statement, not bound: SQLite uses a partial index only if it can see its words.
READY: Final = leads.c.state == literal_column("'ready'")
IMPORTING: Final = leads.c.state == literal_column("'importing'")
LEASED: Final = leads.c.state == literal_column("'leased'")

# Asked of each lead in turn: with IN, SQLite would look every number of the list up instead.
_LISTED: Final = select(do_not_call.c.number).where(do_not_call.c.number == leads.c.number).exists()

_NEXT: Final = (
    select(leads.c.id)
    .where(leads.c.campaign_id == bindparam("campaign"), READY, ~_LISTED)
    .order_by(leads.c.id)
    .limit(bindparam("most"))
)

_LEASE: Final = (
    update(leads)
    .where(leads.c.id.in_(_NEXT))
    .values(state="leased")
    .returning(leads.c.id, leads.c.number, leads.c.attributes)
)

_PASS_OVER: Final = (
    update(leads)
    .where(
        leads.c.campaign_id == bindparam("campaign"),
        READY,
        leads.c.id <= bindparam("last"),
        _LISTED,
    )
    .values(state="done", last_outcome=DO_NOT_CALL)
)

_LAST: Final = 2**62
"""Behind every lead id."""

_RELEASE: Final = (
    update(leads)
    .where(leads.c.id == bindparam("lead"), leads.c.state == "leased")
    .values(state="ready")
)

_RELEASE_ALL: Final = (
    update(leads)
    .where(
        LEASED, leads.c.id.not_in(select(attempts.c.lead_id).where(attempts.c.ended_at.is_(None)))
    )
    .values(state="ready")
)

_REMAINING: Final = select(
    select(func.count())
    .select_from(leads)
    .where(leads.c.campaign_id == bindparam("campaign"), READY)
    .scalar_subquery()
    + select(func.count())
    .select_from(leads)
    .where(leads.c.campaign_id == bindparam("campaign"), LEASED)
    .scalar_subquery()
)


class SqlLeadStore:
    """A `LeadStore` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def lease(self, campaign_id: CampaignId, count: int) -> list[Lead]:
        """Lease up to `count` dialable leads to this engine, in the order they were imported.

        Leads whose number is on the do-not-call list are passed over, and done.
        """
        if count <= 0:
            return []

        def work(connection: Connection) -> Sequence[Any]:
            where: dict[str, Any] = {"campaign": campaign_id}
            rows = connection.execute(_LEASE, {**where, "most": count}).all()
            last = max(row.id for row in rows) if len(rows) == count else _LAST
            connection.execute(_PASS_OVER, {**where, "last": last})
            return rows

        rows = await self._writer.transact(work)
        found = [Lead(LeadId(row.id), campaign_id, row.number, row.attributes) for row in rows]
        return sorted(found, key=lambda lead: lead.lead_id)

    async def release(self, lead_ids: Iterable[LeadId]) -> None:
        """Give leased leads back that were not dialed."""
        await self._writer.commit(Write(_RELEASE, [{"lead": lead_id} for lead_id in lead_ids]))

    async def release_all(self) -> int:
        """At a start: give back every lease without an open attempt; returns how many."""
        return await self._writer.transact(
            lambda connection: connection.execute(_RELEASE_ALL).rowcount
        )

    async def remaining(self, campaign_id: CampaignId) -> int:
        """Count the leads that can still be dialed (ready or leased)."""
        async with self._reader.connect() as connection:
            found = await connection.execute(_REMAINING, {"campaign": campaign_id})
            return int(found.scalar_one())
