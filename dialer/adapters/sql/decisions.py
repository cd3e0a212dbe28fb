"""Samples of what pacers decided, in SQL: why a campaign dialed as it did.

Rows are added and never changed. Refuses to know when a sample is due.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import insert, select

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.audit import pacing_decisions
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.ids import CampaignId
from dialer.ports import DecisionSample

_ADD: Final = insert(pacing_decisions)


class SqlDecisionStore:
    """A `DecisionStore` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def last(self, campaign_id: CampaignId, count: int) -> list[DecisionSample]:
        """Return the last samples of a campaign, newest first."""
        query = (
            select(pacing_decisions)
            .where(pacing_decisions.c.campaign_id == campaign_id)
            .order_by(pacing_decisions.c.at.desc(), pacing_decisions.c.id.desc())
            .limit(count)
        )
        async with self._reader.connect() as connection:
            rows = (await connection.execute(query)).all()
        return [
            DecisionSample(campaign_id, row.at, row.lines, row.limited_by, row.forecast)
            for row in rows
        ]

    async def record(self, samples: Sequence[DecisionSample]) -> None:
        """Add samples."""
        rows = [
            {
                "campaign_id": one.campaign_id,
                "at": one.at,
                "lines": one.lines,
                "limited_by": one.limited_by,
                "forecast": dict(one.forecast),
            }
            for one in samples
        ]
        await self._writer.commit(Write(_ADD, rows))
