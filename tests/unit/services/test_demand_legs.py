"""Phones that are called for each customer: who is joined, who is told, and that no leg is left."""

import asyncio

import pytest
from looked_at import on_record, state
from node import ANN, BOB, CID, node
from on_demand import called_on_demand, demand_node, legs

from dialer.domain.agentflow import AgentState
from dialer.domain.alerts import AlertKind
from dialer.domain.callflow import LET_GO_AFTER_S, CallState
from dialer.domain.ids import AttemptId
from dialer.domain.outcome import Outcome
from dialer.errors import WrongState
from dialer.services.demand_legs import RING_S
from dialer.services.phone_watch import PhoneWatch

VIRTUAL_TIME = True
A, S = AgentState, CallState


def ring_only(phones: set[str], *names: str) -> None:
    """Have phones ring, and nobody answer them."""
    phones.update(names)


# -- the log-in ------------------------------------------------------------------------------


async def test_the_log_in_calls_nobody_and_the_agent_is_idle() -> None:
    async with demand_node() as at:
        assert (at.agent(ANN).state, at.agent(ANN).leg_id) == (A.IDLE, None)
        assert at.switch.channels == {}
        assert (await on_record(at)).state == "idle"
        with pytest.raises(WrongState, match="is idle already"):
            await at.log_in(ANN)
        await at.agents.log_out(ANN)
        assert at.agent(ANN).state is A.OFFLINE


async def test_a_phone_that_is_not_registered_is_refused_at_the_log_in() -> None:
    async with node() as at:
        await at.campaign()
        await called_on_demand(at, ANN)
        at.switch.phones.discard(ANN)
        with pytest.raises(WrongState, match="the phone of 'ann' is not registered") as caught:
            await at.log_in(ANN)
        assert caught.value.field == "agent"
        assert at.agents.find(ANN) is None
        at.switch.phones.add(ANN)
        await at.log_in(ANN)
        assert at.agent(ANN).state is A.IDLE


@pytest.mark.parametrize("paused", [False, True])
async def test_whose_phone_is_gone_between_talks_is_offline(paused: bool) -> None:
    async with demand_node(BOB) as at:
        if paused:
            await at.agents.pause(ANN)
        at.switch.phone_changed(ANN, reachable=False)
        await at.settle()
        assert at.states() == {ANN: A.OFFLINE, BOB: A.IDLE}
        assert at.agent(ANN).reason == "phone lost"


async def test_a_phone_that_registers_from_elsewhere_is_not_lost() -> None:
    async with demand_node() as at:
        at.switch.phone_changed(ANN, reachable=False)
        at.switch.phone_changed(ANN, reachable=True)
        await at.settle()
        assert at.agent(ANN).state is A.IDLE


# -- a customer ------------------------------------------------------------------------------


async def test_the_phone_is_called_for_the_customer_and_hung_up_after_the_talk() -> None:
    async with demand_node() as at:
        attempt_id = await at.answered()
        assert state(at, attempt_id) is S.TALKING
        assert legs(at) == [at.agent(ANN).leg_id]
        assert at.agent(ANN).state is A.TALKING
        at.switch.end(attempt_id)
        await at.settle()
        assert (at.agent(ANN).state, at.agent(ANN).leg_id) == (A.WRAP_UP, None)
        assert at.switch.channels == {}
        end = at.end(attempt_id)
        assert (end.outcome, end.agent_id, end.charged) == (Outcome.CONNECTED, ANN, False)
        await at.agents.ready(ANN)
        second = await at.answered()
        assert state(at, second) is S.TALKING


async def test_a_customer_who_waits_is_joined_once_the_last_leg_is_gone() -> None:
    async with demand_node(wrap_up_limit_s=0.0) as at:
        first = await at.answered()
        second = await at.answered()
        old = at.agent(ANN).leg_id
        assert state(at, second) is S.WAITING
        at.switch.end(first)
        await at.settle()
        assert state(at, second) is S.TALKING
        assert legs(at) == [at.agent(ANN).leg_id]
        assert at.agent(ANN).leg_id != old


async def test_a_phone_that_does_not_answer_is_told_and_the_next_agent_takes_the_person() -> None:
    async with demand_node() as at:
        watch = PhoneWatch(at.agents, at.clock, reaches=lambda _name: True)
        ring_only(at.switch.silent_phones, ANN)
        attempt_id = await at.answered()
        await at.log_in(BOB)
        assert (at.agent(ANN).state, state(at, attempt_id)) == (A.RESERVED, S.WAITING)
        await asyncio.sleep(RING_S)
        await at.settle()
        assert (at.agent(ANN).state, at.agent(ANN).reason) == (A.PAUSED, "phone did not answer")
        assert state(at, attempt_id) is S.TALKING
        assert legs(at) == [at.agent(BOB).leg_id]
        (alert,) = watch.now(at.clock.now())
        assert (alert.kind, alert.subject) == (AlertKind.PHONE_NOT_REACHED, ANN)
        await at.agents.resume(ANN)
        assert list(watch.now(at.clock.now())) == []
        at.switch.end(attempt_id)
        await at.settle()
        assert (at.end(attempt_id).agent_id, at.end(attempt_id).charged) == (BOB, False)


async def test_after_a_phone_that_did_not_answer_a_leg_that_stands_goes_first() -> None:
    async with demand_node(BOB) as at:
        ring_only(at.switch.silent_phones, ANN, BOB)
        attempt_id = await at.answered()
        await at.log_in(CID)  # idle for less long than Bob
        await asyncio.sleep(RING_S)
        await at.settle()
        assert at.states() == {ANN: A.PAUSED, BOB: A.IDLE, CID: A.TALKING}
        assert state(at, attempt_id) is S.TALKING


