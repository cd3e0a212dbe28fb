"""Who gets which customer: idle agents on one side, people waiting on the other.

One writer in memory, no database and no event of the switch in the way of an answered call. The
person who waits longest is served first; among agents, one counted by the same campaign first,
then the one idle longest. A phone that is called on demand is called for this person, who is seated
once its leg is there. Refuses to know calls' states and how anyone is joined.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LegId
from dialer.domain.sharing import home_of
from dialer.services.agents import Agents

_ENGAGED: Final = frozenset(
    {AgentState.HELD, AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP}
)

SeatGiven = Callable[[AgentId, LegId], None]

Claim = Callable[[Agent, bool], bool]
"""Offered an idle agent, and told whether a person who answered waits for them: reserves the agent
and returns True, or lets them go to that person, or be counted by campaigns."""


@dataclass(frozen=True, slots=True)
class _Caller:
    attempt_id: AttemptId
    campaign_id: CampaignId
    answered_at: float
    seated: SeatGiven
    counted: bool
    rang: bool = False
    """A phone was called for them in vain: the next one had better have its leg already."""


class Seating:
    """Matches people who answered with agents who are free."""

    def __init__(self, agents: Agents, weights: Callable[[], Mapping[CampaignId, float]]) -> None:
        self._agents = agents
        self._weights = weights
        self._waiting: dict[AttemptId, _Caller] = {}
        self._held: dict[AttemptId, AgentId] = {}
        self._called: dict[AttemptId, LegId] = {}
        """People for whom a phone is being called."""
        self._moved: list[Callable[[Agent], None]] = []
        self._claims: list[Claim] = []
        agents.listen(self._agent_changed)

    def on_home_change(self, listener: Callable[[Agent], None]) -> None:
        """Be told after each change of an agent, with `home` settled."""
        self._moved.append(listener)

    def on_idle(self, claim: Claim) -> None:
        """Offer each agent who becomes idle to `claim`, before anybody counts on them."""
        self._claims.append(claim)

    @property
    def waiting(self) -> int:
        """People who answered and have no agent yet."""
        return len(self._waiting)

    def seek(
        self,
        attempt_id: AttemptId,
        campaign_id: CampaignId,
        answered_at: float,
        seated: SeatGiven,
        *,
        counted: bool = True,
    ) -> None:
        """Give this person an agent: the one held for them, or at once if one is free, or later.

        Args:
            attempt_id: the attempt of the person.
            campaign_id: whose agents may take the call.
            answered_at: seconds since the epoch; who answered first is served first, also after
                an agent's phone turned out dead.
            seated: told agent and leg.
            counted: whether the campaign's pacing knows of the call.
        """
        self._seek(_Caller(attempt_id, campaign_id, answered_at, seated, counted))

    def hold(self, attempt_id: AttemptId, agent_id: AgentId) -> None:
        """Keep an agent who is held for the person of an attempt."""
        self._held[attempt_id] = agent_id
        agent = self._agents.find(agent_id)
        if agent is not None:
            self._tell(agent)

    def held_agent(self, attempt_id: AttemptId) -> AgentId | None:
        """Return the agent who is held for the person of an attempt; None: nobody is."""
        return self._held.get(attempt_id)

    def held_for(self, agent_id: AgentId) -> AttemptId | None:
        """Return the attempt that an agent is held for; None: for none that is dialed yet."""
        return next((key for key, held in self._held.items() if held == agent_id), None)

    def forget(self, attempt_id: AttemptId) -> AgentId | None:
        """The attempt is over: return the agent who was kept for it and is still held."""
        return self._held.pop(attempt_id, None)

    def stop_seeking(self, attempt_id: AttemptId) -> None:
        """This person is not waiting any more; the phone that rings for them is hung up."""
        self._waiting.pop(attempt_id, None)
        leg_id = self._called.pop(attempt_id, None)
        if leg_id is not None:
            self._agents.freed(leg_id, wrap_up_s=0.0)

    def rehome(self) -> None:
        """Campaigns started, stopped or changed weight: settle anew who counts whom."""
        for agent in self._agents.all():
            if agent.state in (AgentState.IDLE, AgentState.PAUSED):
                agent.home = None
        for agent in self._agents.all():
            self._settle_home(agent)
            self._tell(agent)

    def _agent_changed(self, agent: Agent) -> None:
        if agent.state is AgentState.IDLE:
            caller = self._longest_waiting(agent)
            if any(claim(agent, caller is not None) for claim in self._claims):
                return
            if caller is not None:
                self._seat(caller, agent)
                return
            agent.home = None  # each return to idle settles anew whose turn this agent is
        self._settle_home(agent)
        self._tell(agent)

    def _seek(self, caller: _Caller) -> None:
        agent = self._held_agent(caller.attempt_id) or self._best_agent(caller)
        if agent is None:
            self._waiting[caller.attempt_id] = caller
        else:
            self._seat(caller, agent)

    def _seat(self, caller: _Caller, agent: Agent) -> None:
        agent.home = caller.campaign_id if caller.counted else None
        self._waiting.pop(caller.attempt_id, None)
        if not self._agents.reserve(agent, caller.attempt_id) or agent.leg_id is None:
            self._waiting[caller.attempt_id] = caller
            return
        self._called[caller.attempt_id] = agent.leg_id
        self._agents.demand.summon(agent, lambda leg_id: self._came(caller, agent, leg_id))

    def _came(self, caller: _Caller, agent: Agent, leg_id: LegId | None) -> None:
        """The agent's leg can be joined, or does not come; the person may have left meanwhile."""
        if self._called.pop(caller.attempt_id, None) is None:
            return
        if leg_id is None:
            self._seek(replace(caller, rang=True))
        else:
            caller.seated(agent.agent_id, leg_id)

    def _held_agent(self, attempt_id: AttemptId) -> Agent | None:
        agent_id = self._held.get(attempt_id)
        if agent_id is None:
            return None
        agent = self._agents.get(agent_id)
        return agent if agent.state is AgentState.HELD else None

    def _best_agent(self, caller: _Caller) -> Agent | None:
        best: Agent | None = None
        for agent in self._agents.all():
            if agent.state is not AgentState.IDLE or caller.campaign_id not in agent.campaigns:
                continue
            if not self._agents.demand.can_be_called(agent):
                continue
            if best is None or self._rank(agent, caller) < self._rank(best, caller):
                best = agent
        return best

    @staticmethod
    def _rank(agent: Agent, caller: _Caller) -> tuple[bool, bool, float]:
        in_vain = caller.rang and agent.on_demand
        return (in_vain, agent.home != caller.campaign_id, agent.since)

    def _longest_waiting(self, agent: Agent) -> _Caller | None:
        mine = (one for one in self._waiting.values() if one.campaign_id in agent.campaigns)
        return min(mine, key=lambda caller: caller.answered_at, default=None)

    def _settle_home(self, agent: Agent) -> None:
        if agent.state is AgentState.OFFLINE:
            agent.home = None
            return
        if agent.state in _ENGAGED:
            return
        if agent.claimed and agent.state is AgentState.IDLE:
            agent.home = None  # a caller takes this agent when no line rings for them any more
            return
        weights = self._weights()
        if agent.home in weights and agent.home in agent.campaigns:
            return
        counted: dict[CampaignId, int] = {}
        for other in self._agents.all():
            # a pause has no end that could be counted on
            paused = other.state is AgentState.PAUSED
            if other is not agent and other.home is not None and not paused:
                counted[other.home] = counted.get(other.home, 0) + 1
        agent.home = home_of(agent.campaigns, counted, weights)

    def _tell(self, agent: Agent) -> None:
        for listener in self._moved:
            listener(agent)
