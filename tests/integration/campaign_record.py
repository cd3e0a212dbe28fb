"""The whole record of a campaign as committed, on either database, for tests of what survives.

Reads only; refuses to judge.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Row, select

from dialer.adapters.sql import postgresql, sqlite
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.leads import leads


class CampaignRecord:
    """Queries, each on one snapshot."""

    def __init__(self, reader: SqlReader) -> None:
        self._reader = reader

    async def attempts(self) -> list[Row[Any]]:
        """Return every attempt, oldest first."""
        async with self._reader.connect() as connection:
            found = await connection.execute(select(attempts).order_by(attempts.c.id))
            return list(found.all())

    async def lead_states(self) -> Counter[str]:
        """Count the leads in each state."""
        async with self._reader.connect() as connection:
            return Counter((await connection.execute(select(leads.c.state))).scalars())

    async def campaign_states(self) -> list[str]:
        """Return the states of all campaigns."""
        async with self._reader.connect() as connection:
            return list((await connection.execute(select(campaigns.c.state))).scalars())


@asynccontextmanager
async def record_of(url: str) -> AsyncIterator[CampaignRecord]:
    """Read the database of an address that an engine writes."""
    address = DatabaseAddress.of(url)
    if address.path is not None:
        reader = SqlReader(sqlite.reading_engine(address.path))
    else:
        assert address.url is not None
        reader = SqlReader(postgresql.engine(address.url, connections=1, name="test"))
    try:
        yield CampaignRecord(reader)
    finally:
        await reader.close()
