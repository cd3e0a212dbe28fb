"""The supervisor's page beside an agent's, what both look like to who cannot see, and odd names."""

import re
from pathlib import Path
from typing import Any

from browser_desk import Desk, barriers, desk
from floor import CUSTOMER_HZ
from playwright.async_api import Page, expect

from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour

ODD_NAME = (
    "<script>window.broken = 1</script><img src=x onerror='window.broken=1'> "
    "\u202e\u05e9\u05dc\u05d5\u05dd\u202c \u0645\u0631\u062d\u0628\u0627 "
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 " + "x" * 10_000
)


def talker(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.4, tone_hz=CUSTOMER_HZ)


async def fits(page: Page) -> bool:
    """Tell whether nothing sticks out of a page sideways."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def at_work(at: Desk) -> None:
    await at.log_in()
    await at.open_phone()
    await at.start_work()


async def test_a_supervisor_starts_a_campaign_paces_it_and_ends_a_talk(tmp_path: Path) -> None:
    async with desk(tmp_path, behave=talker, wrap_up_limit_s=60) as at:
        assert await barriers_of_login(at) == []
        floor = await at.another_page("sue")
        tile = floor.get_by_role("article", name="faults")
        await expect(tile).to_contain_text("draft")
        await at_work(at)
        assert await barriers(at.page) == []
        row = floor.get_by_role("row", name=re.compile("^a1"))
        await expect(row).to_contain_text("Ready")
        await tile.get_by_role("button", name="Start", exact=True).click()
        await at.shows_state("Talking")
        await expect(row).to_contain_text("Talking")
        await expect(tile).to_contain_text("running")
        assert await barriers(floor) == []
        assert await barriers(at.page) == []

        await tile.get_by_role("button", name="Pacing").click()
        panel = floor.get_by_role("dialog")
        await panel.get_by_label("Abandon rate at most, %").fill("2.1")
        await panel.get_by_role("button", name="Save").click()
        await floor.get_by_text("Saved: the next decision goes by it.").wait_for()
        assert await panel.get_by_role("listitem").count() > 0
        assert await barriers(floor) == []
        await panel.get_by_role("button", name="Close").click()
        set_now = "SELECT settings FROM campaigns"
        await at.world.until(
            lambda _: '"abandon_rate_target": 0.021' in str(at.world.on_record(set_now))
        )

        await row.get_by_role("button", name="Hang up").click()
        await at.shows_state("Wrap-up")
        await expect(row).to_contain_text("Wrap-up")
        assert await barriers(at.page) == []
        assert at.complaints == []


async def barriers_of_login(at: Desk) -> list[tuple[str, str, Any]]:
    await at.page.goto(at.address)
    await at.page.get_by_label("Password").wait_for()
    return await barriers(at.page)


async def test_names_that_would_be_code_are_only_text(tmp_path: Path) -> None:
    async with desk(tmp_path, behave=talker, named=ODD_NAME) as at:
        await at_work(at)
        await at.world.start_campaign()
        await at.shows_state("Talking")
        await at.page.get_by_text("window.broken = 1").wait_for()
        assert await at.page.evaluate("window.broken") is None
        assert await fits(at.page)
        assert await barriers(at.page) == []
        assert at.complaints == []
