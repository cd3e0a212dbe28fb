"""The record of agents in memory: their states, their sessions, and why they may pause.

Gone with the process. Refuses to know what an agent may do.
"""

from collections.abc import Sequence

from dialer.domain.ids import AgentId
from dialer.domain.pause_code import PauseCode
from dialer.errors import StoreUnavailable
from dialer.ports import AgentRecord
from dialer.testing.tables import Tables


class MemoryAgentStore:
    """An `AgentStore` (dialer.ports) in memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def save(self, record: AgentRecord) -> None:
        """Keep the present state of an agent, and append it to the log."""
        self._tables.agents[record.agent_id] = record
        self._tables.agent_log.append(record)

    async def load(self) -> list[AgentRecord]:
        """Return the last state of every agent, by agent id."""
        return [self._tables.agents[agent_id] for agent_id in sorted(self._tables.agents)]


class MemorySessionStore:
    """A `SessionStore` (dialer.ports) in memory."""

    def __init__(self) -> None:
        self.rows: list[tuple[AgentId, str, float, float | None]] = []
        """Agent, node, and when it began and ended; to be looked at by tests."""

    async def begin(self, agent_id: AgentId, at: float, *, node: str) -> None:
        """Record that a session began; nothing if one is open or began then."""
        mine = [row for row in self.rows if row[0] == agent_id]
        if not any(ended is None or began == at for _, _, began, ended in mine):
            self.rows.append((agent_id, node, at, None))

    async def end(self, agent_id: AgentId, at: float) -> None:
        """Record that an open session, if any, ended."""
        for index, (who, node, began, ended) in enumerate(self.rows):
            if who == agent_id and ended is None and began <= at:
                self.rows[index] = (who, node, began, at)

    async def open(self, node: str) -> dict[AgentId, float]:
        """Return the open sessions of a node: agent to when it began."""
        return {
            who: began for who, there, began, ended in self.rows if there == node and ended is None
        }


class MemoryPauseCodes:
    """A `PauseCodes` (dialer.ports) in memory."""

    def __init__(self) -> None:
        self.codes: list[PauseCode] = []
        self.lost = False
        """Set when it is to be as a database that cannot be reached."""

    async def list(self) -> Sequence[PauseCode]:
        """Return the codes."""
        if self.lost:
            raise StoreUnavailable("set so")
        return tuple(self.codes)
