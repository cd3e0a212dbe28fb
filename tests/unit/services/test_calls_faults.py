"""Live calls when things break: dead legs, strangers, lines taken back."""

import asyncio

from looked_at import leg
from node import ANN, BOB, MESSAGE_S, node

from dialer.domain.agentflow import AgentState
from dialer.domain.call_events import Bridged, CustomerLeft, HungUp
from dialer.domain.ids import AttemptId
from dialer.domain.outcome import Outcome
from dialer.ports import BridgeEnd, ConnectTo, HangUp, LetGo

VIRTUAL_TIME = True
A = AgentState


# -- legs that die ---------------------------------------------------------------------------


async def test_a_customer_joined_to_a_dead_phone_gets_another_agent_and_is_charged() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        await at.settle()
        await at.log_in(BOB)
        attempt_id = await at.answered()
        assert at.agent(ANN).state is A.TALKING
        await asyncio.sleep(3.0)
        at.switch.end(leg(at), 44)
        await at.settle()
        assert at.states() == {ANN: A.OFFLINE, BOB: A.TALKING}
        assert at.run().tally.abandoned == 1
        at.switch.end(attempt_id)
        await at.settle()
        end = at.end(attempt_id)
        assert (end.outcome, end.charged, end.agent_id) == (Outcome.CONNECTED, True, BOB)


async def test_a_customer_joined_to_a_dead_phone_with_nobody_else_gets_the_message() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        attempt_id = await at.answered()
        await asyncio.sleep(3.0)
        at.switch.end(leg(at), 44)
        await asyncio.sleep(0.2)
        assert at.prompts == [(attempt_id, "abandon")]
        await asyncio.sleep(MESSAGE_S)
        await at.settle()
        end = at.end(attempt_id)
        assert (end.outcome, end.charged) == (Outcome.ABANDONED, True)
        assert at.run().tally.abandoned == 1


async def test_a_phone_that_dies_in_a_talk_leaves_the_customer_told() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN, BOB)
        attempt_id = await at.answered()
        await asyncio.sleep(30)
        at.switch.end(leg(at), 44)
        await at.settle()
        assert at.prompts == [(attempt_id, "lost")]
        assert at.states() == {ANN: A.OFFLINE, BOB: A.IDLE}
        await asyncio.sleep(MESSAGE_S)
        await at.settle()
        end = at.end(attempt_id)
        assert (end.outcome, end.charged, end.ended_by) == (
            Outcome.CONNECTED,
            False,
            "agent_lost",
        )


async def test_a_phone_that_is_hung_up_ends_the_talk() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        attempt_id = await at.answered()
        await asyncio.sleep(1)
        at.switch.end(leg(at), 16)
        await at.settle()
        assert at.prompts == []
        end = at.end(attempt_id)
        assert (end.outcome, end.charged, end.ended_by) == (Outcome.CONNECTED, False, "agent")
        assert at.agent(ANN).state is A.OFFLINE


async def test_how_a_leg_left_is_waited_for_when_the_line_knows_first() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        at.lines_open = False
        attempt_id = await at.answered()
        await at.calls.customer_answered(attempt_id, at.clock.now())
        at.calls.handle(attempt_id, Bridged(at.clock.now()))
        await asyncio.sleep(10)
        asking = at.tasks.create_task(at.calls.bridge_returned(attempt_id, BridgeEnd.LEG_LEFT))
        await asyncio.sleep(0.1)
        at.switch.end(leg(at), 16)
        assert await asking == HangUp()


async def test_a_customer_who_leaves_while_that_is_waited_for_has_ended_the_call() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        at.lines_open = False
        attempt_id = await at.answered()
        await at.calls.customer_answered(attempt_id, at.clock.now())
        asking = at.tasks.create_task(at.calls.bridge_returned(attempt_id, BridgeEnd.LEG_LEFT))
        await asyncio.sleep(0.1)
        at.switch.end(attempt_id)
        assert await asking == HangUp()
        assert at.agent(ANN).state is A.IDLE


# -- what is not ours ------------------------------------------------------------------------


async def test_an_answer_nobody_knows_of_gets_the_message() -> None:
    async with node() as at:
        stranger = AttemptId("at-stranger")
        assert await at.calls.customer_answered(stranger, at.clock.now()) == LetGo("abandon")
        assert await at.calls.bridge_returned(stranger, BridgeEnd.LEG_LEFT) == HangUp()
        at.calls.line_closed(stranger)
        at.calls.end_talk(stranger)


async def test_the_do_not_call_key_enters_the_number_that_was_dialed() -> None:
    async with node() as at:
        await at.campaign()
        attempt_id = await at.answered()
        await at.calls.do_not_call(attempt_id, "+19999999999")
        number = at.switch.calls[0].number
        assert set(at.stores.tables.do_not_call) == {number}
        await at.calls.do_not_call("at-unknown", "+12025550177")
        await at.calls.do_not_call("at-unknown", "")
        assert set(at.stores.tables.do_not_call) == {number, "+12025550177"}


