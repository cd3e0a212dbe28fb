"""The live feed inside one process: facts pushed to listeners, each with its own bounded queue.

A slow listener loses the oldest facts, never the engine its time. Refuses to know what facts say.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

BACKLOG: Final = 1000
"""Facts kept for a slow listener before the oldest is dropped."""

Fact = tuple[str, Mapping[str, Any]]


class InProcessFeed:
    """A `Feed` for listeners on the same event loop."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Fact]] = set()

    def publish(self, topic: str, fact: Mapping[str, Any]) -> None:
        """Push one fact to whoever listens."""
        for queue in self._queues:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait((topic, fact))

    async def listen(self) -> AsyncIterator[Fact]:
        """Iterate over facts from now on."""
        queue: asyncio.Queue[Fact] = asyncio.Queue(BACKLOG)
        self._queues.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._queues.discard(queue)
