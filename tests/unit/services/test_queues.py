"""Callers who wait in queues, and the agents who take them before campaigns get them."""

import asyncio

import pytest
from hall import CALLER, OTHER, Hall
from node import ANN, BOB, CID, SPRING, node

from dialer.domain.agentflow import AgentState
from dialer.domain.ids import TenantId
from dialer.domain.outcome import Outcome
from dialer.domain.queue import AfterWait, AgentOrder, Queue
from dialer.errors import StoreUnavailable

VIRTUAL_TIME = True


async def test_a_caller_is_taken_at_once_by_an_idle_agent_whom_no_campaign_counts_then() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        await at.log_in(ANN)
        assert at.run().agents_present() == 1
        caller = await hall.call()
        assert hall.talks_with(ANN) == caller.call_id
        assert at.agent(ANN).home is None
        assert at.switch.cues == [at.agent(ANN).leg_id]
        record = hall.record(caller)
        assert (record.queue, record.agent_id) == ("sales", ANN)
        assert record.answered_at is not None


async def test_who_waits_hears_music_and_is_taken_by_the_agent_who_becomes_idle() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        caller = await hall.call()
        assert caller.heard == ["music"]
        await at.log_in(ANN)
        await at.settle()
        assert caller.heard == ["music", "silence", "agent"]
        assert hall.talks_with(ANN) == caller.call_id


async def test_after_the_talk_the_agent_writes_up_and_the_call_is_on_record_as_connected() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(wrap_up_limit_s=30.0)
        await at.log_in(ANN)
        caller = await hall.call()
        caller.hang_up()
        await at.settle()
        assert at.agent(ANN).state is AgentState.WRAP_UP
        assert str(at.agent(ANN).attempt_id) == caller.call_id
        assert hall.result(caller) == ""
        assert hall.record(caller).outcome is Outcome.CONNECTED
        assert at.others.live() == set()
        await asyncio.sleep(31)
        assert at.agent(ANN).state is AgentState.IDLE
        assert at.agent(ANN).home == SPRING


async def test_an_agent_who_hangs_up_gives_the_line_back_to_the_flow() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        await at.log_in(ANN)
        caller = await hall.call()
        leg_id = at.agent(ANN).leg_id
        assert leg_id is not None
        at.switch.end(leg_id, 16)
        await asyncio.sleep(0.3)
        assert hall.result(caller) == ""
        assert at.agent(ANN).state is AgentState.OFFLINE
        assert hall.record(caller).ended_at is None  # the flow has the line still
        caller.hang_up()
        await at.settle()
        assert hall.record(caller).outcome is Outcome.CONNECTED
        assert at.missed == []


async def test_who_waits_longest_is_served_first_and_vips_before_them() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(vip_numbers=(OTHER,), wrap_up_limit_s=0.0)
        first = await hall.call("+12025550131")
        second = await hall.call("+12025550132")
        vip = await hall.call(OTHER)
        await at.log_in(ANN)
        served = []
        for _ in range(3):
            await at.settle()
            served.append(hall.talks_with(ANN))
            next(c for c in (first, second, vip) if c.call_id == served[-1]).hang_up()
        assert served == [vip.call_id, first.call_id, second.call_id]


async def test_a_queue_of_higher_priority_is_served_first() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue("sales")
        await hall.queue("gold", priority=5)
        await hall.call("+12025550131", "sales")
        gold = await hall.call("+12025550132", "gold")
        await at.log_in(ANN)
        await at.settle()
        assert hall.talks_with(ANN) == gold.call_id


async def test_only_who_has_all_skills_takes_a_call_and_a_new_skill_counts_at_once() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue("es", skills=("spanish", "billing"))
        await hall.can(ANN, "spanish")
        await hall.can(BOB, "spanish", "billing")
        await at.log_in(ANN)
        caller = await hall.call(to="es")
        assert hall.talks_with(ANN) is None
        await at.log_in(BOB)
        await at.settle()
        assert hall.talks_with(BOB) == caller.call_id
        other = await hall.call(OTHER, to="es")
        assert hall.talks_with(ANN) is None
        await hall.can(ANN, "spanish", "billing")
        await at.settle()
        assert hall.talks_with(ANN) == other.call_id


async def test_the_most_skilled_is_chosen_where_the_queue_says_so() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue("es", skills=("spanish", "billing"), order=AgentOrder.MOST_SKILLED)
        await hall.can(ANN, "spanish")
        await hall.can(BOB, "spanish", "billing")
        await at.log_in(CID, ANN, BOB)
        await hall.call(to="es")
        await hall.call(OTHER, to="es")
        await hall.call("+12025550133", to="es")
        talking = {name for name in (ANN, BOB, CID) if hall.talks_with(name)}
        assert talking == {ANN, BOB}  # and nobody who has none of the skills


async def test_who_talked_with_the_caller_last_is_preferred_and_else_who_idles_longest() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(ANN)
        await at.settle()
        await at.log_in(BOB)
        first = await hall.call(CALLER)
        assert hall.talks_with(ANN) == first.call_id
        first.hang_up()
        await at.settle()
        # now bob idles longest, and yet ann knows the caller
        again = await hall.call(CALLER)
        assert hall.talks_with(ANN) == again.call_id
        stranger = await hall.call(OTHER)
        assert hall.talks_with(BOB) == stranger.call_id


