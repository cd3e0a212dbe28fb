"""`python -m benchmarks.redis_clients`: SETs a second over two asyncio clients of Redis.

Sequential: each waits for its answer. Pipelined: a hundred on their way at once. redis-py is what
Outpace uses; asyncio-redis is measured where it is importable, and is no dependency. Prints only.
"""

import asyncio
import importlib
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from redis.asyncio import Redis

from benchmarks.report import Figure, Section, load_fact, machine_facts, say
from simulation.redis import HOST, RedisServer

SETS: Final = 10_000
AT_ONCE: Final = 100
ROUNDS: Final = 3

VALUE: Final = "x" * 100

Work = Callable[[int], Awaitable[None]]


async def rate(work: Work) -> float:
    """Return how many SETs a second some work does: the best of some rounds."""
    best = 0.0
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await work(SETS)
        best = max(best, SETS / (time.perf_counter() - begun))
    return best


async def of_redis_py(server: RedisServer) -> dict[str, float]:
    async with Redis.from_url(server.url, protocol=2) as client:

        async def sequential(count: int) -> None:
            for number in range(count):
                await client.set(f"k{number}", VALUE)

        async def pipelined(count: int) -> None:
            for start in range(0, count, AT_ONCE):
                async with client.pipeline(transaction=False) as pipe:
                    for number in range(start, start + AT_ONCE):
                        pipe.set(f"k{number}", VALUE)
                    await pipe.execute()

        return {"sequential": await rate(sequential), "pipelined": await rate(pipelined)}


async def of_asyncio_redis(server: RedisServer) -> dict[str, float]:
    library: Any = importlib.import_module("asyncio_redis")
    connection = await library.Connection.create(host=HOST, port=server.port)

    async def sequential(count: int) -> None:
        for number in range(count):
            await connection.set(f"k{number}", VALUE)

    async def pipelined(count: int) -> None:
        for start in range(0, count, AT_ONCE):
            sets = (connection.set(f"k{n}", VALUE) for n in range(start, start + AT_ONCE))
            await asyncio.gather(*sets)  # it pipelines by itself what is asked at once

    try:
        return {"sequential": await rate(sequential), "pipelined": await rate(pipelined)}
    finally:
        connection.close()


def titled(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return name


def section(name: str, figures: dict[str, float]) -> Section:
    rows = [Figure(f"SET, {how}", value, "/s", digits=0) for how, value in figures.items()]
    return Section(titled(name), rows)


def main() -> int:
    with tempfile.TemporaryDirectory() as home, RedisServer(Path(home)) as server:
        found = [section("redis", asyncio.run(of_redis_py(server)))]
        if find_spec("asyncio_redis") is not None:
            found.append(section("asyncio-redis", asyncio.run(of_asyncio_redis(server))))
    say(f"{name}: {what}" for name, what in (*machine_facts(), load_fact()))
    for one in found:
        say(one.lines())
    return 0


if __name__ == "__main__":
    sys.exit(main())
