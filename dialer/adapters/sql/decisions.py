"""Samples of what pacers decided, in SQL: why a campaign dialed as it did.

Rows are added and never changed. Refuses to know when a sample is due.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import insert

from dialer.adapters.sql.tables.audit import pacing_decisions
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.ports import DecisionSample

_ADD: Final = insert(pacing_decisions)


class SqlDecisionStore:
    """A `DecisionStore` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
    """

    def __init__(self, writer: SqlWriter) -> None:
        self._writer = writer

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