async def test_paused_agents_and_those_of_other_tenants_take_nobody() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        await hall.can(BOB, tenant_id="other")
        await at.log_in(ANN, BOB)
        await at.agents.pause(ANN)
        caller = await hall.call()
        assert caller.heard == ["music"]
        await at.agents.resume(ANN)
        await at.settle()
        assert hall.talks_with(ANN) == caller.call_id


async def test_an_agent_whose_campaign_does_not_blend_takes_nobody() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        at.unblended.add(ANN)
        await at.log_in(ANN)
        caller = await hall.call()
        assert at.agent(ANN).state is AgentState.IDLE
        assert at.queues.shown()["main/sales"]["agents"] == 0
        at.unblended.clear()
        await at.queue_agents.look()
        await at.settle()
        assert hall.talks_with(ANN) == caller.call_id


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (AfterWait.HANG_UP, "time_out"),
        (AfterWait.VOICEMAIL, "voicemail"),
        (AfterWait.CALL_BACK, "call_back"),
    ],
)
async def test_who_has_waited_too_long_is_given_back_and_was_missed(
    after: AfterWait, told: str
) -> None:
    async with node() as at:
        hall = Hall(at)
        await hall.queue(longest_wait_s=20.0, after_wait=after)
        caller = await hall.call()
        await asyncio.sleep(19)
        assert caller.call_id not in hall.results
        await asyncio.sleep(1.1)
        assert hall.result(caller) == told
        assert caller.heard == ["music", "silence"]
        assert at.missed == [CALLER]
        assert at.others.live() == set()
        assert hall.record(caller).ended_at is None  # the flow has the line, and ends it


async def test_a_caller_who_hangs_up_while_waiting_was_missed_once() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        caller = await hall.call()
        await asyncio.sleep(3)
        caller.hang_up()
        await at.settle()
        assert hall.result(caller) == "hung_up"
        assert hall.record(caller).outcome is Outcome.HUNG_UP_WAITING
        assert at.missed == [CALLER]
        await at.log_in(ANN)
        assert at.agent(ANN).state is AgentState.IDLE


async def test_place_and_waiting_time_are_announced_and_an_agent_who_comes_cuts_them_short() -> (
    None
):
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(announce_every_s=20.0)
        first = await hall.call("+12025550131")
        second = await hall.call("+12025550132")
        await asyncio.sleep(22)
        assert first.heard == ["music", "silence", "you-are-number", "1", "music"]
        assert second.heard == ["music", "silence", "you-are-number", "2", "music"]
        await asyncio.sleep(18.5)
        assert first.heard[-1] == "you-are-number"
        await at.log_in(ANN)
        await asyncio.sleep(1)
        assert first.heard[-3:] == ["you-are-number", "silence", "agent"]


async def test_a_leg_that_is_gone_before_the_join_costs_the_caller_no_place() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        await at.log_in(ANN)
        leg_id = at.agent(ANN).leg_id
        assert leg_id is not None
        del at.switch.channels[leg_id]  # and nobody was told
        caller = await hall.call("+12025550131")
        await hall.call("+12025550132")
        assert at.agent(ANN).state is AgentState.OFFLINE
        await at.log_in(BOB)
        await at.settle()
        assert hall.talks_with(BOB) == caller.call_id


async def test_who_loses_the_agents_phone_in_mid_talk_is_first_in_the_queue_again() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(longest_wait_s=60.0)
        await at.log_in(ANN)
        caller = await hall.call("+12025550131")
        await asyncio.sleep(100)  # longer than anybody may wait
        await hall.call("+12025550132")
        leg_id = at.agent(ANN).leg_id
        assert leg_id is not None
        at.switch.end(leg_id, 44)
        await asyncio.sleep(5)
        assert caller.heard[-1] == "music"
        await at.log_in(BOB)
        await at.settle()
        assert hall.talks_with(BOB) == caller.call_id
        caller.hang_up()
        await at.settle()
        assert hall.record(caller).agent_id == ANN  # who took it first
        assert at.missed == []


async def test_one_agent_who_is_asked_for_takes_the_call_when_free() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await at.log_in(ANN, BOB)
        assert hall.result(await hall.call(kind="agent", to="cid")) == "agent_not_there"
        first = await hall.call(kind="agent", to=ANN)
        second = await hall.call(OTHER, kind="agent", to=ANN, wait_s=90.0)
        assert hall.talks_with(ANN) == first.call_id
        first.hang_up()
        await asyncio.sleep(31)
        assert hall.talks_with(ANN) == second.call_id
        assert at.agent(BOB).state is AgentState.IDLE


async def test_an_unknown_queue_or_kind_is_said_and_settings_outlive_a_database_that_is_away() -> (
    None
):
    async with node() as at:
        hall = Hall(at)
        await hall.queue()
        assert hall.result(await hall.call(to="none")) == "unknown_queue"
        assert hall.result(await hall.call(kind="team", to="x")) == "unknown_team"
        assert hall.result(await hall.call(kind="floor", to="x")) == "unknown_kind"
        other = await hall.call(tenant_id=TenantId("other"))
        assert hall.result(other) == "unknown_queue"
        waits = await hall.call()

        class Away:
            async def get(self, *_key: str, tenant_id: str = "main") -> Queue | None:
                raise StoreUnavailable(f"{tenant_id}: no connection")

        at.stores.queues.get = Away().get  # type: ignore[method-assign]
        again = await hall.call(OTHER)
        assert again.heard == waits.heard == ["music"]
