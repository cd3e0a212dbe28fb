"""The service behind the pages: a busy floor's control socket, a real API process, people.

Refuses to know which page is opened.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from browser_desk import PASSWORD, user
from playwright.async_api import Browser, BrowserContext

from benchmarks.load_floor import EngineNotReady
from benchmarks.pages.busy_floor import BusyFloor
from dialer.adapters.asterisk.ports import free_ports
from dialer.adapters.control_socket import ControlServer
from dialer.adapters.inprocess.feed import InProcessFeed
from dialer.adapters.sql.stores import open_stores
from dialer.services.board import LIVE
from dialer.settings import NodeSettings
from simulation.demo.program import Program

AGENT: Final = "ann"
"""Who logs in as an agent."""

BOSS: Final = "root"
"""Who logs in to every other page."""

_READY_WITHIN_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Served:
    """A floor, and where its pages are."""

    floor: BusyFloor
    address: str

    async def session(self, browser: Browser, login: str) -> Any:
        """Log a person in; returns what a browser keeps of it."""
        context = await browser.new_context(locale="en-US")
        given = {"login": login, "password": PASSWORD}
        answer = await context.request.post(f"{self.address}api/v1/auth/login", data=given)
        if not answer.ok:
            raise EngineNotReady(f"{login} was not let in: {await answer.text()}")
        session = await context.storage_state()
        await context.close()
        return session

    async def at_home(self, browser: Browser, session: Any) -> BrowserContext:
        """Return a browser's context with a session, which has opened no page."""
        context = await browser.new_context(
            storage_state=session, locale="en-US", permissions=["microphone"]
        )
        # as the page's own form leaves it
        await context.add_init_script("localStorage.setItem('outpace.here', 'somebody')")
        return context


@asynccontextmanager
async def served(home: Path) -> AsyncIterator[Served]:
    """Serve a busy floor for as long as the block lasts.

    Raises:
        EngineNotReady: the API does not serve.
    """
    async with open_stores(NodeSettings(home=home, _env_file=None).database):
        pass  # the tables are there
    await asyncio.to_thread(user, home, AGENT, "agent", "--agent", "1000")
    await asyncio.to_thread(user, home, BOSS, "administrator")
    feed = InProcessFeed()
    floor = BusyFloor(feed)
    port = free_ports(1, "tcp")[0]
    api = Program("the API", ["api", "--port", str(port)], home)
    async with asyncio.TaskGroup() as tasks:
        listening = asyncio.Event()
        control = ControlServer({LIVE: floor.live}, feed)
        running = [tasks.create_task(control.run(home, listening.set), name="control")]
        await listening.wait()
        api.start()
        try:
            await _ready(api)
            running.append(tasks.create_task(floor.run(), name="floor"))
            yield Served(floor, f"http://localhost:{port}/")
        finally:
            await asyncio.to_thread(api.stop)
            for task in running:
                task.cancel()


async def _ready(api: Program) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _READY_WITHIN_S
    while loop.time() < deadline and api.alive():
        if any("ready" in line for line in api.said()):
            return
        await asyncio.sleep(0.05)
    raise EngineNotReady(f"the API does not serve: {api.said()}")
