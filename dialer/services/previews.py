"""Leads that agents look at before they are dialed: one for each idle agent of a preview campaign.

The agent is held while they look, so nothing else comes; the lead is leased, so nobody else has it.
They dial it or skip it with a reason; whoever does neither in time pauses, and the lead is the
list's again. In memory: after a restart leads are given back and agents are offered the next.
Refuses to know how a lead is dialed (`manual_dial`) and shown.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.ids import AgentId
from dialer.domain.preview import Preview
from dialer.errors import StoreUnavailable, WrongState
from dialer.ports import Clock, HandPicked, LeadStore, Skip
from dialer.services.agents import Agents
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns
from dialer.services.manual_dial import ManualDial

log = structlog.get_logger(__name__)

Command = Callable[[Mapping[str, Any]], Awaitable[object]]

ROUND_S: Final = 0.5
"""Longest time between two looks at who is idle, and whose time is over."""

EXPIRED: Final = "preview expired"
"""Reason of the pause of who neither dialed nor skipped."""


class Previews:
    """What this node's agents look at."""

    def __init__(
        self,
        *,
        agents: Agents,
        campaigns: Campaigns,
        manual: ManualDial,
        picked: HandPicked,
        leads: LeadStore,
        clock: Clock,
        engine: str,
    ) -> None:
        self._agents = agents
        self._campaigns = campaigns
        self._manual = manual
        self._picked = picked
        self._leads = leads
        self._clock = clock
        self._engine = engine
        self._shown: dict[AgentId, Preview] = {}
        self._nudge = asyncio.Event()
        self._told: Callable[[Agent], None] = lambda _agent: None
        agents.listen(lambda _agent: self._nudge.set())

    def on_change(self, told: Callable[[Agent], None]) -> None:
        """Have somebody told of an agent who looks at a lead, or does so no more."""
        self._told = told

    def of(self, agent_id: AgentId) -> Preview | None:
        """Return what an agent looks at."""
        return self._shown.get(agent_id)

    def commands(self) -> dict[str, Command]:
        """Return the commands by name."""
        return {"preview.dial": self.dial_asked, "preview.skip": self.skip_asked}

    async def run(self) -> None:
        """Show leads to idle agents for ever."""
        while True:
            try:
                async with asyncio.timeout(ROUND_S):
                    await self._nudge.wait()
            except TimeoutError:
                pass
            self._nudge.clear()
            try:
                await self.round()
            except StoreUnavailable as lost:
                log.warning("previews_wait", error=str(lost))
                await asyncio.sleep(ROUND_S)

    async def round(self) -> None:
        """Take back what is not looked at any more, and show the next."""
        now = self._clock.now()
        for preview in list(self._shown.values()):
            agent, run = self._agents.find(preview.agent_id), self._run(preview)
            if preview.dialing:
                continue
            if agent is None or agent.state is not AgentState.HELD or agent.leaving or run is None:
                await self._take_back(preview)
            elif now >= preview.until:
                log.info("preview_expired", agent=preview.agent_id, lead=preview.lead.lead_id)
                await self._take_back(preview, pause=EXPIRED)
        for agent in list(self._agents.all()):
            if agent.state is AgentState.IDLE and agent.home is not None and not agent.leaving:
                self._offer(agent, now)

    async def dial_asked(self, given: Mapping[str, Any]) -> object:
        """Dial the lead that an agent looks at; returns its attempt.

        Raises as `ManualDial.dial_held`.
        """
        preview = self._looked_at(given)
        preview.dialing = True
        try:
            attempt_id = await self._manual.dial_held(preview.agent_id, preview.lead)
        finally:
            self._forget(preview)
        return {"attempt": attempt_id}

    async def skip_asked(self, given: Mapping[str, Any]) -> object:
        """Put off the lead that an agent looks at, with a reason; the next one comes.

        Raises:
            BadInput: the reason is none of the campaign's.
        """
        preview = self._looked_at(given)
        reason = preview.terms.checked_reason(str(given.get("reason", "")))
        now = self._clock.now()
        due_at = now + preview.terms.skip_wait_s
        preview.dialing = True  # nobody else takes it back meanwhile
        try:
            skip = Skip(self._engine, preview.agent_id, reason, now, due_at)
            await self._picked.skip(preview.lead.lead_id, skip)
        except BaseException:
            preview.dialing = False
            raise
        log.info("preview_skipped", agent=preview.agent_id, lead=preview.lead.lead_id)
        self._forget(preview)
        self._agents.let_go(preview.agent_id)
        return {"lead": preview.lead.lead_id}

    # -- inside ------------------------------------------------------------------------------

    def _offer(self, agent: Agent, now: float) -> None:
        run = self._campaigns.get(agent.home) if agent.home is not None else None
        if run is None or not run.dialing or run.campaign.settings.mode != "preview":
            return
        if run.hopper.ready == 0 or not self._agents.hold(agent):
            return
        terms = run.campaign.settings.preview
        lead = run.hopper.take()
        until = now + terms.limit_s
        preview = Preview(agent.agent_id, lead.campaign_id, lead, now, until, terms)
        self._shown[agent.agent_id] = preview
        self._told(agent)

    async def _take_back(self, preview: Preview, *, pause: str = "") -> None:
        self._forget(preview)
        self._agents.let_go(preview.agent_id, pause=pause)
        await self._leads.release([preview.lead.lead_id])

    def _forget(self, preview: Preview) -> None:
        self._shown.pop(preview.agent_id, None)
        agent = self._agents.find(preview.agent_id)
        if agent is not None:
            self._told(agent)

    def _run(self, preview: Preview) -> CampaignRun | None:
        run = self._campaigns.get(preview.campaign_id)
        return run if run is not None and run.dialing else None

    def _looked_at(self, given: Mapping[str, Any]) -> Preview:
        agent_id = AgentId(str(given.get("agent", "")))
        preview = self._shown.get(agent_id)
        if preview is None or preview.dialing:
            problem = f"{agent_id!r} looks at no lead"
            raise WrongState("preview", problem, "wait for the next one")
        return preview
