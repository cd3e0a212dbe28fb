"""The way to the engine of the same node: its control socket, found again whenever it is lost.

An `EngineLink` (dialer.ports) for a single engine. Refuses to know what is asked.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import structlog

from dialer.adapters.control_socket import ControlClient
from dialer.control import ControlError
from dialer.errors import BadInput, EngineUnavailable
from dialer.ports import LiveFact

log = structlog.get_logger(__name__)

AGAIN_S: Final = 0.25
"""Between two looks for an engine that is not there."""

BACKLOG: Final = 10_000
"""Facts kept for a listener that is slow; then it is told that it missed some."""

MISSED: Final = "missed"
"""Topic of the fact that facts were lost: whoever keeps state asks for all of it again."""


class ControlLink:
    """The engine of a node's home; `run` must be running.

    Args:
        home: folder of the node.
        node: name of the engine.
        patience_s: how long an answer may take.
    """

    def __init__(self, home: Path, node: str, *, patience_s: float = 30.0) -> None:
        self._home = home
        self._node = node
        self._patience_s = patience_s
        self._client: ControlClient | None = None
        self._listeners: set[asyncio.Queue[LiveFact]] = set()

    def nodes(self) -> Sequence[str]:
        """Return the name of the engine, if it can be asked now."""
        return [self._node] if self._client is not None else []

    async def run(self) -> None:
        """Keep the way open, for ever."""
        while True:
            with suppress(BadInput):
                async with ControlClient.connect(self._home) as client:
                    self._client = client
                    log.info("engine_found", node=self._node)
                    try:
                        await self._hear(client)
                    finally:
                        self._client = None
                        log.info("engine_lost", node=self._node)
            await asyncio.sleep(AGAIN_S)

    async def ask(self, do: str, *, node: str = "", **arguments: object) -> Any:
        """Ask the engine one thing; see `EngineLink`."""
        if node not in ("", self._node):
            raise BadInput("node", f"there is no engine {node!r}", f"name {self._node!r} or none")
        client = self._client
        if client is None:
            raise EngineUnavailable(self._node, "it does not run")
        try:
            async with asyncio.timeout(self._patience_s):
                return await client.ask(do, **arguments)
        except ControlError as error:
            if error.kind:
                raise
            raise EngineUnavailable(self._node, "it was lost before it answered") from None
        except TimeoutError:
            raise EngineUnavailable(self._node, "it did not answer in time") from None

    async def facts(self) -> AsyncIterator[LiveFact]:
        """Iterate over what the engine tells from now on; see `EngineLink`."""
        queue: asyncio.Queue[LiveFact] = asyncio.Queue(BACKLOG)
        self._listeners.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._listeners.discard(queue)

    async def _hear(self, client: ControlClient) -> None:
        self._tell(LiveFact(self._node, MISSED, {}))
        with suppress(ControlError):
            async for topic, fact in client.facts():
                self._tell(LiveFact(self._node, topic, fact))

    def _tell(self, fact: LiveFact) -> None:
        for queue in self._listeners:
            if queue.qsize() >= BACKLOG - 1:
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(LiveFact(self._node, MISSED, {}))
            queue.put_nowait(fact)
