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
from dialer.adapters.listeners import Listeners
from dialer.control import ControlError
from dialer.errors import BadInput, EngineUnavailable
from dialer.ports import LiveFact

log = structlog.get_logger(__name__)

AGAIN_S: Final = 0.25
"""Between two looks for an engine that is not there."""


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
        self._listeners = Listeners()

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

    def facts(self) -> AsyncIterator[LiveFact]:
        """Iterate over what the engine tells from now on; see `EngineLink`."""
        return self._listeners.listen()

    async def _hear(self, client: ControlClient) -> None:
        self._listeners.missed(self._node)
        with suppress(ControlError):
            async for topic, fact in client.facts():
                self._listeners.tell(LiveFact(self._node, topic, fact))
