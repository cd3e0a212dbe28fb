"""A simulated agent at a control socket: logs in, waits, writes up, is ready again."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from dialer.adapters.control_socket import ControlServer
from dialer.adapters.inprocess.feed import InProcessFeed
from dialer.errors import BadInput
from simulation.demo.agents import DISPOSITIONS, SimulatedAgent
from simulation.demo.scenario import Law

BRIEF = Law(shortest=0.1, mean=0.11, longest=0.12)


class Desk:
    """An engine's control interface of two commands; what was asked is awaited, never polled."""

    def __init__(self) -> None:
        self.feed = InProcessFeed()
        self.asked: asyncio.Queue[tuple[str, Mapping[str, Any]]] = asyncio.Queue()
        self.refusals = 0

    def server(self) -> ControlServer:
        return ControlServer({"agent.login": self._log_in, "agent.ready": self._ready}, self.feed)

    async def _log_in(self, given: Mapping[str, Any]) -> object:
        self.asked.put_nowait(("agent.login", dict(given)))
        return {}

    async def _ready(self, given: Mapping[str, Any]) -> object:
        self.asked.put_nowait(("agent.ready", dict(given)))
        if self.refusals:
            self.refusals -= 1
            raise BadInput("agent", "is idle, not in wrap-up", "wait for a talk to end")
        return None


class Listening(InProcessFeed):
    """A feed that tells when somebody listens."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = asyncio.Event()

    async def listen(self):  # type: ignore[no-untyped-def]
        facts = super().listen()
        self.heard.set()
        async for fact in facts:
            yield fact


def agent(*, sale_rate: float = 1.0) -> SimulatedAgent:
    return SimulatedAgent("1001", "demo", wrap_up_s=BRIEF, sale_rate=sale_rate, chance=Random(1))


async def serve(desk: Desk, home: Path, tasks: asyncio.TaskGroup) -> asyncio.Task[None]:
    listening = asyncio.Event()
    task = tasks.create_task(desk.server().run(home, listening.set))
    await listening.wait()
    return task


async def test_an_agent_logs_in_waits_for_a_talk_to_end_and_writes_it_up(tmp_path: Path) -> None:
    desk = Desk()
    desk.feed = feed = Listening()
    one = agent()
    async with asyncio.TaskGroup() as tasks:
        server = await serve(desk, tmp_path, tasks)
        work = tasks.create_task(one.work(tmp_path))

        assert await desk.asked.get() == ("agent.login", {"agent": "1001", "campaigns": ["demo"]})
        await feed.heard.wait()
        feed.publish("agent", {"agent": "1002", "state": "wrap_up"})  # somebody else
        feed.publish("agent", {"agent": "1001", "state": "talking"})
        feed.publish("agent", {"agent": "1001", "state": "wrap_up"})

        do, said = await desk.asked.get()
        assert (do, said["agent"], said["disposition"]) == ("agent.ready", "1001", "sale")
        assert 20 <= said["amount"] <= 200
        assert one.present.is_set()
        work.cancel()
        server.cancel()


async def test_a_wrap_up_that_was_ended_for_the_agent_is_no_fault(tmp_path: Path) -> None:
    desk = Desk()
    desk.feed = feed = Listening()
    desk.refusals = 1
    one = agent()
    async with asyncio.TaskGroup() as tasks:
        server = await serve(desk, tmp_path, tasks)
        work = tasks.create_task(one.work(tmp_path))
        await desk.asked.get()
        await feed.heard.wait()

        feed.publish("agent", {"agent": "1001", "state": "wrap_up"})
        assert (await desk.asked.get())[0] == "agent.ready"
        feed.publish("agent", {"agent": "1001", "state": "wrap_up"})
        assert (await desk.asked.get())[0] == "agent.ready"

        work.cancel()
        server.cancel()


async def test_an_agent_who_never_sells_says_so(tmp_path: Path) -> None:
    desk = Desk()
    desk.feed = feed = Listening()
    async with asyncio.TaskGroup() as tasks:
        server = await serve(desk, tmp_path, tasks)
        work = tasks.create_task(agent(sale_rate=0.0).work(tmp_path))
        await desk.asked.get()
        await feed.heard.wait()

        feed.publish("agent", {"agent": "1001", "state": "wrap_up"})

        assert (await desk.asked.get())[1]["disposition"] == DISPOSITIONS[-1]
        work.cancel()
        server.cancel()
