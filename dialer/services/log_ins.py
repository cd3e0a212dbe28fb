"""Log-ins that wait for their agent's softphone to answer.

Knows who waits, and tells them that the leg is up or why it will not be. Refuses to know phones,
and how long one may take to answer.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from dialer.domain.ids import AgentId
from dialer.errors import WrongState


class LogIns:
    """The log-ins under way, one an agent."""

    def __init__(self) -> None:
        self._waiting: dict[AgentId, asyncio.Future[None]] = {}

    @contextmanager
    def begun(self, agent_id: AgentId) -> Iterator[asyncio.Future[None]]:
        """Begin a log-in: yields what is done when the leg is up, and fails when it will not be."""
        self._waiting[agent_id] = asyncio.get_running_loop().create_future()
        try:
            yield self._waiting[agent_id]
        finally:
            self._waiting.pop(agent_id, None)

    def leg_up(self, agent_id: AgentId) -> None:
        """The softphone answered."""
        waiting = self._waiting.get(agent_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def failed(self, agent_id: AgentId, problem: str, fix: str) -> None:
        """Nothing will come of it: whoever waits gets a `BadInput` that says why."""
        waiting = self._waiting.get(agent_id)
        if waiting is not None and not waiting.done():
            waiting.set_exception(WrongState("agent", problem, fix))
