"""The first load of each page: how much comes over the network, and when it can be used.

Each load is that of a browser that has never been here: nothing in its cache, a session and no
more. Which pages there are, the table of the pages says. Refuses to know bars.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, Page

from benchmarks.pages.chromium import chromium
from benchmarks.pages.found import Load
from benchmarks.pages.served import AGENT, BOSS, Served, served
from tools.page_modules import pages

ROUNDS: Final = 5

_ANY_CONTROL: Final = "main :is(button, input, select, a[href]):not(:disabled)"
_CONTROLS: Final = {
    "floor": "main tbody tr[aria-rowindex] button",
    "own": "main .hint + :is(p, article)",
}
"""What a page is opened for, where that is not its first control: an agent, one's own reviews."""

_NOTE_USABLE: Final = """
(() => {
  const look = () => {
    if (!document.querySelector(%s)?.checkVisibility()) requestAnimationFrame(look);
    else requestAnimationFrame(() => setTimeout(() => window.noteUsable(performance.now())));
  };
  look();
})()
"""
"""Notes when a control is there, painted, and the main thread is free to answer it."""


_USABLE_WITHIN_S: Final = 30.0


class WrongPage(Exception):
    """Another page was shown than the one that was asked for."""


async def load_pages(home: Path, rounds: int = ROUNDS) -> Mapping[str, Sequence[Load]]:
    """Open each page so many times, in turns; returns its loads by the page's name.

    Raises:
        WrongPage: one is not shown to whom it is meant for.
    """
    names = list(pages().listed())
    found: dict[str, list[Load]] = {name: [] for name in names}
    async with served(home) as service, chromium() as browser:
        sessions = [await service.session(browser, who) for who in (AGENT, BOSS)]
        meant_for = {
            name: session
            for session in sessions
            for name in await _offered(browser, service, session)
        }
        for _ in range(rounds):
            for name in names:
                found[name].append(await _load(browser, service, meant_for[name], name))
    return found


async def _offered(browser: Browser, service: Served, session: Any) -> list[str]:
    """Return the names of the pages that a person is offered."""
    context = await service.at_home(browser, session)
    page = await context.new_page()
    await page.goto(service.address)
    links = page.locator("header nav a")
    await links.first.wait_for()
    addresses = [await link.get_attribute("href") for link in await links.all()]
    await context.close()
    return [(address or "").lstrip("#") for address in addresses]


async def _load(browser: Browser, service: Served, session: Any, name: str) -> Load:
    context = await service.at_home(browser, session)
    try:
        control = json.dumps(_CONTROLS.get(name, _ANY_CONTROL))
        await context.add_init_script(_NOTE_USABLE % control)
        page = await context.new_page()
        usable: asyncio.Future[float] = asyncio.get_running_loop().create_future()

        def note(at_ms: float) -> None:
            usable.set_result(at_ms)

        await page.expose_function("noteUsable", note)
        came = await _listen(page)
        await page.goto(f"{service.address}#{name}")
        async with asyncio.timeout(_USABLE_WITHIN_S):
            usable_ms = float(await usable)
        await page.wait_for_load_state("networkidle")
        shown = await page.locator("header nav a[aria-current]").first.get_attribute("href")
        if shown != f"#{name}":
            raise WrongPage(f"{name} was asked for, {shown} is shown")
    finally:
        await context.close()
    files = sum(size for url, size in came.items() if "/api/" not in url)
    return Load(usable_ms, files, sum(came.values()) - files)


async def _listen(page: Page) -> dict[str, int]:
    """Have the bytes of each answer noted, by its address."""
    session = await page.context.new_cdp_session(page)
    addresses: dict[str, str] = {}
    came: dict[str, int] = {}

    def answered(event: Mapping[str, Any]) -> None:
        addresses[event["requestId"]] = event["response"]["url"]

    def finished(event: Mapping[str, Any]) -> None:
        url = addresses.get(event["requestId"])
        if url is not None:
            came[url] = came.get(url, 0) + int(event["encodedDataLength"])

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    await session.send("Network.enable")
    return came
