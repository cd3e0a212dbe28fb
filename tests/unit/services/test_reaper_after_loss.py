"""What is settled after a session with the switch was lost."""

import asyncio
from contextlib import suppress

import pytest
from looked_at import state
from node import ANN, BOB, MESSAGE_S, node
from successors import ends, successor

from dialer.domain.agentflow import AgentState
from dialer.domain.callflow import CallState
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput
from dialer.ports import LetGo

VIRTUAL_TIME = True
A = AgentState


async def test_calls_that_go_on_are_left_alone() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        talk, rings = await at.answered(), await at.dial()
        at.switch.lose()
        await asyncio.sleep(2)
        at.switch.restore()
        await at.reaper.after_loss()
        assert state(at, talk) is CallState.TALKING
        assert state(at, rings) is CallState.DIALING
        assert at.agent(ANN).state is A.TALKING


async def test_a_talk_that_ended_meanwhile_frees_its_agent_and_is_booked() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        at.lines_open = False
        attempt_id = await at.answered()
        order = await at.calls.customer_answered(attempt_id, at.clock.now())
        joined = at.tasks.create_task(at.carry_out(attempt_id, order))
        await at.settle()
        at.switch.lose()
        joined.cancel()  # and the line's handler died with the old Asterisk
        at.switch.end(attempt_id)
        at.switch.restore()
        await at.reaper.after_loss()
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.CONNECTED
        assert at.agent(ANN).state is A.IDLE


async def test_a_join_whose_event_was_lost_is_seen() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        at.lines_open = False
        attempt_id = await at.answered()
        order = await at.calls.customer_answered(attempt_id, at.clock.now())
        at.switch.lose()
        at.tasks.create_task(at.carry_out(attempt_id, order))
        await at.settle()
        assert state(at, attempt_id) is CallState.CONNECTING
        at.switch.restore()
        await at.reaper.after_loss()
        assert state(at, attempt_id) is CallState.TALKING
        assert at.agent(ANN).state is A.TALKING


async def test_an_agent_whose_leg_is_gone_is_called_again_if_the_phone_is_there() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN, BOB)
        at.switch.restart()
        at.agents.returns.switch_lost(at.clock.now())
        at.switch.phones.discard(BOB)
        at.switch.restore()
        await at.reaper.after_loss()
        await at.settle()
        assert at.states() == {ANN: A.IDLE, BOB: A.OFFLINE}


async def test_calls_that_a_restart_took_are_booked_and_nothing_is_dialed_again() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        talk, rings = await at.answered(), await at.dial()
        dialed = list(at.switch.calls)
        at.switch.restart()
        at.switch.restore()
        await at.reaper.after_loss()
        await at.settle()
        assert at.end(talk).outcome is Outcome.CONNECTED
        assert at.end(rings).outcome is Outcome.LOST
        assert at.switch.calls == dialed
        assert list(at.calls.live()) == []


async def test_an_originate_that_is_dialed_only_now_is_not_lost() -> None:
    async with node() as at:
        await at.campaign()
        attempt_id = await at.dial()
        channel = at.switch.channels.pop(attempt_id)
        at.switch.lose()
        at.switch.restore()
        loop = asyncio.get_running_loop()
        loop.call_later(0.7, at.switch.channels.__setitem__, attempt_id, channel)
        await at.reaper.after_loss()
        assert state(at, attempt_id) is CallState.DIALING


@pytest.mark.parametrize("answers", [False, True])
async def test_every_attempt_has_one_end_whatever_breaks_in_between(answers: bool) -> None:
    async with node() as at:
        await at.campaign(leads=20)
        await at.log_in(ANN, BOB)
        for number in range(12):
            attempt_id = await at.dial()
            if answers:
                at.switch.answer(attempt_id)
            if number % 3 == 0:
                at.switch.lose()
            if number % 2 == 0:
                at.switch.end(attempt_id)
            if number % 3 == 0:
                at.switch.restore()
                await at.reaper.after_loss()
            await at.settle()
        await asyncio.sleep(MESSAGE_S + 30)
        for attempt_id in list(at.switch.channels):
            if attempt_id.startswith("at-"):
                at.switch.end(attempt_id)
        await at.settle()
        assert all(end is not None for end in ends(at).values())
        assert set(at.states().values()) == {A.IDLE}
        assert at.run().tally.ended == 12


async def test_a_leg_that_came_up_while_nobody_listened_is_there() -> None:
    async with node() as at:
        await at.campaign()

        async def log_in() -> None:
            with suppress(BadInput):
                await at.log_in(ANN)

        logging_in = at.tasks.create_task(log_in())
        await asyncio.sleep(0)
        at.switch.lose()
        await asyncio.sleep(0.5)  # the phone answers
        at.switch.restore()
        await at.reaper.after_loss()
        await logging_in
        assert at.agent(ANN).state is A.IDLE


async def test_the_do_not_call_key_pressed_with_no_engine_there_is_booked_from_the_journal() -> (
    None
):
    async with node() as old:
        await old.campaign()
        old.lines_open = False
        attempt_id = await old.answered()
        old.switch.forget_everyone()
        old.switch.note("LET_GO", attempt_id)
        old.switch.note("DO_NOT_CALL", attempt_id)
        old.switch.end(attempt_id)
        async with successor(old) as at:
            assert set(at.stores.tables.do_not_call) == {at.switch.calls[0].number}


async def test_a_line_that_asks_after_its_call_was_adopted_as_let_go_is_told_at_once() -> None:
    async with node() as old:
        await old.campaign()
        old.lines_open = False
        attempt_id = await old.answered()
        async with successor(old) as at:
            async with asyncio.timeout(1.0):
                order = await at.calls.customer_answered(attempt_id, at.clock.now())
            assert order == LetGo("abandon")
