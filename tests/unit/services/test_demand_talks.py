"""Phones that are called on demand in all that is more than one customer and one agent."""

import asyncio

import pytest
from looked_at import state
from node import ANN, BOB, Node, node
from on_demand import called_on_demand, demand_node, legs
from successors import successor
from test_callbacks import after, dialed, promise
from test_queues import Hall

from dialer.domain.agentflow import AgentState
from dialer.domain.callflow import CallState
from dialer.domain.ids import AttemptId
from dialer.domain.outcome import Outcome
from dialer.errors import WrongState
from dialer.services.demand_legs import RING_S

VIRTUAL_TIME = True
A, S = AgentState, CallState


# -- moves within a talk ---------------------------------------------------------------------


async def test_the_leg_lives_through_a_hold() -> None:
    async with demand_node() as at:
        attempt_id = await at.answered()
        (leg,) = legs(at)
        assert (await at.talks.hold(attempt_id)).state is S.HOLDING
        assert (await at.talks.resume(attempt_id)).state is S.TALKING
        assert legs(at) == [leg]


async def test_an_agent_who_hangs_up_on_hold_loses_the_customer_and_stays() -> None:
    async with demand_node() as at:
        attempt_id = await at.answered()
        await at.talks.hold(attempt_id)
        at.switch.end(legs(at)[0], 16)
        await at.settle()
        assert at.prompts == [(attempt_id, "lost")]
        assert at.agent(ANN).state is A.WRAP_UP


@pytest.mark.parametrize("move", ["transfer_to_agent", "consult_agent"])
async def test_the_phone_of_another_agent_is_called_before_the_customer_is_moved(move: str) -> None:
    async with demand_node(BOB) as at:
        attempt_id = await at.answered()
        first = legs(at)
        flow = await getattr(at.talks, move)(attempt_id, BOB)
        await at.settle()
        assert at.agent(BOB).state is A.TALKING
        if move == "consult_agent":
            assert set(legs(at)) > set(first)
            flow = await at.talks.complete(attempt_id)
            await at.settle()
        assert flow.agent_id == BOB
        assert at.agent(ANN).state is A.WRAP_UP
        assert legs(at) == [at.agent(BOB).leg_id]
        at.switch.end(attempt_id)
        await at.settle()
        assert at.switch.channels == {}
        assert at.end(attempt_id).outcome is Outcome.CONNECTED


async def test_a_phone_that_does_not_answer_is_refused_and_the_talk_goes_on() -> None:
    async with demand_node(BOB) as at:
        attempt_id = await at.answered()
        at.switch.silent_phones.add(BOB)
        with pytest.raises(WrongState, match="the phone of 'bob' did not answer"):
            await at.talks.transfer_to_agent(attempt_id, BOB)
        assert state(at, attempt_id) is S.TALKING
        assert at.states() == {ANN: A.TALKING, BOB: A.PAUSED}
        await at.settle()
        assert legs(at) == [at.agent(ANN).leg_id]
        (row,) = at.stores.calls.rows.values()
        assert row.outcome is Outcome.NO_ANSWER


async def test_a_customer_who_leaves_while_a_third_phone_rings_leaves_no_channel() -> None:
    async with demand_node(BOB) as at:
        attempt_id = await at.answered()
        at.switch.silent_phones.add(BOB)

        async def refused() -> None:
            with pytest.raises(WrongState, match=r"is over|ended"):
                await at.talks.transfer_to_agent(attempt_id, BOB)

        asked = at.tasks.create_task(refused())
        await at.settle()
        ringing = at.agent(BOB).leg_id
        assert ringing is not None
        at.switch.end(attempt_id)
        at.switch.answer(ringing)
        await asked
        await at.settle()
        assert at.switch.channels == {}
        assert at.states() == {ANN: A.WRAP_UP, BOB: A.IDLE}


async def test_a_parked_customer_is_picked_up_once_the_phone_is_there() -> None:
    async with demand_node(BOB) as at:
        attempt_id = await at.answered()
        await at.talking.parking.park(attempt_id, "blue")
        await at.settle()
        assert legs(at) == []
        await at.talking.parking.pick_up(BOB, "blue")
        await at.settle()
        assert state(at, attempt_id) is S.TALKING
        assert (at.agent(BOB).state, legs(at)) == (A.TALKING, [at.agent(BOB).leg_id])


