"""The pages of quality in a browser: a talk reviewed, a script approved, a voicemail heard.

No Asterisk: a node's record as a day leaves it, the API, and people who log in.
"""

import asyncio
import re
import time
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from browser_desk import PASSWORD, user
from forked import Forked, outpace
from playwright.async_api import Browser, Page, async_playwright, expect
from test_floor_page import barriers, fits

from dialer.adapters.asterisk.ports import free_ports
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.waveform import waveform
from dialer.domain.disposition import Said
from dialer.domain.ids import AgentId, CampaignId, new_attempt_id
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.leadfile import LeadRow
from dialer.domain.outcome import Outcome
from dialer.domain.recording import peaks_of
from dialer.domain.voicemail import Voicemail
from dialer.settings import load_settings
from simulation.browser import ARGUMENTS, find_chromium

TALK_S = 12
RATE_HZ = 8000
PEOPLE = (
    ("quinn", "qa", ()),
    ("mia", "campaign_manager", ()),
    ("sue", "supervisor", ()),
    ("ann", "agent", ("--agent", "1001")),
)
NARROW, WIDE = {"width": 390, "height": 800}, {"width": 1280, "height": 800}


@dataclass
class Office:
    """The pages of a node after a day's work."""

    home: Path
    address: str
    browser: Browser
    attempt: str
    complaints: list[str] = field(default_factory=list)

    async def page_of(self, login: str) -> Page:
        """Log somebody in, in a browser of their own; whatever they are asked, they say yes."""
        page = await (await self.browser.new_context(locale="en-US", viewport=WIDE)).new_page()  # type: ignore[arg-type]
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type == "error" else None,
        )
        page.on("dialog", lambda asked: asyncio.ensure_future(asked.accept()))  # noqa: TID251
        await page.goto(self.address)
        await page.get_by_label("Login").fill(login)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Log in", exact=True).click()
        return page


def sound(path: Path, channels: int, seconds: float) -> np.ndarray:
    """Write a tone for each channel, and return the samples."""
    times = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    tones = [9000 * np.sin(2 * np.pi * (440 + 200 * one) * times) for one in range(channels)]
    samples = np.stack(tones, axis=1).astype("<i2")
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())
    return samples


async def a_talk(stores: SqlStores, campaign: CampaignId, recordings: Path) -> str:
    """Put a talk of agent 1001 on record, and its recording where it belongs."""
    now = time.time()
    import_id = await stores.imports.begin(campaign, "list.csv", at=now)
    rows = [LeadRow(2, "+12025550100", {"first_name": "Ann"})]
    await stores.imports.add(import_id, rows)
    await stores.imports.finish(import_id, rows=1, rejected=0)
    (lead,) = await stores.leads.lease(campaign, 1)
    attempt = Attempt(new_attempt_id(), campaign, lead.lead_id, lead.number, "trunk", now - 60)
    await stores.attempts.record_dialed([attempt])
    file = f"{attempt.attempt_id}.wav"
    end = AttemptEnd(
        attempt.attempt_id,
        Outcome.CONNECTED,
        now - 40,
        answered_at=now - 54,
        connected_at=now - 53,
        talk_ended_at=now - 53 + TALK_S,
        agent_id=AgentId("1001"),
        recording=file,
    )
    await stores.attempts.record_ends([end])
    await stores.attempts.dispose(attempt.attempt_id, Said(code="sale", amount=9.0), at=now - 30)
    samples = sound(recordings / file, 2, TALK_S)
    peaks = recordings / peaks_of(attempt.attempt_id)
    peaks.parent.mkdir(parents=True)
    peaks.write_bytes(waveform(samples, rate_hz=RATE_HZ))
    return attempt.attempt_id


