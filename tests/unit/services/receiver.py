"""A receiver of webhooks over real HTTP, on a free port of this machine."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from dialer.domain.webhook_signature import EVENT_ID, SIGNATURE, verify


@dataclass
class Receiver:
    """What it answers, and what came."""

    secret: str = "whsec_test"
    answer: Callable[[dict[str, Any]], int] = lambda _event: 204
    port: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    """Events that were answered with 2xx, in order."""
    tries: int = 0
    wrong: list[str] = field(default_factory=list)
    """What was wrong with what came."""
    headers: dict[str, str] = field(default_factory=dict)
    """Of the last request."""
    location: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = head.split("\r\n")
            self.headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in lines[1:] if line)
            }
            body = await reader.readexactly(int(self.headers["content-length"]))
            status = self._judged(body)
            where = f"Location: {self.location}\r\n" if self.location else ""
            writer.write(f"HTTP/1.1 {status} X\r\n{where}Content-Length: 0\r\n\r\n".encode())
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _judged(self, body: bytes) -> int:
        self.tries += 1
        try:
            verify(self.secret, body, self.headers[SIGNATURE.lower()], now=time.time())
        except Exception as error:  # noqa: BLE001 - told to the test
            self.wrong.append(repr(error))
            return 400
        event: dict[str, Any] = json.loads(body)
        if event["id"] != self.headers[EVENT_ID.lower()]:
            self.wrong.append("another id")
        status = self.answer(event)
        if 200 <= status < 300:
            self.taken.append(event)
        return status

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        """Listen for as long as the block lasts; on the same port each time."""
        server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            await server.wait_closed()


async def until(met: Callable[[], bool], within_s: float = 20.0) -> None:
    """Wait for something."""
    async with asyncio.timeout(within_s):
        while not met():
            await asyncio.sleep(0.01)
