"""Counts of many leads are made seldom, of few each time, and by one for all who ask."""

import asyncio

from dialer.adapters.sql.counted import Counted


class World:
    """Leads that are counted, and a clock."""

    def __init__(self, leads: int) -> None:
        self.leads, self.now, self.counted = leads, 0.0, 0
        self.counts = Counted[int](lambda found: found, lambda: self.now)

    async def count(self) -> int:
        self.counted += 1
        await asyncio.sleep(0)
        return self.leads

    async def ask(self) -> int:
        return await self.counts.of("ca", self.count)


async def test_a_count_of_few_is_always_new() -> None:
    world = World(5_000)
    assert await world.ask() == 5_000
    world.leads = 4_999
    assert await world.ask() == 4_999


async def test_a_count_of_many_is_kept_by_their_number() -> None:
    world = World(25_000)
    await world.ask()
    world.leads, world.now = 25_001, 4.9
    assert await world.ask() == 25_000
    world.now = 5.0
    assert await world.ask() == 25_001


async def test_no_count_is_older_than_ten_seconds() -> None:
    world = World(10_000_000)
    await world.ask()
    world.leads, world.now = 1, 10.0
    assert await world.ask() == 1


async def test_who_asks_meanwhile_waits_for_the_same_count() -> None:
    world = World(100_000)
    assert await asyncio.gather(*(world.ask() for _ in range(9))) == [100_000] * 9
    assert world.counted == 1


async def test_who_goes_away_takes_the_count_from_nobody() -> None:
    world = World(100_000)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(world.ask(), name="first")
        second = tasks.create_task(world.ask(), name="second")
        await asyncio.sleep(0)
        first.cancel()
    assert second.result() == 100_000


async def test_each_key_has_a_count_of_its_own() -> None:
    world = World(100_000)
    await world.ask()
    world.leads = 100_001
    assert await world.counts.of("other", world.count) == 100_001
