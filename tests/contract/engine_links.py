"""Ways to engines for their contract suite: over control sockets, and over Redis.

An `EngineEnd` is an engine as far as a way to it goes: commands and a feed. What it is asked is
counted, so that a test sees what was carried out twice.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialer.adapters.control_link import ControlLink
from dialer.adapters.control_socket import ControlServer
from dialer.adapters.listeners import MISSED
from dialer.adapters.redis.address import RedisAddress
from dialer.adapters.redis.engine import EngineOnRedis
from dialer.adapters.redis.link import RedisLink
from dialer.errors import SwitchUnavailable, WrongState
from dialer.ports import EngineLink, LiveFact
from dialer.testing.feed import MemoryFeed
from simulation.redis import RedisServer

NODE = "east"
PATIENCE_S = 8.0


@dataclass
class EngineEnd:
    """An engine: what it can be asked, and what it tells."""

    node: str
    feed: MemoryFeed = field(default_factory=MemoryFeed)
    done: Counter[str] = field(default_factory=Counter)
    """How often each thing was carried out."""
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def commands(self) -> dict[str, Callable[[Mapping[str, Any]], Any]]:
        return {
            "echo": self.echo,
            "count": self.count,
            "refuse": self.refuse,
            "fail": self.fail,
            "wait": self.wait,
        }

    async def echo(self, given: Mapping[str, Any]) -> object:
        return {**given, "node": self.node}

    async def count(self, given: Mapping[str, Any]) -> object:
        self.done[str(given["what"])] += 1
        return given["what"]

    async def refuse(self, given: Mapping[str, Any]) -> object:
        raise WrongState("campaign", "runs already", "pause it first")

    async def fail(self, given: Mapping[str, Any]) -> object:
        raise SwitchUnavailable("no session")

    async def wait(self, given: Mapping[str, Any]) -> object:
        self.done[str(given["what"])] += 1
        await self.gate.wait()
        return "waited"


class Ways:
    """Where engines serve and links look for them."""

    def __init__(self, kind: str, folder: Path, redis: RedisServer | None) -> None:
        self.kind = kind
        self.redis = redis
        self._folder = folder

    @asynccontextmanager
    async def engine(self, node: str = NODE) -> AsyncIterator[EngineEnd]:
        """Serve as an engine, until the block ends."""
        end = EngineEnd(node)
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(self._serve(end), name=f"engine-{node}")
            try:
                yield end
            finally:
                serving.cancel()

    async def _serve(self, end: EngineEnd) -> None:
        if self.redis is None:
            await ControlServer(end.commands(), end.feed).run(self._folder)
        else:
            await EngineOnRedis(self.address, end.node, end.commands(), end.feed).run()

    @property
    def address(self) -> RedisAddress:
        assert self.redis is not None
        return RedisAddress.of(self.redis.url)

    @asynccontextmanager
    async def link(
        self, *, patience_s: float = PATIENCE_S, address: RedisAddress | None = None
    ) -> AsyncIterator[EngineLink]:
        """Open a way to the engines, until the block ends."""
        link: ControlLink | RedisLink
        if self.redis is None:
            link = ControlLink(self._folder, NODE, patience_s=patience_s)
        else:
            link = RedisLink(address or self.address, patience_s=patience_s)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(link.run(), name="link")
            try:
                yield link
            finally:
                running.cancel()


@asynccontextmanager
async def ways(kind: str, *, password: str = "") -> AsyncIterator[Ways]:
    """Open what ways of a kind need."""
    with tempfile.TemporaryDirectory(prefix="outpace-link-") as folder:
        if kind == "socket":
            yield Ways(kind, Path(folder), None)
            return
        server = RedisServer(Path(folder), password=password)
        await asyncio.to_thread(server.start)
        try:
            yield Ways(kind, Path(folder), server)
        finally:
            await asyncio.to_thread(server.stop)


async def until(true: Callable[[], object], timeout_s: float = 10.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(timeout_s):
        while not true():
            await asyncio.sleep(0.01)


async def until_there(link: EngineLink, *nodes: str) -> None:
    """Wait until exactly these engines can be asked."""
    await until(lambda: list(link.nodes()) == list(nodes))


@dataclass
class Ear:
    """Somebody who listens, and keeps what was heard."""

    heard: list[LiveFact] = field(default_factory=list)

    def topics(self) -> list[str]:
        return [fact.topic for fact in self.heard]

    def numbers(self, node: str = NODE) -> list[int]:
        """Return the numbers of the facts of a test."""
        return [
            int(fact.fact["n"]) for fact in self.heard if fact.node == node and "n" in fact.fact
        ]

    def told_all_or_missed(self) -> bool:
        """Tell whether each gap in the numbers was announced, and nothing came twice."""
        last, missed = None, False
        for fact in self.heard:
            if fact.topic == MISSED:
                missed = True
            elif "n" in fact.fact:
                number = int(fact.fact["n"])
                if last is not None and (number <= last or (number > last + 1 and not missed)):
                    return False
                last, missed = number, False
        return True


async def until_heard(end: EngineEnd, *ears: Ear) -> None:
    """Wait until what an engine tells is heard."""

    def all_heard() -> bool:
        end.feed.publish("hello", {})
        return all("hello" in ear.topics() for ear in ears)

    await until(all_heard)


async def told(end: EngineEnd, *numbers: int) -> None:
    """Have an engine tell numbered facts."""
    for number in numbers:
        end.feed.publish("call", {"n": number})
        await asyncio.sleep(0)


@asynccontextmanager
async def listening(link: EngineLink) -> AsyncIterator[Ear]:
    """Listen to a link, until the block ends."""
    ear = Ear()

    async def listen() -> None:
        async for fact in link.facts():
            ear.heard.append(fact)

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(listen(), name="ear")
        await asyncio.sleep(0)  # it listens from its first step on
        try:
            yield ear
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
