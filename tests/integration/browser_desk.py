"""An agent's desk in a real browser, on a floor with a real Asterisk, engine and API."""

import asyncio
import math
import socket
import wave
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.async_playwright import Axe
from floor import CUSTOMER_HZ, Floor, floor, heard, person
from forked import Forked, outpace
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from dialer.adapters.asterisk.installation import install
from dialer.adapters.asterisk.ports import free_ports
from simulation.browser import ARGUMENTS, find_chromium
from simulation.carrier.plan import fictional_numbers
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call
from simulation.sip.hearing import Hearing
from simulation.sip.tones import ToneDetector

MICROPHONE_HZ = 700
PASSWORD = "correct horse battery staple"

LISTEN = """
(hz) => {
  const element = document.querySelector("audio");
  window.heard = [];
  let stream = null, before = false;
  const follow = async (track) => {
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      const at_s = (performance.timeOrigin + performance.now()) / 1000;
      const samples = new Float32Array(frame.numberOfFrames);
      frame.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      const turn = (2 * Math.PI * hz) / frame.sampleRate;
      frame.close();
      let [re, im] = [0, 0];
      samples.forEach((sample, at) => {
        re += sample * Math.cos(turn * at);
        im += sample * Math.sin(turn * at);
      });
      const now = (2 * Math.hypot(re, im)) / samples.length > 0.01;
      if (now !== before) window.heard.push([now, at_s]);
      before = now;
    }
  };
  setInterval(() => {
    if (!element.srcObject || element.srcObject === stream) return;
    stream = element.srcObject;
    follow(stream.getAudioTracks()[0]);
  }, 10);
}
"""
"""Notes in the page when a tone begins and ends to sound, in epoch seconds. Looks at each 10 ms as
they leave the jitter buffer: an AudioContext would hand them on 20 ms later."""

SEE = """
() => {
  window.seen = [];
  const look = () => {
    const whose = document.querySelector(".person[data-attempt]")?.dataset.attempt;
    const at_s = (performance.timeOrigin + performance.now()) / 1000;
    if (whose && window.seen.at(-1)?.[0] !== whose) window.seen.push([whose, at_s]);
  };
  new MutationObserver(look).observe(document.body, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["data-attempt"] });
}
"""
"""Notes in the page when it shows whom a call is with, in epoch seconds."""


def tone_file(path: Path, hz: int, seconds: float = 2.0, rate: int = 48_000) -> Path:
    """Write what the browser's microphone hears: over and over the same tone."""
    times = np.arange(int(seconds * rate)) / rate
    samples = (0.3 * 32_767 * np.sin(2 * math.pi * hz * times)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


@dataclass(frozen=True)
class Way:
    """How the page comes to us: from this machine itself, unless something else is said."""

    host: str = "localhost"
    """Where the API listens, as the page has it."""
    entrance: Callable[[Path], Path] = lambda program: program
    """Returns what starts a program where the browser shall be."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """More of the node's settings, by variable."""


@dataclass
class Desk:
    """One agent's page, and the floor behind it."""

    world: Floor
    address: str
    browser: Browser
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    """What the page's console said of errors, and of broken policy."""

    async def log_in(self, page: Page | None = None, login: str = "ann") -> None:
        """Log a person in."""
        at = page or self.page
        await at.goto(self.address)
        await at.get_by_label("Login").fill(login)
        await at.get_by_label("Password").fill(PASSWORD)
        await at.get_by_role("button", name="Log in", exact=True).click()

    async def open_phone(self) -> None:
        """Have the page be the agent's phone."""
        await self.page.get_by_role("button", name="Use this page as my phone").click()
        await self.page.get_by_text("registered").wait_for()

    async def start_work(self) -> None:
        """Choose the campaign and go to work."""
        await self.page.get_by_label("faults").check()
        await self.page.get_by_role("button", name="Start work").click()
        await self.page.get_by_text("Your phone is open").wait_for()
        await self.page.evaluate(LISTEN, CUSTOMER_HZ)
        await self.page.evaluate(SEE)

    async def shows_state(self, state: str) -> None:
        """Wait until the page shows the agent's state."""
        await expect(self.page.locator(".statebar b")).to_have_text(state, timeout=15_000)

    async def shows_person(self, call: Call) -> None:
        """Wait until the page shows whom a call is with."""
        place = int(call.number) - int(next(fictional_numbers()).lstrip("+"))
        await self.page.locator(".person").get_by_text(f"lead {place}", exact=True).wait_for()

    async def seen_at(self) -> list[float]:
        """Return when the page showed whom each call so far is with, in epoch seconds."""
        return [float(at) for _, at in await self.page.evaluate("window.seen")]

    async def another_page(self, login: str) -> Page:
        """Open a page in which somebody else is logged in."""
        page = await (await self.browser.new_context(locale="en-US")).new_page()
        self.listen(page)
        await self.log_in(page, login)
        return page

    async def heard_since(self, epoch_s: float, within_s: float = 10.0) -> float:
        """Wait until the agent hears the customer; returns when that began, in epoch seconds."""
        async with asyncio.timeout(within_s):
            while True:
                spells: list[list[Any]] = await self.page.evaluate("window.heard")
                begun = [at for sounds, at in spells if sounds and at >= epoch_s]
                if begun:
                    return float(begun[0])
                await asyncio.sleep(0.02)

    async def heard_rate(self, from_s: float, to_s: float) -> float:
        """Return for what share of a time, in epoch seconds, the agent heard the customer."""
        spells: list[list[Any]] = await self.page.evaluate("window.heard")
        ends = [at for _, at in spells[1:]] + [to_s]
        heard_s = 0.0
        for (sounds, begun), end in zip(spells, ends, strict=True):
            heard_s += max(0.0, min(end, to_s) - max(begun, from_s)) if sounds else 0.0
        return heard_s / (to_s - from_s)

    def listen(self, page: Page) -> None:
        """Note what a page complains of."""
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type == "error" else None,
        )


