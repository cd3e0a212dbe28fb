"""Live calls: what a customer's line is told, who is freed when, and what is booked."""

import asyncio

import pytest
from looked_at import leg, state
from node import ANN, BOB, MESSAGE_S, node

from dialer.domain.agentflow import AgentState
from dialer.domain.callflow import CallState
from dialer.domain.outcome import Outcome
from dialer.ports import BridgeEnd, ConnectTo, HangUp

VIRTUAL_TIME = True
A = AgentState


# -- the ordinary way ------------------------------------------------------------------------


async def test_a_customer_is_joined_talks_and_leaves() -> None:
    async with node() as at:
        await at.campaign(wrap_up_limit_s=30.0)
        await at.log_in(ANN)
        attempt_id = await at.answered()
        assert state(at, attempt_id) is CallState.TALKING
        assert (at.agent(ANN).state, at.agent(ANN).attempt_id) == (A.TALKING, attempt_id)
        assert at.stores.tables.attempts[attempt_id].connected is not None
        await asyncio.sleep(60)
        at.switch.end(attempt_id)
        await at.settle()
        end = at.end(attempt_id)
        assert (end.outcome, end.agent_id, end.ended_by) == (Outcome.CONNECTED, ANN, "customer")
        assert end.recording == f"{attempt_id}.wav"
        assert at.agent(ANN).state is A.WRAP_UP
        assert at.calls.lines("trunk") == 0
        assert at.run().live == set()


async def test_the_agent_hears_the_cue_once_they_are_joined() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        await at.answered()
        assert at.switch.cues == [leg(at)]


async def test_a_campaign_without_cue_and_recording_has_neither() -> None:
    async with node() as at:
        await at.campaign(cue=False, record=False)
        await at.log_in(ANN)
        attempt_id = await at.answered()
        at.switch.end(attempt_id)
        await at.settle()
        assert at.switch.cues == []
        assert (at.recordings.finished, at.recordings.discarded) == ([], [])
        assert at.end(attempt_id).recording == ""


async def test_an_agent_who_ends_the_talk_hangs_up_the_customer() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        attempt_id = await at.answered()
        at.calls.end_talk(attempt_id)
        await at.settle()
        assert at.end(attempt_id).ended_by == "agent"
        assert at.agent(ANN).state is A.IDLE
        assert attempt_id not in at.switch.channels


@pytest.mark.parametrize(
    ("cause", "tech_cause", "outcome"),
    [(17, "486", Outcome.BUSY), (1, "404", Outcome.INVALID), (34, "503", Outcome.CONGESTION)],
)
async def test_a_call_that_fails_is_booked_by_its_cause(
    cause: int, tech_cause: str, outcome: Outcome
) -> None:
    async with node() as at:
        await at.campaign()
        attempt_id = await at.dial()
        at.switch.end(attempt_id, cause, tech_cause)
        await at.settle()
        end = at.end(attempt_id)
        assert (end.outcome, end.cause, end.tech_cause) == (outcome, cause, tech_cause)
        assert (at.recordings.finished, at.recordings.discarded) == ([], [])


async def test_a_call_that_nobody_answers_ends_with_its_ring_time() -> None:
    async with node() as at:
        await at.campaign()
        attempt_id = await at.dial()
        at.switch.ring(attempt_id)
        await asyncio.sleep(25.1)
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.NO_ANSWER


# -- nobody is free --------------------------------------------------------------------------


async def test_nobody_free_for_so_long_and_the_message_plays_in_time() -> None:
    async with node() as at:
        await at.campaign()
        attempt_id = await at.answered()
        answered = at.clock.now()
        await asyncio.sleep(1.7)
        assert at.prompts == []
        await asyncio.sleep(0.2)
        assert at.prompts == [(attempt_id, "abandon")]
        assert at.clock.now() - answered < 2.0
        await asyncio.sleep(MESSAGE_S)
        await at.settle()
        end = at.end(attempt_id)
        assert (end.outcome, end.charged) == (Outcome.ABANDONED, True)
        assert at.run().tally.abandoned == 1
        assert at.recordings.discarded == [attempt_id]


async def test_an_agent_who_comes_free_in_time_takes_who_waits() -> None:
    async with node() as at:
        await at.campaign()
        attempt_id = await at.answered()
        await asyncio.sleep(1.5)
        await at.log_in(ANN)
        await at.settle()
        assert state(at, attempt_id) is CallState.TALKING
        await asyncio.sleep(5)
        assert at.prompts == []


