"""The agents' committed states in SQL: the present one of each, and the log of all.

Knows rows. Refuses to know which state may follow which.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.agent_rows import SETTLE
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.people import agent_log, agent_states
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LegId
from dialer.ports import AgentRecord

_INSERT: Final = upsert(agent_states)
_PRESENT: Final = _INSERT.on_conflict_do_update(
    index_elements=["agent_id"],
    set_={
        name: _INSERT.excluded[name]
        for name in ("state", "leg_id", "attempt_id", "since", "campaigns", "reason")
    },
)
_LOG: Final = insert(agent_log)
_ALL: Final = select(agent_states).order_by(agent_states.c.agent_id)


class SqlAgentStore:
    """An `AgentStore` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def save(self, record: AgentRecord) -> None:
        """Commit the present state of an agent, and append it to the state log.

        The present state comes first: it keeps other engines off this agent's rows.
        """
        row = _row(record)
        place = {"of": record.agent_id, "at": record.since}
        await self._writer.commit(
            Write(_PRESENT, [row]), Write(_LOG, [row]), Write(SETTLE, [place])
        )

    async def load(self) -> list[AgentRecord]:
        """Return the last committed state of every agent, by agent id."""
        async with self._reader.connect() as connection:
            rows = (await connection.execute(_ALL)).all()
        return [
            AgentRecord(
                AgentId(row.agent_id),
                row.state,
                None if row.leg_id is None else LegId(row.leg_id),
                None if row.attempt_id is None else AttemptId(row.attempt_id),
                row.since,
                tuple(CampaignId(campaign_id) for campaign_id in row.campaigns),
                row.reason,
            )
            for row in rows
        ]


def _row(record: AgentRecord) -> Mapping[str, Any]:
    return {
        "agent_id": record.agent_id,
        "state": record.state,
        "leg_id": record.leg_id,
        "attempt_id": record.attempt_id,
        "since": record.since,
        "campaigns": list(record.campaigns),
        "reason": record.reason,
    }