@pytest.mark.parametrize("leaves", [False, True])
async def test_a_parked_customer_stays_parked_when_the_phone_does_not_answer(leaves: bool) -> None:
    async with demand_node(BOB) as at:
        attempt_id = await at.answered()
        await at.talking.parking.park(attempt_id, "blue")
        at.switch.silent_phones.add(BOB)
        await at.talking.parking.pick_up(BOB, "blue")
        await at.settle()
        with pytest.raises(WrongState, match="taken by somebody else"):
            await at.talking.parking.pick_up(ANN, "blue")
        if leaves:
            at.switch.end(attempt_id)
            await at.settle()
            assert (at.agent(BOB).state, legs(at)) == (A.IDLE, [])
        else:
            await asyncio.sleep(RING_S)
            await at.settle()
            assert (at.agent(BOB).state, legs(at)) == (A.PAUSED, [])
            assert state(at, attempt_id) is S.PARKED
        assert all(row.ended_at is not None for row in at.stores.calls.rows.values())


# -- callers, and calls for which an agent is held -------------------------------------------


async def test_a_caller_hears_music_until_the_phone_is_there() -> None:
    async with demand_node() as at:
        hall = Hall(at)
        await hall.queue()
        caller = await hall.call()
        assert hall.talks_with(ANN) == caller.call_id
        at.switch.end(caller.call_id)
        await at.settle()
        assert legs(at) == []


async def test_a_phone_that_does_not_answer_leaves_the_caller_to_the_next_agent() -> None:
    async with demand_node() as at:
        hall = Hall(at)
        await hall.queue()
        at.switch.silent_phones.add(ANN)
        caller = await hall.call()
        assert at.agent(ANN).state is A.RESERVED
        await at.log_in(BOB)
        assert hall.talks_with(BOB) is None
        await asyncio.sleep(RING_S)
        await at.settle()
        assert hall.talks_with(BOB) == caller.call_id
        assert at.agent(ANN).state is A.PAUSED


@pytest.mark.parametrize("answers", [True, False])
async def test_a_parked_caller_is_back_once_the_phone_of_who_parked_them_is_there(
    answers: bool,
) -> None:
    async with demand_node() as at:
        hall = Hall(at)
        await hall.queue(park_limit_s=10.0)
        caller = await hall.call()
        talk_id = AttemptId(caller.call_id)
        await at.talking.parking.park(talk_id)
        await at.settle()
        assert (at.agent(ANN).state, legs(at)) == (A.IDLE, [])
        if not answers:
            at.switch.silent_phones.add(ANN)
        await asyncio.sleep(10.1)
        await at.settle()
        if answers:
            assert hall.talks_with(ANN) == caller.call_id
        else:
            assert caller_state(at, talk_id) is S.RETURNING
            await asyncio.sleep(RING_S)
            await at.settle()
            assert caller_state(at, talk_id) is S.WAITING
            assert at.agent(ANN).state is A.PAUSED
        at.switch.end(caller.call_id)
        await at.settle()
        assert legs(at) == []
        assert all(row.ended_at is not None for row in at.stores.calls.rows.values())


async def test_a_parked_caller_whose_time_is_over_as_a_phone_rings_for_them_is_not_taken_away() -> (
    None
):
    async with demand_node(BOB) as at:
        hall = Hall(at)
        await hall.queue(park_limit_s=10.0)
        caller = await hall.call()
        talk_id = AttemptId(caller.call_id)
        await at.talking.parking.park(talk_id)
        at.switch.silent_phones.add(BOB)
        await asyncio.sleep(9.5)
        await at.talking.parking.pick_up(BOB, "1")
        ringing = at.agent(BOB).leg_id
        assert ringing is not None
        await asyncio.sleep(1.0)
        assert caller_state(at, talk_id) is S.RETURNING
        at.switch.answer(ringing)
        await at.settle()
        assert hall.talks_with(BOB) == caller.call_id
        at.switch.end(caller.call_id)
        await at.settle()
        assert legs(at) == []


def caller_state(at: Node, talk_id: AttemptId) -> CallState | None:
    flow = at.talking.any_talks.flow(talk_id)
    return flow.state if flow is not None else None


