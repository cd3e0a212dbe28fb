"""What is put on record of this node's agents: each state, and from when to when they were there.

Knows what a record says. Refuses to know why a state changed, and what it permits.
"""

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.ids import AgentId
from dialer.ports import AgentRecord, AgentStore, Clock, SessionStore
from dialer.services.recorder import Recorder


class AgentBook:
    """The record of a node's agents."""

    def __init__(
        self,
        *,
        store: AgentStore,
        sessions: SessionStore,
        recorder: Recorder,
        clock: Clock,
        engine: str,
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._recorder = recorder
        self._clock = clock
        self._engine = engine

    async def commit(self, agent: Agent, state: AgentState, reason: str = "") -> None:
        """Record the state an agent is about to be in; returns when that is committed."""
        record = self._record(agent, state, reason)
        await self._recorder.commit(lambda: self._store.save(record))

    def changed(self, agent: Agent) -> None:
        """Record the state of an agent, in the background."""
        away = agent.state in (AgentState.PAUSED, AgentState.OFFLINE)
        # while a call is on, the reason is that of the pause wished for after it
        reason = agent.reason if away else ""
        self._recorder.agent_is(self._record(agent, agent.state, reason))

    def session_began(self, agent_id: AgentId, at: float) -> None:
        """Record that a session began, unless it is on record."""
        self._recorder.book(lambda: self._sessions.begin(agent_id, at, node=self._engine))

    def session_ended(self, agent_id: AgentId, at: float) -> None:
        """Record that a session ended."""
        self._recorder.book(lambda: self._sessions.end(agent_id, at))

    def _record(self, agent: Agent, state: AgentState, reason: str) -> AgentRecord:
        return AgentRecord(
            agent_id=agent.agent_id,
            state=state.value,
            leg_id=agent.leg_id,
            attempt_id=agent.attempt_id,
            since=self._clock.now(),
            campaigns=agent.campaigns,
            reason=reason,
        )
