"""The two other processes of the feed's bench: one API, and 500 subscribers.

`python -m benchmarks.feed_process api HOME` serves and says its port; `... subscribers PORT COUNT`
connects, says that all are there, and at the end of its input says what was heard, as JSON.
Subscribers read frames by hand: what is measured is the service, not a client library.
"""

import asyncio
import contextlib
import json
import logging
import os
import re
import sys
import time
from pathlib import Path
from typing import Final

import structlog
import uvicorn

from api.app import PREFIX, create_app
from api.bootstrap import life_of
from api.collecting import look_seldom
from api.feed.socket import SERVER
from dialer.domain.ids import TenantId
from dialer.domain.principal import Principal
from dialer.domain.roles import Role
from dialer.settings import NodeSettings
from dialer.testing.doorkeeper import MemoryDoorkeeper

TOKEN: Final = "bench"  # noqa: S105 - of nobody, for this run

_AT: Final = re.compile(rb'"at":([0-9.]+)')
_TEXT: Final = 0x81


async def serve(home: Path) -> None:
    """Serve the API of a node until it is killed; prints its port."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    door = MemoryDoorkeeper()
    door.tokens[TOKEN] = Principal(TenantId("main"), Role.SUPERVISOR, "bench")
    settings = NodeSettings(home=home, _env_file=None)
    app = create_app(life_of(settings, lambda _stores: door))
    config = uvicorn.Config(app, port=0, log_config=None, **SERVER)  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    look_seldom()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve(), name="serving")
        while not server.started:
            await asyncio.sleep(0.01)
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)


class Subscriber(asyncio.Protocol):
    """One WebSocket that follows the floor."""

    def __init__(self, heard: list[float]) -> None:
        self._heard = heard
        self._bytes = b""
        self._open = False
        self.begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the socket."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        lines = (
            f"GET {PREFIX}/feed HTTP/1.1",
            "Host: 127.0.0.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            f"Authorization: Bearer {TOKEN}",
        )
        transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def data_received(self, data: bytes) -> None:
        """Take in what came, and note how old each change in it is."""
        now = time.monotonic()
        self._bytes += data
        if not self._open:
            head, end, rest = self._bytes.partition(b"\r\n\r\n")
            if not end:
                return
            assert b" 101 " in head, head
            self._open, self._bytes = True, rest
            self._say(b'{"subscribe":[{"topic":"floor"}]}')
        while (frame := self._frame()) is not None:
            if frame.startswith(b'{"snapshot'):
                if not self.begun.done():
                    self.begun.set_result(None)
            elif frame.startswith(b'{"delta'):
                self._heard += [now - float(at) for at in _AT.findall(frame)]

    def _frame(self) -> bytes | None:
        data = self._bytes
        if len(data) < 2:
            return None
        size, begin = data[1] & 0x7F, 2
        if size >= 126:
            begin = 4 if size == 126 else 10
            size = int.from_bytes(data[2:begin], "big")
        if len(data) < begin + size:
            return None
        self._bytes = data[begin + size :]
        return data[begin : begin + size] if data[0] == _TEXT else b""

    def _say(self, text: bytes) -> None:
        # a client masks what it sends; the mask of zeros is one too
        self._transport.write(bytes([_TEXT, 0x80 | len(text), 0, 0, 0, 0]) + text)


async def subscribe(port: int, count: int) -> None:
    """Follow the floor with many sockets until the input ends; prints what was heard."""
    heard: list[float] = []
    loop = asyncio.get_running_loop()
    for _ in range(count):
        _, one = await loop.create_connection(lambda: Subscriber(heard), "127.0.0.1", port)
        await one.begun
    heard.clear()
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    heard.sort()
    print(json.dumps({"count": len(heard), "ms": [round(1000 * one, 2) for one in heard[::50]]}))


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    with contextlib.suppress(KeyboardInterrupt):
        if what == "api":
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
            asyncio.run(serve(Path(rest[0])))
        else:
            asyncio.run(subscribe(int(rest[0]), int(rest[1])))
