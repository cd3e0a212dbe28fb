"""The floor with far more agents than a screen has lines, and open for longer than it remembers.

In Chromium; the agents change all the time.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from browser_desk import barriers
from playwright.async_api import Route, expect

from benchmarks.pages.busy_floor import AGENTS_THERE
from benchmarks.pages.chromium import chromium
from benchmarks.pages.served import BOSS, served
from simulation.browser import find_chromium

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine")

MOST_DRAWN = 60
HISTORY = Path(__file__).parents[2] / "web" / "history.js"

REMEMBERED = """
async (looks) => {
  const { remember, seen, hourly } = await import("/history.js");
  for (const [at, campaigns] of looks) remember({ agents: [], campaigns }, at);
  const names = ["at", "lines", "rate"];
  return Object.fromEntries(["one", "other"].map((key) => [key, [seen(key, names), hourly(key)]]));
}
"""


async def remembered(looks: Sequence[tuple[float, Sequence[dict[str, Any]]]]) -> Any:
    """Return what a page knows of campaigns "one" and "other" after looks at the floor."""
    async with chromium() as browser:
        page = await browser.new_page()

        async def serve(route: Route) -> None:
            await route.fulfill(path=HISTORY)

        await page.route("**/*", serve)
        await page.goto("http://pages.example/history.js")
        return await page.evaluate(REMEMBERED, looks)


def running(key: str, look: int, **more: object) -> dict[str, Any]:
    return {"key": key, "connected": 2 * look, "lines": look, **more}


async def test_of_each_campaign_the_last_hour_is_remembered_and_no_more() -> None:
    hour = 720
    looks = [
        (
            5.0 * look,
            [
                running("one", look, **({"abandon_rate": 0.01} if look % 2 else {})),
                *([running("other", look)] if 2000 - hour <= look < 2000 else []),
            ],
        )
        for look in range(1, 2001)
    ]
    found = await remembered(looks)
    last = range(2001 - hour, 2001)
    rates = [1 if look % 2 else None for look in last]
    assert found["one"] == [[[5 * look for look in last], [*last], rates], 1440]
    most = range(2000 - hour, 2000)
    assert found["other"] == [[[5 * look for look in most], [*most], [None] * hour], 1440]


async def test_a_campaign_that_was_not_seen_for_an_hour_is_forgotten() -> None:
    looks = [(5.0 * look, [running("one", look)] if look < 100 else []) for look in range(1, 821)]
    assert (await remembered(looks))["one"] == [[[], [], []], None]
    assert len((await remembered(looks[:-3]))["one"][0][0]) == 99


async def test_what_was_seen_more_often_than_each_5_s_or_for_less_than_a_minute_says_little() -> (
    None
):
    looks = [(100 + look / 2, [running("one", look)]) for look in range(110)]
    series, hourly = (await remembered(looks))["one"]
    assert series[0] == [100 + 5 * place for place in range(11)]
    assert hourly is None


async def test_of_200_agents_those_in_sight_are_drawn_and_each_is_reached_by_keys(
    tmp_path: Path,
) -> None:
    async with served(tmp_path) as service, chromium() as browser:
        context = await service.at_home(browser, await service.session(browser, BOSS))
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{service.address}#floor")
        agents = page.locator("section[aria-labelledby=agents] .scroll")
        await agents.get_by_role("button", name="Agent", exact=True).click()
        await expect(agents.locator("th[scope=row]").first).to_have_text("1000")
        await expect(agents.get_by_role("table")).to_have_attribute(
            "aria-rowcount", str(AGENTS_THERE + 1)
        )
        drawn = agents.locator("tbody tr[aria-rowindex]")
        assert await drawn.count() < MOST_DRAWN
        await agents.focus()
        last = agents.locator(f'tr[aria-rowindex="{AGENTS_THERE + 1}"] th')
        await page.keyboard.press("End")
        await expect(last).to_have_text(str(1000 + AGENTS_THERE - 1))
        await page.keyboard.press("End")  # rows that were space until now may be higher
        await expect(last).to_be_in_viewport()
        assert await drawn.count() < MOST_DRAWN
        assert await barriers(page) == []
        await page.get_by_label("Filter agents").fill("1150")
        await expect(drawn).to_have_count(1)
        await expect(agents.locator("th[scope=row]")).to_have_text("1150")
        assert complaints == []
        await context.close()
