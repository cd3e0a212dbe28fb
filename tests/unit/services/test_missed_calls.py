"""Callers whom nobody took become leads of the campaign that their queue names."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables.leads import leads
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId, TenantId
from dialer.domain.queue import QueueSettings
from dialer.domain.queue_call import QueueCall
from dialer.domain.queue_order import Wish
from dialer.services.caller_leads import CallerLeads
from dialer.services.import_leads import Erased
from dialer.services.missed_calls import MissedCalls
from dialer.services.queued_call import QueuedCall
from dialer.testing.clock import LoopClock
from dialer.testing.inbound_line import MemoryLine
from dialer.testing.switch import MemorySwitch

SPRING = CampaignId("spring")
NUMBER, OTHER = "+12025550111", "+12025550122"


class Desk:
    def __init__(self, stores: SqlStores) -> None:
        self.stores = stores
        self.clock = LoopClock()
        self.gone: set[str] = set()
        leads = CallerLeads(
            imports=stores.imports,
            leads=stores.upserts,
            campaigns=stores.campaigns,
            erased=self._erased,
            clock=self.clock,
        )
        self.missed_calls = MissedCalls(leads)

    async def _erased(self) -> Erased | None:
        return self._suppressed if self.gone else None

    async def _suppressed(self, numbers: Collection[str]) -> set[str]:
        return self.gone & set(numbers)

    def miss(self, number: str, campaign: str = SPRING, tenant: str = "main") -> None:
        line = MemoryLine(MemorySwitch(self.clock), number, tenant_id=TenantId(tenant))
        settings = QueueSettings(missed_to_campaign=campaign)
        wish = Wish(line.call_id, tenant, 0.0, settings)
        self.missed_calls.missed(QueuedCall(QueueCall(0.0, 1.0), wish, "sales", line), 100.0)

    async def numbers(self) -> Sequence[str]:
        async with self.stores.reader.connect() as connection:
            found = await connection.execute(select(leads.c.number).order_by(leads.c.number))
            return list(found.scalars())


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with _desk(tmp_path) as opened:
        yield opened


@asynccontextmanager
async def _desk(folder: Path) -> AsyncIterator[Desk]:
    async with open_stores(f"sqlite:///{folder}/outpace.db", gather_s=0.0) as stores:
        await stores.campaigns.create(Campaign(campaign_id=SPRING, name="Spring"))
        yield Desk(stores)


async def test_each_number_becomes_one_lead_however_often_it_was_missed(desk: Desk) -> None:
    desk.miss(NUMBER)
    desk.miss(OTHER)
    desk.miss(NUMBER)
    await desk.missed_calls.write()
    assert await desk.numbers() == [NUMBER, OTHER]
    desk.miss(NUMBER)
    await desk.missed_calls.write()
    assert await desk.numbers() == [NUMBER, OTHER]


async def test_who_withheld_the_number_and_whose_queue_names_nothing_are_no_leads(
    desk: Desk,
) -> None:
    desk.miss("")
    desk.miss(NUMBER, campaign="")
    desk.miss(NUMBER, campaign="none")
    desk.miss(NUMBER, tenant="other")
    await desk.missed_calls.write()
    assert await desk.numbers() == []


async def test_a_number_that_was_erased_is_not_taken_in_again(desk: Desk) -> None:
    desk.gone = {NUMBER}
    desk.miss(NUMBER)
    desk.miss(OTHER)
    await desk.missed_calls.write()
    assert await desk.numbers() == [OTHER]
