"""The past is settled: after a start, a lost session or a restarted switch."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from looked_at import leg, state
from node import ANN, BOB, NODE, SPRING, node
from successors import ends, successor

from dialer.domain.agentflow import AgentState
from dialer.domain.callflow import CallState
from dialer.domain.events import LiveChannel
from dialer.domain.ids import AttemptId, new_leg_id
from dialer.domain.lead import Attempt
from dialer.domain.outcome import Outcome
from dialer.testing.switch import MemorySwitch

VIRTUAL_TIME = True
A = AgentState


async def test_with_nothing_left_behind_there_is_nothing_to_do() -> None:
    async with node() as at:
        begun = at.clock.now()
        await at.reaper.at_start()
        assert at.clock.now() == begun


async def test_a_talk_goes_on_under_the_next_engine_with_its_agent() -> None:
    async with node() as old:
        await old.campaign(wrap_up_limit_s=30.0)
        await old.log_in(ANN)
        attempt_id = await old.answered()
        await asyncio.sleep(5)
        await old.settle()
        async with successor(old) as at:
            assert state(at, attempt_id) is CallState.TALKING
            assert (at.agent(ANN).state, at.agent(ANN).attempt_id) == (A.TALKING, attempt_id)
            assert at.agents.of_leg(leg(at)) is at.agent(ANN)
            at.switch.end(attempt_id)
            await at.settle()
            end = at.end(attempt_id)
            assert (end.outcome, end.agent_id) == (Outcome.CONNECTED, ANN)
            assert at.agent(ANN).state is A.WRAP_UP


class MovesAfterALook(MemorySwitch):
    """Does something right after it has listed its channels, before anybody has read the list."""

    def __init__(self, old: MemorySwitch) -> None:
        self.__dict__.update(old.__dict__)
        self.then: list[Callable[[], None]] = []

    async def live_channels(self) -> list[LiveChannel]:
        found = await super().live_channels()
        while self.then:
            self.then.pop(0)()
        return found


async def test_a_call_that_ends_between_the_look_and_its_adoption_has_an_end() -> None:
    async with node() as old:
        await old.campaign()
        await old.log_in(ANN)
        attempt_id = await old.answered()
        old.switch = moving = MovesAfterALook(old.switch)
        moving.then.append(lambda: moving.end(attempt_id))
        async with successor(old) as at:
            assert state(at, attempt_id) is None
            assert at.end(attempt_id).outcome is Outcome.CONNECTED
            assert at.agent(ANN).state is A.IDLE


class LeavesItsBridge(MovesAfterALook):
    """Lists customers and agents as they are in the instant of leaving each other."""

    async def live_channels(self) -> list[LiveChannel]:
        return [replace(channel, bridge_id="") for channel in await super().live_channels()]


async def test_a_talk_that_ends_in_the_instant_of_the_look_was_one_all_the_same() -> None:
    async with node() as old:
        await old.campaign()
        await old.log_in(ANN)
        attempt_id = await old.answered()
        await asyncio.sleep(5)
        await old.settle()
        old.switch = leaving = LeavesItsBridge(old.switch)
        async with successor(old) as at:
            assert state(at, attempt_id) is CallState.TALKING
            leaving.end(attempt_id)
            await at.settle()
            end = at.end(attempt_id)
            assert (end.outcome, end.charged) == (Outcome.CONNECTED, False)
            assert at.agent(ANN).state is not A.TALKING


async def test_a_leg_that_ends_between_the_look_and_its_adoption_is_nobodys() -> None:
    async with node() as old:
        await old.campaign()
        await old.log_in(ANN)
        await old.settle()
        leg_id = leg(old)
        old.switch = moving = MovesAfterALook(old.switch)
        moving.then.append(lambda: moving.end(leg_id))
        async with successor(old) as at:
            assert at.agent(ANN).state is A.OFFLINE


async def test_who_answers_while_the_past_is_settled_waits_for_it_and_gets_an_agent() -> None:
    async with node() as old:
        await old.campaign()
        await old.log_in(ANN)
        attempt_id = await old.dial()
        old.switch.ring(attempt_id)
        old.switch = moving = MovesAfterALook(old.switch)
        moving.then.append(lambda: moving.answer(attempt_id))
        async with successor(old) as at:
            assert state(at, attempt_id) is CallState.TALKING
            assert at.agent(ANN).state is A.TALKING


async def test_another_nodes_calls_are_left_to_it() -> None:
    async with node() as old:
        await old.campaign()
        lead = old.run().hopper.take()
        theirs = Attempt(
            AttemptId(f"at-{7:026}"), SPRING, lead.lead_id, lead.number, "trunk", 1.0, engine=NODE
        )
        await old.stores.attempts.record_dialed([theirs])
        entry = old.stores.tables.attempts[theirs.attempt_id]
        entry.attempt = replace(theirs, engine="another")
        async with successor(old) as at:
            await asyncio.sleep(5)
            assert ends(at)[theirs.attempt_id] is None


async def test_an_idle_agent_is_taken_over_and_served_the_next_customer() -> None:
    async with node() as old:
        await old.campaign()
        await old.log_in(ANN)
        await old.settle()
        async with successor(old) as at:
            assert at.agent(ANN).state is A.IDLE
            attempt_id = await at.answered()
            assert state(at, attempt_id) is CallState.TALKING


async def test_a_paused_agent_stays_paused() -> None:
    async with node() as old:
        await old.campaign()
        await old.log_in(ANN)
        await old.agents.pause(ANN)
        async with successor(old) as at:
            assert at.agent(ANN).state is A.PAUSED


async def test_an_agent_whose_leg_is_gone_is_not_there() -> None:
    async with node() as old:
        await old.campaign()
        await old.log_in(ANN)
        await old.settle()
        gone = leg(old)
        old.switch.lose()
        old.switch.end(gone)
        old.switch.restore()
        async with successor(old) as at:
            assert at.states() == {}


async def test_a_line_that_rings_is_taken_over_and_its_answer_served() -> None:
    async with node() as old:
        await old.campaign()
        await old.log_in(ANN)
        attempt_id = await old.dial()
        old.switch.ring(attempt_id)
        await old.settle()
        async with successor(old) as at:
            assert state(at, attempt_id) is CallState.DIALING
            at.switch.answer(attempt_id)
            await at.settle()
            assert state(at, attempt_id) is CallState.TALKING


async def test_who_answered_while_no_engine_was_there_is_in_the_dialplans_hands() -> None:
    async with node() as old:
        await old.campaign()
        old.lines_open = False
        attempt_id = await old.answered()
        async with successor(old) as at:
            assert state(at, attempt_id) is CallState.LETTING_GO
            at.switch.end(attempt_id)
            await at.settle()
            end = at.end(attempt_id)
            assert (end.outcome, end.charged) == (Outcome.ABANDONED, True)


async def test_what_ended_meanwhile_is_closed_from_the_journal() -> None:
    async with node() as old:
        await old.campaign(leads=20)
        await old.log_in(ANN)
        talk, busy, left = await old.answered(), await old.dial(), await old.answered()
        lost = await old.dial()
        await old.settle()
        old.switch.forget_everyone()
        old.switch.end(talk)
        old.switch.end(busy, 17, "486")
        old.switch.end(left)
        old.switch.channels.pop(lost)  # and nobody knows how
        async with successor(old) as at:
            outcomes = {key: end.outcome for key, end in ends(at).items() if end is not None}
            assert outcomes == {
                talk: Outcome.CONNECTED,
                busy: Outcome.BUSY,
                left: Outcome.HUNG_UP_WAITING,
                lost: Outcome.LOST,
            }
            assert at.end(talk).agent_id == ANN
            assert list(at.calls.live()) == []
            assert at.run().live == set()


async def test_whom_the_dialplan_let_go_meanwhile_is_charged() -> None:
    async with node() as old:
        await old.campaign()
        old.lines_open = False
        attempt_id = await old.answered()
        old.switch.forget_everyone()
        old.switch.note("LET_GO", attempt_id)
        old.switch.end(attempt_id)
        async with successor(old) as at:
            end = at.end(attempt_id)
            assert (end.outcome, end.charged) == (Outcome.ABANDONED, True)


@pytest.mark.parametrize("ended", [True, False])
async def test_a_message_that_was_begun_on_a_machine_makes_it_one(ended: bool) -> None:
    async with node() as old:
        await old.campaign()
        await old.log_in(ANN)
        attempt_id = await old.answered()
        await old.settle()
        old.switch.forget_everyone()
        old.switch.part(leg(old))
        old.switch.note("MESSAGE_LEFT", attempt_id)
        if ended:
            old.switch.end(attempt_id)
        async with successor(old) as at:
            if not ended:
                assert state(at, attempt_id) is CallState.LEAVING_MESSAGE
                at.switch.end(attempt_id)
                await at.settle()
            end = at.end(attempt_id)
            assert (end.outcome, end.agent_id, end.charged) == (Outcome.MACHINE, ANN, False)


async def test_nothing_is_called_lost_before_the_old_session_is_gone_and_two_looks_agree() -> None:
    async with node() as old:
        await old.campaign()
        attempt_id = await old.dial()
        attempt = old.switch.calls[0]
        channel = old.switch.channels.pop(attempt_id)  # written to the socket, not dialed yet
        old.switch.other_sessions = 1
        old.switch.forget_everyone()
        begun = old.clock.now()
        loop = asyncio.get_running_loop()
        loop.call_later(3.0, setattr, old.switch, "other_sessions", 0)
        loop.call_later(3.7, old.switch.channels.__setitem__, attempt_id, channel)
        async with successor(old) as at:
            assert at.clock.now() - begun >= 4.0
            assert state(at, attempt_id) is CallState.DIALING
            assert ends(at) == {attempt_id: None}
            assert at.switch.calls == [attempt]  # and nothing was dialed again


async def test_a_leg_that_nobody_knows_is_hung_up() -> None:
    async with node() as old:
        await old.campaign()
        await old.log_in(ANN)
        await old.settle()
        stray = new_leg_id()
        old.switch.call_agent(stray, BOB)
        await old.settle()
        async with successor(old) as at:
            assert set(at.switch.channels) == {leg(at)}


async def test_what_is_closed_from_the_past_does_not_move_the_pacer() -> None:
    async with node() as old:
        await old.campaign()
        attempt_id = await old.dial()
        old.switch.forget_everyone()
        old.switch.end(attempt_id, 17)
        async with successor(old) as at:
            assert (at.run().tally.dialed, at.run().tally.ended) == (0, 0)