async def a_day(home: Path) -> str:
    """Leave behind a talk and a voicemail; returns the talk's attempt."""
    settings = load_settings(home)
    async with open_stores(settings.database) as stores:
        (campaign,) = await stores.campaigns.list()
        attempt = await a_talk(stores, campaign.campaign_id, settings.recordings)
        await stores.voicemails.left(
            Voicemail("+12025550177", "vm-1.wav", time.time() - 600, seconds=3.0)
        )
        sound(settings.messages / "vm-1.wav", 1, 3)
    return attempt


@asynccontextmanager
async def office(home: Path) -> AsyncIterator[Office]:
    """Open the office."""
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium: python -m simulation.browser puts one in place")
    home.mkdir()
    (home / "outpace.toml").write_text(f'[asterisk]\nhome = "{home / "asterisk"}"\n')
    made = await asyncio.to_thread(outpace, "campaigns", "create", "spring", "--home", str(home))
    assert made.returncode == 0, made.stderr
    for login, role, more in PEOPLE:
        await asyncio.to_thread(user, home, login, role, *more)
    attempt = await a_day(home)
    port = free_ports(1, "tcp")[0]
    api = Forked("api", "--home", str(home), "--port", str(port))
    try:
        line = await asyncio.to_thread(api.stdout.readline)
        assert b"ready" in line, line
        async with async_playwright() as player:
            browser = await player.chromium.launch(
                executable_path=program, args=list(ARGUMENTS), chromium_sandbox=False
            )
            opened = Office(home, f"http://localhost:{port}/", browser, attempt)
            try:
                yield opened
            except BaseException:
                for context in browser.contexts:
                    print("a page:", await context.pages[0].inner_text("body"))
                print(opened.complaints)
                raise
            finally:
                await browser.close()
    finally:
        api.terminate()
        await asyncio.to_thread(api.wait, 20)
        api.stdout.close()


async def opened(page: Page, name: str) -> None:
    """Open one of the pages by its name in the head."""
    await page.get_by_role("navigation", name="Outpace").get_by_role("link", name=name).click()
    await page.get_by_role("heading", level=1, name=name).wait_for()


async def holds(page: Page) -> None:
    """Check that a page keeps nobody out in either theme, and fits a narrow screen."""
    assert await barriers(page) == []
    await page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    assert await fits(page)
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]


async def adds_a_scorecard(page: Page) -> None:
    await page.get_by_role("link", name="Scorecards").click()
    await page.get_by_role("button", name="Add a scorecard").click()
    editor = page.get_by_role("dialog")
    await editor.get_by_label("Name").fill("manners")
    await editor.get_by_label("What is asked").fill("Says their name?")
    await editor.get_by_label("Weight").fill("3")
    await editor.get_by_label("critical").check()
    await editor.get_by_role("button", name="Add a question").click()
    second = editor.get_by_role("group", name="Question 2")
    await second.get_by_label("What is asked").fill("Knows <b>the offer</b>?")
    await holds(page)
    await editor.get_by_role("button", name="Save the scorecard").click()
    await expect(page.get_by_role("row").filter(has_text="Says their name?")).to_be_visible()
    await holds(page)


async def sends_sales_to_review(page: Page) -> None:
    await opened(page, "Campaigns")
    await page.get_by_role("link", name="spring").click()
    await page.get_by_role("link", name="Dispositions").click()
    sale = page.get_by_role("listitem", name="Sale", exact=True)
    await sale.get_by_label("each such talk goes to review").check()
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.get_by_text("Saved.").wait_for()


async def sees_due(page: Page, talks: int) -> None:
    """See how many talks are due to be reviewed."""
    await page.get_by_role("link", name="Reviews", exact=True).click()
    due = page.get_by_role("region", name="Talks that go to review")
    await expect(due.get_by_role("button", name=re.compile("^Review: 1001"))).to_have_count(talks)
    if not talks:
        await due.get_by_text("None is waiting.").wait_for()


