"""The live feed in memory, which also keeps what was published, to be looked at."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

BACKLOG: Final = 1000
"""Facts kept for a slow listener before the oldest is dropped."""

Fact = tuple[str, Mapping[str, Any]]


class MemoryFeed:
    """A `Feed` (dialer.ports) in memory."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        """Everything published so far, oldest first."""
        self._queues: list[asyncio.Queue[Fact]] = []

    def publish(self, topic: str, fact: Mapping[str, Any]) -> None:
        """Push one fact to whoever listens."""
        self.facts.append((topic, fact))
        for queue in self._queues:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait((topic, fact))

    async def listen(self) -> AsyncIterator[Fact]:
        """Iterate over facts from now on."""
        queue: asyncio.Queue[Fact] = asyncio.Queue(BACKLOG)
        self._queues.append(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._queues.remove(queue)

    def of(self, topic: str) -> list[Mapping[str, Any]]:
        """Return the facts of one topic, oldest first."""
        return [fact for name, fact in self.facts if name == topic]
