"""Moves within talks: who is with whom, who is free again, and what is on record."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from looked_at import state
from node import ANN, BOB, CID, Node, node

from dialer.domain.agentflow import AgentState
from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.callflow import CallState
from dialer.domain.company import Company
from dialer.domain.ids import AgentId, AttemptId, new_call_id
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput, NoSuch, SwitchUnavailable, WrongState
from dialer.testing.switch import FarEnd

VIRTUAL_TIME = True
A, S = AgentState, CallState
OUTSIDE, BUSY = "+12025550190", "+12025550191"
NUMBERS = {
    OUTSIDE: FarEnd(answers_at_s=2.0),
    BUSY: FarEnd(ends_at_s=1.0, cause=17, tech_cause="486"),
}


@asynccontextmanager
async def talk(*others: AgentId, **settings: object) -> AsyncIterator[tuple[Node, AttemptId]]:
    """Run a node on which Ann has a customer, and others idle."""
    async with node(numbers=NUMBERS) as at:
        await at.campaign(wrap_up_limit_s=30.0, **settings)
        await at.log_in(ANN)
        attempt_id = await at.answered()
        assert state(at, attempt_id) is S.TALKING
        await at.log_in(*others)
        yield at, attempt_id


def with_whom(at: Node, channel_id: str) -> set[str]:
    """Return who else is in the bridge of a channel."""
    bridge_id = at.switch.channels[channel_id].bridge_id
    return {
        one.channel_id
        for one in at.switch.channels.values()
        if bridge_id and one.bridge_id == bridge_id and one.channel_id != channel_id
    }


def leg(at: Node, agent_id: AgentId) -> str:
    found = at.agent(agent_id).leg_id
    assert found is not None
    return found


def only_legs_are_left(at: Node) -> None:
    assert all(key.startswith("ag-") for key in at.switch.channels)
    assert not any(one.bridge_id for one in at.switch.channels.values())
    assert not set(at.states().values()) & {A.RESERVED, A.TALKING, A.HELD}


async def ended_well(at: Node, attempt_id: AttemptId) -> None:
    """The customer hangs up, and nothing is left of the talk."""
    at.switch.end(attempt_id)
    await at.settle()
    assert at.end(attempt_id).outcome is Outcome.CONNECTED
    assert at.end(attempt_id).agent_id == ANN
    only_legs_are_left(at)
    assert all(row.ended_at is not None for row in at.stores.calls.rows.values())


async def test_on_hold_music_plays_and_the_agent_stays_with_the_call() -> None:
    async with talk() as (at, attempt_id):
        flow = await at.talks.hold(attempt_id)
        assert flow.state is S.HOLDING
        await at.settle()
        assert at.music == {attempt_id}
        assert with_whom(at, leg(at, ANN)) == set()
        assert at.agent(ANN).state is A.TALKING
        await asyncio.sleep(600)
        flow = await at.talks.resume(attempt_id)
        assert flow.state is S.TALKING
        assert at.music == set()
        assert with_whom(at, attempt_id) == {leg(at, ANN)}
        await ended_well(at, attempt_id)
        assert at.agent(ANN).state is A.WRAP_UP


async def test_hold_and_resume_in_one_breath_leave_a_talk() -> None:
    async with talk() as (at, attempt_id):
        for _ in range(20):
            await asyncio.gather(at.talks.hold(attempt_id), at.talks.resume(attempt_id))
        assert state(at, attempt_id) is S.TALKING
        assert with_whom(at, attempt_id) == {leg(at, ANN)}
        await ended_well(at, attempt_id)


async def test_a_customer_who_hangs_up_on_hold_frees_the_agent() -> None:
    async with talk() as (at, attempt_id):
        await at.talks.hold(attempt_id)
        await ended_well(at, attempt_id)
        assert at.agent(ANN).state is A.WRAP_UP


async def test_an_agent_whose_phone_is_lost_on_hold_leaves_a_customer_who_is_told() -> None:
    async with talk() as (at, attempt_id):
        await at.talks.hold(attempt_id)
        at.switch.end(leg(at, ANN), 44)
        await at.settle()
        assert at.prompts == [(attempt_id, "lost")]


async def test_a_leg_that_was_lost_unseen_is_found_after_the_session_is_back() -> None:
    async with talk() as (at, attempt_id):
        await at.talks.hold(attempt_id)
        at.switch.lose()
        at.switch.end(leg(at, ANN), 44)
        with pytest.raises(SwitchUnavailable):
            await at.talks.resume(attempt_id)
        at.switch.restore()
        await at.reaper.after_loss()
        await at.settle()
        assert at.prompts == [(attempt_id, "lost")]


async def test_an_agent_ends_the_talk_that_is_on_hold() -> None:
    async with talk() as (at, attempt_id):
        await at.talks.hold(attempt_id)
        at.calls.end_talk(attempt_id)
        await at.settle()
        assert at.end(attempt_id).ended_by == "agent"
        only_legs_are_left(at)


async def test_a_blind_transfer_frees_the_first_and_is_on_record() -> None:
    async with talk(BOB) as (at, attempt_id):
        flow = await at.talks.transfer_to_agent(attempt_id, BOB)
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)
        assert with_whom(at, attempt_id) == {leg(at, BOB)}
        assert at.states() == {ANN: A.WRAP_UP, BOB: A.TALKING}
        await at.settle()
        (row,) = at.stores.calls.rows.values()
        assert (row.attempt_id, row.agent_id, row.ended_at) == (attempt_id, BOB, None)
        assert row.answered_at is not None
        await ended_well(at, attempt_id)
        assert at.agent(BOB).state is A.WRAP_UP
        (row,) = at.stores.calls.rows.values()
        assert row.outcome is Outcome.CONNECTED


async def test_a_customer_may_be_handed_on_and_on_also_from_hold() -> None:
    async with talk(BOB, CID) as (at, attempt_id):
        await at.talks.transfer_to_agent(attempt_id, BOB)
        await at.talks.hold(attempt_id)
        flow = await at.talks.transfer_to_agent(attempt_id, CID)
        assert (flow.state, flow.agent_id) == (S.TALKING, CID)
        await ended_well(at, attempt_id)
        ends = [(row.agent_id, row.outcome) for row in at.stores.calls.rows.values()]
        assert sorted(ends) == [(BOB, Outcome.CONNECTED), (CID, Outcome.CONNECTED)]


async def test_nobody_but_an_idle_agent_can_be_handed_a_customer() -> None:
    async with talk(BOB) as (at, attempt_id):
        await at.agents.pause(BOB)
        for name, problem in ((BOB, "paused"), (ANN, "has this customer"), (CID, "not logged in")):
            with pytest.raises(BadInput, match=problem):
                await at.talks.transfer_to_agent(attempt_id, name)
        with pytest.raises(NoSuch):
            await at.talks.hold(AttemptId("at-none"))
        assert state(at, attempt_id) is S.TALKING
        assert at.stores.calls.rows == {}


async def test_a_leg_that_is_gone_at_the_transfer_brings_the_customer_back() -> None:
    async with talk(BOB) as (at, attempt_id):
        del at.switch.channels[leg(at, BOB)]  # gone, and nobody was told yet
        flow = await at.talks.transfer_to_agent(attempt_id, BOB)
        assert (flow.state, flow.agent_id) == (S.TALKING, ANN)
        assert at.states() == {ANN: A.TALKING, BOB: A.OFFLINE}
        await at.settle()
        (row,) = at.stores.calls.rows.values()
        assert row.outcome is Outcome.FAILED
        await ended_well(at, attempt_id)


async def test_a_transfer_that_cannot_be_recorded_is_not_made() -> None:
    async with talk(BOB) as (at, attempt_id):
        at.stores.whose.tables.attempts.pop(attempt_id, None)
        with pytest.raises(BadInput):
            await at.talks.transfer_to_agent(attempt_id, BOB)
        assert state(at, attempt_id) is S.TALKING
        assert at.agent(BOB).state is A.IDLE
        assert at.agent(BOB).home is not None
        at.switch.end(attempt_id)


async def test_a_consultation_is_completed_or_given_up() -> None:
    async with talk(BOB) as (at, attempt_id):
        await at.talks.consult_agent(attempt_id, BOB)
        assert with_whom(at, leg(at, ANN)) == {leg(at, BOB)}
        await at.settle()
        assert at.music == {attempt_id}
        assert at.agent(BOB).state is A.TALKING
        with pytest.raises(WrongState):
            await at.talks.resume(attempt_id)
        flow = await at.talks.cancel(attempt_id)
        assert (flow.state, flow.agent_id) == (S.TALKING, ANN)
        assert at.agent(BOB).state is A.IDLE
        await at.talks.consult_agent(attempt_id, BOB)
        flow = await at.talks.complete(attempt_id)
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)
        assert with_whom(at, attempt_id) == {leg(at, BOB)}
        assert at.agent(ANN).state is A.WRAP_UP
        await ended_well(at, attempt_id)


async def test_who_is_consulted_hangs_up_and_the_customer_stays_on_hold() -> None:
    async with talk(BOB) as (at, attempt_id):
        await at.talks.consult_agent(attempt_id, BOB)
        at.switch.end(leg(at, BOB))
        await at.settle()
        assert at.talking.thirds.company(attempt_id) is Company.ALONE
        flow = await at.talks.resume(attempt_id)
        assert flow.state is S.TALKING
        await ended_well(at, attempt_id)


@pytest.mark.parametrize("how", ["leave", "drop", "customer", "third", "agent"])
async def test_any_of_three_may_leave(how: str) -> None:
    async with talk(BOB) as (at, attempt_id):
        await at.talks.consult_agent(attempt_id, BOB)
        await at.talks.three_way(attempt_id)
        anns, bobs = leg(at, ANN), leg(at, BOB)
        assert with_whom(at, attempt_id) == {anns, bobs}
        match how:
            case "leave":
                await at.talks.leave(attempt_id)
                assert with_whom(at, attempt_id) == {bobs}
                assert at.states() == {ANN: A.WRAP_UP, BOB: A.TALKING}
            case "drop":
                await at.talks.drop(attempt_id)
                assert with_whom(at, attempt_id) == {anns}
                assert at.states() == {ANN: A.TALKING, BOB: A.IDLE}
            case "third":
                at.switch.end(bobs)
                await at.settle()
                assert with_whom(at, attempt_id) == {anns}
                assert at.states() == {ANN: A.TALKING, BOB: A.OFFLINE}
            case "agent":
                at.switch.end(anns)
                await at.settle()
                assert with_whom(at, attempt_id) == {bobs}
                assert at.states() == {ANN: A.OFFLINE, BOB: A.TALKING}
        await ended_well(at, attempt_id)


async def test_an_outside_number_is_called_after_it_is_on_record_and_gets_the_customer() -> None:
    async with talk() as (at, attempt_id):
        await at.talks.transfer_to_number(attempt_id, OUTSIDE)
        (placed,) = at.control.outside
        assert at.stores.calls.rows[placed.call_id].number == OUTSIDE
        assert state(at, attempt_id) is S.HOLDING
        await asyncio.sleep(3)
        assert state(at, attempt_id) is S.TALKING
        assert with_whom(at, attempt_id) == {placed.call_id}
        assert at.agent(ANN).state is A.WRAP_UP
        await ended_well(at, attempt_id)
        assert at.stores.calls.rows[placed.call_id].outcome is Outcome.CONNECTED


async def test_an_outside_line_that_hangs_up_ends_the_customers_call() -> None:
    async with talk() as (at, attempt_id):
        await at.talks.transfer_to_number(attempt_id, OUTSIDE)
        await asyncio.sleep(3)
        at.switch.end(at.control.outside[0].call_id)
        await asyncio.sleep(1)
        assert at.end(attempt_id).agent_id == ANN
        only_legs_are_left(at)


async def test_a_busy_outside_number_brings_the_customer_back() -> None:
    async with talk() as (at, attempt_id):
        await at.talks.transfer_to_number(attempt_id, BUSY)
        await asyncio.sleep(2)
        assert state(at, attempt_id) is S.TALKING
        assert with_whom(at, attempt_id) == {leg(at, ANN)}
        (row,) = at.stores.calls.rows.values()
        assert row.outcome is Outcome.BUSY
        await ended_well(at, attempt_id)


async def test_a_customer_who_leaves_while_the_outside_rings_leaves_no_line() -> None:
    async with talk() as (at, attempt_id):
        await at.talks.consult_number(attempt_id, OUTSIDE)
        await asyncio.sleep(1)
        await ended_well(at, attempt_id)
        (row,) = at.stores.calls.rows.values()
        assert row.outcome is Outcome.CANCELLED


async def test_an_outside_number_is_consulted_and_taken_into_a_three_way() -> None:
    async with talk() as (at, attempt_id):
        await at.talks.consult_number(attempt_id, OUTSIDE)
        with pytest.raises(WrongState, match="called"):
            await at.talks.complete(attempt_id)
        await asyncio.sleep(3)
        line = at.control.outside[0].call_id
        assert with_whom(at, leg(at, ANN)) == {line}
        await at.talks.three_way(attempt_id)
        assert with_whom(at, attempt_id) == {line, leg(at, ANN)}
        await at.talks.drop(attempt_id)
        assert line not in at.switch.channels
        assert with_whom(at, attempt_id) == {leg(at, ANN)}
        await ended_well(at, attempt_id)


@pytest.mark.parametrize("number", ["+12075550100", "911", "+19005550100", "hello"])
async def test_a_number_that_may_not_be_reached_is_not_called(number: str) -> None:
    async with talk() as (at, attempt_id):
        for request in (at.talks.transfer_to_number, at.talks.consult_number):
            with pytest.raises(BadInput, match="number"):
                await request(attempt_id, number)
        assert at.control.outside == []
        assert at.stores.calls.rows == {}
        assert state(at, attempt_id) is S.TALKING


async def test_keys_mute_and_a_paused_recording_are_off_again_after_the_talk() -> None:
    async with talk() as (at, attempt_id):
        buttons = at.talking.buttons
        buttons.press(attempt_id, "12#")
        assert at.control.pressed == [(attempt_id, "12#")]
        buttons.mute(attempt_id, muted=True)
        assert at.control.muted == {leg(at, ANN)}
        await buttons.pause_recording(attempt_id, paused=True, by="ann")
        await buttons.pause_recording(attempt_id, paused=True, by="ann")
        assert at.control.paused == {attempt_id}
        (noted,) = at.notes
        assert (noted["by"], noted["action"]) == ("ann", "recording_pause")
        await ended_well(at, attempt_id)
        assert at.control.muted == set()
        assert not buttons.paused(attempt_id)
        with pytest.raises(NoSuch):
            buttons.press(attempt_id, "1")


async def test_a_talk_is_recorded_from_the_agents_word_on_that_the_customer_agreed() -> None:
    async with talk(recording_asked=True) as (at, attempt_id):
        buttons = at.talking.buttons
        assert buttons.asks(attempt_id)
        (dialed,) = at.stores.tables.attempts.values()
        assert dialed.attempt.ground == ""
        with pytest.raises(WrongState, match="is not recorded"):
            await buttons.pause_recording(attempt_id, paused=True, by="ann")
        await buttons.start_recording(attempt_id, by="ann")
        await buttons.start_recording(attempt_id, by="ann")
        assert at.control.recorded == [attempt_id]
        assert not buttons.asks(attempt_id)
        (dialed,) = at.stores.tables.attempts.values()
        assert dialed.attempt.ground == "opt_in"
        (noted,) = [row for row in at.stores.tables.audit if row[2] == "recording_opt_in"]
        assert noted[1] == "ann"
        await ended_well(at, attempt_id)
        assert at.recordings.finished == [attempt_id]


async def test_who_never_agreed_is_not_recorded_and_nobody_is_asked_where_all_are_recorded() -> (
    None
):
    async with talk(recording_asked=True) as (at, attempt_id):
        await ended_well(at, attempt_id)
        assert (at.recordings.finished, at.recordings.discarded) == ([], [])
    async with talk() as (at, attempt_id):
        with pytest.raises(WrongState, match="set recording_asked"):
            await at.talking.buttons.start_recording(attempt_id, by="ann")
        assert at.control.recorded == []


async def test_a_recording_that_the_switch_cannot_begin_may_be_asked_for_again() -> None:
    async with talk(recording_asked=True) as (at, attempt_id):
        at.switch.lose()
        with pytest.raises(SwitchUnavailable):
            await at.talking.buttons.start_recording(attempt_id, by="ann")
        at.switch.restore()
        await at.talking.buttons.start_recording(attempt_id, by="ann")
        assert at.control.recorded == [attempt_id]


async def test_who_is_muted_and_hands_over_is_heard_in_their_next_talk() -> None:
    async with talk(BOB) as (at, attempt_id):
        at.talking.buttons.mute(attempt_id, muted=True)
        await at.talks.transfer_to_agent(attempt_id, BOB)
        assert at.control.muted == set()
        assert not at.talking.buttons.muted(attempt_id)


async def test_rows_that_a_dead_engine_left_open_are_lost_and_no_others() -> None:
    async with talk(BOB) as (at, attempt_id):
        await at.talks.transfer_to_agent(attempt_id, BOB)
        await at.settle()
        (row,) = at.stores.calls.rows.values()
        came_in = CallRecord(new_call_id(), Direction.IN, "", at.clock.now(), row.node)
        await at.stores.calls.begin(came_in)
        await at.talking.records.close_left("another")
        assert at.stores.calls.rows[row.call_id].outcome is None
        await at.talking.records.close_left(row.node)
        assert at.stores.calls.rows[row.call_id].outcome is Outcome.LOST
        assert at.stores.calls.rows[came_in.call_id].outcome is None
