"""Writes docs/screens: each page in both themes, on a floor at work. `make screens`.

The floor is the tests' own: a real Asterisk, engine, API and browser, and made-up people.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

import test_quality_pages as quality
from browser_desk import Desk, desk, publish, user
from playwright.async_api import Page

ROOT = Path(__file__).resolve().parents[1]
SCREENS = ROOT / "docs" / "screens"
OTHERS = {
    "report-campaigns": "reports/campaign",
    "report-hours": "reports/hours",
    "users": "people/users",
    "roles": "people/roles",
    "audit": "audit",
    "campaigns": "campaigns",
    "campaign-basics": "campaigns/faults/basics",
    "campaign-rules": "campaigns/faults/rules",
    "campaign-dispositions": "campaigns/faults/dispositions",
    "campaign-talks": "campaigns/faults/talks",
    "flow": "flows/+",
}
"""Pages that need nothing but to be opened: their addresses."""
SIZE = {"width": 1280, "height": 800}


async def taken(page: Page, name: str) -> None:
    """Take a picture of a page in each theme."""
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        await page.wait_for_timeout(300)
        await page.screenshot(path=SCREENS / f"{name}-{theme}.png")


PITCH = (
    "Good day, {{ name }}, this is Ann from Example Energy.\n[[ This call is recorded. ]]\n"
    "I call about {{ product }}: {{ name }}, how do you heat?\n[[ You may withdraw for 14 days. ]]"
)
LIST = b"Telefon,Kunde,Zeitzone\n+12065550190,Ann Lee,America/New_York\n+1202,Bob,\n"


async def picture(at: Desk, name: str) -> None:
    """Take a desk's page in both themes."""
    await taken(at.page, name)


async def shoot_campaign(at: Desk) -> None:
    """Take those pages of campaigns and leads that somebody has to do something on."""
    page = at.page
    await page.goto(f"{at.address}#campaigns/faults/lists")
    file = {"name": "spring.csv", "mimeType": "text/csv", "buffer": LIST}
    await page.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
    await page.get_by_text("As it would be read").wait_for()
    await picture(at, "campaign-lists")
    await page.goto(f"{at.address}#campaigns/faults/script")
    await page.get_by_label("Text", exact=True).fill(
        "Good morning, {{ name }}.\n\n[[ This call is recorded. ]] I call about {{ product }}."
    )
    await page.get_by_text("Line 3").wait_for()
    await picture(at, "campaign-script")
    await page.goto(f"{at.address}#leads")
    await page.get_by_role("button", name="Search").click()
    await page.get_by_role("row").filter(has_text="connected").get_by_role("link").first.click()
    await page.get_by_text("What happened to it").wait_for()
    await picture(at, "lead")


async def judge(folder: Path) -> None:
    """Review a talk, write a script, hear a voicemail, and take the pictures."""
    async with quality.office(folder) as at:
        page = await at.page_of("quinn")
        await quality.opened(page, "Quality")
        await quality.adds_a_scorecard(page)
        await quality.begins(page, "lot")
        await quality.hears_and_comments(page)
        await taken(page, "review")
        await quality.answers(page, facts="Partly")
        await quality.opened(page, "Scripts and articles")
        await page.get_by_role("link", name="New script").click()
        await page.get_by_label("Name", exact=True).fill("spring")
        script = "Hello {{ first_name }}, this is Acme.\n[[ This call is recorded. ]]\n"
        await page.get_by_label("Text").fill(script)
        await page.get_by_label("first_name").fill("Zoe")
        await page.get_by_text("Hello Zoe").wait_for()
        await taken(page, "script")
        await quality.opened(page, "Voicemails")
        await page.get_by_role("list", name="Voicemails").get_by_role("listitem").wait_for()
        await taken(page, "voicemails")


async def shoot_desk(folder: Path) -> None:
    """Take an agent's pages: before work, looking at a lead, in the talk, writing it up."""
    async with desk(folder, wrap_up_limit_s=60, mode="preview", script="pitch") as at:
        await asyncio.to_thread(publish, at, "scripts", "pitch", PITCH)
        await asyncio.to_thread(publish, at, "articles", "Refunds", "Within 14 days, by card.")
        page = at.page
        await page.set_viewport_size({**SIZE, "height": 900})  # type: ignore[typeddict-item]
        await at.log_in()
        await at.open_phone()
        await page.get_by_text("Your microphone is heard.").wait_for()
        await picture(at, "start")
        await at.world.start_campaign()
        await page.get_by_label("faults").check()
        await page.get_by_role("button", name="Start work").click()
        for _ in range(2):
            await at.shows_state("Look, then dial")
            await picture(at, "preview")
            await page.keyboard.press("d")
            await at.shows_state("Talking")
            await page.keyboard.press("f")
            await page.keyboard.type("refund")
            await page.get_by_text("Within 14 days").wait_for()
            await page.keyboard.press("Escape")
            await picture(at, "talking")
            await page.keyboard.press("h")
            await at.shows_state("Wrap-up")
            await page.get_by_label("This call is recorded.").check()
            await page.keyboard.press("Escape")
            await page.keyboard.press("2")
            await page.get_by_label("Call back at").fill("2027-01-04T10:30")
            await page.get_by_label("Note for whoever").fill("Rings back after the holidays.")
            await picture(at, "wrap-up")
            await page.keyboard.press("Control+Enter")


async def shoot(folder: Path) -> None:
    """Work for a while, and take the pictures."""
    async with desk(folder, leads=300, wrap_up_limit_s=60) as at:
        await at.page.set_viewport_size(SIZE)  # type: ignore[arg-type]
        await at.page.goto(at.address)
        await picture(at, "login")
        await at.log_in()
        await at.open_phone()
        await at.start_work()
        await at.world.start_campaign()
        await at.shows_state("Talking")
        await at.page.wait_for_timeout(1500)
        await at.page.keyboard.press("h")
        await at.shows_state("Wrap-up")
        await at.page.keyboard.press("3")
        at.page = await at.another_page("sue")
        await at.page.set_viewport_size(SIZE)  # type: ignore[arg-type]
        await at.page.get_by_text("faults").first.wait_for()
        await at.page.wait_for_timeout(6000)
        await picture(at, "floor")
        await at.page.get_by_role("button", name="Pacing").click()
        await at.page.wait_for_timeout(2000)
        await picture(at, "pacing")
        await asyncio.to_thread(user, at.world.home, "root", "administrator")
        at.page = await at.another_page("root")
        await at.page.set_viewport_size(SIZE)  # type: ignore[arg-type]
        await at.page.get_by_role("link", name="Recordings").click()
        await at.page.get_by_role("link", name="Listen").first.click()
        await at.page.get_by_role("button", name="Play", exact=True).click()
        await at.page.wait_for_timeout(2000)
        await picture(at, "recordings")
        for name, place in OTHERS.items():
            await at.page.goto(f"{at.address}#{place}")
            await at.page.wait_for_timeout(1000)
            await picture(at, name)
        await shoot_campaign(at)


def main() -> None:
    """Take all pictures anew, or those of the part that is named."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for part in (shoot_desk, shoot, judge):
        if sys.argv[1:] in ([], [part.__name__]):
            with tempfile.TemporaryDirectory(prefix="screens-") as folder:
                home = Path(folder)
                asyncio.run(part(home / "judged" if part is judge else home))
    for file in sorted(SCREENS.glob("*.png")):
        print(file.relative_to(ROOT), file.stat().st_size)


if __name__ == "__main__":
    main()