def has_address() -> bool:
    """Tell whether there is an address beside loopback: Asterisk offers no other for audio."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return False
        return not str(probe.getsockname()[0]).startswith("127.")


def customer_hears(call: Call, from_s: float, to_s: float) -> bool:
    """Tell whether a customer heard the agent's microphone most of a time."""
    part: Hearing = heard(call).cut(from_s, to_s)
    return bool(ToneDetector(MICROPHONE_HZ).presence(part.samples).mean() > 0.5)


LOOKS: Mapping[str, Mapping[str, list[str]]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},
}
"""What axe looks for, by theme: the other theme changes nothing but colours."""


async def barriers(page: Page) -> list[tuple[str, str, Any]]:
    """Return what keeps people from using a page, in both themes."""
    found = []
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(Axe().axe_script)
    for theme, options in LOOKS.items():
        await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        async with asyncio.timeout(60):  # what a page is asked has no end of its own
            results = await page.evaluate("options => axe.run(options)", options)
        found += [
            (theme, one["id"], [node["html"][:200] for node in one["nodes"]])
            for one in results["violations"]
            if one["impact"] in ("serious", "critical")
        ]
    return found


def publish(at: Desk, kind: str, name: str, text: str) -> None:
    """Publish a script or an article."""
    file = at.world.home / f"{name}.txt"
    file.write_text(text)
    for words in (("add", name, str(file)), ("publish", name, "1")):
        done = outpace(kind, *words, "--home", str(at.world.home), "--by", "test")
        assert done.returncode == 0, done.stderr


def user(home: Path, login: str, role: str, *more: str) -> None:
    """Add a person who can log in."""
    secret = home / "password"
    secret.touch(mode=0o600)
    secret.write_text(PASSWORD + "\n")
    words = ("users", "add", login, "--role", role, *more, "--home", str(home), "--by", "test")
    done = outpace(*words, "--password-from-file", str(secret))
    assert done.returncode == 0, done.stderr


@asynccontextmanager
async def desk(
    home: Path,
    *,
    leads: int = 40,
    named: str = "lead",
    behave: Any = None,
    way: Way | None = None,
    **settings: object,
) -> AsyncIterator[Desk]:
    """Open the page of agent a1, user ann; nobody is logged in yet."""

    def answers(invite: Invite) -> Behaviour:
        return behave(invite) if behave else person(invite)

    way = way or Way()
    browser_program = find_chromium()
    if browser_program is None:
        pytest.skip("no Chromium: python -m simulation.browser puts one in place")
    if not has_address():
        pytest.skip("a page's audio needs an address beside loopback")
    async with floor(install(), home, agents=0, behave=answers, pushed_phones=True) as world:
        await world.campaign(leads, named=named, **settings)
        await asyncio.to_thread(user, world.home, "ann", "agent", "--agent", "a1")
        await asyncio.to_thread(user, world.home, "sue", "supervisor")
        added = await asyncio.to_thread(
            outpace, "phones", "add", "a1", "--kind", "webrtc", "--home", str(home), "--by", "test"
        )
        assert added.returncode == 0, added.stderr
        with (world.home / "node.env").open("a") as file:
            file.writelines(f"{key}={value}\n" for key, value in way.settings.items())
        await world.start_engine()
        port = free_ports(1, "tcp")[0]
        address = f"http://{way.host}:{port}"
        api = Forked("api", "--home", str(world.home), "--host", way.host, "--port", str(port))
        try:
            line = await asyncio.to_thread(api.stdout.readline)
            assert b"ready" in line, line
            sound = tone_file(world.home / "microphone.wav", MICROPHONE_HZ)
            async with async_playwright() as player:
                browser = await player.chromium.launch(
                    executable_path=way.entrance(browser_program),
                    args=[
                        *ARGUMENTS,
                        f"--use-file-for-fake-audio-capture={sound}",
                        f"--unsafely-treat-insecure-origin-as-secure={address}",
                    ],
                    chromium_sandbox=False,
                )
                context = await browser.new_context(permissions=["microphone"], locale="en-US")
                page = await context.new_page()
                opened = Desk(world, f"{address}/", browser, context, page)
                opened.listen(page)
                try:
                    yield opened
                except BaseException:
                    print("the page:", await page.inner_text("body"), opened.complaints)
                    raise
                finally:
                    await browser.close()
        finally:
            api.terminate()
            await asyncio.to_thread(api.wait, 20)
            api.stdout.close()