async def test_a_caller_who_leaves_while_the_phone_rings_leaves_no_channel() -> None:
    async with demand_node() as at:
        hall = Hall(at)
        await hall.queue()
        at.switch.silent_phones.add(ANN)
        caller = await hall.call()
        at.switch.end(caller.call_id)
        await at.settle()
        assert legs(at) == []
        assert at.agent(ANN).state is A.IDLE
        assert hall.record(caller).outcome is Outcome.HUNG_UP_WAITING


async def test_who_dials_by_hand_has_the_leg_before_anybody_is_dialed() -> None:
    async with demand_node() as at:
        attempt_id = await at.manual.dial(ANN, min(at.stores.tables.leads))
        assert len(legs(at)) == 1
        at.switch.end(attempt_id, 17, "486")
        await at.settle()
        assert (at.agent(ANN).state, at.switch.channels) == (A.IDLE, {})


async def test_nobody_is_dialed_by_hand_whose_agents_phone_does_not_answer() -> None:
    async with demand_node() as at:
        at.switch.silent_phones.add(ANN)
        with pytest.raises(WrongState, match="the phone of 'ann' did not answer"):
            await at.manual.dial(ANN, min(at.stores.tables.leads))
        await at.settle()
        assert (at.switch.calls, at.switch.channels) == ([], {})
        assert at.agent(ANN).state is A.PAUSED


async def test_who_hangs_up_while_it_rings_is_called_again_for_the_person_who_answers() -> None:
    async with demand_node() as at:
        attempt_id = await at.manual.dial(ANN, min(at.stores.tables.leads))
        at.switch.end(legs(at)[0], 16)
        assert at.agent(ANN).state is A.HELD
        at.switch.answer(attempt_id)
        await at.settle()
        assert state(at, attempt_id) is S.TALKING


async def test_a_promise_is_kept_once_the_phone_of_its_agent_is_there() -> None:
    async with demand_node() as at:
        at.switch.silent_phones.add(ANN)
        promise(at, in_s=40)
        await after(at, 45)
        assert (at.agent(ANN).state, at.agent(ANN).reason) == (A.PAUSED, "phone did not answer")
        assert dialed(at) == []
        at.switch.silent_phones.clear()
        await at.agents.resume(ANN)
        await after(at, 10)
        (attempt_id,) = dialed(at)
        assert len(legs(at)) == 1
        at.switch.answer(attempt_id)
        await at.settle()
        assert state(at, attempt_id) is S.TALKING


# -- an engine after another one -------------------------------------------------------------


async def test_agents_without_a_leg_are_taken_over_as_they_were() -> None:
    async with node() as old:
        await old.campaign()
        await called_on_demand(old, ANN, BOB)
        await old.log_in(ANN, BOB)
        await old.agents.pause(BOB, "")
        await old.settle()
        async with successor(old) as new:
            assert new.states() == {ANN: A.IDLE, BOB: A.PAUSED}
            assert state(new, await new.answered()) is S.TALKING


async def test_an_agent_whose_phone_is_gone_is_not_taken_over() -> None:
    async with node() as old:
        await old.campaign()
        await called_on_demand(old, ANN)
        await old.log_in(ANN)
        await old.settle()
        old.switch.phones.discard(ANN)
        async with successor(old) as new:
            assert new.states() == {}
            assert new.stores.tables.agents[ANN].state == "offline"


async def test_a_phone_that_rings_as_the_engine_dies_is_hung_up_by_the_next() -> None:
    async with node() as old:
        await old.campaign()
        await called_on_demand(old, ANN)
        await old.log_in(ANN)
        old.switch.silent_phones.add(ANN)
        attempt_id = await old.answered()
        (ringing,) = legs(old)
        old.switch.answer(ringing)  # by itself, and nobody heard it
        old.lines_open = False
        async with successor(old) as new:
            assert legs(new) == []
            assert new.states() == {ANN: A.IDLE}
            new.switch.end(attempt_id)


async def test_a_talk_goes_on_under_the_next_engine_and_its_leg_ends_with_it() -> None:
    async with node() as old:
        await old.campaign()
        await called_on_demand(old, ANN)
        await old.log_in(ANN)
        attempt_id = await old.answered()
        await old.settle()
        async with successor(old) as new:
            assert new.states() == {ANN: A.TALKING}
            new.switch.end(attempt_id)
            await new.settle()
            assert new.states() == {ANN: A.IDLE}
            assert new.switch.channels == {}
