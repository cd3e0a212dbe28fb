"""Who listens to the engines within a process that is none: each with its own bounded queue.

A slow listener is told that it missed facts, and holds up nobody. Refuses to know what facts say.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from dialer.ports import LiveFact

BACKLOG: Final = 10_000
"""Facts kept for a listener that is slow; then it is told that it missed some."""

MISSED: Final = "missed"
"""Topic of the fact that facts were lost: whoever keeps state asks for all of it again."""


class Listeners:
    """Those who listen now."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[LiveFact]] = set()

    def tell(self, fact: LiveFact) -> None:
        """Tell everybody a fact."""
        for queue in self._queues:
            if queue.qsize() >= BACKLOG - 1:
                nodes = {fact.node}
                while not queue.empty():
                    nodes.add(queue.get_nowait().node)
                for node in sorted(nodes):
                    queue.put_nowait(LiveFact(node, MISSED, {}))
            queue.put_nowait(fact)

    def missed(self, node: str) -> None:
        """Tell everybody that facts of a node were lost."""
        self.tell(LiveFact(node, MISSED, {}))

    async def listen(self) -> AsyncIterator[LiveFact]:
        """Iterate over what is told from now on."""
        queue: asyncio.Queue[LiveFact] = asyncio.Queue(BACKLOG)
        self._queues.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._queues.discard(queue)
