"""The agents of a campaign: who is idle, talks, wraps up, or is away.

Knows each agent's state, since when, and whether they will come back from it. Refuses to know
calls beyond the id of the one an agent talks on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pacing.clocks import NOT_RUNNING
from pacing.errors import PacingError


class AgentState(StrEnum):
    """What an agent does; "offline" agents are forgotten."""

    IDLE = "idle"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"
    OFFLINE = "offline"
    ELSEWHERE = "elsewhere"  # a manual, an inbound or another campaign's call


_STATES = {state.value: state for state in AgentState}
_WORKING = frozenset({AgentState.IDLE, AgentState.TALKING, AgentState.WRAP_UP})


@dataclass(slots=True)
class Agent:
    """One agent who is logged in."""

    agent_id: str
    state: AgentState
    since: float
    leaving: bool = False
    call_id: str = ""
    clock: int = NOT_RUNNING

    @property
    def serves(self) -> bool:
        """Idle or busy for this campaign, and staying."""
        return self.state in _WORKING and not self.leaving

    def to_row(self) -> list[Any]:
        """Return the agent as JSON values."""
        return [self.agent_id, self.state.value, self.since, self.leaving, self.call_id]

    @classmethod
    def from_row(cls, row: list[Any]) -> "Agent":
        """Make an agent again from `to_row`."""
        agent_id, state, since, leaving, call_id = row
        return cls(agent_id, AgentState(state), since, leaving, call_id)


def agent_state(state: str, agent_id: str) -> AgentState:
    """Read a state.

    Raises:
        PacingError: there is no such state.
    """
    known = _STATES.get(state) if isinstance(state, str) else None
    if known is None:
        allowed = "one of " + ", ".join(_STATES)
        raise PacingError(
            f"agent {agent_id!r}: unknown state {state!r}; allowed is {allowed}",
            agent_id=agent_id,
            field="state",
            value=state,
            allowed=allowed,
        )
    return known


class AgentBoard:
    """The agents who are logged in, and their head counts."""

    def __init__(self) -> None:
        self.agents: dict[str, Agent] = {}
        self.idle = 0
        """Idle and staying."""
        self.serving = 0
        """Idle or busy for this campaign, and staying: who may take one of the next answers."""
        self.present = 0
        """Logged in and not paused."""

    def put(
        self, agent_id: str, state: AgentState, now: float, *, leaving: bool = False
    ) -> Agent | None:
        """Put an agent into a state; returns the agent, None once offline."""
        agent = self.agents.get(agent_id)
        if agent is None:
            if state is AgentState.OFFLINE:
                return None
            agent = Agent(agent_id, state, now, leaving)
            self.agents[agent_id] = agent
        else:
            self._count(agent, -1)
            if agent.state is not state:
                agent.state, agent.since = state, now
            agent.leaving = leaving
            if state is AgentState.OFFLINE:
                del self.agents[agent_id]
                return None
        self._count(agent, 1)
        return agent

    def _count(self, agent: Agent, one: int) -> None:
        if agent.serves:
            self.serving += one
            if agent.state is AgentState.IDLE:
                self.idle += one
        if agent.state is not AgentState.PAUSED:
            self.present += one

    def to_rows(self) -> list[list[Any]]:
        """Return the agents as JSON values."""
        return [agent.to_row() for agent in self.agents.values()]

    @classmethod
    def from_rows(cls, rows: Iterable[list[Any]]) -> "AgentBoard":
        """Make a board again from `to_rows`; clocks are not started."""
        board = cls()
        for row in rows:
            agent = Agent.from_row(row)
            board.agents[agent.agent_id] = agent
            board._count(agent, 1)
        return board
