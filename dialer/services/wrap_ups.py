"""The timers that end wrap-ups by themselves.

Knows how long each may last. Refuses to know what an agent does afterwards: it calls back.
"""

import asyncio
from collections.abc import Callable

from dialer.domain.agentflow import Agent
from dialer.domain.ids import AgentId, AttemptId
from dialer.ports import Clock


class WrapUps:
    """The wrap-ups under way.

    Args:
        clock: for the time at which an agent is told that it ends.
        end: called with the agent when the time is over.
    """

    def __init__(self, clock: Clock, end: Callable[[Agent], None]) -> None:
        self._clock = clock
        self._end = end
        self._timers: dict[AgentId, asyncio.TimerHandle] = {}

    def begin(self, agent: Agent, attempt_id: AttemptId | None, limit_s: float) -> None:
        """An agent writes up a talk, for at most `limit_s`."""
        self.stop(agent)
        agent.attempt_id = attempt_id
        agent.wrap_up_until = self._clock.now() + limit_s
        self._timers[agent.agent_id] = asyncio.get_running_loop().call_later(
            limit_s, self._end, agent
        )

    def stop(self, agent: Agent) -> None:
        """The wrap-up is over, if there was one."""
        timer = self._timers.pop(agent.agent_id, None)
        if timer is not None:
            timer.cancel()
