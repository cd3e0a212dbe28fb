"""The supervisor's floor before 200 agents: what it costs, how old what it shows is, what it holds.

First an empty page in the same browser, then the floor: its cost with nothing else looking, and
after that the ages of what it shows; once it is warm, what is left after each clearing of its
memory. Refuses to know bars.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import Browser

from benchmarks.pages.chromium import SIZE, Inside, chromium, cpu_by_kind
from benchmarks.pages.found import FloorFound, Held
from benchmarks.pages.served import BOSS, served

WATCH_MARKS: Final = """
() => {
  window.shown = [];
  const seen = new Set();
  const watch = new MutationObserver((records) => {
    const at = (performance.timeOrigin + performance.now()) / 1000;
    for (const { type, target, addedNodes } of records)
      for (const node of type === "characterData" ? [target] : addedNodes)
        for (const [, mark] of node.textContent.matchAll(/#(\\d+)/g)) {
          if (!seen.has(mark)) window.shown.push([Number(mark), at]);
          seen.add(mark);
        }
  });
  window.stopWatching = () => watch.disconnect();
  const main = document.querySelector("main");
  watch.observe(main, { subtree: true, childList: true, characterData: true });
  return [...document.querySelectorAll("tbody th")].map((head) => head.textContent);
}
"""
"""Notes in the page when each mark is in the document; returns the agents whose rows are drawn."""

FORGET_MARKS: Final = """
() => {
  const { shown, stopWatching } = window;
  stopWatching();
  delete window.stopWatching;
  delete window.shown;
  return shown;
}
"""
"""Returns what was noted, and keeps nothing of it: what is held then is the page's own."""

_SETTLE_S: Final = 5.0
_CLEAR_EVERY_S: Final = 10.0
_LOOKS_A_MINUTE: Final = 6

Looks = Sequence[tuple[float, Held]]
"""Minutes since the page was warm, and what it held then."""


@dataclass(frozen=True, slots=True)
class FloorTimes:
    """How long each part is looked at, seconds."""

    empty_s: float = 10.0
    cost_s: float = 30.0
    ages_s: float = 30.0
    warm_s: float = 180.0
    """From the opening of the page to the first look at its memory: most of what grows before is
    code that is compiled."""
    held_s: float = 120.0


async def watch_floor(home: Path, times: FloorTimes, tell: Callable[[Looks], None]) -> FloorFound:
    """Open the floor and look at it; once a minute, `tell` is given all looks at its memory."""
    async with served(home) as service, chromium() as browser:
        blank = await browser.new_page()
        await asyncio.sleep(_SETTLE_S)
        empty = await _cost(browser, times.empty_s)
        await blank.close()
        context = await service.at_home(browser, await service.session(browser, BOSS))
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
        await page.set_viewport_size(SIZE)  # type: ignore[arg-type]
        await page.goto(f"{service.address}#floor")
        await page.get_by_role("row").nth(20).wait_for()
        opened = time.monotonic()
        inside = await Inside.of(page)
        await asyncio.sleep(_SETTLE_S)
        told, begun, spent = service.floor.told, time.monotonic(), await inside.spent_s()
        cost = await _cost(browser, times.cost_s)
        passed = time.monotonic() - begun
        now_spent = await inside.spent_s()
        told = service.floor.told - told
        await page.get_by_role("button", name="Agent", exact=True).click()  # rows keep their places
        await page.wait_for_timeout(1000)
        drawn = set(await page.evaluate(WATCH_MARKS))
        since = time.time()
        await asyncio.sleep(times.ages_s)
        until = time.time()
        await asyncio.sleep(_SETTLE_S)
        shown = await page.evaluate(FORGET_MARKS)
        await asyncio.sleep(max(0.0, opened + times.warm_s - time.monotonic()))
        held = await _held(inside, times.held_s, tell)
        await context.close()
    made = {
        mark: at
        for mark, (at, agent) in service.floor.made.items()
        if since <= at <= until and agent in drawn
    }
    ages = [at - made[mark] for mark, at in shown if mark in made]
    return FloorFound(
        empty=empty,
        cost=cost,
        main_thread={name: (now_spent[name] - spent[name]) / passed for name in spent},
        events_per_s=told / passed,
        ages_s=sorted(ages),
        unseen=len(made) - len(ages),
        warm_s=times.warm_s,
        held=held,
        complaints=complaints,
    )


async def _cost(browser: Browser, seconds: float) -> Mapping[str, float]:
    before, begun = await cpu_by_kind(browser), time.monotonic()
    await asyncio.sleep(seconds)
    after, passed = await cpu_by_kind(browser), time.monotonic() - begun
    return {kind: (after[kind] - before.get(kind, 0.0)) / passed for kind in after}


async def _held(inside: Inside, seconds: float, tell: Callable[[Looks], None]) -> Looks:
    begun = time.monotonic()
    found: list[tuple[float, Held]] = []
    for place in range(int(seconds / _CLEAR_EVERY_S)):
        due = begun + (place + 0.5) * _CLEAR_EVERY_S  # no look is on the edge of a minute
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        found.append(((time.monotonic() - begun) / 60, await inside.held()))
        if len(found) % _LOOKS_A_MINUTE == 0:
            tell(found)
    return found
