"""Callers in queues beside campaigns: who goes first, and whom pacing counts on."""

import asyncio

from hall import Hall
from node import ANN, BOB, CROWD, node

from dialer.domain.agentflow import AgentState
from dialer.domain.queue_order import YIELD_S

VIRTUAL_TIME = True


async def test_a_person_who_answered_goes_first_and_the_caller_takes_the_next_agent() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(ANN)
        busy = await hall.call("+12025550131")
        caller = await hall.call("+12025550132")
        answered = await at.answered()  # has 1.8 s, by law
        busy.hang_up()
        await at.settle()
        assert hall.talks_with(ANN) == answered
        at.switch.end(answered)
        await at.settle()
        assert hall.talks_with(ANN) == caller.call_id


async def test_a_caller_who_has_waited_as_long_as_a_line_rings_lets_nobody_go_first() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(ANN)
        busy = await hall.call("+12025550131")
        caller = await hall.call("+12025550132")
        await asyncio.sleep(YIELD_S)
        answered = await at.answered()
        busy.hang_up()
        await at.settle()
        assert hall.talks_with(ANN) == caller.call_id
        await asyncio.sleep(2)
        assert (answered, "abandon") in at.prompts


async def test_pacing_counts_on_nobody_whom_a_caller_takes_next() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign(mode="power", power_ratio=2.0, leads=60)
        await hall.queue()
        await at.log_in(*CROWD[:4])
        talks = [await at.answered() for _ in range(4)]
        assert all(at.agent(name).state is AgentState.TALKING for name in CROWD[:4])
        assert not any(at.agent(name).leaving for name in CROWD[:4])
        for number in range(3):
            await hall.call(f"+1202555014{number}")
        assert sum(at.agent(name).leaving for name in CROWD[:4]) == 3
        at.switch.end(talks[0])
        await at.settle()
        assert sum(at.agent(name).leaving for name in CROWD[:4]) == 2


async def test_lines_are_fewer_while_callers_take_agents_away() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign(mode="progressive", leads=60)
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(*CROWD[:6])
        callers = [await hall.call(f"+1202555014{number}") for number in range(4)]
        assert await at.dialing.round() == 2
        for caller in callers:
            caller.hang_up()
        await at.settle()
        assert await at.dialing.round() == 4


async def test_an_idle_agent_is_left_to_a_line_that_rings_while_no_abandon_can_be_afforded() -> (
    None
):
    async with node() as at:
        hall = Hall(at)
        run = await at.campaign(mode="progressive", leads=60)
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(ANN)
        attempt_id = await at.dial()
        at.switch.ring(attempt_id)
        caller = await hall.call()
        assert caller.heard == ["music"]
        assert run.agents_present() == 1
        assert at.agent(ANN).home is None  # and no further line is started for this agent
        at.switch.end(attempt_id, 17, "486")
        await at.settle()
        assert hall.talks_with(ANN) == caller.call_id


async def test_a_spared_agent_takes_the_person_who_answers() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign(mode="progressive", leads=60)
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(ANN)
        attempt_id = await at.dial()
        at.switch.ring(attempt_id)
        await hall.call()
        at.switch.answer(attempt_id)
        await at.settle()
        assert hall.talks_with(ANN) == attempt_id


async def test_no_agent_is_spared_for_longer_than_a_line_rings_nor_where_one_is_left() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign(mode="progressive", leads=60)
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(ANN, BOB)
        at.switch.ring(await at.dial())
        first = await hall.call("+12025550131")  # one agent is left for the one line
        assert first.heard[-1] == "agent"
        waits = await hall.call("+12025550132")
        assert waits.heard[-1] == "music"
        await asyncio.sleep(24)
        at.switch.ring(await at.dial())  # a line that is started later spares nobody for longer
        await asyncio.sleep(YIELD_S - 24)
        await at.settle()
        assert waits.heard[-1] == "agent"