async def begins(page: Page, how: str) -> None:
    """Draw the talk, and begin its review."""
    await page.get_by_role("link", name="Reviews", exact=True).click()
    form = page.get_by_role("region", name="Choose talks to review")
    await form.get_by_role("combobox", name="How").select_option(how)
    await form.get_by_role("button", name="Find talks").click()
    await form.get_by_role("button", name=re.compile("^Review: 1001")).click()
    await page.get_by_role("heading", name="Scorecard").wait_for()


async def answers(page: Page, *, facts: str) -> None:
    await page.get_by_role("group", name="Says their name?").get_by_label("Yes").check()
    save = page.get_by_role("button", name="Save the review")
    await expect(save).to_be_disabled()
    await page.get_by_role("group", name="Knows <b>the offer</b>?").get_by_label(facts).check()
    await page.get_by_label("Of the whole talk").fill("Calm and clear.")
    await save.click()
    await page.get_by_text("Saved: the agent sees it.").wait_for()


async def hears_and_comments(page: Page) -> None:
    """Hear the talk by its waveform, and say something of the moment it is at."""
    player = page.get_by_role("region", name="Recording", exact=True)
    await expect(player.locator("path")).to_have_count(2)
    await player.get_by_role("button", name="Play", exact=True).click()
    await player.get_by_text("0:01 / 0:12").wait_for()
    await player.get_by_role("button", name="Stop", exact=True).click()
    await player.get_by_role("slider").focus()
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowRight")
    await player.get_by_role("button", name="Note at this point").click()
    await expect(page.get_by_label("At second")).to_have_value("5")
    await page.keyboard.type("No pause.")
    await page.keyboard.press("Enter")
    await player.get_by_role("listitem").filter(has_text="No pause.").wait_for()


async def test_a_talk_is_reviewed_compared_and_seen_by_its_agent(tmp_path: Path) -> None:
    async with office(tmp_path / "node") as at:
        mia = await at.page_of("mia")
        await sends_sales_to_review(mia)
        quinn = await at.page_of("quinn")
        await opened(quinn, "Quality")
        await adds_a_scorecard(quinn)
        await sees_due(quinn, 1)
        await holds(quinn)
        await begins(quinn, "lot")
        await hears_and_comments(quinn)
        await quinn.get_by_role("group", name="Says their name?").get_by_label("Yes").check()
        await quinn.reload()  # what was answered and not saved is still there
        first = quinn.get_by_role("group", name="Says their name?").get_by_label("Yes")
        await expect(first).to_be_checked()
        await answers(quinn, facts="Partly")
        await expect(quinn.locator(".score")).to_have_text("88 %")
        await holds(quinn)

        await opened(mia, "Quality")
        await sees_due(mia, 0)
        await begins(mia, "again")
        await answers(mia, facts="Does not apply")
        side = mia.get_by_role("region", name="Reviewers side by side").get_by_role("table")
        await expect(side).to_contain_text("quinn")
        row = side.get_by_role("row").filter(has_text="Knows")
        await expect(row).to_contain_text(re.compile("50 %.*Does not apply.*100 %"))
        await mia.get_by_role("link", name="Calibration").click()
        await mia.get_by_role("link", name=at.attempt).click()
        await holds(mia)

        ann = await at.page_of("ann")
        await opened(ann, "My reviews")
        mine = ann.get_by_role("article").filter(has_text="quinn")
        for said in ("88 %", "Calm and clear.", "0:05 No pause.", "Knows <b>the offer</b>?"):
            await expect(mine).to_contain_text(said)
        theirs = ann.get_by_role("article").filter(has_text="mia")
        await theirs.get_by_role("button", name="Hear the talk").click()
        player = theirs.get_by_role("region", name="Recording", exact=True)
        await expect(player.locator("path")).to_have_count(2)
        await player.get_by_role("button", name="Play", exact=True).click()
        await player.get_by_text("0:01 / 0:12").wait_for()
        await holds(ann)
        assert await ann.get_by_role("link", name="Quality").count() == 0
        assert at.complaints == []


