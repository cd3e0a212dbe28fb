"""Sounds of prompts over REST: sent, checked, converted, fetched, replaced."""

import io
import wave
from pathlib import Path

import numpy as np
import pytest
from service import Service, service

from dialer.adapters.telephone_sounds import MOST_BYTES

SOUND = "/prompts/greeting/en/sound"


def tone(hz: int, *, rate_hz: int = 44100, channels: int = 2, seconds: float = 0.5) -> bytes:
    at = np.arange(int(rate_hz * seconds)) / rate_hz
    samples = np.repeat((12000 * np.sin(2 * np.pi * hz * at)).astype("<i2"), channels)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.tobytes())
    return out.getvalue()


async def fetched(at: Service) -> bytes:
    answer = await at.ask("GET", SOUND, role="qa")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "audio/wav"
    return answer.content


async def test_a_sound_is_sent_converted_laid_down_fetched_and_replaced(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        shown = await at.done(
            "PUT", SOUND, content=tone(440), params={"text": "Hello."}, role="campaign_manager"
        )
        assert (shown["name"], shown["language"]) == ("greeting", "en")
        assert (shown["text"], shown["seconds"]) == ("Hello.", 0.5)
        assert shown["file"] == f"uploaded/{shown['checksum']}.wav"
        assert await at.done("GET", "/prompts/greeting/en") == shown
        laid = tmp_path / "asterisk/prompts" / shown["file"]
        assert laid.read_bytes() == await fetched(at)  # the engine has it when we are answered
        with wave.open(str(laid)) as file:
            assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (1, 8000, 4000)

        after = await at.done("PUT", SOUND, content=tone(900, channels=1))
        assert after["checksum"] != shown["checksum"]
        assert after["text"] == "Hello."
        assert (tmp_path / "asterisk/prompts" / after["file"]).read_bytes() == await fetched(at)
        assert laid.exists()  # a call may be playing it
        rows = [row async for row in at.stores.audit.read() if row.action.startswith("prompt_")]
        assert [(row.action, row.by) for row in rows] == [
            ("prompt_add", "token campaign_manager@main"),
            ("prompt_change", "token administrator@main"),
        ]
        assert rows[1].detail["after"]["file"] == after["file"]

        await at.done("DELETE", "/prompts/greeting/en")
        await at.refused("GET", SOUND, 404)


async def test_what_is_said_may_be_changed_and_the_sound_stays(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        shown = await at.done("PUT", SOUND, content=tone(440))
        sound = await fetched(at)
        kept = {name: shown[name] for name in ("file", "seconds")}
        changed = await at.done("PUT", "/prompts/greeting/en", json={**kept, "text": "Hi."})
        assert changed == {**shown, "text": "Hi."}
        assert await fetched(at) == sound
        by_hand = {"file": "en/greeting.wav"}
        assert (await at.done("PUT", "/prompts/greeting/en", json=by_hand))["checksum"] == ""
        told = await at.refused("GET", SOUND, 404)
        assert told["field"] == "sound"


async def test_sounds_are_for_who_may(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        for role in ("agent", "qa", "supervisor"):
            await at.refused("PUT", SOUND, 403, content=tone(440), role=role)
        await at.done("PUT", SOUND, content=tone(440))
        await at.refused("GET", SOUND, 403, role="agent")
        await at.refused("GET", SOUND, 404, tenant="other")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "body: is empty"),
        (b"hello", "body: is no WAV file"),
        (tone(440)[:-1000], "body: is cut off"),
        (tone(440)[:36], "body: is a WAV file without sound"),
    ],
)
async def test_an_odd_file_is_refused_and_nothing_is_kept(
    tmp_path: Path, body: bytes, detail: str
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        told = await at.refused("PUT", SOUND, 422, content=body)
        assert told["field"] == "body"
        assert told["detail"].startswith(detail)
        assert told["fix"]
        assert await at.done("GET", "/prompts") == []


async def test_a_name_or_a_language_that_is_none_is_refused(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        told = await at.refused("PUT", "/prompts/greeting/English/sound", 422, content=tone(440))
        assert told["field"] == "language"


async def test_a_form_is_told_what_to_send_instead(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        told = await at.refused("PUT", SOUND, 422, files={"file": ("hello.wav", tone(440))})
        assert told["fix"] == "send the WAV file itself as the body"


async def test_what_is_too_large_is_refused_by_its_header_and_as_it_comes(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        headers = {"Content-Length": "300000000"}
        told = await at.refused("PUT", SOUND, 413, content=b"RIFF", headers=headers)
        assert told["field"] == "body"

        async def parts():  # its length is not told
            for _ in range(MOST_BYTES // (1 << 20) + 1):
                yield bytes(1 << 20)

        await at.refused("PUT", SOUND, 413, content=parts())
        assert await at.done("GET", "/prompts") == []
