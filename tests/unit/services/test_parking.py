"""Parked customers: who is free, who picks up, who gets them back, and what is on record."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from looked_at import state
from node import ANN, BOB, CID, Node, node

from dialer.domain.agentflow import AgentState
from dialer.domain.callflow import CallState
from dialer.domain.ids import AgentId, AttemptId
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput, NoSuch, WrongState

VIRTUAL_TIME = True
A, S = AgentState, CallState


@asynccontextmanager
async def talk(*others: AgentId, **settings: object) -> AsyncIterator[tuple[Node, AttemptId]]:
    """Run a node on which Ann has a customer, and others idle."""
    async with node() as at:
        await at.campaign(**{"wrap_up_limit_s": 30.0, "park_limit_s": 60.0, **settings})
        await at.log_in(ANN)
        attempt_id = await at.answered()
        await at.log_in(*others)
        yield at, attempt_id


async def ended_well(at: Node, attempt_id: AttemptId) -> None:
    """The customer hangs up, and nothing is left of the talk."""
    at.switch.end(attempt_id)
    await at.settle()
    assert at.end(attempt_id).outcome is Outcome.CONNECTED
    assert at.end(attempt_id).agent_id == ANN
    assert at.talking.parking.slot_of(attempt_id) is None
    assert not any(agent.claimed for agent in at.agents.all())
    assert all(row.ended_at is not None for row in at.stores.calls.rows.values())
    assert not set(at.states().values()) & {A.RESERVED, A.TALKING}


async def test_who_is_parked_hears_music_and_the_agent_is_free_for_another() -> None:
    async with talk() as (at, attempt_id):
        flow = await at.talking.parking.park(attempt_id)
        await at.settle()
        assert flow.state is S.PARKED
        assert at.music == {attempt_id}
        assert at.agent(ANN).state is A.IDLE
        (shown,) = at.talking.parking.shown(ANN)
        assert (shown["slot"], shown["by"], shown["returning"]) == ("1", ANN, False)
        second = await at.answered()
        assert state(at, second) is S.TALKING
        at.switch.end(second)
        await at.settle()
        await ended_well(at, attempt_id)


async def test_any_agent_picks_up_and_the_record_goes_on() -> None:
    async with talk(BOB) as (at, attempt_id):
        await at.talking.parking.park(attempt_id, "blue")
        await asyncio.sleep(20)
        flow = await at.talking.parking.pick_up(BOB, "blue")
        await at.settle()
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)
        assert at.music == set()
        assert at.agent(BOB).state is A.TALKING
        await asyncio.sleep(100)  # the limit is over, and nobody is parked
        assert state(at, attempt_id) is S.TALKING
        await ended_well(at, attempt_id)
        assert at.agent(BOB).state is A.WRAP_UP
        (row,) = at.stores.calls.rows.values()
        assert (row.agent_id, row.outcome, row.attempt_id) == (BOB, Outcome.CONNECTED, attempt_id)


async def test_the_same_agent_picks_up_again_from_hold_and_parks_again() -> None:
    async with talk() as (at, attempt_id):
        await at.talks.hold(attempt_id)
        await at.talking.parking.park(attempt_id)
        flow = await at.talking.parking.pick_up(ANN, "1")
        assert (flow.state, flow.agent_id) == (S.TALKING, ANN)
        await at.talking.parking.park(attempt_id, "2nd")
        assert state(at, attempt_id) is S.PARKED
        await at.settle()
        (row,) = at.stores.calls.rows.values()
        assert row.ended_at is not None  # she has them no more
        await ended_well(at, attempt_id)


async def test_nobody_came_so_the_customer_is_back_with_who_parked_them() -> None:
    async with talk(BOB) as (at, attempt_id):
        await at.talking.parking.park(attempt_id)
        await asyncio.sleep(59)
        assert state(at, attempt_id) is S.PARKED
        await asyncio.sleep(1.1)
        flow = at.calls.flow(attempt_id)
        assert flow is not None
        assert (flow.state, flow.agent_id) == (S.TALKING, ANN)
        await at.settle()
        await ended_well(at, attempt_id)


async def test_who_parked_is_busy_so_the_first_of_the_campaign_who_is_free_gets_them() -> None:
    async with talk(BOB) as (at, attempt_id):
        await at.talking.parking.park(attempt_id)
        second, third = await at.answered(), await at.answered()
        assert at.states() == {ANN: A.TALKING, BOB: A.TALKING}
        await asyncio.sleep(61)
        assert state(at, attempt_id) is S.RETURNING
        assert at.agent(ANN).claimed
        assert not at.agent(BOB).claimed
        at.switch.end(third)
        at.switch.end(second)
        await at.settle()
        assert state(at, attempt_id) is S.RETURNING  # both write up
        await at.agents.ready(BOB)
        await at.settle()
        flow = at.calls.flow(attempt_id)
        assert flow is not None
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)
        assert not at.agent(ANN).claimed
        await ended_well(at, attempt_id)


async def test_where_nobody_is_left_they_hear_that_the_line_broke_and_not_music_for_ever() -> None:
    async with talk() as (at, attempt_id):
        await at.talking.parking.park(attempt_id)
        await at.agents.log_out(ANN)
        await asyncio.sleep(61)
        assert state(at, attempt_id) is S.RETURNING
        await asyncio.sleep(300)
        assert at.prompts == [(attempt_id, "lost")]
        await ended_well(at, attempt_id)


async def test_who_answered_a_call_of_ours_and_waits_goes_first() -> None:
    async with talk() as (at, attempt_id):
        await at.talking.parking.park(attempt_id)
        second = await at.answered()
        await asyncio.sleep(61)
        at.switch.end(second)
        await at.settle()
        waiting = await at.answered()
        assert state(at, waiting) is S.WAITING
        await at.agents.ready(ANN)
        await at.settle()
        assert state(at, waiting) is S.TALKING
        assert state(at, attempt_id) is S.RETURNING
        at.switch.end(waiting)
        await at.settle()
        await ended_well(at, attempt_id)


async def test_a_phone_that_was_gone_leaves_the_customer_parked() -> None:
    async with talk(BOB) as (at, attempt_id):
        await at.talking.parking.park(attempt_id)
        gone = at.agent(BOB).leg_id
        assert gone is not None
        at.switch.channels.pop(gone)  # and nobody has heard of it yet
        flow = await at.talking.parking.pick_up(BOB, "1")
        assert flow.state is S.PARKED
        assert at.agent(BOB).state is A.OFFLINE
        flow = await at.talking.parking.pick_up(ANN, "1")
        assert (flow.state, flow.agent_id) == (S.TALKING, ANN)
        await at.settle()
        assert sorted(str(row.outcome) for row in at.stores.calls.rows.values() if row.outcome) == [
            "failed"
        ]
        await ended_well(at, attempt_id)


async def test_two_who_pick_up_at_once_do_not_both_get_the_customer() -> None:
    async with talk(BOB, CID) as (at, attempt_id):
        await at.talking.parking.park(attempt_id)
        picked = await asyncio.gather(
            at.talking.parking.pick_up(BOB, "1"),
            at.talking.parking.pick_up(CID, "1"),
            return_exceptions=True,
        )
        assert [type(one) for one in picked].count(WrongState) == 1
        assert sorted(at.states().values()) == [A.IDLE, A.IDLE, A.TALKING]
        await at.settle()
        await ended_well(at, attempt_id)


async def test_what_cannot_be_is_refused_and_the_talk_goes_on() -> None:
    async with talk(BOB) as (at, attempt_id):
        with pytest.raises(BadInput, match="slot"):
            await at.talking.parking.park(attempt_id, "Blue!")
        assert state(at, attempt_id) is S.TALKING
        await at.talking.parking.park(attempt_id, "blue")
        with pytest.raises(NoSuch, match="nobody is parked in 'red'"):
            await at.talking.parking.pick_up(BOB, "red")
        second = await at.answered()
        with pytest.raises(WrongState, match="somebody is parked in 'blue'"):
            await at.talking.parking.park(second, "blue")
        with pytest.raises(WrongState, match="not idle"):
            await at.talking.parking.pick_up(at.calls.flow(second).agent_id, "blue")  # type: ignore[arg-type, union-attr]
        with pytest.raises(WrongState, match="cannot park"):
            await at.talking.parking.park(attempt_id)
        at.switch.end(second)
        await at.settle()
        await ended_well(at, attempt_id)


async def test_somebody_who_leads_the_floor_ends_a_parked_call() -> None:
    async with talk() as (at, attempt_id):
        await at.talking.parking.park(attempt_id)
        at.calls.end_talk(attempt_id)
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.CONNECTED
        assert at.talking.parking.shown(ANN) == []


async def test_who_leads_the_floor_hands_a_parked_customer_to_an_agent_but_to_no_number() -> None:
    async with talk(BOB) as (at, attempt_id):
        await at.talking.parking.park(attempt_id)
        with pytest.raises(WrongState, match="pick the customer up first"):
            await at.talks.transfer_to_number(attempt_id, "+12025550190")
        flow = await at.talks.transfer_to_agent(attempt_id, BOB)
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)
        assert at.talking.parking.slot_of(attempt_id) is None
        await at.settle()
        await ended_well(at, attempt_id)
