"""Supervisors who listen in: whom, in which way, until when, and what is noted."""

import asyncio

import pytest
from node import ANN, BOB
from supervised import SUES_PHONE, floor

from dialer.domain.agentflow import AgentState
from dialer.domain.ids import new_spy_id
from dialer.domain.supervision import ON_TALKS, EndedBy, SpyMode, SpyState
from dialer.errors import (
    BadInput,
    Denied,
    NoSuch,
    OutpaceError,
    StoreUnavailable,
    SwitchUnavailable,
    WrongState,
)

VIRTUAL_TIME = True


async def test_a_supervisor_listens_whispers_and_barges_in_on_one_phone_that_stays_up() -> None:
    async with floor() as at:
        attempt_id = await at.talk()
        spy = await at.supervise(SpyMode.LISTEN)
        assert (spy.call_id, spy.agent_id, spy.state) == (attempt_id, ANN, SpyState.THERE)
        assert at.spying.heard_by(spy.spy_id) == frozenset()
        again = await at.supervise(SpyMode.WHISPER)
        assert again.spy_id == spy.spy_id
        assert at.spying.heard_by(spy.spy_id) == {"agent"}
        await at.supervise(SpyMode.BARGE)
        assert at.spying.heard_by(spy.spy_id) == {"agent", "customer"}
        await at.supervision.stop(SUES_PHONE, by="sue")
        await at.node.settle()
        assert spy.spy_id not in at.node.switch.channels
        assert at.notes() == [
            ("sue", "supervise_listen", "listen"),
            ("sue", "supervise_whisper", "whisper"),
            ("sue", "supervise_barge", "barge"),
            ("sue", "supervise_end", "stopped"),
        ]


async def test_the_end_of_the_talk_ends_it_in_every_mode() -> None:
    for mode in ON_TALKS:
        async with floor() as at:
            attempt_id = await at.talk(wrap_up_limit_s=30.0)
            spy = await at.supervise(mode)
            at.node.switch.end(attempt_id)
            await at.node.settle()
            assert (spy.state, spy.ended_by) == (SpyState.ENDED, EndedBy.TALK_OVER)
            assert spy.spy_id not in at.node.switch.channels
            assert at.notes()[-1] == ("sue", "supervise_end", "talk_over")


async def test_a_whisper_goes_on_for_as_long_as_the_talk_because_it_is_prolonged() -> None:
    async with floor() as at:
        await at.talk()
        spy = await at.supervise(SpyMode.WHISPER)
        await asyncio.sleep(60)
        assert at.spying.heard_by(spy.spy_id) == {"agent"}


async def test_a_whisper_that_no_engine_prolongs_ends_by_itself() -> None:
    async with floor() as at:
        await at.talk()
        spy = await at.supervise(SpyMode.WHISPER)
        at.node.switch.lose()
        await asyncio.sleep(3.1)
        assert spy.spy_id not in at.node.switch.channels


async def test_nobody_listens_to_an_agent_who_has_no_customer() -> None:
    async with floor() as at:
        await at.node.campaign(wrap_up_limit_s=30.0)
        await at.node.log_in(ANN)
        with pytest.raises(WrongState, match="agent: 'ann' talks to nobody"):
            await at.supervise(SpyMode.LISTEN)
        attempt_id = await at.node.answered()
        at.node.switch.end(attempt_id)
        await at.node.settle()
        with pytest.raises(WrongState, match="wrap_up"):
            await at.supervise(SpyMode.WHISPER)
        assert at.notes() == []


async def test_who_listened_to_one_customer_does_not_hear_the_next() -> None:
    async with floor() as at:
        first = await at.talk()
        spy = await at.supervise(SpyMode.WHISPER)
        second = await at.node.dial()
        at.node.switch.ring(second)
        at.node.switch.answer(second)  # waits for Ann
        at.node.switch.end(first)
        await at.node.settle()
        assert at.node.agent(ANN).attempt_id == second
        assert spy.spy_id not in at.node.switch.channels


