"""What every feed promises, shown on the one in memory and on the engine's own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any

import pytest

from dialer.adapters.inprocess.feed import BACKLOG, InProcessFeed
from dialer.ports import Feed
from dialer.testing.feed import MemoryFeed

Fact = tuple[str, Mapping[str, Any]]


@pytest.fixture(params=[InProcessFeed, MemoryFeed])
def feed(request: pytest.FixtureRequest) -> Feed:
    return request.param()


async def listening(feed: Feed) -> "asyncio.Task[Fact]":
    """Return a listener that waits for its first fact."""

    async def first() -> Fact:
        async with aclosing(feed.listen()) as facts:  # type: ignore[type-var]
            return await anext(facts)

    task = asyncio.get_running_loop().create_task(first())
    await asyncio.sleep(0)
    return task


async def take(facts: AsyncIterator[Fact], count: int) -> list[object]:
    return [(await anext(facts))[1]["n"] for _ in range(count)]


async def test_a_fact_reaches_everyone_who_listens(feed: Feed) -> None:
    one, two = await listening(feed), await listening(feed)
    feed.publish("call", {"n": 1})
    assert await one == await two == ("call", {"n": 1})


async def test_facts_of_before_are_not_told(feed: Feed) -> None:
    feed.publish("call", {"n": 1})
    late = await listening(feed)
    feed.publish("call", {"n": 2})
    assert (await late)[1] == {"n": 2}


async def test_facts_come_in_order(feed: Feed) -> None:
    facts = feed.listen()
    begun = asyncio.get_running_loop().create_task(take(facts, 3))
    await asyncio.sleep(0)
    for number in range(3):
        feed.publish("agent", {"n": number})
    assert await begun == [0, 1, 2]


async def test_a_slow_listener_loses_the_oldest_facts_and_holds_up_nobody(feed: Feed) -> None:
    facts = feed.listen()
    first = asyncio.get_running_loop().create_task(take(facts, 1))
    await asyncio.sleep(0)
    for number in range(BACKLOG + 101):
        feed.publish("agent", {"n": number})
    assert await first == [101]
    assert await take(facts, BACKLOG - 1) == list(range(102, BACKLOG + 101))


async def test_a_listener_that_leaves_is_forgotten(feed: Feed) -> None:
    gone = await listening(feed)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    stays = await listening(feed)
    feed.publish("call", {"n": 1})
    assert (await stays)[1] == {"n": 1}


async def test_the_one_in_memory_shows_what_was_published() -> None:
    feed = MemoryFeed()
    feed.publish("call", {"n": 1})
    feed.publish("agent", {"n": 2})
    assert feed.facts == [("call", {"n": 1}), ("agent", {"n": 2})]
    assert feed.of("agent") == [{"n": 2}]
