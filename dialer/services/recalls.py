"""Agents to be called again after their legs went down with the session or with the switch.

Knows whose leg was lost with everything else. Refuses to call anybody: `agents` does, once the
phone can be reached.
"""

from collections.abc import Iterable
from typing import Final

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.ids import AgentId

TAKEN_DOWN_S: Final = 5.0
"""A leg that ended this shortly before the session broke was taken down with it."""

LOGGED_OUT: Final = "logged out"
"""Reason of agents who left because they wanted to: nobody to call again."""


class Recalls:
    """Who is to be called again."""

    def __init__(self) -> None:
        self._wanted: set[AgentId] = set()

    def switch_lost(self, agents: Iterable[Agent], at: float) -> None:
        """The session broke: agents it takes down are to be called again.

        Not those whose phone alone was lost: nobody may be sitting there any more.
        """
        for agent in agents:
            taken_down = (
                agent.state is AgentState.OFFLINE
                and at - agent.since < TAKEN_DOWN_S
                and agent.reason != LOGGED_OUT
            )
            if agent.logged_in or taken_down:
                self._wanted.add(agent.agent_id)

    def wants(self, agent: Agent) -> bool:
        """Whether an agent is to be called again, and is without a leg."""
        return agent.agent_id in self._wanted and agent.state is AgentState.OFFLINE

    def over(self, agent_id: AgentId) -> None:
        """The agent logs in or out, or the leg is up: no recall any more."""
        self._wanted.discard(agent_id)

    def session_settled(self, agents: Iterable[Agent]) -> None:
        """The session is back: whoever still has a leg needs no call."""
        self._wanted -= {agent.agent_id for agent in agents if agent.logged_in}
