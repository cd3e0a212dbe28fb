"""A campaign made, filled, paced and started in the pages; a lead followed; a flow mended."""

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from browser_desk import Desk, desk, user
from playwright.async_api import Page, expect
from test_floor_page import ODD_NAME, barriers, fits, talker

from dialer.adapters.flow_files import SHIPPED

NUMBER = "+12025550100"
LIST = f'phone,name,Zeitzone\n{NUMBER},"{ODD_NAME}",America/New_York\n+1202555,short,\n'
"""A list of one lead whom no page may stumble over, and of one row without a number."""


async def sound(page: Page) -> None:
    """Check that a page keeps nobody out and that nothing sticks out of it, on a phone too."""
    assert await barriers(page) == []
    for width in (360, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await fits(page), (page.url, width)


async def go(page: Page, place: str, heading: str) -> None:
    """Open a page by its address."""
    await page.evaluate("place => { location.hash = place; }", place)
    await page.get_by_role("heading", name=heading, level=1).wait_for()


async def step(page: Page, name: str) -> None:
    """Go to a step of a campaign."""
    await page.locator(".steps").get_by_role("link", name=name).click()


async def saved(page: Page, button: str = "Save and go on") -> None:
    """Send the form of a step."""
    await page.get_by_role("button", name=button, exact=True).click()


async def test_a_campaign_is_made_by_form_and_its_lead_is_called(tmp_path: Path) -> None:
    async with desk(tmp_path, behave=talker, wrap_up_limit_s=60) as at:
        await asyncio.to_thread(user, at.world.home, "max", "campaign_manager")
        page = await at.another_page("max")
        await page.get_by_role("link", name="Campaigns", exact=True).click()
        await page.get_by_role("link", name="faults").wait_for()
        await sound(page)
        await create(page)
        await bring_in(page, tmp_path)
        await look_at_rules(page)
        await set_pacing(page)
        await give_way_to_others(page)
        await mend_dispositions(page)
        await say_what_agents_do(page)
        await write_a_script(page)
        await page.get_by_role("button", name="Start", exact=True).click()
        await expect(page.locator(".head")).to_contain_text("running")
        await talk(at)
        forbid(at.world.home)
        await find_and_follow(page)
        await mend_a_flow(page)
        await keep_what_flows_say(page)
        await see_less(at)
        # what the API refuses on purpose here, Chromium tells the console of
        refused = ("status of 412", "status of 422")
        assert [one for one in at.complaints if not any(kind in one for kind in refused)] == []


async def create(page: Page) -> None:
    await page.get_by_role("link", name="New campaign").click()
    await page.get_by_label("Name", exact=True).fill("spring")
    await page.get_by_label("Purpose", exact=True).select_option("service")
    await sound(page)
    await saved(page)
    await page.get_by_role("heading", name="spring", level=1).wait_for()


async def bring_in(page: Page, folder: Path) -> None:
    file = folder / "spring.csv"
    file.write_text(LIST, encoding="utf-8")
    await page.get_by_label("File", exact=True).set_input_files(file)
    preview = page.get_by_role("region", name="As it would be read")
    await expect(preview).to_contain_text("too short for its country")
    zone = page.get_by_label("Becomes: Zeitzone")
    await expect(zone).to_have_value("same")
    await zone.select_option("zone")
    await expect(page.get_by_label("Becomes: Zeitzone")).to_have_value("zone")
    await expect(page.get_by_text("Of the first rows, 2")).to_contain_text("1 taken")
    await sound(page)
    await page.get_by_role("button", name="Import", exact=True).click()
    await expect(page.get_by_text("leads are in the list")).to_contain_text("1")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download the rejected rows").click()
    rejects = Path(await (await download.value).path()).read_text()
    assert rejects.splitlines()[1] == "3,too short for its country,+1202555,short,"
    await page.get_by_role("link", name="spring.csv").wait_for()


async def look_at_rules(page: Page) -> None:
    await step(page, "Hours and rules")
    await expect(page.get_by_text("it is draft")).to_be_visible()
    await page.get_by_role("textbox", name="Number").fill(NUMBER)
    await page.get_by_label("At", exact=True).fill("2026-12-01T02:00")
    await page.get_by_role("button", name="Ask the rules").click()
    await page.get_by_text("It may not be dialed.").wait_for()
    which = page.get_by_label("Which leads", exact=True)
    await which.fill("name = ")
    await saved(page)
    await expect(which).to_have_attribute("aria-invalid", "true")
    await which.fill("")
    await page.get_by_label("Shares of lists").fill("spring.csv 3")
    busy = page.get_by_label("busy: waits, minutes")
    await expect(busy).to_have_value("10")
    await busy.fill("5, soon")
    await saved(page)
    await expect(busy).to_have_attribute("aria-invalid", "true")
    await busy.fill("5, 7.5")
    await page.get_by_label("lost: waits, minutes").fill("60")
    await page.get_by_label("lost: times at most").fill("2")
    await sound(page)
    await saved(page)


async def set_pacing(page: Page) -> None:
    await page.get_by_label("Mode", exact=True).select_option("progressive")
    await page.get_by_label("Abandon rate at most, %", exact=True).fill("2.1")
    await sound(page)
    await saved(page)


CHANGE = """
async (id) => {
  const { ask } = await import("/web/api.js");
  await ask("PATCH", `/campaigns/${id}/pacing`, { max_lines: 50 });
}
"""
"""Changes a campaign behind the page's back, as somebody else would."""


async def give_way_to_others(page: Page) -> None:
    await page.get_by_role("listitem", name="Sale", exact=True).wait_for()
    await page.evaluate(CHANGE, page.url.split("/")[-2])
    await saved(page, "Save")
    await page.get_by_role("alert").get_by_text("changed").wait_for()
    await page.reload()


async def mend_dispositions(page: Page) -> None:
    card = page.get_by_role("listitem", name="Not interested", exact=True)
    await card.get_by_label("Code", exact=True).fill("sale")
    await saved(page, "Save")
    await page.get_by_role("alert").get_by_text("code is there twice").wait_for()
    await card.get_by_label("Code", exact=True).fill("no_interest")
    await sound(page)
    await saved(page)


SETTINGS = """
async (id) => {
  const { ask } = await import("/web/api.js");
  return (await ask("GET", `/campaigns/${id}`)).settings;
}
"""


async def say_what_agents_do(page: Page) -> None:
    look = page.get_by_label("An agent may look for, s")
    await look.fill("4")
    await look.evaluate("one => one.removeAttribute('min')")  # the service, too, says no
    await page.get_by_label("Why a lead may be skipped").fill("Not today\n\nMoved")
    await page.get_by_label("If no agent is there for it").select_option("list")
    await page.get_by_label("Void after, days").fill("1.5")
    await page.get_by_label("Answering machines").select_option("agent_first")
    await saved(page)
    await expect(look).to_have_attribute("aria-invalid", "true")
    await look.fill("45")
    await sound(page)
    await saved(page)
    await page.get_by_role("heading", name="New script").wait_for()
    kept = await page.evaluate(SETTINGS, page.url.split("/")[-2])
    skipped = {"skip_wait_s": 3600, "skip_reasons": ["Not today", "Moved"]}
    assert kept["preview"] == {"limit_s": 45, **skipped}
    assert kept["callbacks"] | {"fallback": "list", "expires_after_s": 129_600} == kept["callbacks"]
    assert kept["amd"] == "agent_first"
    assert kept["order"] == {"by": "oldest", "seed": 0, "shares": {"spring.csv": 3}}
    assert kept["recycling"]["busy"] == {"waits_s": [300, 450], "most": 6}
    assert kept["recycling"]["lost"] == {"waits_s": [3600], "most": 2}
    assert kept["recycling"]["message_heard"] is None
    assert kept["recycling"]["abandon_quiet_s"] == 72 * 3600
    assert (kept["record"], kept["recording_asked"], kept["manual_dial"]) == (True, False, True)


async def write_a_script(page: Page) -> None:
    await page.get_by_label("Name", exact=True).fill("hello")
    await page.get_by_label("Text", exact=True).fill("Hello {{ name }} of {{ town }}.")
    await expect(page.locator(".spoken")).to_contain_text(
        "Hello <script>window.broken = 1</script>"
    )
    await page.get_by_text("Line 1: leads have no field 'town'").wait_for()
    await page.get_by_role("button", name="Save as a new version").click()
    await page.get_by_role("button", name="Publish version 1").click()
    await page.get_by_text("version 1, published").wait_for()
    await sound(page)
    await saved(page)
    await page.get_by_text("A published flow leads whoever answers").wait_for()
    await step(page, "Script")
    await expect(page.get_by_label("Script that its agents read")).to_have_value("hello")


async def talk(at: Desk) -> None:
    await at.log_in()
    await at.open_phone()
    await at.page.get_by_label("spring").check()
    await at.page.get_by_role("button", name="Start work").click()
    await at.shows_state("Talking")
    await at.page.locator(".spoken").get_by_text("<script>window.broken = 1</script>").wait_for()
    await at.page.keyboard.press("h")
    await at.shows_state("Wrap-up")
    await at.page.get_by_label("Note for whoever").fill("Has windows.")
    await at.page.keyboard.press("Escape")
    await at.page.keyboard.press("2")
    later = datetime.now(UTC) + timedelta(days=3)
    await at.page.locator("input[type=datetime-local]").fill(f"{later:%Y-%m-%dT%H:%M}")
    await at.page.keyboard.press("Enter")
    await at.shows_state("Ready")


def forbid(home: Path) -> None:
    """Put on record that a rule had forbidden a dial, as the law does where people are called."""
    reason = {
        "rule_id": "us-hours",
        "field": "windows",
        "text": "outside the calling window where the called party may be",
        "dialable_again_at": 1_796_043_600.0,
    }
    with closing(sqlite3.connect(home / "outpace.db", timeout=10)) as database, database:
        database.execute(
            "INSERT INTO refusals (campaign_id, lead_id, number, at, reasons, dialable_again_at)"
            " SELECT campaign_id, id, number, 1796000000, ?, 1796043600 FROM leads"
            " WHERE attributes LIKE '%window.broken%'",
            (json.dumps([reason]),),
        )


async def find_and_follow(page: Page) -> None:
    await go(page, "leads", "Leads")
    await page.get_by_label("Name or any attribute", exact=True).fill("window.broken")
    await page.get_by_role("button", name="Search").click()
    found = page.get_by_role("link", name="<script>")
    await found.wait_for()
    await sound(page)
    await found.click()
    attempt = page.get_by_role("article", name="Attempt").filter(has_text="connected")
    await expect(attempt).to_contain_text("connected")
    await expect(attempt).to_contain_text("a1")
    await expect(attempt).to_contain_text("callback")
    await expect(attempt).to_contain_text("Has windows.")
    await expect(attempt).to_contain_text("no calling rule was asked (simulated network)")
    await expect(attempt.get_by_role("link", name="Recording")).to_be_visible()
    assert await page.evaluate("window.broken") is None
    refused = page.get_by_role("article", name="Not dialed")
    await expect(refused).to_contain_text("outside the calling window")
    await refused.get_by_role("button", name="us-hours").click()
    await expect(refused).to_contain_text("US: ")
    promise = page.get_by_role("article", name="Promised call")
    await expect(promise).to_contain_text("its time has not come")
    await promise.locator("summary").click()
    await promise.get_by_label("Why", exact=True).fill("moved away")
    await promise.get_by_role("button", name="Take the promise back").click()
    await expect(promise).to_contain_text("cancelled")
    await page.get_by_text("Show the whole number").click()
    actions = page.get_by_role("region", name="Actions")
    await actions.get_by_label("Why", exact=True).fill("complaint")
    await page.get_by_role("button", name="Show", exact=True).click()
    await page.get_by_text(NUMBER, exact=True).wait_for()
    await page.locator("summary", has_text="Do not call any more").click()
    await page.get_by_label("Who asked for it, and how", exact=True).fill("by telephone")
    await page.get_by_role("button", name="Do not call any more").click()
    await page.get_by_text("Entered in the do-not-call list.").wait_for()
    await sound(page)


ROUND = """
async (text) => {
  const { ask } = await import("/web/api.js");
  const { textOf } = await import("/web/flow_text.js");
  const { form } = await ask("POST", "/flows/check", { text });
  const again = await ask("POST", "/flows/check", { text: textOf(form) });
  return [form, again.form];
}
"""
"""Writes what a text says as the form does, and returns what each of them says."""

ODD_FLOW = json.dumps(
    {
        "flow": "yes: no # no",
        "zone": "",
        "steps": {
            "2": {"play": {"text": 'a "b"\\n\nc\t\u202e'}, "true": [1, "1", True, "on", None, {}]},
            "1": {"~": [], "k y": {"a": [{"b": {"c": "- d"}, "e": 0.5}]}, "é": "", "n": None},
        },
    }
)


async def keep_what_flows_say(page: Page) -> None:
    for text in [ODD_FLOW, *(file.read_text() for file in sorted(SHIPPED.glob("*.yaml")))]:
        said, again = await page.evaluate(ROUND, text)
        if text == ODD_FLOW:
            assert said["head"].pop("zone") == ""  # what is empty is not written
        assert said == again


async def see_less(at: Desk) -> None:
    supervisor = await at.another_page("sue")
    await go(supervisor, "campaigns", "Campaigns")
    await supervisor.get_by_role("link", name="spring").click()
    await expect(supervisor.get_by_label("Purpose", exact=True)).to_be_disabled()
    await step(supervisor, "Pacing")
    await expect(supervisor.get_by_label("Mode", exact=True)).to_be_enabled()
    assert await supervisor.get_by_role("link", name="New campaign").count() == 0
    await supervisor.get_by_role("button", name="中文").click()
    await supervisor.locator(".steps").get_by_role("link", name="结果代码").wait_for()
    await supervisor.locator(".steps").get_by_role("link", name="时间与规则").click()
    held = supervisor.get_by_role("region", name="规则对当前名单的判定")
    await expect(held).to_contain_text(re.compile("在免呼名单中|正在拨打"))  # or on its way still
    number = supervisor.get_by_role("textbox", name="号码")
    await number.fill(NUMBER)
    await supervisor.get_by_label("时间", exact=True).fill("2026-12-01T02:00")
    await supervisor.get_by_role("button", name="查询规则").click()
    await supervisor.get_by_text("不在允许时段").wait_for()
    assert await at.page.get_by_role("link", name="Campaigns").count() == 0


async def mend_a_flow(page: Page) -> None:
    await go(page, "flows", "Flows")
    await page.get_by_role("link", name="New flow").click()
    await page.get_by_label("Name", exact=True).fill("offer")
    hello = page.get_by_role("listitem", name="hello")
    await hello.get_by_label("Then", exact=True).select_option("")
    await expect(hello).to_contain_text("next")
    save = page.get_by_role("button", name="Save as a new version")
    await expect(save).to_be_disabled()
    await sound(page)
    await hello.get_by_label("Then", exact=True).select_option("bye")
    await hello.get_by_label("Step", exact=True).fill("welcome")
    await hello.get_by_label("Step", exact=True).blur()
    await page.get_by_role("listitem", name="welcome").wait_for()
    await page.get_by_role("button", name="Add a step").click()
    added = page.get_by_role("listitem", name="step-3")
    await expect(added.get_by_label("Step", exact=True)).to_be_focused()
    await page.get_by_role("button", name="Up: step-3").click()
    await expect(page.locator(".cards > li").nth(1)).to_have_attribute("aria-label", "step-3")
    await page.get_by_role("button", name="Remove: step-3").click()
    await page.get_by_text("Nothing is wrong with it.").wait_for()
    await save.click()
    await page.get_by_role("button", name="Publish").click()
    await page.get_by_text("Published: new calls go by it.").wait_for()
    drawing = page.get_by_role("img", name="Drawing: offer 1")
    await expect(drawing).to_be_visible()
    assert await drawing.evaluate("image => image.naturalWidth") > 100
    await page.get_by_role("button", name="Text").click()
    await expect(page.get_by_label("Text", exact=True)).to_have_value(
        'otherwise: bye\nsteps:\n  welcome:\n    play:\n      text: "Hello."\n    next: bye\n'
        '  bye:\n    hang_up:\n      text: "Goodbye."\n'
    )
    await sound(page)
