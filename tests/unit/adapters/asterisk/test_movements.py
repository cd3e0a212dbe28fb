"""Who joins a channel that is on its way waits for it, and the last wish holds."""

import asyncio

from dialer.adapters.asterisk.movements import WITHIN_S, Movements
from dialer.domain.events import ChannelHungUp, ChannelIdles
from dialer.domain.ids import new_leg_id
from dialer.testing.clock import LoopClock
from dialer.testing.switch import MemorySwitch


def movements() -> Movements:
    return Movements(MemorySwitch(LoopClock()))


async def soon() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_who_stays_is_joined_at_once_and_who_is_moved_when_they_have_arrived() -> None:
    at, leg, other = movements(), new_leg_id(), new_leg_id()
    done: list[str] = []
    at.then((leg, other), lambda: done.append("first"))
    assert done == ["first"]
    at.began(leg)
    at.began(other)
    at.then((leg, other), lambda: done.append("second"))
    at.hear(ChannelIdles(leg, 1.0))
    await soon()
    assert done == ["first"]
    at.hear(ChannelIdles(other, 1.0))
    await soon()
    assert done == ["first", "second"]
    await at.settled(leg)


async def test_the_last_wish_for_a_channel_holds() -> None:
    at, leg, other = movements(), new_leg_id(), new_leg_id()
    done: list[str] = []
    at.began(leg)
    at.then((leg, other), lambda: done.append("consulted"))
    async with asyncio.TaskGroup() as tasks:
        customer = tasks.create_task(at.settled(leg))  # it was cancelled: back to the customer
        await soon()
        assert not customer.done()
        at.hear(ChannelIdles(leg, 1.0))
    at.began(leg)
    at.then((leg, other), lambda: done.append("consulted"))
    at.began(other)  # sent away meanwhile
    at.hear(ChannelIdles(leg, 2.0))
    at.hear(ChannelIdles(other, 2.0))
    await soon()
    assert done == []


async def test_a_channel_that_is_gone_or_silent_keeps_nobody_waiting() -> None:
    at, leg, silent = movements(), new_leg_id(), new_leg_id()
    at.began(leg)
    at.hear(ChannelHungUp(leg, 16, "", 1.0))
    await at.settled(leg)
    at.began(silent)
    async with asyncio.timeout(WITHIN_S * 4):
        await at.settled(silent)
