"""The engine dies around the instant in which a recording gets its ground, and begins.

What the switch was told in that instant is swallowed on its way, which is to Asterisk as if the
engine had died before it said it. Nothing is recorded that has no ground on record; what has one is
recorded by the next engine, from then on.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from asterisk_fixtures import first_heard
from floor import CUSTOMER_HZ
from ivr import write_tone
from talk_floor import Talk, talk
from tcp_proxy import TcpProxy

from simulation.sip.tones import ToneDetector

TOLD_HZ, TOLD_S = 1900, 2.5
PROMPT = ToneDetector(TOLD_HZ, window_s=0.02, share_rate=0.15)
"""Beside a voice: they go on hearing each other."""


@asynccontextmanager
async def at_a_proxy(tmp_path: Path, **settings: object) -> AsyncIterator[tuple[Talk, TcpProxy]]:
    async with (
        TcpProxy() as proxy,
        talk(tmp_path / "home", ami_port=proxy.to, **settings) as at,
    ):
        yield at, proxy


async def until_ground(at: Talk, ground: str) -> None:
    async with asyncio.timeout(10):
        while ground_of(at) != ground:
            await asyncio.sleep(0.02)


def ground_of(at: Talk) -> str:
    ((ground,),) = at.world.on_record("SELECT ground FROM attempts WHERE id = ?", at.attempt)
    return str(ground)


def recorded(at: Talk) -> list[str]:
    """Names of what the switch has recorded, or finished, by now."""
    folder = at.world.home / "asterisk" / "spool" / "monitor"
    return sorted(path.name for path in folder.glob("at-*"))


async def told(at: Talk) -> None:
    """Wait until the customer hears the announcement."""
    await first_heard(at.customer, PROMPT)


async def they_talk(at: Talk) -> None:
    await at.hears(lambda: at.customer, {at.tone(at.agent)})
    await at.hears(lambda: at.phone(at.agent), {CUSTOMER_HZ})


async def over(at: Talk) -> None:
    await at.world.ask("agent.hangup", agent=at.agent)
    await at.at_rest()
    await at.world.until_recorded(lambda rows: all(row.outcome == "connected" for row in rows))
    assert at.world.on_record("SELECT count(*) FROM attempts WHERE ended_at IS NULL") == [(0,)]


def on_record(at: Talk) -> list[tuple[str, str, int]]:
    """The ground, the file that is named, and how many recordings there are."""
    return at.world.on_record(
        "SELECT ground, recording, (SELECT count(*) FROM recordings) FROM attempts WHERE id = ?",
        at.attempt,
    )


async def both_are_heard(at: Talk, least_s: float, most_s: float) -> None:
    stereo = await at.recording()
    assert least_s <= len(stereo) / 8000 <= most_s
    for side, hz in ((0, CUSTOMER_HZ), (1, at.tone(at.agent))):
        channel = stereo[:, side].astype(np.int16)
        assert ToneDetector(hz, window_s=0.02).presence(channel)[400:-400].mean() > 0.8


async def is_begun_by_the_next_engine(at: Talk, proxy: TcpProxy) -> None:
    proxy.heal()
    await at.world.start_engine()
    await they_talk(at)
    await at.pass_time(1.0)
    await over(at)
    await both_are_heard(at, 2.0, 8.0)


async def test_killed_before_the_announcement_is_over_nothing_is_recorded(tmp_path: Path) -> None:
    write_tone(tmp_path / "told.wav", TOLD_HZ, TOLD_S)
    async with talk(tmp_path / "home", recording_announcement=str(tmp_path / "told")) as at:
        await told(at)
        at.world.kill_engine()
        await asyncio.sleep(TOLD_S)
        await at.world.start_engine()
        await they_talk(at)
        assert (ground_of(at), recorded(at)) == ("", [])
        await over(at)
        assert (on_record(at), recorded(at)) == ([("", "", 0)], [])


async def test_killed_before_a_told_persons_recording_begins_it_begins_with_the_next_engine(
    tmp_path: Path,
) -> None:
    write_tone(tmp_path / "told.wav", TOLD_HZ, TOLD_S)
    async with at_a_proxy(tmp_path, recording_announcement=str(tmp_path / "told")) as (at, proxy):
        await told(at)
        proxy.swallow()
        await until_ground(at, "announced")
        at.world.kill_engine()
        assert recorded(at) == []
        await is_begun_by_the_next_engine(at, proxy)
        assert on_record(at) == [("announced", f"{at.attempt}.wav", 1)]


async def test_killed_before_an_agreed_recording_begins_it_begins_with_the_next_engine(
    tmp_path: Path,
) -> None:
    async with at_a_proxy(tmp_path, recording_asked=True) as (at, proxy):
        await they_talk(at)
        proxy.swallow()
        await at.ask("record-start", by="test")
        at.world.kill_engine()
        assert (ground_of(at), recorded(at)) == ("opt_in", [])
        await is_begun_by_the_next_engine(at, proxy)
        assert on_record(at) == [("opt_in", f"{at.attempt}.wav", 1)]


async def test_who_leaves_before_there_is_a_next_engine_has_no_recording_and_none_is_named(
    tmp_path: Path,
) -> None:
    async with at_a_proxy(tmp_path, recording_asked=True) as (at, proxy):
        await they_talk(at)
        proxy.swallow()
        await at.ask("record-start", by="test")
        at.world.kill_engine()
        at.world.carrier.hang_up(at.customer)
        proxy.heal()
        await at.world.start_engine()
        await at.at_rest()
        await at.world.until_recorded(lambda rows: all(row.outcome == "connected" for row in rows))
        assert (on_record(at), recorded(at)) == ([("opt_in", "", 0)], [])