async def test_a_script_is_written_by_one_and_approved_by_another(tmp_path: Path) -> None:
    async with office(tmp_path / "node") as at:
        quinn = await at.page_of("quinn")
        await opened(quinn, "Scripts and articles")
        await quinn.get_by_role("link", name="New script").click()
        await quinn.get_by_label("Name", exact=True).fill("spring")
        text = quinn.get_by_label("Text")
        await text.fill("Hello {{ first_name }}.\n[[ This call is recorded.")
        await quinn.get_by_text("Line 2: a lone [[").wait_for()
        await text.fill("Hello {{ first_name }}.\n[[ This call is recorded. ]]")
        await quinn.get_by_text("Line 2: a lone [[").wait_for(state="detached")
        await quinn.get_by_label("first_name").fill("<i>Zoe</i>")
        await quinn.get_by_text("Hello <i>Zoe</i>.").wait_for()
        await holds(quinn)
        await quinn.get_by_role("button", name="Save as the next version").click()
        version = quinn.get_by_role("row").filter(has_text="quinn")
        await expect(version).to_contain_text("waits for approval")
        assert await quinn.get_by_role("button", name="Approve").count() == 0

        mia = await at.page_of("mia")
        await opened(mia, "Scripts and articles")
        await expect(mia.get_by_role("row").filter(has_text="spring")).to_contain_text("waits")
        await mia.get_by_role("link", name="spring").click()
        await mia.get_by_role("button", name="Approve 1").click()
        await mia.get_by_text("Published: agents see it.").wait_for()
        await holds(mia)

        await text.fill("Good morning {{ first_name }}.")  # from what quinn had seen
        await quinn.get_by_role("button", name="Save as the next version").click()
        await quinn.get_by_text("changed meanwhile").wait_for()
        assert [one for one in at.complaints if "412" not in one] == []
        said = await asyncio.to_thread(outpace, "scripts", "show", "spring", "--home", str(at.home))
        assert said.stdout == "Hello {{ first_name }}.\n[[ This call is recorded. ]]\n"


async def test_a_voicemail_is_heard_given_to_an_agent_and_removed(tmp_path: Path) -> None:
    async with office(tmp_path / "node") as at:
        sue, ann = await at.page_of("sue"), await at.page_of("ann")
        await opened(ann, "Voicemails")
        await ann.get_by_text("No voicemail is like that.").wait_for()
        await opened(sue, "Voicemails")
        one = sue.get_by_role("list", name="Voicemails").get_by_role("listitem")
        await expect(one).to_contain_text("not heard yet")
        await one.locator("audio").evaluate("(audio) => audio.play()")
        await expect(one).to_contain_text("heard by sue")
        await one.get_by_label("What it is about", exact=True).fill("complaint")
        async with sue.expect_response(re.compile("/class$")):
            await one.get_by_role("button", name=re.compile("^Save: What it is about")).click()
        await one.get_by_label("Who sees to it", exact=True).fill("1001")
        async with sue.expect_response(re.compile("/assignee$")):
            await one.get_by_role("button", name=re.compile("^Save: Who sees to it")).click()
        await sue.get_by_text("Saved.").wait_for()
        await holds(sue)

        await ann.reload()
        theirs = ann.get_by_role("list", name="Voicemails").get_by_role("listitem")
        await expect(theirs.get_by_label("What it is about", exact=True)).to_have_value("complaint")
        await holds(ann)
        await one.get_by_role("button", name=re.compile("^Remove")).click()
        await sue.get_by_text("No voicemail is like that.").wait_for()
        assert not (at.home / "asterisk" / "spool" / "monitor" / "voicemail" / "vm-1.wav").exists()
        told = await asyncio.to_thread(outpace, "audit", "--home", str(at.home))
        for action in ("voicemail_playback", "voicemail_assign", "voicemail_remove"):
            assert action in told.stdout
        assert at.complaints == []
