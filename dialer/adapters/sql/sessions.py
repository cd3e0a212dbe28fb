"""Sessions of agents in SQL: from the standing leg that is up to the log-out or the lost phone.

Each change may be made twice, as when it is not known whether the first one was written. Refuses to
know what the agent does meanwhile (`agent_log`).
"""

from typing import Final

from sqlalchemy import Double, Text, bindparam, insert, literal, or_, select, update

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.people import agent_sessions
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import AgentId

_OF: Final = agent_sessions.c.agent_id == bindparam("agent", type_=Text)
_THERE: Final = (
    select(literal(1))
    .select_from(agent_sessions)
    .where(
        _OF,
        or_(
            agent_sessions.c.ended_at.is_(None),
            agent_sessions.c.began_at == bindparam("at", type_=Double),
        ),
    )
    .exists()
)
_BEGIN: Final = insert(agent_sessions).from_select(
    ["agent_id", "began_at", "node"],
    select(
        bindparam("agent", type_=Text), bindparam("at", type_=Double), bindparam("by", type_=Text)
    ).where(~_THERE),
)
_END: Final = (
    update(agent_sessions)
    .where(_OF, agent_sessions.c.ended_at.is_(None), agent_sessions.c.began_at <= bindparam("at"))
    .values(ended_at=bindparam("at"))
)
_OPEN: Final = select(agent_sessions.c.agent_id, agent_sessions.c.began_at).where(
    agent_sessions.c.node == bindparam("of"), agent_sessions.c.ended_at.is_(None)
)


class SqlSessionStore:
    """A `SessionStore` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def begin(self, agent_id: AgentId, at: float, *, node: str) -> None:
        """Record that an agent's session began; nothing if one is open or began then."""
        row = {"agent": agent_id, "at": at, "by": node}
        await self._writer.transact(lambda connection: connection.execute(_BEGIN, row) and None)

    async def end(self, agent_id: AgentId, at: float) -> None:
        """Record that an agent's open session, if any, ended."""
        row = {"agent": agent_id, "at": at}
        await self._writer.transact(lambda connection: connection.execute(_END, row) and None)

    async def open(self, node: str) -> dict[AgentId, float]:
        """Return the open sessions of a node: agent to when it began, epoch seconds."""
        async with self._reader.connect() as connection:
            found = await connection.execute(_OPEN, {"of": node})
            return {AgentId(row.agent_id): row.began_at for row in found}
