"""The agent's page in Chromium, with calls that are heard on both ends."""

import asyncio
import os
import re
import statistics
import time
from pathlib import Path

import pytest
from asterisk_fixtures import until
from browser_desk import LISTEN, Desk, barriers, customer_hears, desk, publish
from floor import CUSTOMER_HZ, has_heard, heard
from playwright.async_api import Dialog, Page, expect

from dialer.services.comebacks import GREETED_S
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call

LAW_S = 2.0
BACK_S = 6.0 if "PYTEST_XDIST_WORKER" in os.environ else 3.0
"""Beside other tests the machine has not got the time that the page would have."""


def talker(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.4, tone_hz=CUSTOMER_HZ)


async def next_customer(at: Desk, done: int) -> Call:
    await at.world.customers.until(lambda log: len(log.answered) > done, 20)
    return at.world.customers.answered[done]


@pytest.mark.parametrize("calls", [3, pytest.param(20, marks=pytest.mark.soak)])
async def test_an_agent_takes_calls_in_the_page_and_writes_them_up_by_keys(
    tmp_path: Path, calls: int
) -> None:
    async with desk(tmp_path, behave=talker, wrap_up_limit_s=60) as at:
        await at.log_in()
        await at.open_phone()
        await at.start_work()
        await at.world.start_campaign()
        delays, first_sounds = [], []
        for done in range(calls):
            call = await next_customer(at, done)
            assert call.ok_sent is not None
            answered = call.ok_sent.epoch_s
            first_sounds.append(await at.heard_since(answered))
            delays.append(first_sounds[-1] - answered)
            await at.shows_state("Talking")
            await at.shows_person(call)
            await has_heard(call, 1.5)
            assert customer_hears(call, answered + 0.7, answered + 1.5)
            await at.page.keyboard.press("h")
            await at.shows_state("Wrap-up")
            if done == 1:
                await at.page.get_by_label("Note for whoever").fill("Rings back.")
                await at.page.keyboard.press("Escape")
            if done == 0:  # a sale asks for its amount, where the keys go by themselves
                await at.page.keyboard.press("1")
                await at.page.keyboard.type("250")
            else:
                await at.page.keyboard.press("3")
            await at.page.keyboard.press("Enter")
        rows = await at.world.until_recorded(
            lambda rows: sum(row.outcome == "connected" for row in rows) >= calls
        )
        assert {row.agent_id for row in rows if row.outcome == "connected"} == {"a1"}
        seen = await at.seen_at()
        early = [sound - shown for sound, shown in zip(first_sounds, seen, strict=True)]
        print("seen before heard", [round(one, 3) for one in early])
        assert sum(one > 0 for one in early) >= 0.99 * calls
        assert at.complaints == []
        print("first sound", [round(one, 3) for one in delays], statistics.median(delays))


async def has_heard_until(call: Call, epoch_s: float) -> None:
    await until(lambda: heard(call).end_s >= epoch_s)


async def talking(at: Desk) -> Call:
    """Have the agent talk to the first customer; returns whom."""
    await at.log_in()
    await at.open_phone()
    await at.start_work()
    await at.world.start_campaign()
    call = await next_customer(at, 0)
    assert call.ok_sent is not None
    await at.heard_since(call.ok_sent.epoch_s)
    await at.shows_state("Talking")
    return call


