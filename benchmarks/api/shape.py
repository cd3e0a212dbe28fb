"""The two shapes in which the service runs, around one node's Asterisk and engine.

One host: SQLite, an engine and its API on the control socket, the processes of `outpace serve`.
Several hosts: PostgreSQL, Redis, two APIs. Here all of it is on this machine. Refuses to know who
is called, and what is measured.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from benchmarks.api.record import Entrance, put_on_record
from benchmarks.load_floor import LoadFloor
from dialer.adapters.parts import Part
from simulation.postgres import PostgresServer
from simulation.redis import RedisServer

READY: Final = "api ready"
_READY_WITHIN_S: Final = 60.0
_SETTINGS: Final = {"shared_buffers": "256MB", "max_wal_size": "4GB"}
"""Of PostgreSQL; it writes to disk as it does by itself (fsync)."""

Say = Callable[[str], None]


class Shape(StrEnum):
    """Where the parts of the service are."""

    ONE = "one host"
    SEVERAL = "several hosts"


TOLD: Final[Mapping[Shape, str]] = {
    Shape.ONE: "SQLite, one API on the control socket, as `outpace serve` starts them",
    Shape.SEVERAL: "PostgreSQL, Redis, two APIs",
}
"""What each shape is."""

APIS: Final[Mapping[Shape, int]] = {Shape.ONE: 1, Shape.SEVERAL: 2}


@dataclass(frozen=True, slots=True)
class Service:
    """A service to be asked."""

    shape: Shape
    floor: LoadFloor
    addresses: tuple[str, ...]
    """Of its APIs, without the scheme."""
    entrance: Entrance
    pids: Mapping[str, int]
    """Of its processes beside the node's, by name."""

    def everybody(self) -> dict[str, int]:
        """Return all processes, the node's too."""
        return {**self.floor.pids(), **self.pids}

    @property
    def urls(self) -> list[str]:
        """The same addresses, as URLs."""
        return [f"http://{address}" for address in self.addresses]


@asynccontextmanager
async def storage(
    shape: Shape, floor: LoadFloor, attempts: int
) -> AsyncIterator[tuple[Entrance, Mapping[str, int]]]:
    """Give a node its database, with a past, and what else its shape needs.

    Its Asterisk has started, so that its settings are written; its engine has not.
    """
    pids: dict[str, int] = {}
    async with AsyncExitStack() as stack:
        url = f"sqlite:///{floor.database}"
        if shape is Shape.SEVERAL:
            postgres = PostgresServer(floor.home / "postgres", settings=_SETTINGS)
            await asyncio.to_thread(postgres.start)
            stack.push_async_callback(asyncio.to_thread, postgres.close)
            redis = RedisServer(floor.home / "redis")
            await asyncio.to_thread(redis.start)
            stack.push_async_callback(asyncio.to_thread, redis.stop)
            url = await asyncio.to_thread(postgres.create, "bench")
            _add_settings(floor, OUTPACE_DATABASE_URL=url, OUTPACE_REDIS_URL=redis.url)
            pids = {"redis": redis.pid}
        agent = floor.lab.extra_agents[0].name
        yield await put_on_record(url, attempts, agent), pids


@asynccontextmanager
async def apis(
    shape: Shape, floor: LoadFloor, entrance: Entrance, pids: Mapping[str, int], say: Say
) -> AsyncIterator[Service]:
    """Run the APIs of a node whose engine serves, for as long as the block lasts.

    Raises:
        PartDied: (in a group) one of them ended.
        TimeoutError: one of them did not come up.
    """
    started: list[tuple[Part, str]] = []
    try:
        async with asyncio.TaskGroup() as tasks:
            watching: list[asyncio.Task[None]] = []
            for place in range(APIS[shape]):
                part, address = await _started(place, floor, say, tasks, watching)
                started.append((part, address))
            names = {f"api {place}": part.pid for place, (part, _) in enumerate(started, 1)}
            addresses = tuple(address for _, address in started)
            yield Service(shape, floor, addresses, entrance, {**pids, **names})
            for task in watching:
                task.cancel()
    finally:
        for part, _ in reversed(started):
            await part.end()


async def _started(
    place: int,
    floor: LoadFloor,
    say: Say,
    tasks: asyncio.TaskGroup,
    watching: list[asyncio.Task[None]],
) -> tuple[Part, str]:
    told: list[str] = []

    def hear(line: str) -> None:
        told.append(line)
        if not line.startswith(READY):
            say(f"  api: {line}")

    words = ["api", "--home", str(floor.home), "--port", "0"]
    part = Part(f"API {place + 1}", words, ready=READY, say=hear)
    await part.start()
    watching.append(tasks.create_task(part.watch(), name=f"api-{place + 1}"))
    async with asyncio.timeout(_READY_WITHIN_S):
        await part.ready.wait()
    line = next(line for line in told if line.startswith(READY))
    return part, line.rpartition("//")[2]


def _add_settings(floor: LoadFloor, **settings: str) -> None:
    with (floor.home / "node.env").open("a") as file:
        file.writelines(f"{name}={value}\n" for name, value in settings.items())
