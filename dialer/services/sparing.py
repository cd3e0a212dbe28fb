"""Which idle agents a caller leaves to the lines that ring for them, for a while.

Lines are dialed for agents whom pacing counts on. Where a campaign could not pay for one more who
finds nobody, and has no more idle agents than lines, each of its idle agents is spared until lines
have come to their end. Refuses to know who calls.
"""

from typing import Final

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.callflow import CallState
from dialer.domain.ids import CampaignId
from dialer.ports import Clock
from dialer.services.agents import Agents
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns

_RINGS: Final = frozenset({CallState.DIALING, CallState.RINGING})


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

    def spared(self, agent: Agent) -> bool:
        """Tell whether an idle agent is left to the lines of a campaign."""
        return any(self._needs(campaign_id) for campaign_id in agent.campaigns)

    def _needs(self, campaign_id: CampaignId) -> bool:
        run = self._campaigns.get(campaign_id)
        if run is None or not run.live or self._can_afford(run):
            return False
        lines = sum(
            1
            for flow in self._calls.live()
            if flow.state in _RINGS and flow.attempt.campaign_id == campaign_id
        )
        idle = sum(
            1
            for one in self._agents.all()
            if one.state is AgentState.IDLE and campaign_id in one.campaigns
        )
        return 0 < idle <= lines

    def _can_afford(self, run: CampaignRun) -> bool:
        """Whether each cap would hold if the next who answers found nobody."""
        return all(
            one.counts.abandoned + 1 <= one.cap * (one.counts.live + 1)
            for one in run.abandonment(self._clock.now())
        )
