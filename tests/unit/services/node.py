"""A node of services in memory: what tests do with it, and look at."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from node_fakes import records
from node_parts import (
    ANN,
    AUTUMN,
    BOB,
    CID,
    CROWD,
    MESSAGE_S,
    NODE,
    PROMPTS,
    SPRING,
    NodeParts,
)

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.campaign import Campaign, CampaignSettings
from dialer.domain.ids import MAIN_TENANT, AgentId, AttemptId, CampaignId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.recycling_rules import RecyclingRules
from dialer.ports import DialOptions
from dialer.services.caller_id_desk import CallerIdDesk, Look
from dialer.services.campaign_run import CampaignRun

__all__ = [
    "ANN",
    "AUTUMN",
    "BOB",
    "CID",
    "CROWD",
    "MESSAGE_S",
    "NODE",
    "PROMPTS",
    "SPRING",
    "Node",
    "node",
]


class Node(NodeParts):
    """A node as tests drive it."""

    # -- what a test looks at ---------------------------------------------------------------

    def end(self, attempt_id: AttemptId) -> AttemptEnd:
        """Return the end on record of an attempt."""
        end = self.stores.tables.attempts[attempt_id].end
        assert end is not None
        return end

    def agent(self, agent_id: AgentId) -> Agent:
        return self.agents.get(agent_id)

    def states(self) -> dict[str, AgentState]:
        return {agent.agent_id: agent.state for agent in self.agents.all()}

    def run(self, campaign_id: CampaignId = SPRING) -> CampaignRun:
        run = self.campaigns.get(campaign_id)
        assert run is not None
        return run

    def sound(self) -> None:
        """The pacer was told nothing that contradicts itself."""
        for run in self.campaigns.runs():
            assert run.faults == 0

    # -- what a test does ---------------------------------------------------------------------

    async def campaign(
        self, campaign_id: CampaignId = SPRING, *, leads: int = 20, **settings: object
    ) -> CampaignRun:
        """Create a campaign with leads, and have it run."""
        values = {"mode": "preview", "wrap_up_limit_s": 0.0, "calls_per_second": 1000}
        once = RecyclingRules(most_in_all=1)
        values |= {"recycling": once, **settings}
        await self.stores.campaigns.create(
            Campaign(
                campaign_id=campaign_id,
                name=campaign_id.title(),
                settings=CampaignSettings.model_validate(values),
            )
        )
        first = 100 * len(self.stores.tables.leads)
        numbers = [f"+1202{first + index:07}" for index in range(leads)]
        self.stores.add_leads(campaign_id, numbers)
        return await self.campaigns.start(campaign_id)

    async def log_in(self, *agents: AgentId, campaigns: Iterable[CampaignId] = (SPRING,)) -> None:
        for agent_id in agents:
            await self.agents.log_in(agent_id, list(campaigns))

    async def dial(self, campaign_id: CampaignId = SPRING) -> AttemptId:
        """Record and send one attempt, past the pacer."""
        run = self.run(campaign_id)
        lead = run.hopper.take()
        attempt = Attempt(
            AttemptId(f"at-{len(self.stores.tables.attempts):026}"),
            campaign_id,
            lead.lead_id,
            lead.number,
            "trunk",
            self.clock.now(),
            engine=NODE,
            ground="nobody_called" if records(run.campaign.settings) else "",
            screened=run.screens,
            announces=bool(
                run.campaign.settings.recording_announcement
                or run.campaign.settings.recording_question
            ),
        )
        run.dialed(attempt.attempt_id, self.clock.now())
        self.calls.begin(attempt, run)
        assert await self.stores.attempts.record_dialed([attempt]) == []
        self.switch.originate(attempt, DialOptions(ring_timeout_s=25.0))
        return attempt.attempt_id

    async def answered(self, campaign_id: CampaignId = SPRING) -> AttemptId:
        """Dial a customer who answers now."""
        attempt_id = await self.dial(campaign_id)
        self.switch.ring(attempt_id)
        self.switch.answer(attempt_id)
        await self.settle()
        return attempt_id

    async def settle(self) -> None:
        """Let everything that is due happen, and nothing else."""
        await asyncio.sleep(0.0001)
        await self.recorder.settled()
        await self.talking.records.settled()

    async def desk_of(self, look: Look) -> CallerIdDesk:
        """Have calls show what a desk says."""
        self.desk = CallerIdDesk(look)
        await self.desk.check(MAIN_TENANT, CampaignSettings(), people=False)
        return self.desk


@asynccontextmanager
async def node(**options: object) -> AsyncIterator[Node]:
    """Run a node's services; at the end the pacers have heard no contradiction."""
    async with asyncio.TaskGroup() as tasks:
        opened = Node(tasks, **options)  # type: ignore[arg-type]
        recording = tasks.create_task(opened.recorder.run())
        failing_over = tasks.create_task(opened.failover.run())
        talk_records = tasks.create_task(opened.talking.records.run())
        questions = tasks.create_task(opened.talking.questions.run())
        demand_phones = tasks.create_task(opened.demand_phones.run())
        caller_recordings = tasks.create_task(opened.caller_recordings.run())
        yield opened
        opened.sound()
        for channel_id in list(opened.switch.channels):
            opened.switch.end(channel_id)
        await opened.settle()
        recording.cancel()
        failing_over.cancel()
        talk_records.cancel()
        questions.cancel()
        demand_phones.cancel()
        caller_recordings.cancel()
