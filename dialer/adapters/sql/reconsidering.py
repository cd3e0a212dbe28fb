"""Leads that wait because of a calling rule, made ready to be judged again, in SQL.

In short transactions, so that dialing goes on. Refuses to know the rules: each lead is judged at
its next dial, and waits again if they still say so.
"""

from typing import Final

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from dialer.adapters.sql.giving_way import transact_giving_way
from dialer.adapters.sql.leasing import WAITING
from dialer.adapters.sql.tables.leads import leads
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import CampaignId

SLICE: Final = 500
"""Leads in one transaction."""

_NEXT: Final = (
    select(leads.c.id, leads.c.due_at)
    .where(
        leads.c.campaign_id == bindparam("campaign"),
        WAITING,
        leads.c.why.like("rules:%"),
        leads.c.due_at >= bindparam("due"),
        or_(
            leads.c.due_at > bindparam("due"),
            and_(leads.c.due_at == bindparam("due"), leads.c.id > bindparam("after")),
        ),
    )
    .order_by(leads.c.due_at, leads.c.id)
    .limit(SLICE)
    .with_for_update()
)
_READY: Final = (
    update(leads)
    .where(leads.c.id.in_(bindparam("leads", expanding=True)))
    .values(state="ready", why="", due_at=bindparam("now"))
)


async def reconsider(writer: SqlWriter, campaign_id: CampaignId, now: float) -> int:
    """Make a campaign's leads ready that a calling rule holds back; returns how many.

    A lead with an owner stays the owner's.

    Args:
        writer: commits; must be running.
        campaign_id: of the campaign.
        now: epoch seconds.
    """
    due, after, done = 0.0, 0, 0
    while True:
        asked = {"campaign": campaign_id, "due": due, "after": after}

        def work(
            connection: Connection, asked: dict[str, object] = asked
        ) -> tuple[float, int, int]:
            rows = connection.execute(_NEXT, asked).all()
            if not rows:
                return 0.0, 0, 0
            connection.execute(_READY, {"leads": [row.id for row in rows], "now": now})
            return rows[-1].due_at, rows[-1].id, len(rows)

        due, after, count = await transact_giving_way(writer, work)
        done += count
        if count < SLICE:
            return done
