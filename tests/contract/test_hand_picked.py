"""What every store of hand-picked leads promises."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from durable_stores import audited

from dialer.adapters.sql.stores import SqlStores
from dialer.domain.campaign import Campaign, CampaignSettings
from dialer.domain.ids import AgentId, CampaignId, LeadId
from dialer.domain.lead import Draw
from dialer.domain.leadfile import LeadRow
from dialer.ports import Skip
from dialer.testing.stores import MemoryStores

SPRING = CampaignId("spring")
NUMBERS = ("+12025550100", "+12025550101")
OURS, THEIRS = Draw(100.0, "ours"), Draw(100.0, "theirs")


@asynccontextmanager
async def _sql(path: Path) -> AsyncIterator[Any]:
    stores = await SqlStores.open(f"sqlite:///{path}/db")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stores.writer.run())
        await stores.campaigns.create(_campaign())
        import_id = await stores.imports.begin(SPRING, "list.csv", at=0.0)
        rows = [LeadRow(2 + index, number, {}) for index, number in enumerate(NUMBERS)]
        await stores.imports.add(import_id, rows)
        await stores.imports.finish(import_id, rows=2, rejected=0)
        yield stores
        stores.writer.close()
    await stores.close()


@asynccontextmanager
async def _memory() -> AsyncIterator[Any]:
    stores = MemoryStores()
    await stores.campaigns.create(_campaign())
    stores.add_leads(SPRING, list(NUMBERS))
    yield stores


def _campaign() -> Campaign:
    return Campaign(campaign_id=SPRING, name="spring", settings=CampaignSettings())


@pytest.fixture(params=["memory", "sqlite"])
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    async with _memory() if request.param == "memory" else _sql(tmp_path) as opened:
        yield opened


async def test_a_lead_is_found_by_its_number_and_taken_out_of_the_order(stores: Any) -> None:
    found = await stores.hand_picked.find(SPRING, NUMBERS[1])
    assert found is not None
    lead = await stores.hand_picked.take(found, OURS)
    assert (lead.lead_id, lead.number, lead.campaign_id) == (found, NUMBERS[1], SPRING)
    drawn = await stores.leads.lease(SPRING, 5, OURS)
    assert [one.number for one in drawn] == [NUMBERS[0]]


async def test_what_is_leased_can_be_taken_by_whose_it_is_only(stores: Any) -> None:
    first, _ = await stores.leads.lease(SPRING, 2, OURS)
    assert await stores.hand_picked.take(first.lead_id, THEIRS) is None
    assert await stores.hand_picked.take(first.lead_id, OURS) is not None
    await stores.leads.release([first.lead_id])
    assert await stores.hand_picked.take(first.lead_id, THEIRS) is not None


async def test_what_there_is_not_is_not_found(stores: Any) -> None:
    assert await stores.hand_picked.find(SPRING, "+12025559999") is None
    assert await stores.hand_picked.find(CampaignId("none"), NUMBERS[0]) is None
    assert await stores.hand_picked.take(LeadId(10_000), OURS) is None


async def test_of_two_engines_that_take_one_lead_one_gets_it(stores: Any) -> None:
    found = await stores.hand_picked.find(SPRING, NUMBERS[0])
    takes = [stores.hand_picked.take(found, Draw(100.0, f"e{index}")) for index in range(8)]
    got = [lead for lead in await asyncio.gather(*takes) if lead is not None]
    assert len(got) == 1


async def test_a_lead_that_is_skipped_waits_and_only_whose_it_is_skips_it(stores: Any) -> None:
    found = await stores.hand_picked.find(SPRING, NUMBERS[0])
    skip = Skip("ours", AgentId("ann"), "Data is wrong", 100.0, 700.0)
    assert not await stores.hand_picked.skip(found, skip)  # it is leased to nobody
    await stores.hand_picked.take(found, OURS)
    assert not await stores.hand_picked.skip(found, replace(skip, engine="theirs"))
    assert await stores.hand_picked.skip(found, skip)
    assert not await stores.hand_picked.skip(found, skip)
    for now, drawn in ((699.0, {NUMBERS[1]}), (701.0, {NUMBERS[0]})):
        leased = await stores.leads.lease(SPRING, 5, Draw(now, "ours"))
        assert {lead.number for lead in leased} == drawn
    noted = await audited(stores)
    detail = {"campaign": "spring", "reason": "Data is wrong"}
    assert noted[-1] == ("ann", 100.0, "preview_skip", f"lead {found}", detail)
