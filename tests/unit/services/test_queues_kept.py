"""Queues beside an engine that dies, a session that is lost, and whoever looks at them."""

import pytest
from hall import Hall
from node import ANN, node
from successors import successor

from dialer.domain.agentflow import AgentState
from dialer.domain.events import ChannelHungUp
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput
from dialer.ports import BridgeEnd
from dialer.services.control import Control
from dialer.testing.inbound_line import MemoryLine

VIRTUAL_TIME = True


# -- an engine that dies, and a session that is lost -----------------------------------------


async def test_a_successor_takes_the_talk_over_and_frees_the_agent_when_it_ends() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(wrap_up_limit_s=12.0)
        await at.log_in(ANN)
        caller = await hall.call()
        assert hall.talks_with(ANN) == caller.call_id
        await at.settle()
        async with successor(at) as later:
            agent = later.agent(ANN)
            assert agent.state is AgentState.TALKING
            assert str(agent.attempt_id) == caller.call_id
            at.switch.end(caller.call_id)
            await later.settle()
            assert later.agent(ANN).state is AgentState.WRAP_UP
            assert later.agent(ANN).wrap_up_until == pytest.approx(at.clock.now() + 12, abs=0.1)
            assert hall.record(caller).outcome is Outcome.CONNECTED


async def test_a_talk_that_ended_while_the_session_was_lost_frees_its_agent() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(ANN)
        caller = await hall.call()
        at.switch.lose()
        channel = at.switch.channels.pop(caller.call_id)
        at.switch.restore()
        await at.reaper.after_loss()
        assert at.agent(ANN).state is AgentState.IDLE
        assert channel.joined is not None
        channel.joined.set_result(BridgeEnd.CUSTOMER_LEFT)


async def test_what_the_switch_says_of_a_call_that_nobody_knows_changes_nothing() -> None:
    async with node() as at:
        line = MemoryLine(at.switch)
        at.switchboard.take(ChannelHungUp(line.call_id, 16, "", 1.0))
        assert at.others.live() == set()


# -- what is looked at -----------------------------------------------------------------------


async def test_what_goes_on_in_a_queue_is_shown() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        await at.log_in(ANN)
        await hall.call("+12025550131")
        waits = await hall.call("+12025550132")
        (shown,) = at.queues.shown().values()
        assert shown["queue"] == "sales"
        assert (shown["waiting"], shown["talking"]) == (1, 1)
        assert (shown["agents"], shown["agents_idle"]) == (1, 0)
        assert shown["oldest_since"] == pytest.approx(at.clock.now(), abs=0.01)
        waits.hang_up()
        await at.settle()
        (shown,) = at.queues.shown().values()
        assert (shown["waiting"], shown["oldest_since"]) == (0, None)


async def test_a_talk_with_a_caller_takes_no_disposition_and_can_be_ended() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        await at.log_in(ANN)
        caller = await hall.call()
        control = Control(
            agents=at.agents,
            campaigns=at.campaigns,
            calls=at.calls,
            seating=at.seating,
            dialing=at.dialing,
            attempts=at.stores.attempts,
            switch=at.switch,
            clock=at.clock,
            drain=None,  # type: ignore[arg-type]
            metrics=None,  # type: ignore[arg-type]
            queues=at.queues.shown,
        )
        await control.hang_up({"agent": ANN})
        await at.settle()
        assert at.agent(ANN).state is AgentState.WRAP_UP
        assert hall.record(caller).outcome is Outcome.CONNECTED
        with pytest.raises(BadInput, match="leave it out"):
            await control.ready({"agent": ANN, "disposition": "sale"})
        await control.ready({"agent": ANN})
        assert at.agent(ANN).state is AgentState.IDLE
