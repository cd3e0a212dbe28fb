"""The supervisor's pages after a real talk: heard, counted, people added, all of it on record."""

import asyncio
import csv
import io
import re
from pathlib import Path
from typing import Any

from browser_desk import PASSWORD, Desk, desk, user
from floor import CUSTOMER_HZ, has_heard
from playwright.async_api import Page, Route, expect
from test_floor_page import barriers, fits

from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour

NARROW = {"width": 390, "height": 800}
WIDE = {"width": 1280, "height": 800}


def talker(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.3, tone_hz=CUSTOMER_HZ)


async def one_talk(at: Desk) -> None:
    """Have agent a1 talk with a customer, and write it up."""
    await at.log_in()
    await at.open_phone()
    await at.start_work()
    await at.world.start_campaign()
    await at.shows_state("Talking")
    await has_heard(at.world.customers.answered[0], 2.0)
    await at.page.keyboard.press("h")
    await at.shows_state("Wrap-up")
    await at.page.keyboard.press("3")
    await at.world.ask("campaign.pause", campaign="faults")
    await at.page.keyboard.press("Enter")
    await at.shows_state("Ready")


async def holds(page: Page) -> None:
    """Check that a page keeps nobody out, and fits a narrow screen."""
    assert await barriers(page) == []
    await page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    assert await fits(page)
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]


async def opened(page: Page, name: str) -> None:
    """Open one of the pages by its name in the head."""
    await page.get_by_role("navigation", name="Outpace").get_by_role("link", name=name).click()
    await page.get_by_role("heading", level=1, name=name).wait_for()


async def listens(page: Page) -> None:
    """Play the talk: by the button, then by keys."""
    await opened(page, "Recordings")
    row = page.get_by_role("row").filter(has_text="faults")
    for _ in range(20):  # it is finished a moment after the talk
        if await row.count() and not await row.get_by_text("being finished").count():
            break
        await page.get_by_role("button", name="Find").click()
        await asyncio.sleep(0.5)
    await row.get_by_role("link", name="Listen").click()
    player = page.get_by_role("region", name="Recording", exact=True)
    assert await player.locator("path.customer").get_attribute("d") != ""
    await expect(player.locator("path")).to_have_count(2)
    length_s = float(await player.get_by_role("slider").get_attribute("aria-valuemax") or 0)
    assert length_s >= 2
    await player.get_by_role("button", name="Play", exact=True).click()
    place = "document.querySelector('.player audio').currentTime"
    async with asyncio.timeout(10):
        while await page.evaluate(place) <= 0.5:
            await asyncio.sleep(0.05)
    await player.get_by_role("slider").focus()
    await page.keyboard.press(" ")
    await player.get_by_role("button", name="Play", exact=True).wait_for()
    await page.keyboard.press("Home")
    assert await page.evaluate(place) == 0
    await page.keyboard.press("ArrowRight")
    assert await page.evaluate(place) > 1
    await holds(page)
    async with page.expect_download() as saved:
        await row.get_by_role("link", name="Download").click()
    assert (await (await saved.value).path()).read_bytes().startswith(b"RIFF")