async def test_a_supervisor_who_hangs_up_changes_nothing_of_the_talk() -> None:
    async with floor() as at:
        attempt_id = await at.talk()
        spy = await at.supervise(SpyMode.BARGE)
        at.node.switch.end(spy.spy_id)
        await at.node.settle()
        assert spy.ended_by is EndedBy.HUNG_UP
        assert at.node.agent(ANN).attempt_id == attempt_id
        assert attempt_id in at.node.switch.channels


async def test_a_phone_that_is_not_there_or_busy_or_silent_is_a_clear_error() -> None:
    async with floor() as at:
        await at.talk()
        with pytest.raises(WrongState, match="phone: '1009' could not be called: it is not reg"):
            await at.supervise(SpyMode.LISTEN, phone="1009")
        at.node.switch.busy_phones.add("1010")
        with pytest.raises(WrongState, match="phone: '1010' is busy"):
            await at.supervise(SpyMode.LISTEN, phone="1010")
        at.node.switch.phones.add("1011")
        at.node.switch.silent_phones.add("1011")
        with pytest.raises(WrongState, match="phone: '1011' did not answer"):
            await at.supervise(SpyMode.LISTEN, phone="1011")
        await at.node.settle()
        assert list(at.supervision.live()) == []
        assert at.notes()[-1] == ("sue", "supervise_end", "not_reached")
        assert not [key for key in at.node.switch.channels if key.startswith("sv-")]


async def test_the_phone_of_an_agent_who_is_logged_in_is_not_taken() -> None:
    async with floor() as at:
        await at.talk()
        await at.node.log_in(BOB)
        for phone in (ANN, BOB):
            with pytest.raises(WrongState, match="logged in as an agent"):
                await at.supervise(SpyMode.LISTEN, phone=phone)


async def test_a_phone_is_one_supervisors_and_behind_one_talk() -> None:
    async with floor() as at:
        await at.talk()
        await at.supervise(SpyMode.LISTEN)
        with pytest.raises(WrongState, match="is used by sue"):
            await at.supervise(SpyMode.BARGE, by="tom")
        with pytest.raises(WrongState, match="is in listen with 'ann'"):
            await at.supervision.supervise(SpyMode.LISTEN, BOB, SUES_PHONE, by="sue")
        assert [spy.mode for spy in at.supervision.live()] == [SpyMode.LISTEN]


async def test_what_cannot_be_noted_is_not_begun_and_not_turned() -> None:
    async with floor() as at:
        await at.talk()
        at.node.stores.audit.away = True
        with pytest.raises(StoreUnavailable):
            await at.supervise(SpyMode.LISTEN)
        assert not [key for key in at.node.switch.channels if key.startswith("sv-")]
        at.node.stores.audit.away = False
        spy = await at.supervise(SpyMode.LISTEN)
        at.node.stores.audit.away = True
        with pytest.raises(StoreUnavailable):
            await at.supervise(SpyMode.BARGE)
        assert at.spying.heard_by(spy.spy_id) == frozenset()


async def test_an_end_is_noted_once_the_database_is_back() -> None:
    async with floor() as at:
        attempt_id = await at.talk()
        await at.supervise(SpyMode.LISTEN)
        at.node.stores.audit.away = True
        ended_at = at.node.clock.now()
        at.node.switch.end(attempt_id)
        await asyncio.sleep(5)
        assert at.notes() == [("sue", "supervise_listen", "listen")]
        at.node.stores.audit.away = False
        await asyncio.sleep(2)
        assert at.notes()[-1] == ("sue", "supervise_end", "talk_over")
        noted_at = at.node.stores.tables.audit[-1][0]
        assert noted_at == pytest.approx(ended_at, abs=0.1)


async def test_a_call_that_the_rules_close_is_not_listened_to() -> None:
    async with floor() as at:
        await at.talk(record=False)  # nothing is known of its ground
        with pytest.raises(Denied, match="may not be listened to"):
            await at.supervise(SpyMode.LISTEN)
        assert at.notes() == []