async def test_with_nobody_else_the_message_plays_in_time() -> None:
    async with demand_node(BOB) as at:
        ring_only(at.switch.silent_phones, ANN, BOB)
        attempt_id = await at.answered()
        await asyncio.sleep(LET_GO_AFTER_S - 0.01)
        assert at.prompts == []
        assert at.states() == {ANN: A.PAUSED, BOB: A.RESERVED}
        await asyncio.sleep(0.02)
        assert at.prompts == [(attempt_id, "abandon")]
        await at.settle()
        assert at.states() == {ANN: A.PAUSED, BOB: A.IDLE}  # whose phone rang for .3 s only
        assert legs(at) == []
        at.switch.end(attempt_id)
        await at.settle()
        assert at.end(attempt_id).charged


async def test_a_phone_that_is_busy_costs_the_person_no_time() -> None:
    async with demand_node() as at:
        at.switch.busy_phones.add(ANN)
        await at.log_in(BOB)
        attempt_id = await at.answered()
        assert at.states() == {ANN: A.PAUSED, BOB: A.TALKING}
        assert state(at, attempt_id) is S.TALKING


async def test_a_customer_who_leaves_while_the_phone_rings_leaves_no_channel() -> None:
    async with demand_node() as at:
        ring_only(at.switch.silent_phones, ANN)
        attempt_id = await at.answered()
        assert len(legs(at)) == 1
        at.switch.end(attempt_id)
        await at.settle()
        assert at.switch.channels == {}
        assert (at.agent(ANN).state, at.agent(ANN).leg_id) == (A.IDLE, None)
        assert at.end(attempt_id).outcome is Outcome.HUNG_UP_WAITING
        await asyncio.sleep(RING_S)
        assert at.agent(ANN).state is A.IDLE


async def test_who_wants_to_log_out_does_so_after_a_phone_that_did_not_answer() -> None:
    async with demand_node() as at:
        ring_only(at.switch.silent_phones, ANN)
        await at.answered()
        await at.agents.log_out(ANN)
        assert at.agent(ANN).state is A.RESERVED
        await asyncio.sleep(RING_S + 0.01)
        assert at.agent(ANN).state is A.OFFLINE


# -- the end of a leg ------------------------------------------------------------------------


async def test_an_agent_who_hangs_up_the_phone_ends_the_talk_and_stays() -> None:
    async with demand_node() as at:
        attempt_id = await at.answered()
        await asyncio.sleep(20)
        at.switch.end(legs(at)[0], 16)
        await at.settle()
        assert at.end(attempt_id).ended_by == "agent"
        assert (at.agent(ANN).state, at.agent(ANN).leg_id) == (A.WRAP_UP, None)
        assert at.switch.channels == {}


async def test_a_phone_that_is_lost_in_a_talk_takes_its_agent_along() -> None:
    async with demand_node() as at:
        attempt_id = await at.answered()
        await asyncio.sleep(20)
        at.switch.end(legs(at)[0], 44)
        await at.settle()
        assert (at.agent(ANN).state, at.agent(ANN).reason) == (A.OFFLINE, "phone lost")
        assert at.prompts == [(attempt_id, "lost")]


async def test_who_puts_the_phone_down_before_the_talk_pauses() -> None:
    async with demand_node() as at:
        at.agents.reserve(at.agent(ANN), AttemptId("at-customer"))
        assert await at.agents.demand.brought(at.agent(ANN))
        gone = at.agent(ANN).leg_id
        assert gone is not None
        at.switch.end(gone, 16)
        at.agents.leg_gone(gone, None)  # the join found nobody
        at.agents.freed(gone, wrap_up_s=0.0)
        assert (at.agent(ANN).state, at.agent(ANN).reason) == (A.PAUSED, "phone hung up")
        await at.agents.resume(ANN)
        assert state(at, await at.answered()) is S.TALKING


async def test_a_registration_that_is_lost_in_a_talk_ends_it_not_but_the_day() -> None:
    async with demand_node() as at:
        attempt_id = await at.answered()
        at.switch.phone_changed(ANN, reachable=False)
        await at.settle()
        assert state(at, attempt_id) is S.TALKING
        at.switch.end(attempt_id)
        await at.settle()
        assert (at.agent(ANN).state, at.agent(ANN).reason) == (A.OFFLINE, "phone lost")


async def test_a_session_that_is_lost_while_the_phone_rings_is_nobodys_fault() -> None:
    async with demand_node() as at:
        ring_only(at.switch.silent_phones, ANN)
        attempt_id = await at.answered()
        (ringing,) = legs(at)
        at.switch.lose()
        at.agents.returns.switch_lost(at.clock.now())
        assert at.agent(ANN).state is A.IDLE
        at.switch.answer(ringing)  # all the same
        at.switch.restore()
        await at.reaper.after_loss()
        await at.settle()
        (again,) = legs(at)  # for the person who waits still
        assert again != ringing
        at.switch.end(attempt_id)
        await at.settle()
        assert legs(at) == []
        assert at.agent(ANN).state is A.IDLE


async def test_without_a_session_nobody_is_reserved_whose_phone_would_have_to_be_called() -> None:
    async with demand_node() as at:
        at.switch.lose()
        assert not at.agents.reserve(at.agent(ANN), AttemptId("at-customer"))
        assert not at.agents.hold(at.agent(ANN))
        given: list[str] = []
        at.seating.seek(
            AttemptId("at-c"), at.run().campaign.campaign_id, 0.0, lambda a, _: given.append(a)
        )
        assert (given, at.seating.waiting, at.agent(ANN).state) == ([], 1, A.IDLE)
