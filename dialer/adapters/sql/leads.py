"""Lists of leads in SQL: leasing who is dialed next, giving back, and what is left.

Refuses to know pacing, hours and retry rules, and how a list's file is read.
"""

import time
from collections.abc import Callable, Iterable
from typing import Final

from sqlalchemy import Double, ScalarSelect, TextClause, bindparam, func, or_, select, update

from dialer.adapters.sql.lead_steps import LeadSteps
from dialer.adapters.sql.leasing import BUSY, LEASED, READY, WAITING, Leasing
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.resting import resting
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.leads import campaign_places, lead_lists, leads, places
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.calling_rules.place import Place
from dialer.domain.ids import CampaignId, LeadId, PlaceId
from dialer.domain.lead import ANY, Draw, Lead
from dialer.domain.recycling_step import Why

_NOW: Final = bindparam("now", type_=Double)

_LEASE_AGAIN: Final = (
    update(leads)
    .where(
        leads.c.id == bindparam("lead"),
        leads.c.campaign_id == bindparam("campaign"),
        leads.c.number == bindparam("which"),
        leads.c.state.in_(("ready", "waiting")),
        leads.c.why == Why.OUTCOME.value,
    )
    .values(state="leased", leased_by=bindparam("engine"), lease_ends_at=bindparam("until"))
    .returning(leads.c.id, leads.c.number, leads.c.attributes, leads.c.place_id)
)

_RELEASE: Final = (
    update(leads)
    .where(leads.c.id == bindparam("lead"), leads.c.state == "leased")
    .values(state=resting(_NOW), leased_by="", lease_ends_at=None)
)

_RELEASE_ALL: Final = (
    update(leads)
    .where(
        LEASED,
        leads.c.leased_by == bindparam("engine"),
        leads.c.id.not_in(select(attempts.c.lead_id).where(attempts.c.ended_at.is_(None))),
    )
    .values(state=resting(_NOW), leased_by="", lease_ends_at=None)
)

_OF: Final = leads.c.campaign_id == bindparam("campaign")


def _count(state: TextClause) -> ScalarSelect[int]:
    return select(func.count()).select_from(leads).where(_OF, state).scalar_subquery()


_REMAINING: Final = select(_count(READY) + _count(LEASED))

# each asks one small index; together they are all states of leads that are not done with
_ANY_LEFT: Final = select(
    or_(
        *(select(leads.c.id).where(_OF, state).exists() for state in (READY, LEASED, WAITING, BUSY))
    )
)

_PLACES: Final = (
    select(places.c.id, places.c.jurisdictions, places.c.zones)
    .join(campaign_places, campaign_places.c.place_id == places.c.id)
    .where(
        campaign_places.c.campaign_id == bindparam("campaign"),
        campaign_places.c.pool == bindparam("pool"),
    )
)

_POOLS: Final = (
    select(campaign_places.c.pool, func.coalesce(lead_lists.c.name, "").label("name"))
    .outerjoin(lead_lists, lead_lists.c.id == campaign_places.c.pool)
    .where(campaign_places.c.campaign_id == bindparam("campaign"))
    .distinct()
    .order_by(campaign_places.c.pool)
)


class SqlLeadStore:
    """A `LeadStore` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
        steps: put leads where they belong that are not to be called.
        now: tells whether a lead that is given back has a living owner; epoch seconds.
    """

    def __init__(
        self,
        writer: SqlWriter,
        reader: SqlReader,
        *,
        steps: LeadSteps,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._steps = steps
        self._now = now

    async def lease(self, campaign_id: CampaignId, count: int, draw: Draw = ANY) -> list[Lead]:
        """Lease up to `count` dialable leads to an engine, first to be dialed first.

        Leads that wait no longer become ready by it, and those of engines that died. Numbers on
        the do-not-call list are passed over, and done.
        """
        if count <= 0:
            return []
        rows = await self._writer.transact(Leasing(campaign_id, count, draw, self._steps))
        return [
            Lead(LeadId(row.id), campaign_id, row.number, row.attributes, PlaceId(row.place_id))
            for row in rows
        ]

    async def lease_again(
        self, campaign_id: CampaignId, lead_id: LeadId, number: str, draw: Draw
    ) -> Lead | None:
        """Lease a lead that waits for another try of a number; see `LeadStore`."""
        asked = {
            "lead": lead_id,
            "campaign": campaign_id,
            "which": number,
            "engine": draw.engine,
            "until": draw.now + draw.lease_s,
        }
        row = await self._writer.transact(
            lambda connection: connection.execute(_LEASE_AGAIN, asked).first()
        )
        if row is None:
            return None
        place = PlaceId(row.place_id)
        return Lead(LeadId(row.id), campaign_id, row.number, row.attributes, place)

    async def release(self, lead_ids: Iterable[LeadId]) -> None:
        """Give leased leads back that were not dialed."""
        now = self._now()
        rows = [{"lead": lead_id, "now": now} for lead_id in lead_ids]
        await self._writer.commit(Write(_RELEASE, rows))

    async def release_all(self, engine: str = "") -> int:
        """At a start: give back an engine's leases without an open attempt; returns how many."""
        asked = {"engine": engine, "now": self._now()}
        return await self._writer.transact(
            lambda connection: connection.execute(_RELEASE_ALL, asked).rowcount
        )

    async def remaining(self, campaign_id: CampaignId) -> int:
        """Count the leads that can be dialed now (ready or leased)."""
        async with self._reader.connect() as connection:
            found = await connection.execute(_REMAINING, {"campaign": campaign_id})
            return int(found.scalar_one())

    async def any_left(self, campaign_id: CampaignId) -> bool:
        """Tell whether the campaign is not through with some lead, now or later."""
        async with self._reader.connect() as connection:
            found = await connection.execute(_ANY_LEFT, {"campaign": campaign_id})
            return bool(found.scalar_one())

    async def pools(self, campaign_id: CampaignId) -> dict[int, str]:
        """Return what leads are drawn from: 0 all together, or lists (and their names) if mixed."""
        async with self._reader.connect() as connection:
            found = await connection.execute(_POOLS, {"campaign": campaign_id})
            return {row.pool: row.name for row in found}

    async def places(self, campaign_id: CampaignId, pool: int = 0) -> dict[PlaceId, Place]:
        """Return the places in which a pool's leads may be."""
        asked = {"campaign": campaign_id, "pool": pool}
        async with self._reader.connect() as connection:
            return {
                PlaceId(row.id): Place(tuple(row.jurisdictions), tuple(row.zones))
                for row in await connection.execute(_PLACES, asked)
            }
