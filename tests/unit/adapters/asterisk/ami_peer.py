"""Asterisk's side of AMI, played by a test over real TCP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from dialer.adapters.asterisk.ami_wire import Frame, parse_frame

BANNER = b"Asterisk Call Manager/10.0.1\r\n"


class Connection:
    """One connection that a client opened."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def raw(self, data: bytes) -> None:
        self._writer.write(data)

    def say(self, **fields: str) -> None:
        self.raw("".join(f"{key}: {value}\r\n" for key, value in fields.items()).encode() + b"\r\n")

    async def heard(self) -> Frame:
        """Return the next action that is no ping; pings are answered."""
        while True:
            block = await self._reader.readuntil(b"\r\n\r\n")
            action = parse_frame(block[:-4])
            if action["Action"] != "Ping":
                return action
            self.reply(action, Ping="Pong")

    def reply(self, action: Frame, response: str = "Success", **fields: str) -> None:
        self.say(Response=response, ActionID=action["ActionID"], **fields)

    async def let_in(self) -> Self:
        """Greet, and accept the log-in."""
        self.raw(BANNER)
        self.reply(await self.heard(), Message="Authentication accepted")
        return self

    async def turn_away(self) -> Self:
        """Greet, refuse the log-in, and hang up as Asterisk does."""
        self.raw(BANNER)
        self.reply(await self.heard(), "Error", Message="Authentication failed")
        self._writer.close()
        return self

    async def rest(self) -> list[str]:
        """Return the actions that still come until the client leaves."""
        actions: list[str] = []
        try:
            while True:
                actions.append((await self.heard())["Action"])
        except (asyncio.IncompleteReadError, ConnectionError):
            return actions

    def cut(self) -> None:
        self._writer.transport.abort()


class Peer:
    """An AMI port, and the connections that were opened, in turn."""

    def __init__(self) -> None:
        self.opened = 0
        self._connections: asyncio.Queue[Connection] = asyncio.Queue()
        self._all: list[Connection] = []
        self._server: asyncio.Server | None = None

    async def listen(self) -> int:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        connection = Connection(reader, writer)
        self._all.append(connection)
        self._connections.put_nowait(connection)

    async def connection(self) -> Connection:
        """Return the next connection a client opens."""
        return await self._connections.get()

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for connection in self._all:
            connection.cut()


@asynccontextmanager
async def ami_port() -> AsyncIterator[tuple[Peer, int]]:
    peer = Peer()
    port = await peer.listen()
    try:
        yield peer, port
    finally:
        peer.close()
