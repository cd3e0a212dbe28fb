"""When the loop of our own phones stood still: then they sent and heard nothing."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

BEAT_S: Final = 0.01


class Stalls:
    """The times at which this process did not get round to its phones."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, float]] = []

    @property
    def longest_s(self) -> float:
        """The longest of all."""
        return max((long for _, long in self._seen), default=0.0)

    def within(self, start: float, end: float) -> float:
        """Return the longest that reached into a time (epoch seconds)."""
        seen = (long for when, long in self._seen if start - long < when < end)
        return max(seen, default=0.0)

    async def watch(self) -> None:
        """Note them for ever."""
        before = time.time()
        while True:
            await asyncio.sleep(BEAT_S)
            now = time.time()
            if now - before > 2 * BEAT_S:
                self._seen.append((before, now - before))
            before = now


@asynccontextmanager
async def watched() -> AsyncIterator[Stalls]:
    """Watch this process's loop for as long as the block lasts."""
    stalls = Stalls()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(stalls.watch())
        yield stalls
        task.cancel()
