"""The past is settled: after a start, a lost session or a restarted switch."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest
from looked_at import leg, state
from node import ANN, BOB, MESSAGE_S, NODE, SPRING, Node, node

from dialer.domain.agentflow import AgentState
from dialer.domain.callflow import CallState
from dialer.domain.events import LiveChannel
from dialer.domain.ids import AttemptId, new_leg_id
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput
from dialer.ports import LetGo
from dialer.testing.switch import MemorySwitch

VIRTUAL_TIME = True
A = AgentState


@asynccontextmanager
async def successor(old: Node) -> AsyncIterator[Node]:
    """Another engine on the same switch and record; the old one is dead and hears nothing."""
    old.switch.forget_everyone()
    async with asyncio.TaskGroup() as tasks:
        new = Node(tasks, stores=old.stores, switch=old.switch)
        recording = tasks.create_task(new.recorder.run())
        await new.stores.leads.release_all(NODE)
        await new.campaigns.load()
        new.calls.early_lines.settling()
        await new.reaper.at_start()
        new.calls.early_lines.settled()
        await new.settle()
        for run in new.campaigns.runs():
            await run.refill()
        new.seating.rehome()
        yield new
        new.sound()
        for channel_id in list(new.switch.channels):
            new.switch.end(channel_id)
        await new.settle()
        recording.cancel()


def ends(at: Node) -> dict[AttemptId, AttemptEnd | None]:
    return {key: entry.end for key, entry in at.stores.tables.attempts.items()}


# -- a start ---------------------------------------------------------------------------------


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


# -- a lost session --------------------------------------------------------------------------


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
        at.agents.switch_lost(at.clock.now())
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
