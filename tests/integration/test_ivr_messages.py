"""A caller leaves a message in a real call: what is kept of it, and what is not."""

import wave
from collections.abc import Iterator

import numpy as np
import pytest
from ivr import BEEP_HZ, PROMPTS, Ivr, ivr, speak_after_the_beep

from dialer.adapters.asterisk.installation import install
from dialer.settings import load_settings
from simulation.sip.tones import identify

CALLER_HZ = 440


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ivr]:
    with ivr(install(), tmp_path_factory.mktemp("ivr")) as opened:
        yield opened


VOICEMAIL = """
otherwise: bye
steps:
  leave:
    voicemail: main
    greeting: welcome
    silence_s: 2
    most_s: 10
    next: thanks
    otherwise: failed
  thanks: {play: thanks, next: bye}
  failed: {play: failed, next: bye}
  bye: {hang_up: bye}
"""


def messages(node: Ivr, caller: str) -> list[tuple[str, float]]:
    return [
        (str(file), float(seconds))
        for file, seconds in node.rows(
            "SELECT file, seconds FROM voicemails WHERE number = ?", f"+{caller}"
        )
    ]


def tone_in(node: Ivr, file: str) -> bool:
    with wave.open(str(load_settings(node.home).messages / file)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
    shares = identify(samples, [CALLER_HZ, BEEP_HZ, PROMPTS["welcome"]])
    return [share.hz for share in shares if share.blocks_rate > 0.9] == [CALLER_HZ]


async def test_a_message_is_recorded_until_a_key_and_put_on_record(node: Ivr) -> None:
    number = await node.number_of(VOICEMAIL)
    async with node.caller(number, caller="12025550175", tone_hz=CALLER_HZ) as caller:
        await speak_after_the_beep(caller, 2.0)
        await caller.press("#")
        await caller.hears(PROMPTS["thanks"])
        await caller.ended()
    ((file, seconds),) = messages(node, "12025550175")
    assert 1.5 < seconds < 2.6
    assert tone_in(node, file)


async def test_a_message_is_kept_of_who_hangs_up_at_its_end(node: Ivr) -> None:
    number = await node.number_of(VOICEMAIL)
    async with node.caller(number, caller="12025550176", tone_hz=CALLER_HZ) as caller:
        await speak_after_the_beep(caller, 1.5)
        caller.hang_up()
    rows = await node.recorded(
        lambda rows: rows,
        "SELECT file, seconds FROM voicemails WHERE number = '+12025550176'",
    )
    ((file, seconds),) = rows
    assert 1.0 < seconds < 2.5
    assert tone_in(node, file)


async def test_a_message_in_which_nothing_is_said_is_none(node: Ivr) -> None:
    number = await node.number_of(VOICEMAIL)
    async with node.caller(number, caller="12025550177") as caller:
        beep = await caller.hears(BEEP_HZ)
        failed = await caller.hears(PROMPTS["failed"])
        assert 2.0 < failed - beep < 4.0
        await caller.ended()
    assert messages(node, "12025550177") == []
