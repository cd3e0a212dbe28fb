"""The timers that end wrap-ups by themselves.

Knows how long each may last, and how often it may be made longer. Refuses to know
what an agent does afterwards: it calls back.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from dialer.domain.agentflow import Agent
from dialer.domain.ids import AgentId, AttemptId
from dialer.errors import WrongState
from dialer.ports import Clock

EXTENSIONS: Final = 3
"""How often an agent may have as long again for one talk."""


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
        self._limits: dict[AgentId, float] = {}

    def begin(self, agent: Agent, attempt_id: AttemptId | None, limit_s: float) -> None:
        """An agent writes up a talk, for at most `limit_s`."""
        self.stop(agent)
        agent.attempt_id = attempt_id
        agent.extensions = EXTENSIONS
        self._limits[agent.agent_id] = limit_s
        self._arm(agent, self._clock.now() + limit_s)

    def extend(self, agent: Agent) -> None:
        """An agent needs as long again.

        Raises:
            WrongState: they had that as often as they may.
        """
        if agent.wrap_up_until is None or agent.extensions <= 0:
            problem = f"it was made longer {EXTENSIONS} times already"
            raise WrongState("wrap_up", problem, "save what there is, or pause")
        agent.extensions -= 1
        self._arm(agent, agent.wrap_up_until + self._limits[agent.agent_id])

    def stop(self, agent: Agent) -> None:
        """The wrap-up is over, if there was one."""
        self._disarm(agent)

    def _disarm(self, agent: Agent) -> None:
        timer = self._timers.pop(agent.agent_id, None)
        if timer is not None:
            timer.cancel()

    def _arm(self, agent: Agent, until: float) -> None:
        self._disarm(agent)
        agent.wrap_up_until = until
        self._timers[agent.agent_id] = asyncio.get_running_loop().call_later(
            until - self._clock.now(), self._end, agent
        )
