"""Prompts that were uploaded, heard by real callers: laid down, replaced in a call, laid anew."""

import io
import time
import wave
from collections.abc import Iterator

import numpy as np
import pytest
from ivr import PROMPTS, Ivr, ivr

from dialer.adapters.asterisk.installation import install
from dialer.adapters.telephone_sounds import telephone_sound
from dialer.domain.prompt import Prompt
from dialer.services.prompt_upload import uploaded
from dialer.settings import load_settings

BEFORE_HZ, AFTER_HZ = 1300, 1600
LONG_S = 3.0

FLOW = "otherwise: bye\nsteps:\n  hello: {play: NAME, next: bye}\n  bye: {hang_up: bye}\n"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ivr]:
    with ivr(install(), tmp_path_factory.mktemp("uploaded")) as opened:
        yield opened


def stereo(hz: int, seconds: float) -> bytes:
    """Return a tone as a studio has it: 44.1 kHz, stereo."""
    at = np.arange(int(44100 * seconds)) / 44100
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44100)
        tone = (9000 * np.sin(2 * np.pi * hz * at)).astype("<i2")
        file.writeframes(np.repeat(tone, 2).tobytes())
    return out.getvalue()


async def upload(node: Ivr, name: str, hz: int, seconds: float = 1.0) -> Prompt:
    async with node.stores() as stores:
        sound = telephone_sound(stereo(hz, seconds), "body")
        return await uploaded(
            stores.prompts, stores.prompt_sounds, (name, "en"), sound, by="t", at=time.time()
        )


async def test_a_caller_hears_the_tone_that_was_uploaded(node: Ivr) -> None:
    await upload(node, "studio", BEFORE_HZ)
    number = await node.number_of(FLOW.replace("NAME", "studio"))
    async with node.caller(number) as caller:
        await caller.hears(BEFORE_HZ)
        await caller.hears(PROMPTS["bye"])
        await caller.ended()
        assert caller.tone_s(BEFORE_HZ) == pytest.approx(1.0, abs=0.1)


async def test_who_hears_a_prompt_that_is_replaced_hears_it_to_its_end(node: Ivr) -> None:
    await upload(node, "offer", BEFORE_HZ, LONG_S)
    number = await node.number_of(FLOW.replace("NAME", "offer"))
    async with node.caller(number) as caller:
        await caller.hears(BEFORE_HZ)
        await upload(node, "offer", AFTER_HZ, LONG_S)
        await node.ask("flows.look")
        async with node.caller(number, alone=False) as later:
            await later.hears(AFTER_HZ)
            assert not later.heard_tone(BEFORE_HZ)
            await caller.hears(PROMPTS["bye"])
            assert caller.tone_s(BEFORE_HZ) == pytest.approx(LONG_S, abs=0.1)
            assert not caller.heard_tone(AFTER_HZ)


async def test_a_new_engine_lays_down_what_is_not_there(node: Ivr) -> None:
    prompt = await upload(node, "kept", AFTER_HZ)
    number = await node.number_of(FLOW.replace("NAME", "kept"))
    file = load_settings(node.home).tenant_prompts / prompt.file
    node.kill_engine()
    file.write_bytes(file.read_bytes()[:100])
    node.start_engine()
    await node.ask("flows.look")
    async with node.caller(number) as caller:
        await caller.hears(AFTER_HZ)
        await caller.ended()
        assert caller.tone_s(AFTER_HZ) == pytest.approx(1.0, abs=0.1)
