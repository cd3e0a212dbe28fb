"""Callers who are parked: who is free, who picks up, and where they are when nobody does."""

import asyncio

import pytest
from looked_at import state
from node import ANN, BOB, CID
from test_caller_talks import Called, called

from dialer.domain.agentflow import AgentState
from dialer.domain.call_states import CallState
from dialer.domain.outcome import Outcome
from dialer.errors import NoSuch, WrongState

VIRTUAL_TIME = True
A, S = AgentState, CallState


def slots(it: Called) -> list[str]:
    return [one["slot"] for one in it.at.talking.parking.shown(ANN)]


async def no_trace(it: Called) -> None:
    """The caller hangs up, and nothing is left."""
    await it.ended_well()
    assert slots(it) == []
    assert not any(agent.claimed for agent in it.at.agents.all())


async def test_a_parked_caller_hears_music_and_the_agent_takes_the_next_call_of_a_campaign() -> (
    None
):
    async with called() as it:
        flow = await it.at.talking.parking.park(it.talk_id)
        await it.at.settle()
        assert (flow.state, flow.agent_id) == (S.PARKED, None)
        assert it.caller.heard[-1] == "music"
        assert it.at.agent(ANN).state is A.IDLE
        assert it.at.agent(ANN).home is not None  # pacing counts on her
        (shown,) = it.at.talking.parking.shown(ANN)
        assert (shown["slot"], shown["attempt"], shown["by"]) == ("1", it.talk_id, ANN)
        assert (shown["campaign"], shown["returning"]) == ("", False)
        attempt_id = await it.at.answered()
        assert state(it.at, attempt_id) is S.TALKING
        it.at.switch.end(attempt_id)
        await it.at.settle()
        await no_trace(it)


async def test_any_agent_picks_a_caller_up_and_there_is_a_row_for_it() -> None:
    async with called(BOB) as it:
        await it.at.talking.parking.park(it.talk_id, "blue")
        flow = await it.at.talking.parking.pick_up(BOB, "blue")
        await it.at.settle()
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)
        assert it.caller.heard[-2:] == ["silence", "agent"]
        assert it.at.states() == {ANN: A.IDLE, BOB: A.TALKING}
        await asyncio.sleep(100)  # the limit is over, and nobody is parked
        assert it.state is S.TALKING
        await no_trace(it)
        assert it.at.agent(BOB).state is A.WRAP_UP
        (row,) = it.rows()
        assert (row.agent_id, row.outcome) == (BOB, Outcome.CONNECTED)
        assert row.parent_id == it.caller.call_id


async def test_a_caller_on_hold_is_parked_and_picked_up_by_the_same_agent_and_parked_again() -> (
    None
):
    async with called() as it:
        await it.at.talks.hold(it.talk_id)
        await it.at.talking.parking.park(it.talk_id)
        flow = await it.at.talking.parking.pick_up(ANN, "1")
        assert (flow.state, flow.agent_id) == (S.TALKING, ANN)
        await it.at.talking.parking.park(it.talk_id, "2nd")
        await it.at.settle()
        (row,) = it.rows()
        assert row.ended_at is not None  # she has them no more
        await no_trace(it)


async def test_nobody_came_so_the_caller_is_back_with_who_parked_them() -> None:
    async with called(BOB) as it:
        await it.at.talking.parking.park(it.talk_id)
        await asyncio.sleep(59)
        assert it.state is S.PARKED
        await asyncio.sleep(1.1)
        assert (it.state, it.agent) == (S.TALKING, ANN)
        await it.at.settle()
        assert [row.agent_id for row in it.rows()] == [ANN]
        await no_trace(it)


async def test_who_parked_is_busy_so_the_caller_is_first_in_the_queue() -> None:
    async with called(BOB) as it:
        await it.at.talking.parking.park(it.talk_id)
        await it.at.agents.pause(ANN)
        await it.at.agents.pause(BOB)
        await asyncio.sleep(61)
        assert it.state is S.WAITING
        assert it.caller.heard[-1] == "music"
        assert slots(it) == []
        await it.at.agents.resume(BOB)
        await it.at.settle()
        assert (it.state, it.agent) == (S.TALKING, BOB)
        await no_trace(it)


