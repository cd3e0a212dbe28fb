"""Counts of a campaign's leads by how they stand.

Reads all of them, some seconds for ten million: counts of many are up to ten seconds old. Refuses
to know what holds them back.
"""

from typing import Any, Final

from sqlalchemy import and_, bindparam, case, func, literal, or_, select

from dialer.adapters.sql.counted import Counted
from dialer.adapters.sql.leasing import READY
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.law import EVERYWHERE, do_not_call
from dialer.adapters.sql.tables.leads import leads, places
from dialer.domain.calling_rules.place import Place
from dialer.domain.explanation import StandingCount
from dialer.domain.ids import CampaignId
from dialer.domain.lead_standing import LeadState

_OF: Final = leads.c.campaign_id == bindparam("campaign")

_COUNTS: Final = (
    select(
        leads.c.state,
        leads.c.why,
        func.count().label("leads"),
        func.min(leads.c.due_at).label("due"),
    )
    .where(_OF, leads.c.state != "ready")
    .group_by(leads.c.state, leads.c.why)
)

_LISTED: Final = (
    select(do_not_call.c.number)
    .where(
        do_not_call.c.number == leads.c.number,
        or_(
            do_not_call.c.scope == EVERYWHERE,
            do_not_call.c.scope == literal("tenant:") + campaigns.c.tenant_id,
            do_not_call.c.scope == literal("campaign:") + campaigns.c.id,
        ),
        or_(do_not_call.c.expires_at.is_(None), do_not_call.c.expires_at > bindparam("now")),
    )
    .exists()
)

_READY: Final = (
    select(
        leads.c.place_id,
        func.count().label("leads"),
        func.sum(case((_LISTED, 1), else_=0)).label("listed"),
    )
    .join(campaigns, campaigns.c.id == leads.c.campaign_id)
    .where(and_(_OF, READY))
    .group_by(leads.c.place_id)
)

_PLACES: Final = select(places).where(places.c.id.in_(bindparam("places", expanding=True)))


class SqlStandings:
    """Counts leads.

    Args:
        reader: for queries.
    """

    def __init__(self, reader: SqlReader) -> None:
        self._reader = reader
        self._counted = Counted[list[StandingCount]](
            lambda counts: sum(one.leads for one in counts)
        )

    async def of(self, campaign_id: CampaignId, now: float) -> list[StandingCount]:
        """Count the campaign's leads, each once."""
        return await self._counted.of(campaign_id, lambda: self._count(campaign_id, now))

    async def _count(self, campaign_id: CampaignId, now: float) -> list[StandingCount]:
        asked: dict[str, Any] = {"campaign": campaign_id}
        async with self._reader.connect() as connection:
            counts = (await connection.execute(_COUNTS, asked)).all()
            ready = (await connection.execute(_READY, {**asked, "now": now})).all()
            where = {"places": sorted({row.place_id for row in ready})}
            known = {
                row.id: Place(tuple(row.jurisdictions), tuple(row.zones))
                for row in await connection.execute(_PLACES, where)
            }
        return [
            *(
                StandingCount(
                    LeadState.READY, "", row.leads, place=known[row.place_id], listed=row.listed
                )
                for row in ready
            ),
            *(
                StandingCount(LeadState(row.state), row.why, row.leads, due_at=row.due)
                for row in counts
            ),
        ]


def _leads_of(counts: list[StandingCount]) -> int:
    return sum(count.leads for count in counts)
