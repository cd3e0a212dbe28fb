"""An engine whose Redis is away, or says nothing, serves as if there were none to be had."""

import asyncio
import time
from pathlib import Path

import pytest

from dialer.adapters.control_socket import ControlClient
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.sql.stores import SqlStores
from dialer.bootstrap import Engine
from dialer.domain.dial_law import DialLaw
from dialer.settings import NodeSettings
from dialer.testing.switch import MemorySwitch
from dialer.testing.talk_control import MemoryTalkControl
from simulation.redis import RedisServer


@pytest.mark.parametrize("how", ["away", "stalled"])
async def test_an_engine_starts_serves_and_ends_without_its_redis(tmp_path: Path, how: str) -> None:
    server = RedisServer(tmp_path / "redis")
    await asyncio.to_thread(server.start)
    try:
        if how == "away":
            await asyncio.to_thread(server.kill)
            await _served(tmp_path, server.url)
        else:
            with server.stalled():
                await _served(tmp_path, server.url)
    finally:
        await asyncio.to_thread(server.stop)


async def _served(folder: Path, url: str) -> None:
    settings = NodeSettings(
        home=folder, asterisk_home=folder / "asterisk", agi_port=0, redis_url=url, _env_file=None
    )
    stores = await SqlStores.open(settings.database)
    switch = MemorySwitch(SteadyClock(), phones=["1001"])
    engine = Engine(settings, stores, DialLaw(), switch=switch, control=MemoryTalkControl(switch))
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(engine.run(ready.set), name="engine")
        await ready.wait()
        async with ControlClient.connect(folder) as client:
            slowest = 0.0
            for number in range(200):
                for _ in range(50):  # ten thousand facts: more than wait for Redis
                    engine.feed.publish("call", {"n": number})
                asked = time.monotonic()
                assert not (await client.ask("status"))["held"]
                slowest = max(slowest, time.monotonic() - asked)
            # below the two seconds after which a Redis that takes no connection is given up
            assert slowest < 1.9
        engine.stop()