async def test_who_parked_is_away_so_an_idle_agent_of_the_queue_has_the_caller_at_once() -> None:
    async with called(BOB) as it:
        await it.at.talking.parking.park(it.talk_id)
        await it.at.agents.pause(ANN)
        await asyncio.sleep(60.1)
        assert (it.state, it.agent) == (S.TALKING, BOB)
        await no_trace(it)


async def test_where_nobody_is_left_the_queue_gives_the_line_back_and_not_music_for_ever() -> None:
    async with called() as it:
        await it.at.talking.parking.park(it.talk_id)
        await it.at.agents.log_out(ANN)
        await asyncio.sleep(61)
        assert it.state is S.WAITING
        await asyncio.sleep(30)
        assert it.state is S.ENDED
        assert list(it.at.queues.live()) == []


async def test_a_phone_that_was_gone_leaves_the_caller_parked() -> None:
    async with called(BOB) as it:
        await it.at.talking.parking.park(it.talk_id)
        gone = it.at.agent(BOB).leg_id
        assert gone is not None
        it.at.switch.channels.pop(gone)  # and nobody has heard of it yet
        flow = await it.at.talking.parking.pick_up(BOB, "1")
        assert flow.state is S.PARKED
        assert it.at.agent(BOB).state is A.OFFLINE
        flow = await it.at.talking.parking.pick_up(ANN, "1")
        assert (flow.state, flow.agent_id) == (S.TALKING, ANN)
        await it.at.settle()
        assert [row.outcome for row in it.rows()] == [Outcome.FAILED, None]
        await no_trace(it)


@pytest.mark.parametrize("after_s", [0.0, 30.0])
async def test_a_caller_who_hangs_up_leaves_the_slot(after_s: float) -> None:
    async with called() as it:
        await it.at.talking.parking.park(it.talk_id)
        await asyncio.sleep(after_s)
        await no_trace(it)
        assert it.at.agent(ANN).state is A.IDLE
        with pytest.raises(NoSuch, match="nobody is parked in '1'"):
            await it.at.talking.parking.pick_up(ANN, "1")


async def test_two_who_pick_up_at_once_do_not_both_get_the_caller() -> None:
    async with called(BOB, CID) as it:
        await it.at.talking.parking.park(it.talk_id)
        picked = await asyncio.gather(
            it.at.talking.parking.pick_up(BOB, "1"),
            it.at.talking.parking.pick_up(CID, "1"),
            return_exceptions=True,
        )
        assert [type(one) for one in picked].count(WrongState) == 1
        assert sorted(it.at.states().values()) == [A.IDLE, A.IDLE, A.TALKING]
        await it.at.settle()
        await no_trace(it)


async def test_a_caller_and_a_customer_are_parked_side_by_side() -> None:
    async with called(BOB) as it:
        await it.at.talking.parking.park(it.talk_id)
        await it.at.agents.pause(ANN)
        attempt_id = await it.at.answered()
        await it.at.talking.parking.park(attempt_id)
        assert slots(it) == ["1", "2"]
        flow = await it.at.talking.parking.pick_up(BOB, "2")
        assert flow.talk_id == attempt_id
        await asyncio.sleep(60.1)
        assert it.state is S.WAITING  # of the caller nobody of a campaign is asked
        it.at.switch.end(attempt_id)
        await it.at.settle()
        assert (it.state, it.agent) == (S.TALKING, BOB)
        await no_trace(it)


async def test_who_leads_the_floor_hands_a_parked_caller_to_an_agent_only() -> None:
    async with called(BOB) as it:
        await it.at.talking.parking.park(it.talk_id)
        with pytest.raises(WrongState, match="pick the customer up first"):
            await it.at.talks.transfer_to_number(it.talk_id, "+12025550190")
        with pytest.raises(WrongState, match="pick the customer up first"):
            await it.at.handing.transfer(it.talk_id, "queue", "loans")
        flow = await it.at.talks.transfer_to_agent(it.talk_id, BOB)
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)
        assert slots(it) == []
        await it.at.settle()
        await no_trace(it)
