"""The smallest AMI client that can originate: what a bare loop costs beside the engine.

No keepalive, no reconnect, no bounds: for a measurement on this machine only. Refuses to know what
is called.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

OnEvent = Callable[[dict[str, str]], None]


def parse_block(block: bytes) -> dict[str, str]:
    """Read one message of AMI; of a repeated key the last value."""
    lines = (line.partition(": ") for line in block.decode("utf-8", "replace").split("\r\n"))
    return {key: value for key, _, value in lines}


class BareAmi(asyncio.Protocol):
    """One session; `refused` counts actions that were answered with an error."""

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event
        self._buffer = b""
        self._transport: Any = None
        self.logged_in: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.refused = 0

    def send(self, action: str, fields: Mapping[str, str]) -> None:
        """Write an action; nobody waits for its answer."""
        lines = [f"Action: {action}", *(f"{key}: {value}" for key, value in fields.items())]
        self._transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def close(self) -> None:
        """End the session."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Cut messages out of the stream."""
        *blocks, self._buffer = (self._buffer + data).split(b"\r\n\r\n")
        for block in blocks:
            message = parse_block(block)
            if "Event" in message:
                self._on_event(message)
            elif message.get("Response") != "Success":
                self.refused += 1
            elif not self.logged_in.done():
                self.logged_in.set_result(None)


@asynccontextmanager
async def bare_ami(
    port: int, secret: str, on_event: OnEvent, *, user: str = "outpace"
) -> AsyncIterator[BareAmi]:
    """Open a session for as long as the block lasts.

    Raises:
        OSError, TimeoutError: nothing answers there, or it refuses us.
    """
    loop = asyncio.get_running_loop()
    _, ami = await loop.create_connection(lambda: BareAmi(on_event), "127.0.0.1", port)
    try:
        ami.send("Login", {"Username": user, "Secret": secret, "Events": "on"})
        async with asyncio.timeout(5.0):
            await ami.logged_in
        yield ami
    finally:
        ami.close()
