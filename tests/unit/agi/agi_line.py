"""Asterisk's side of FastAGI, played over real TCP by a test: it asks, and answers commands."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Self

from agi.server import AgiServer, Handler


class Line:
    """A channel that runs an AGI script."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, port: int, *, address: str = "127.0.0.1") -> Self:
        return cls(*await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0)))

    @classmethod
    async def ask(
        cls, port: int, script: str, *, channel: str = "at-1", argument: str = ""
    ) -> Self:
        """Connect and state a request."""
        line = await cls.connect(port)
        line.say(f"agi_network_script: {script}\nagi_uniqueid: {channel}\nagi_arg_1: {argument}\n")
        return line

    def say(self, *lines: str) -> None:
        self.writer.write("".join(f"{line}\n" for line in lines).encode())

    async def heard(self) -> str:
        """Return the next command, or "" when the server gave the channel back."""
        try:
            return (await self.reader.readline()).decode().removesuffix("\n")
        except ConnectionError:
            return ""

    async def expect(self, *commands: str, reply: str = "200 result=1") -> None:
        """Be told these commands and carry them out."""
        for command in commands:
            assert await self.heard() == command
            self.say(reply)

    def hang_up(self) -> None:
        """Leave as Asterisk does with AGIEXITONHANGUP."""
        self.say("HANGUP")
        self.writer.close()

    def cut(self) -> None:
        self.writer.transport.abort()


@asynccontextmanager
async def serving(
    routes: Mapping[str, Handler], *, admitted: tuple[str, ...] = ("127.0.0.1",)
) -> AsyncIterator[int]:
    """Serve these scripts; yields the port."""
    server = AgiServer(dict(routes), admitted=admitted)
    port = await server.listen("127.0.0.1", 0)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(server.run())
        await asyncio.sleep(0)  # the socket listens from the task's first step on
        yield port
        running.cancel()
