"""Chromium under measure: what its processes cost, and what its pages hold.

Asks the browser itself which processes it has, by its own protocol, and the kernel what they used.
Refuses to know what is shown.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from playwright.async_api import Browser, CDPSession, Page, async_playwright

from benchmarks.load_process import cpu_s
from benchmarks.pages.found import Held
from simulation.browser import ARGUMENTS, find_chromium

SIZE: Final = {"width": 1920, "height": 1080}
"""Of a supervisor's screen."""


class NoBrowser(Exception):
    """There is no Chromium on this machine."""

    def __init__(self) -> None:
        super().__init__("no Chromium: python -m simulation.browser puts one in place")


@asynccontextmanager
async def chromium(*more: str) -> AsyncIterator[Browser]:
    """Run a browser for as long as the block lasts.

    Raises:
        NoBrowser: there is none.
    """
    program = find_chromium()
    if program is None:
        raise NoBrowser
    async with async_playwright() as player:
        browser = await player.chromium.launch(
            executable_path=program, args=[*ARGUMENTS, *more], chromium_sandbox=False
        )
        try:
            yield browser
        finally:
            await browser.close()


async def cpu_by_kind(browser: Browser) -> Mapping[str, float]:
    """Return the CPU seconds of a browser's processes, by kind: browser, renderer, GPU, ..."""
    session = await browser.new_browser_cdp_session()
    told = await session.send("SystemInfo.getProcessInfo")
    await session.detach()
    found: dict[str, float] = {}
    for process in told["processInfo"]:
        kind = process["type"]
        found[kind] = found.get(kind, 0.0) + cpu_s(process["id"])
    return found


class Inside:
    """One page, seen from inside its browser."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session

    @classmethod
    async def of(cls, page: Page) -> "Inside":
        """Look into a page."""
        session = await page.context.new_cdp_session(page)
        await session.send("Performance.enable")
        return cls(session)

    async def held(self) -> Held:
        """Have the page throw away what it can, and return what is left."""
        await self._session.send("HeapProfiler.collectGarbage")
        used = await self._session.send("Runtime.getHeapUsage")
        counts = await self._session.send("Memory.getDOMCounters")
        return Held(
            heap_bytes=int(used["usedSize"]),
            nodes=int(counts["nodes"]),
            listeners=int(counts["jsEventListeners"]),
        )

    async def spent_s(self) -> Mapping[str, float]:
        """Return seconds of the page's main thread so far, by what it did."""
        told: dict[str, Any] = await self._session.send("Performance.getMetrics")
        names = {
            "TaskDuration": "all",
            "ScriptDuration": "scripts",
            "LayoutDuration": "layout",
            "RecalcStyleDuration": "styles",
        }
        return {names[one["name"]]: one["value"] for one in told["metrics"] if one["name"] in names}