# -- taking lines back -----------------------------------------------------------------------


async def test_lines_that_rang_the_minimum_are_taken_back_and_younger_ones_ring_on() -> None:
    async with node() as at:
        await at.campaign(ring_min_s=15.0)
        await at.log_in(ANN)
        old = await at.dial()
        at.switch.ring(old)
        await asyncio.sleep(10)
        young = await at.dial()
        at.switch.ring(young)
        await asyncio.sleep(6)
        await at.agents.log_out(ANN)
        await at.settle()
        assert set(at.switch.channels) == {young}
        assert at.end(old).outcome is Outcome.CANCELLED
        at.switch.answer(young)
        await asyncio.sleep(1.9)
        assert at.prompts == [(young, "abandon")]


async def test_a_pause_takes_back_what_rang_long_enough_but_not_who_answered() -> None:
    async with node() as at:
        await at.campaign(ring_min_s=0.0)
        rings = await at.dial()
        at.switch.ring(rings)
        answered = await at.answered()
        assert await at.campaigns.pause("spring") == 1
        await at.settle()
        assert set(at.switch.channels) == {answered}


async def test_an_answer_in_the_instant_of_taking_back_is_charged() -> None:
    async with node() as at:
        await at.campaign(ring_min_s=0.0)
        attempt_id = await at.dial()
        at.switch.ring(attempt_id)
        assert await at.campaigns.pause("spring") == 1
        at.switch.answer(attempt_id)
        await at.settle()
        end = at.end(attempt_id)
        assert (end.outcome, end.charged) == (Outcome.ABANDONED, True)
        assert at.run().tally.abandoned == 1


async def test_without_a_session_the_line_is_taken_back_later() -> None:
    async with node() as at:
        await at.campaign(ring_min_s=0.0)
        attempt_id = await at.dial()
        at.switch.ring(attempt_id)
        at.switch.lose()
        await at.campaigns.pause("spring")
        assert attempt_id in at.switch.channels
        at.switch.restore()
        await at.reaper.after_loss()
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.CANCELLED


# -- facts -----------------------------------------------------------------------------------


async def test_the_changes_of_a_call_are_published_in_their_order() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        attempt_id = await at.dial()
        at.switch.ring(attempt_id)
        at.switch.answer(attempt_id)
        await at.settle()
        at.switch.end(attempt_id)
        await at.settle()
        told = [fact["state"] for fact in at.feed.of("call")]
        assert [one for index, one in enumerate(told) if one not in told[:index]] == [
            "ringing",
            "connecting",
            "talking",
            "ended",
        ]
        assert at.feed.of("call")[-1]["outcome"] == "connected"


async def test_events_of_calls_that_are_over_disturb_nobody() -> None:
    async with node() as at:
        await at.campaign()
        attempt_id = await at.answered()
        at.switch.end(attempt_id)
        await at.settle()
        at.calls.handle(attempt_id, Bridged(at.clock.now()))
        at.calls.handle(attempt_id, HungUp(16, "", at.clock.now()))
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.HUNG_UP_WAITING
        assert at.calls.lines("trunk") == 0


async def test_a_join_that_is_heard_of_after_the_customer_left_leaves_the_agent_to_the_pacer() -> (
    None
):
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        at.lines_open = False  # the line is this test's
        attempt_id = await at.dial()
        at.switch.answer(attempt_id)
        order = await at.calls.customer_answered(attempt_id, at.clock.now())
        assert isinstance(order, ConnectTo)
        at.calls.handle(attempt_id, CustomerLeft(at.clock.now()))
        assert at.agent(ANN).state is A.IDLE
        at.calls.handle(attempt_id, Bridged(at.clock.now()))
        at.switch.end(attempt_id)
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.CONNECTED
        assert at.agent(ANN).state is A.IDLE
        assert at.run().pacer.decide(at.clock.now()).expected_free_agents == 1.0


async def test_a_join_that_is_heard_of_after_the_agent_left_leaves_nobody_talking() -> None:
    async with node() as at:
        await at.campaign(mode="progressive")
        await at.log_in(ANN)
        at.lines_open = False  # the line is this test's
        attempt_id = await at.dial()
        at.switch.answer(attempt_id)
        await at.calls.customer_answered(attempt_id, at.clock.now())
        at.agents.leg_gone(leg(at), None)
        at.calls.handle(attempt_id, Bridged(at.clock.now()))
        at.switch.end(attempt_id)
        await at.settle()
        assert at.agent(ANN).state is A.OFFLINE
        at.sound()
        assert at.run().decide(at.clock.now()) == 0
        await at.log_in(ANN)
        assert at.run().decide(at.clock.now()) == 1
