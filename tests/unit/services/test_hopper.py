"""A campaign's next leads, leased ahead."""

import asyncio
from collections.abc import Iterable

import pytest

from dialer.domain.dial_law import REHEARSAL, DialLaw
from dialer.domain.ids import CampaignId, LeadId
from dialer.domain.lead import ANY, Draw, Lead
from dialer.domain.lead_order import LeadOrder
from dialer.services.hopper import STALE_S, Hopper
from dialer.services.lead_draws import LeadDraws
from dialer.testing.clock import LoopClock
from dialer.testing.leads import MemoryLeadStore
from dialer.testing.stores import MemoryStores

VIRTUAL_TIME = True
SPRING = CampaignId("spring")


def stores(leads: int) -> MemoryStores:
    made = MemoryStores()
    made.add_leads(SPRING, [f"+1202555{index:04}" for index in range(leads)])
    return made


def hopper_of(leads: MemoryLeadStore, *, cps: float) -> Hopper:
    clock = LoopClock()
    draws = LeadDraws(SPRING, leads, clock, law=DialLaw(), engine="node", order=LeadOrder())
    return Hopper(draws, clock, cps=cps)


def leased(made: MemoryStores) -> int:
    return sum(entry.state == "leased" for entry in made.tables.leads.values())


async def test_leads_come_in_their_order_and_no_more_are_leased_than_needed() -> None:
    made = stores(100)
    hopper = hopper_of(made.leads, cps=10)
    assert (hopper.ready, hopper.low) == (0, True)
    await hopper.refill(REHEARSAL)
    assert (hopper.ready, hopper.low, leased(made)) == (30, False, 30)
    assert [hopper.take().lead_id for _ in range(3)] == [1, 2, 3]


async def test_it_is_low_at_half_and_filled_up_again() -> None:
    made = stores(100)
    hopper = hopper_of(made.leads, cps=10)
    await hopper.refill(REHEARSAL)
    for _ in range(15):
        hopper.take()
    assert hopper.low
    await hopper.refill(REHEARSAL)
    assert hopper.ready == 30
    await hopper.refill(REHEARSAL)
    assert hopper.ready == 30


async def test_a_slow_campaign_keeps_a_few_ready_all_the_same() -> None:
    made = stores(100)
    hopper = hopper_of(made.leads, cps=0.1)
    await hopper.refill(REHEARSAL)
    assert hopper.ready == 10


async def test_a_list_that_is_used_up_is_dry_until_leads_are_added() -> None:
    made = stores(3)
    hopper = hopper_of(made.leads, cps=1)
    await hopper.refill(REHEARSAL)
    assert (hopper.ready, hopper.dry) == (3, False)
    for _ in range(3):
        hopper.take()
    with pytest.raises(IndexError):
        hopper.take()
    await hopper.refill(REHEARSAL)
    assert hopper.dry
    made.add_leads(SPRING, ["+12025559999"])
    await hopper.refill(REHEARSAL)
    assert (hopper.ready, hopper.dry) == (1, False)


async def test_what_lay_here_for_long_is_given_back_and_leased_anew() -> None:
    made = stores(5)
    hopper = hopper_of(made.leads, cps=1)
    await hopper.refill(REHEARSAL)
    await asyncio.sleep(STALE_S + 1)
    assert hopper.low
    await hopper.refill(REHEARSAL)
    assert (hopper.ready, hopper.low, leased(made)) == (5, True, 5)
    ends = {entry.lease_ends_at for entry in made.tables.leads.values()}
    assert min(ends) > LoopClock().now() + STALE_S


async def test_a_campaign_that_stops_gives_back_what_it_did_not_dial() -> None:
    made = stores(20)
    hopper = hopper_of(made.leads, cps=1)
    await hopper.refill(REHEARSAL)
    hopper.take()
    await hopper.give_back()
    assert (hopper.ready, leased(made)) == (0, 1)
    await hopper.give_back()


class SlowLeads(MemoryLeadStore):
    """Takes a moment."""

    async def lease(self, campaign_id: CampaignId, count: int, draw: Draw = ANY) -> list[Lead]:
        found = await super().lease(campaign_id, count, draw)
        await asyncio.sleep(0.1)
        return found

    async def release(self, lead_ids: Iterable[LeadId]) -> None:
        await asyncio.sleep(0.1)
        await super().release(lead_ids)


async def test_two_refills_at_once_lease_no_more_than_one() -> None:
    made = stores(100)
    hopper = hopper_of(SlowLeads(made.tables), cps=10)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(hopper.refill(REHEARSAL))
        tasks.create_task(hopper.refill(REHEARSAL))
    assert (hopper.ready, leased(made)) == (30, 30)


async def test_what_a_refill_under_way_brings_is_given_back_too() -> None:
    made = stores(100)
    hopper = hopper_of(SlowLeads(made.tables), cps=10)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(hopper.refill(REHEARSAL))
        await asyncio.sleep(0.05)
        tasks.create_task(hopper.give_back())
    assert (hopper.ready, leased(made)) == (0, 0)
