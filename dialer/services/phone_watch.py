"""Watches agents' phones: who hung up too early, who is not registered, whose microphone is dead.

Gathers what `dialer.domain.phone_watch` judges by. Refuses to know who is told.
"""

from collections.abc import Callable, Iterator
from typing import Final

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.alerts import Alert, AlertKind
from dialer.domain.ids import AgentId, LegId
from dialer.domain.phone_watch import Microphone, PhoneEnd, PhonePast, end_of, sent_to_pause
from dialer.ports import Clock
from dialer.services.agents import Agents

_KINDS: Final = {
    PhoneEnd.HUNG_UP: AlertKind.PHONE_HUNG_UP,
    PhoneEnd.LOST: AlertKind.PHONE_LOST,
    PhoneEnd.NOT_REACHED: AlertKind.PHONE_NOT_REACHED,
}


class PhoneWatch:
    """The phones of one node's agents.

    Args:
        agents: who is there.
        clock: of the engine.
        reaches: tells whether the switch reached a phone at its last look; None: not known.
        silent_s: how long a microphone may be silent in a talk; 0: that is not watched.
        waited_for: tells whether an agent's phone is lost in a talk, and called anew.
    """

    def __init__(
        self,
        agents: Agents,
        clock: Clock,
        *,
        reaches: Callable[[str], bool | None],
        silent_s: float = 0.0,
        waited_for: Callable[[AgentId], bool] = lambda _agent_id: False,
    ) -> None:
        self._agents = agents
        self._clock = clock
        self._reaches = reaches
        self._silent_s = silent_s
        self._waited_for = waited_for
        self._said: dict[str, bool] = {}
        """What the switch said of phones since its session is up; newer than its last look."""
        self._before: dict[AgentId, AgentState] = {}
        self._past: dict[AgentId, PhonePast] = {}
        self._away: set[AgentId] = set()
        """Agents who are waited for, as was noted of them."""
        self._microphones: dict[AgentId, tuple[LegId, Microphone]] = {}
        self._listens = False
        """Whether the switch listens at all: one that does not would make everybody mute."""
        agents.listen(self._moved)

    def phone_changed(self, endpoint: str, reachable: bool) -> None:
        """A phone registered, or cannot be reached any more."""
        self._said[endpoint] = reachable

    def session_changed(self) -> None:
        """The session with the switch broke or is back: what it said may be true no more."""
        self._said.clear()

    def spoke(self, leg_id: LegId, speaking: bool, at: float) -> None:
        """Sound began on an agent's leg, or ended."""
        self._listens = True
        agent = self._agents.of_leg(leg_id)
        if agent is None:
            return
        known = self._microphones.get(agent.agent_id)
        if known is None or known[0] != leg_id:
            known = (leg_id, Microphone(at))
            self._microphones[agent.agent_id] = known
        known[1].heard(speaking=speaking, at=at)

    def now(self, now: float) -> Iterator[Alert]:
        """Iterate over what is wrong with phones now; an alert's subject is the agent."""
        for agent_id, past in self._past.items():
            agent = self._agents.get(agent_id)
            there = agent.logged_in and agent_id not in self._away
            back = there and not sent_to_pause(agent.state, agent.reason)
            for end, facts in past.told(back=back, now=now).items():
                if end is PhoneEnd.NOT_REACHED:
                    facts["registered"] = self._registered(agent_id)
                yield Alert(_KINDS[end], agent_id, facts)
        for agent in self._agents.all():
            there = agent.logged_in and agent.agent_id not in self._away
            if there and self._registered(agent.agent_id) is False:
                # the talk goes on, but once the leg ends it cannot be called again
                yield Alert(AlertKind.PHONE_UNREGISTERED, agent.agent_id)
            since = self._silent_since(agent)
            if since is not None and now - since >= self._silent_s:
                yield Alert(AlertKind.MICROPHONE_SILENT, agent.agent_id, {"silent_since": since})

    def _silent_since(self, agent: Agent) -> float | None:
        if not self._silent_s or not self._listens or agent.state is not AgentState.TALKING:
            return None
        if agent.agent_id in self._away:
            return None
        leg_id, microphone = self._microphones.get(agent.agent_id, (None, None))
        if microphone is None or leg_id != agent.leg_id:
            return agent.since  # never heard on this leg
        return microphone.silent_since(agent.since)

    def _registered(self, agent_id: AgentId) -> bool | None:
        said = self._said.get(agent_id)
        return self._reaches(agent_id) if said is None else said

    def _moved(self, agent: Agent) -> None:
        before = self._before.get(agent.agent_id, AgentState.OFFLINE)
        self._before[agent.agent_id] = agent.state
        if self._noted_away(agent):
            return
        if agent.state is AgentState.OFFLINE:
            self._microphones.pop(agent.agent_id, None)
        elif before is agent.state or not sent_to_pause(agent.state, agent.reason):
            return
        end = end_of(before, agent.reason)
        if end is not None:
            self._note(agent, end, in_talk=before is AgentState.TALKING)

    def _noted_away(self, agent: Agent) -> bool:
        """Note once that a phone was lost in a talk, whatever follows; True: that is all of it."""
        agent_id = agent.agent_id
        if self._waited_for(agent_id) and agent.state is AgentState.TALKING:
            if agent_id not in self._away:
                self._away.add(agent_id)
                self._note(agent, PhoneEnd.LOST, in_talk=True)
            return True
        if agent_id not in self._away:
            return False
        self._away.discard(agent_id)
        self._microphones.pop(agent_id, None)
        if agent.logged_in and agent.leg_id is not None:
            self._microphones[agent_id] = (agent.leg_id, Microphone(self._clock.now()))
        return True

    def _note(self, agent: Agent, end: PhoneEnd, *, in_talk: bool) -> None:
        past = self._past.setdefault(agent.agent_id, PhonePast())
        past.note(end, in_talk=in_talk, at=self._clock.now())
