"""Two who move one campaign in the same moment: one of them wins, and no engine ends of it."""

import asyncio

from node import SPRING, Node, node

from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.ids import CampaignId
from dialer.domain.lead_standing import LeadState
from dialer.testing.campaigns import MemoryCampaignStore
from dialer.testing.leads import MemoryLeadStore
from dialer.testing.stores import MemoryStores
from dialer.testing.tables import Tables


class Slowness:
    """A database that takes its time over one answer."""

    def __init__(self) -> None:
        self.wanted = False
        self.asked, self.answer = asyncio.Event(), asyncio.Event()

    async def delay(self) -> None:
        if self.wanted:
            self.wanted = False
            self.asked.set()
            await self.answer.wait()


class SlowLeads(MemoryLeadStore):
    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.slowness = Slowness()

    async def any_left(self, campaign_id: CampaignId) -> bool:
        left = await super().any_left(campaign_id)
        await self.slowness.delay()
        return left


class SlowCampaigns(MemoryCampaignStore):
    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.slowness = Slowness()

    async def list(self) -> list[Campaign]:
        found = await super().list()
        await self.slowness.delay()
        return found


async def on_record(at: Node) -> CampaignState:
    return (await at.campaigns.find(SPRING)).state


async def test_a_campaign_that_is_stopped_as_it_comes_to_its_end_is_stopped() -> None:
    stores = MemoryStores()
    stores.leads = leads = SlowLeads(stores.tables)
    async with node(stores=stores) as at:
        run = await at.campaign(leads=1)
        run.hopper.take()
        for entry in stores.tables.leads.values():
            entry.state = LeadState.DONE
        await run.refill()
        assert run.exhausted
        leads.slowness.wanted = True
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(at.campaigns.finish_exhausted())
            await leads.slowness.asked.wait()
            await at.campaigns.stop(SPRING)
            leads.slowness.answer.set()
        assert (run.campaign.state, await on_record(at)) == (CampaignState.STOPPED,) * 2


async def test_a_campaign_that_is_started_as_its_time_comes_is_not_stopped_for_it() -> None:
    stores = MemoryStores()
    stores.campaigns = campaigns = SlowCampaigns(stores.tables)
    async with node(stores=stores) as at:
        run = await at.campaign()
        await at.campaigns.stop(SPRING)
        await at.campaigns.schedule(SPRING, at.clock.now() + 5)
        await asyncio.sleep(6)
        campaigns.slowness.wanted = True
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(at.campaigns.start_scheduled())
            await campaigns.slowness.asked.wait()
            await at.campaigns.start(SPRING)
            campaigns.slowness.answer.set()
        assert (run.campaign.state, await on_record(at)) == (CampaignState.RUNNING,) * 2


async def test_all_are_stopped_though_one_comes_to_its_end_meanwhile() -> None:
    async with node() as at:
        run = await at.campaign()
        await at.stores.campaigns.set_state(SPRING, CampaignState.FINISHED)  # by another process
        assert await at.campaigns.stop_all() == ["Spring"]
        assert not run.dialing
