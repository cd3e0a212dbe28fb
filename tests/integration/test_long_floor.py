"""The floor with far more agents than a screen has lines, in Chromium; they change all the time."""

from pathlib import Path

import pytest
from browser_desk import barriers
from playwright.async_api import expect

from benchmarks.pages.busy_floor import AGENTS_THERE
from benchmarks.pages.chromium import chromium
from benchmarks.pages.served import BOSS, served
from simulation.browser import find_chromium

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine")

MOST_DRAWN = 60


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
