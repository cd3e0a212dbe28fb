"""Which idle agents a caller leaves to the lines that ring for them, for a while.

Lines are dialed for agents whom pacing counts on. Where a campaign could not pay for one more who
finds nobody, and has no more idle agents than lines, each of its idle agents is spared until lines
have come to their end. Refuses to know who calls.
"""

from collections import Counter
from typing import Final

from dialer.domain.agentflow import AgentState
from dialer.domain.callflow import CallState
from dialer.domain.ids import AgentId, CampaignId
from dialer.ports import Clock
from dialer.services.agents import Agents
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns

_MAY_NEED: Final = frozenset({CallState.DIALING, CallState.RINGING, CallState.SCREENING})
"""Whoever is on such a line may need an agent next."""


class Sparing:
    """Knows what campaigns can afford.

    Args:
        agents: who is there.
        campaigns: those in memory.
        calls: the live attempts.
        clock: of the engine.
    """

    def __init__(self, *, agents: Agents, campaigns: Campaigns, calls: Calls, clock: Clock) -> None:
        self._agents = agents
        self._campaigns = campaigns
        self._calls = calls
        self._clock = clock

    def spared(self) -> set[AgentId]:
        """Return the idle agents who are left to the lines of a campaign."""
        idle = [one for one in self._agents.all() if one.state is AgentState.IDLE]
        able = Counter(name for agent in idle for name in agent.campaigns)
        if not able:
            return set()
        lines = Counter(
            flow.attempt.campaign_id for flow in self._calls.live() if flow.state in _MAY_NEED
        )
        needs = {name for name, count in able.items() if count <= lines[name] and self._needs(name)}
        return {agent.agent_id for agent in idle if not needs.isdisjoint(agent.campaigns)}

    def _needs(self, campaign_id: CampaignId) -> bool:
        run = self._campaigns.get(campaign_id)
        return run is not None and not self._can_afford(run)

    def _can_afford(self, run: CampaignRun) -> bool:
        """Whether each cap would hold if the next who answers found nobody."""
        return all(
            one.counts.abandoned + 1 <= one.cap * (one.counts.live + 1)
            for one in run.abandonment(self._clock.now())
        )
