"""Leads that were picked by hand, in SQL. Refuses to know who picked them."""

from typing import Final

from sqlalchemy import Connection, Double, Text, and_, bindparam, or_, select, update

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.resting import waiting_unless_owned
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.leads import leads, places
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.calling_rules.place import Place
from dialer.domain.ids import CampaignId, LeadId, PlaceId
from dialer.domain.lead import Draw, Lead
from dialer.domain.lead_standing import SKIPPED
from dialer.ports import Skip

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


_SKIP: Final = (
    update(leads)
    .where(
        leads.c.id == bindparam("lead"),
        leads.c.state == "leased",
        leads.c.leased_by == bindparam("engine"),
    )
    .values(
        state=waiting_unless_owned(bindparam("now", type_=Double), bindparam("to", type_=Text)),
        why=SKIPPED,
        due_at=bindparam("due"),
        leased_by="",
        lease_ends_at=None,
    )
    .returning(leads.c.campaign_id)
)
_TENANT: Final = select(campaigns.c.tenant_id).where(campaigns.c.id == bindparam("campaign"))


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

    async def skip(self, lead_id: LeadId, skip: Skip) -> bool:
        """Have a leased lead wait; noted in the audit log in the same transaction."""
        asked = {"lead": lead_id, "engine": skip.engine, "now": skip.at, "to": "waiting"}

        def work(connection: Connection) -> bool:
            campaign = connection.execute(_SKIP, {**asked, "due": skip.due_at}).scalar()
            if campaign is None:
                return False
            tenant_id = connection.execute(_TENANT, {"campaign": campaign}).scalar_one()
            detail = {"campaign": campaign, "reason": skip.reason}
            subject, by = f"lead {lead_id}", skip.agent_id
            note_in(
                connection, "preview_skip", subject, detail, by=by, at=skip.at, tenant_id=tenant_id
            )
            return True

        return await self._writer.transact(work)

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