async def test_a_supervisor_takes_over_and_the_agent_is_free_for_the_next_customer() -> None:
    async with floor() as at:
        attempt_id = await at.talk()
        spy = await at.supervision.take_over(ANN, SUES_PHONE, by="sue")
        await at.node.settle()
        flow = at.node.calls.flow(attempt_id)
        assert flow is not None
        assert (flow.leg_id, flow.agent_id) == (spy.spy_id, None)
        assert at.node.agent(ANN).state is AgentState.IDLE
        second = await at.node.answered()
        assert at.node.agent(ANN).attempt_id == second
        at.node.switch.end(attempt_id)
        await at.node.settle()
        assert (spy.ended_by, at.node.agent(ANN).attempt_id) == (EndedBy.TALK_OVER, second)
        assert at.node.end(attempt_id).agent_id == ANN
        assert [what for _, _, what in at.notes()] == ["listen", "take", "talk_over"]


async def test_a_supervisor_who_took_over_does_not_turn_back_and_is_stopped_with_the_talk() -> None:
    async with floor() as at:
        attempt_id = await at.talk()
        await at.supervise(SpyMode.BARGE)
        await at.supervision.take_over(ANN, SUES_PHONE, by="sue")
        await at.node.settle()
        with pytest.raises(WrongState, match="is in take with 'ann'"):
            await at.supervise(SpyMode.LISTEN)
        await at.supervision.stop(SUES_PHONE, by="sue")
        await asyncio.sleep(1)
        await at.node.settle()
        assert at.node.end(attempt_id).talk_ended_at is not None
        assert list(at.supervision.live()) == []


async def test_nobody_is_coached_in_a_talk() -> None:
    async with floor() as at:
        await at.talk()
        with pytest.raises(BadInput, match="mode: coach is for an agent without a customer"):
            await at.supervise(SpyMode.COACH)


async def test_another_tenants_talk_does_not_exist() -> None:
    async with floor() as at:
        await at.talk()
        with pytest.raises(NoSuch):
            await at.supervise(SpyMode.LISTEN, tenant="other")
        await at.supervise(SpyMode.LISTEN, tenant="main")
        with pytest.raises(WrongState):
            await at.supervision.stop(SUES_PHONE, by="eve", tenant="other")


async def test_a_talk_that_ends_while_the_phone_rings_is_not_listened_to() -> None:
    async with floor() as at:
        attempt_id = await at.talk()
        at.node.switch.phones.add("1011")
        at.node.switch.silent_phones.add("1011")
        found: list[OutpaceError] = []

        async def ask() -> None:
            try:
                await at.supervise(SpyMode.LISTEN, phone="1011")
            except OutpaceError as error:
                found.append(error)

        asking = at.node.tasks.create_task(ask())
        await at.node.settle()
        at.node.switch.end(attempt_id)
        await asking
        assert [str(error) for error in found] == [
            "agent: the talk ended meanwhile; wait for the next one"
        ]
        await at.node.settle()
        assert not [key for key in at.node.switch.channels if key.startswith("sv-")]


async def test_without_a_session_nothing_is_begun_and_what_there_was_is_forgotten() -> None:
    async with floor() as at:
        await at.talk()
        spy = await at.supervise(SpyMode.LISTEN)
        at.node.switch.lose()
        assert spy.ended_by is EndedBy.SWITCH_LOST
        with pytest.raises(SwitchUnavailable):
            await at.supervise(SpyMode.LISTEN, phone="1006")
        assert list(at.supervision.live()) == []


async def test_a_phone_whose_session_was_lost_is_hung_up_when_there_is_one_again() -> None:
    async with floor() as at:
        await at.talk()
        spy = await at.supervise(SpyMode.LISTEN)
        at.node.switch.lose()
        at.node.switch.restore()
        assert spy.spy_id in at.node.switch.channels
        await at.node.reaper.after_loss()
        await at.node.settle()
        assert spy.spy_id not in at.node.switch.channels


async def test_a_phone_that_an_engine_before_us_left_is_hung_up_at_the_start() -> None:
    async with floor() as at:
        spy_id = new_spy_id()
        at.node.switch.call_phone(spy_id, SUES_PHONE)
        await at.node.settle()
        await at.node.reaper.at_start()
        await at.node.settle()
        assert spy_id not in at.node.switch.channels
