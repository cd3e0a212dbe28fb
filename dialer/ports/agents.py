"""What is on record of agents: their states, their sessions, and why they may pause.

Knows what a restart must know and the switch cannot tell. Refuses to know what an agent may do
next: that is the law of an agent in `dialer.domain`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dialer.domain.ids import AgentId, AttemptId, CampaignId, LegId
from dialer.domain.pause_code import PauseCode


@dataclass(frozen=True, slots=True)
class AgentRecord:
    """An agent's state as committed: what a restart must know and Asterisk cannot tell."""

    agent_id: AgentId
    state: str
    """Name of an AgentState."""
    leg_id: LegId | None
    attempt_id: AttemptId | None
    since: float
    campaigns: tuple[CampaignId, ...] = ()
    reason: str = ""
    """Code of a pause, or why the agent is offline."""


class AgentStore(Protocol):
    """The agents' committed states."""

    async def save(self, record: AgentRecord) -> None:
        """Commit the present state of an agent, and append it to the state log."""
        ...

    async def load(self) -> list[AgentRecord]:
        """Return the last committed state of every agent."""
        ...


class SessionStore(Protocol):
    """From when to when agents were logged in. Each change may be made twice."""

    async def begin(self, agent_id: AgentId, at: float, *, node: str) -> None:
        """Record that an agent's session began; nothing if one is open or began then."""
        ...

    async def end(self, agent_id: AgentId, at: float) -> None:
        """Record that an agent's open session, if any, ended."""
        ...

    async def open(self, node: str) -> Mapping[AgentId, float]:
        """Return the open sessions of a node: agent to when it began, epoch seconds."""
        ...


class PauseCodes(Protocol):
    """Why agents may pause."""

    async def list(self) -> Sequence[PauseCode]:
        """Return the codes; none: any is accepted."""
        ...
