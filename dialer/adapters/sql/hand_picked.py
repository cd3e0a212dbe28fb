"""Leads that were picked by hand, in SQL. Refuses to know who picked them."""

from typing import Final

from sqlalchemy import and_, bindparam, or_, select, update

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.leads import leads, places
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.calling_rules.place import Place
from dialer.domain.ids import CampaignId, LeadId, PlaceId
from dialer.domain.lead import Draw, Lead

_FIND: Final = (
    select(leads.c.id)
    .where(leads.c.campaign_id == bindparam("campaign"), leads.c.number == bindparam("which"))
    .order_by(leads.c.id.desc())
    .limit(1)
)

_TO_BE_HAD: Final = or_(
    leads.c.state.in_(("ready", "waiting")),
    and_(leads.c.state == "leased", leads.c.leased_by == bindparam("engine")),
)

_TAKE: Final = (
    update(leads)
    .where(leads.c.id == bindparam("lead"), _TO_BE_HAD)
    .values(state="leased", leased_by=bindparam("engine"), lease_ends_at=bindparam("until"))
    .returning(
        leads.c.id, leads.c.campaign_id, leads.c.number, leads.c.attributes, leads.c.place_id
    )
)


class SqlHandPicked:
    """A `HandPicked` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def find(self, campaign_id: CampaignId, number: str) -> LeadId | None:
        """Return a campaign's lead with a number; the newest if there are several."""
        asked = {"campaign": campaign_id, "which": number}
        async with self._reader.connect() as connection:
            found = (await connection.execute(_FIND, asked)).scalar()
        return None if found is None else LeadId(found)

    async def take(self, lead_id: LeadId, draw: Draw) -> Lead | None:
        """Lease one lead to an engine; None if it is not to be had."""
        asked = {"lead": lead_id, "engine": draw.engine, "until": draw.now + draw.lease_s}
        row = await self._writer.transact(
            lambda connection: connection.execute(_TAKE, asked).first()
        )
        if row is None:
            return None
        async with self._reader.connect() as connection:
            query = select(places).where(places.c.id == row.place_id)
            where = (await connection.execute(query)).one()
        return Lead(
            LeadId(row.id),
            CampaignId(row.campaign_id),
            row.number,
            row.attributes,
            PlaceId(row.place_id),
            Place(tuple(where.jurisdictions), tuple(where.zones)),
        )