def questions(page: Page) -> list[str]:
    """Return the kinds of all dialogs from now on; each is answered with yes."""
    asked: list[str] = []

    async def agree(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.accept()

    page.on("dialog", agree)
    return asked


async def test_a_page_that_comes_back_late_is_at_work_again_and_a_second_tab_is_not_the_phone(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, behave=talker) as at:
        await at.log_in()
        await at.open_phone()
        await at.start_work()
        second = await at.context.new_page()
        await second.goto(at.address)
        await second.get_by_role("button", name="Use this page as my phone").click()
        await second.get_by_text("another tab of this browser is the phone").wait_for()
        assert await at.world.agent_state("a1") == "idle"
        await second.close()
        asked = questions(at.page)
        await at.page.get_by_role("button", name="Log off").click()
        await at.shows_state("Offline")
        await at.page.reload()
        await at.page.get_by_text("registered").wait_for()
        assert asked == []
        await at.start_work()
        await at.page.goto("about:blank")
        assert asked == ["beforeunload"]
        await at.world.until(lambda s: s["agents"][0]["state"] == "offline", 5)
        await at.page.goto(at.address)
        await at.shows_state("Ready")
        await at.page.evaluate(LISTEN, CUSTOMER_HZ)
        await at.world.start_campaign()
        call = await next_customer(at, 0)
        assert call.ok_sent is not None
        await at.heard_since(call.ok_sent.epoch_s)
        assert at.complaints == []


async def test_a_reload_in_a_call_comes_back_to_it_with_what_was_written(tmp_path: Path) -> None:
    async with desk(tmp_path, behave=talker, wrap_up_limit_s=60) as at:
        call = await talking(at)
        chosen = at.page.get_by_role("radio", name="Not interested")
        await chosen.wait_for()
        await at.page.keyboard.press("3")
        await expect(chosen).to_have_attribute("aria-checked", "true")
        asked = questions(at.page)
        reloaded = time.time()
        await at.page.reload()
        assert asked == ["beforeunload"]
        await at.page.evaluate(LISTEN, CUSTOMER_HZ)
        back = await at.heard_since(reloaded)
        assert back - reloaded < BACK_S
        await at.shows_state("Talking")
        await at.shows_person(call)
        await expect(chosen).to_have_attribute("aria-checked", "true")
        assert call.ended is None
        await has_heard_until(call, back + 1.5)
        assert customer_hears(call, back + 0.7, back + 1.5)
        assert heard(call).longest_silence_s(reloaded, back + 1.5) < LAW_S
        print("back after", round(back - reloaded, 2))
        await at.page.keyboard.press("h")
        await at.shows_state("Wrap-up")
        await at.page.keyboard.press("Enter")
        await at.world.until_recorded(
            lambda rows: any((row.outcome, row.agent_id) == ("connected", "a1") for row in rows)
        )


async def test_an_agent_whose_tab_is_gone_is_shown_as_lost_and_the_customer_hears_music(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, behave=talker) as at:
        call = await talking(at)
        await has_heard(call, GREETED_S + 1.0)  # who heard less heard nobody: another law
        closed = time.time()
        await at.page.close()
        await at.world.until(lambda s: s["agents"][0]["reason"] == "phone lost", 5)
        assert time.time() - closed < LAW_S
        await at.world.until(lambda s: s["agents"][0]["state"] == "offline", 30)
        await at.world.customers.until(lambda log: call in log.ended, 30)
        assert call.ended is not None
        assert heard(call).longest_silence_s(closed, call.ended.epoch_s - 0.1) < LAW_S


async def test_an_agent_looks_at_a_lead_says_what_must_be_said_and_sells(tmp_path: Path) -> None:
    async with desk(
        tmp_path, behave=talker, wrap_up_limit_s=60, mode="preview", script="pitch"
    ) as at:
        pitch = "Good day, {{ name }}. [[ This call is recorded. ]] [[ You may say no. ]]"
        await asyncio.to_thread(publish, at, "scripts", "pitch", pitch)
        await asyncio.to_thread(publish, at, "articles", "Refunds", "Within 14 days, by card.")
        page = at.page
        await at.log_in()
        await at.open_phone()
        await expect(page.get_by_text("Your microphone is heard.")).to_be_visible()
        await at.world.start_campaign()
        await page.get_by_label("faults").check()
        await page.get_by_role("button", name="Start work").click()
        await at.shows_state("Look, then dial")
        first = await page.locator(".person dd", has_text=re.compile("^lead ")).inner_text()
        assert await barriers(page) == []
        await page.keyboard.press("2")  # data is wrong
        await expect(page.get_by_text(first, exact=True)).to_have_count(0)
        await at.shows_state("Look, then dial")
        await page.keyboard.press("d")
        call = await next_customer(at, 0)
        await at.shows_state("Talking")
        await at.shows_person(call)
        await expect(page.locator(".spoken").first).to_contain_text("Good day, lead ")

        await page.keyboard.press("f")
        await page.keyboard.type("refund 14")
        await page.get_by_text("Within 14 days, by card.").wait_for()
        await page.keyboard.press("Escape")
        await page.keyboard.press("h")
        await at.shows_state("Wrap-up")
        sale = page.get_by_role("radio", name="Sale")
        await page.keyboard.press("1")
        await page.get_by_text("A sale waits until all is ticked").wait_for()
        await expect(sale).to_have_attribute("aria-checked", "false")
        await page.get_by_label("This call is recorded.").check()
        await page.get_by_label("You may say no.").press("Space")
        await page.get_by_role("button", name="More time").click()
        assert await barriers(page) == []
        await page.locator("h2").first.click()
        await page.keyboard.press("1")
        await page.keyboard.type("99")
        await page.get_by_label("Note for whoever").fill("Rings back.")
        await page.keyboard.press("Control+Enter")
        await at.shows_state("Look, then dial")
        kept = "SELECT disposition, amount, note, script, statements FROM attempts"
        assert at.world.on_record(kept) == [("sale", 99.0, "Rings back.", "pitch/1", "[0, 1]")]
        await page.get_by_role("button", name="中文").click()
        await at.shows_state("预览客户")
        assert at.complaints == []