async def test_an_agent_who_comes_free_too_late_is_not_given_who_hears_the_message() -> None:
    async with node() as at:
        await at.campaign()
        attempt_id = await at.answered()
        await asyncio.sleep(2.0)
        await at.log_in(ANN)
        await at.settle()
        assert state(at, attempt_id) is CallState.LETTING_GO
        assert at.agent(ANN).state is A.IDLE


async def test_who_hangs_up_while_waiting_is_counted_as_such_and_gets_nobody() -> None:
    async with node() as at:
        await at.campaign()
        attempt_id = await at.answered()
        await asyncio.sleep(1.0)
        at.switch.end(attempt_id)
        await at.log_in(ANN)
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.HUNG_UP_WAITING
        assert at.agent(ANN).state is A.IDLE
        assert at.run().tally.hung_up_waiting == 1
        assert at.seating.waiting == 0


async def test_a_line_that_closed_is_not_joined_although_its_channel_lives_on() -> None:
    async with node() as at:
        await at.campaign()
        at.lines_open = False
        attempt_id = await at.answered()
        asking = at.tasks.create_task(at.calls.customer_answered(attempt_id, at.clock.now()))
        await at.settle()
        at.calls.line_closed(attempt_id)
        assert await asking == HangUp()
        await at.log_in(ANN)
        await asyncio.sleep(5)
        assert state(at, attempt_id) is CallState.WAITING
        assert (at.agent(ANN).state, at.prompts) == (A.IDLE, [])
        at.switch.end(attempt_id)
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.ABANDONED


# -- the instant of connecting ---------------------------------------------------------------


async def test_a_customer_who_hangs_up_in_the_instant_of_connecting_frees_the_agent_at_once() -> (
    None
):
    async with node() as at:
        await at.campaign(wrap_up_limit_s=30.0)
        await at.log_in(ANN)
        at.lines_open = False
        attempt_id = await at.answered()
        order = await at.calls.customer_answered(attempt_id, at.clock.now())
        assert order == ConnectTo(leg(at))
        at.switch.end(attempt_id)
        assert at.agent(ANN).state is A.IDLE
        assert await at.calls.bridge_returned(attempt_id, BridgeEnd.CUSTOMER_LEFT) == HangUp()
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.HUNG_UP_WAITING


async def test_the_line_may_say_so_before_the_switch_does() -> None:
    async with node() as at:
        await at.campaign(wrap_up_limit_s=30.0)
        await at.log_in(ANN)
        at.lines_open = False
        attempt_id = await at.answered()
        await at.calls.customer_answered(attempt_id, at.clock.now())
        assert await at.calls.bridge_returned(attempt_id, BridgeEnd.CUSTOMER_LEFT) == HangUp()
        assert at.agent(ANN).state is A.IDLE
        assert at.calls.knows(attempt_id)  # the line ends nothing: the hang-up does
        at.switch.end(attempt_id)
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.HUNG_UP_WAITING


async def test_sixty_customers_who_hang_up_as_they_answer_leave_every_agent_free() -> None:
    async with node() as at:
        await at.campaign(leads=60, wrap_up_limit_s=0.0, calls_per_second=30)
        await at.log_in(ANN, BOB)
        for number in range(60):
            attempt_id = await at.dial()
            at.switch.answer(attempt_id)
            for _ in range(number % 7):
                await asyncio.sleep(0)
            at.switch.end(attempt_id)
            await at.settle()
        assert at.states() == {ANN: A.IDLE, BOB: A.IDLE}
        assert list(at.calls.live()) == []


async def test_a_leg_that_is_gone_gives_way_to_another_agent() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        await at.settle()
        await at.log_in(BOB)
        gone = leg(at)
        at.switch.lose()  # and its hang-up is not heard
        at.switch.end(gone)
        at.switch.restore()
        attempt_id = await at.answered()
        assert at.states() == {ANN: A.OFFLINE, BOB: A.TALKING}
        assert state(at, attempt_id) is CallState.TALKING


async def test_a_leg_that_is_gone_and_nobody_else_is_the_message_in_time() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        gone = leg(at)
        at.switch.lose()
        at.switch.end(gone)
        at.switch.restore()
        attempt_id = await at.answered()
        assert at.agent(ANN).state is A.OFFLINE
        await asyncio.sleep(1.9)
        assert at.prompts == [(attempt_id, "abandon")]
