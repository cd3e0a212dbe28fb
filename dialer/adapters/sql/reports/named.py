"""Finding what a report is narrowed to by the names people use.

Refuses to know what is reported.
"""

from sqlalchemy import or_, select

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.leads import lead_lists
from dialer.domain.ids import CampaignId, ListId


async def campaign_named(reader: SqlReader, name: str) -> CampaignId | None:
    """Return the campaign of that name or id, or None."""
    query = select(campaigns.c.id).where(or_(campaigns.c.id == name, campaigns.c.name == name))
    async with reader.connect() as connection:
        found = (await connection.execute(query)).scalar()
    return None if found is None else CampaignId(found)


async def list_named(reader: SqlReader, campaign_id: CampaignId, name: str) -> ListId | None:
    """Return the campaign's list of that name, or None."""
    query = select(lead_lists.c.id).where(
        lead_lists.c.campaign_id == campaign_id, lead_lists.c.name == name
    )
    async with reader.connect() as connection:
        found = (await connection.execute(query)).scalar()
    return None if found is None else ListId(found)