async def counts(page: Page) -> None:
    """See the talk in the reports, and take the figures out."""
    await opened(page, "Reports")
    row = page.get_by_role("row").filter(has_text="faults")
    await row.wait_for()
    async with page.expect_download() as saved:
        await page.get_by_role("button", name="Save as CSV").click()
    text = (await (await saved.value).path()).read_text(encoding="utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(text))
    assert (line["campaign"], line["connects"], line["outcomes.connected"]) == ("faults", "1", "1")
    await page.get_by_text("What the figures mean").click()
    await page.get_by_text("Abandoned / live answers;").first.wait_for()
    await holds(page)
    shown = {"Lists": "leads.csv", "Agents": "a1", "Best hours": "Days", "Trunks": "Rates"}
    for name, text in shown.items():
        await page.get_by_role("navigation", name="Reports").get_by_role("link", name=name).click()
        await page.get_by_text(text).first.wait_for()
        await holds(page)


async def no_formula(page: Page) -> None:
    """Check that what a spreadsheet would run is only text in a file."""
    rows = [{"name": "=1+1", "number": "+12025550100", "text": '-x,"y"', "of": {"n": 2}}]
    text = await page.evaluate("rows => import('/web/csv.js').then(csv => csv.toCsv(rows))", rows)
    (line,) = csv.DictReader(io.StringIO(text))
    assert line == {"name": "'=1+1", "number": "+12025550100", "text": '\'-x,"y"', "of.n": "2"}


async def supervises(page: Page) -> None:
    """See agents as one likes, write to one, and have one pause."""
    row = page.get_by_role("row", name=re.compile("^a1"))
    await row.wait_for()
    assert await page.get_by_role("link", name="Audit log").count() == 0
    await page.get_by_role("button", name="View").click()
    await page.get_by_label("Talks", exact=True).uncheck()
    await page.get_by_label("Serves").check()
    await page.get_by_label("Ready, act").fill("2")
    await holds(page)
    await page.reload()
    await expect(row).to_contain_text("faults")
    heads = page.get_by_role("region", name="Agents").get_by_role("columnheader")
    assert [text.strip(" ↑") for text in await heads.all_inner_texts()] == [
        *("Agent", "State", "For", "Campaign", "Serves", "Actions"),
    ]
    await row.get_by_role("button", name="Message").click()
    await page.get_by_role("dialog").get_by_label("Message").fill("well done")
    await page.get_by_role("button", name="Send").click()
    await page.get_by_text("Sent.").wait_for()
    await row.get_by_role("button", name="Pause").click()
    await page.get_by_role("dialog").get_by_role("button", name="Pause").click()
    await expect(row).to_contain_text("Paused")
    await page.get_by_text("Why not the other leads?").click()
    await page.locator(".why").get_by_text("it is paused").wait_for()
    await holds(page)


async def adds_eve(page: Page) -> None:
    """Add a user by the form, and look at the other parts of the page."""
    await opened(page, "People")
    await page.get_by_role("button", name="Add a user").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Login").fill("eve")
    await form.get_by_label("Role").select_option("Supervisor")
    await form.get_by_label("First password").fill(PASSWORD)
    await holds(page)
    await form.get_by_role("button", name="Add a user").click()
    await expect(page.get_by_role("row").filter(has_text="eve")).to_contain_text("Supervisor")
    for name in ("Teams", "Skills", "Pause codes", "Tokens", "Roles"):
        await page.get_by_role("navigation", name="People").get_by_role("link", name=name).click()
        await page.get_by_role("table").wait_for()
        await holds(page)


async def leaves_without_a_trace(at: Desk, page: Page) -> None:
    """Log out while the page still had questions: none is asked of a session that is over."""
    refused: list[str] = []
    page.on("response", lambda told: refused.append(told.url) if told.status == 401 else None)

    async def slow(route: Route) -> None:
        answer = await route.fetch()  # the session is over, and the page does not know yet
        await page.clock.fast_forward(60_000)
        await page.wait_for_timeout(500)
        await route.fulfill(response=answer)

    await page.route("**/auth/logout", slow)
    await page.get_by_role("button", name="Log out of Outpace").click()
    await page.get_by_label("Password").wait_for()
    assert refused == []
    assert await page.evaluate("localStorage.getItem('outpace.here')") is None
    await page.reload()
    await page.get_by_label("Password").wait_for()
    assert (refused, at.complaints) == ([], [])


async def test_a_talk_is_heard_counted_and_on_record_and_a_new_user_logs_in(tmp_path: Path) -> None:
    async with desk(tmp_path, behave=talker, leads=3, wrap_up_limit_s=60) as at:
        await asyncio.to_thread(user, at.world.home, "root", "administrator")
        await one_talk(at)
        page = await at.another_page("root")
        await page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        await listens(page)
        await counts(page)
        await no_formula(page)
        await adds_eve(page)
        eve = await at.browser.new_page(locale="en-US")
        at.listen(eve)
        await eve.clock.install()
        await at.log_in(eve, "eve")
        await supervises(eve)
        await opened(page, "Audit log")
        told: Any = page.get_by_role("listitem")
        await expect(told.filter(has_text="root added user eve")).to_have_count(1)
        await expect(told.filter(has_text="root listened to attempt")).to_have_count(1)
        await holds(page)
        await leaves_without_a_trace(at, eve)
        assert at.complaints == []
