"""A node that drains: talks go on, lines are taken back after their minimum, nothing is dialed."""

import asyncio
from collections.abc import Callable

from node import ANN, BOB, Node, node

from dialer.domain.agentflow import AgentState
from dialer.services.drain import Drain, NodeState

VIRTUAL_TIME = True


def drain_of(at: Node, limit_s: float) -> Drain:
    def hold() -> None:
        at.dialing.held = True

    return Drain(
        node="node",
        limit_s=limit_s,
        calls=at.calls,
        campaigns=at.campaigns,
        agents=at.agents,
        feed=at.feed,
        clock=at.clock,
        hold=hold,
    )


async def ended_within(drain: Drain, at: Node, act: Callable[[], None] = lambda: None) -> float:
    """Ask for the end, act when it drains, and return how long it took."""
    began = at.clock.now()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(drain.run())
        drain.ask()
        await asyncio.sleep(1)
        act()
    return at.clock.now() - began


async def test_without_a_limit_it_ends_at_once_and_leaves_talks_to_the_switch() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        talk = await at.answered()
        drain = drain_of(at, 0)
        drain.ask()
        await drain.run()
        assert drain.state is NodeState.ENDING
        assert at.dialing.held
        assert talk in at.switch.channels


async def test_a_talk_goes_on_to_its_end_and_is_written_up() -> None:
    async with node() as at:
        await at.campaign(wrap_up_limit_s=20)
        await at.log_in(ANN)
        talk = await at.answered()
        drain = drain_of(at, 600)
        loop = asyncio.get_running_loop()
        loop.call_later(100, at.switch.end, talk)
        took = await ended_within(drain, at)
        assert at.end(talk).outcome == "connected"
        assert at.agent(ANN).state is AgentState.IDLE
        assert 120 <= took <= 121


async def test_it_waits_no_longer_than_its_limit() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        talk = await at.answered()
        drain = drain_of(at, 60)
        assert 60 <= await ended_within(drain, at) <= 60.2
        assert talk in at.switch.channels


async def test_who_asks_again_does_not_want_to_wait() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        await at.answered()
        drain = drain_of(at, 600)
        assert await ended_within(drain, at, drain.ask) <= 1.2


async def test_lines_ring_their_minimum_and_are_taken_back_then() -> None:
    async with node() as at:
        await at.campaign(ring_min_s=15, ring_timeout_s=60)
        await at.log_in(ANN)
        line = await at.dial()
        at.switch.ring(line)
        rang_at = at.clock.now()
        assert 15 <= await ended_within(drain_of(at, 600), at) <= 16
        assert at.end(line).outcome == "cancelled"
        assert at.end(line).ended_at - rang_at >= 15


async def test_who_answers_while_it_drains_gets_an_agent() -> None:
    async with node() as at:
        await at.campaign(ring_min_s=15)
        await at.log_in(ANN, BOB)
        line = await at.dial()
        at.switch.ring(line)
        loop = asyncio.get_running_loop()

        def answered() -> None:
            at.switch.answer(line)
            loop.call_later(30, at.switch.end, line)

        assert 31 <= await ended_within(drain_of(at, 600), at, answered) <= 32
        assert at.end(line).outcome == "connected"


async def test_nothing_is_dialed_and_the_feed_says_why() -> None:
    async with node() as at:
        await at.campaign(mode="progressive")
        await at.log_in(ANN)
        talk = await at.answered()
        dialing = at.tasks.create_task(at.dialing.run(), name="dialing")
        drain = drain_of(at, 30)
        drain.ask()
        ending = at.tasks.create_task(drain.run())
        await asyncio.sleep(1)
        dialed = len(at.switch.calls)
        await at.log_in(BOB)
        await asyncio.sleep(5)
        assert len(at.switch.calls) == dialed
        at.switch.end(talk)
        await ending
        assert [fact["state"] for fact in at.feed.of("node")] == ["draining", "ending"]
        at.dialing.held = False
        await asyncio.sleep(5)
        assert len(at.switch.calls) > dialed  # it was the drain that held it
        dialing.cancel()
