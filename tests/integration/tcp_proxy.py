"""A TCP proxy between engine and Asterisk that can fail in the ways networks do."""

import asyncio
import socket
import threading
from typing import Self


class TcpProxy:
    """Forwards connections to one port on loopback, in a thread of its own.

    `cut` closes what is open, `refuse` closes new ones at once, `swallow` keeps connections open
    and drops every byte (half-open), `heal` forwards again for new connections.
    """

    def __init__(self) -> None:
        self._target = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._writers: set[asyncio.StreamWriter] = set()
        self._swallowing = False
        self._refusing = False
        self._swallowed: set[asyncio.StreamWriter] = set()

    def to(self, port: int) -> int:
        """Forward to this port; returns the proxy's own."""
        self._target = port
        return int(self._listener.getsockname()[1])

    async def __aenter__(self) -> Self:
        self._thread.start()
        self._call(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._call(self._cut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._listener.close()

    def cut(self) -> None:
        self._call(self._cut())

    def refuse(self) -> None:
        self._refusing = True

    def swallow(self) -> None:
        """Drop every byte of the connections that are open, and keep them open."""
        self._swallowed = set(self._writers)
        self._swallowing = True

    def heal(self) -> None:
        self._swallowing = self._refusing = False

    def _call(self, work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)  # type: ignore[arg-type]

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, sock=self._listener)

    async def _cut(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refusing:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pump(reader, back))
                tasks.create_task(self._pump(there, writer))
        except* ConnectionError:
            pass
        finally:
            self._writers -= {writer, back}
            writer.transport.abort()
            back.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if writer in self._swallowed or (self._swallowing and writer not in self._writers):
                continue
            if self._swallowing:
                continue
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError
