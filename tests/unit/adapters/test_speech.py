"""Texts made into sound by a program, in files that the switch can play."""

import asyncio
import sys
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from dialer.adapters.sound_files import SoundFiles, audio_in
from dialer.adapters.speech import SpeechWorker
from dialer.adapters.speech_process import on_the_line, write
from dialer.adapters.speech_program import speech_program
from dialer.ports import Unplayable
from simulation.sip.tones import identify, tone

SPEAKER = """
import sys, wave, array, math
text = sys.stdin.read()
if sys.argv[1] == "xx":
    sys.exit("no such voice")
with open(sys.argv[2] + ".log", "a") as log:
    log.write(text)
with wave.open(sys.argv[2], "wb") as out:
    out.setnchannels(1), out.setsampwidth(2), out.setframerate(22050)
    wave = [int(9000 * math.sin(6.2832 * 500 * n / 22050)) for n in range(22050 // 2)]
    out.writeframes(array.array("h", wave if text.strip() else []).tobytes())
"""
"""A speech program that says everything as a tone of 500 Hz for half a second."""


@pytest.fixture
def command(tmp_path: Path) -> tuple[str, ...]:
    program = tmp_path / "speaker.py"
    program.write_text(SPEAKER)
    return (sys.executable, str(program), "{language}", "{file}")


@asynccontextmanager
async def working(folder: Path, command: tuple[str, ...]) -> AsyncIterator[SpeechWorker]:
    worker = SpeechWorker(folder, command)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(worker.run())
        try:
            yield worker
        finally:
            running.cancel()
            await worker.close()


async def test_a_text_is_made_once_and_is_at_hand_from_then_on(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    folder = tmp_path / "speech"
    async with working(folder, command) as worker:
        assert worker.made("Hello.", "en") is None
        first, second = await asyncio.gather(
            worker.make("Hello.", "en"), worker.make("Hello.", "en")
        )
        assert first is not None
        assert first == second == worker.made("Hello.", "en")
        assert first.seconds == pytest.approx(0.5, abs=0.05)
        with wave.open(f"{first.path}.wav") as sound:
            assert (sound.getframerate(), sound.getnchannels()) == (8000, 1)
            samples = np.frombuffer(sound.readframes(8000), dtype="<i2")
        assert identify(samples, [400, 500, 600])[0].hz == 500
        other = await worker.make("Hello.", "de")
        assert other is not None
        assert other.path != first.path
    (log, _) = sorted(folder.glob("*.log"))
    assert log.read_text() == "Hello."
    again = SpeechWorker(folder, command)  # of the next engine: nothing is made anew
    assert again.made("Hello.", "en") == first


async def test_a_region_is_spoken_by_its_language_and_what_cannot_be_spoken_is_none(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    async with working(tmp_path / "speech", command) as worker:
        assert await worker.make("Hello.", "xx") is None
        assert await worker.make(" ", "en") is None  # it has no sound
        assert await worker.make("Olá.", "pt-BR") is not None
        assert await worker.make("x" * 5000, "en") is None


async def test_a_speech_process_that_died_is_started_again(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    async with working(tmp_path / "speech", command) as worker:
        assert await worker.make("Hello.", "en") is not None
        await worker.close()
        async with asyncio.timeout(10):
            while await worker.make("Good bye.", "en") is None:
                await asyncio.sleep(0.05)


def test_what_is_above_a_telephone_line_is_not_folded_into_it() -> None:
    both = (tone(500, 1.0) + tone(3900, 1.0) // 4) / 32768.0  # tones at 8 kHz, played as 16 kHz
    line = on_the_line(both, 16_000)  # 1000 and 7800 Hz
    shares = identify((line * 20000).astype(np.int16), [200, 1000])
    assert [share.hz for share in shares if share.blocks_rate > 0.9] == [1000]
    with pytest.raises(ValueError, match="no sound"):
        on_the_line(np.zeros(1000), 16_000)


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("no-such-program {file}", "no program"),
        ("cat", "{file}"),
        ("cat 'x", "cannot be read"),
    ],
)
def test_a_program_that_cannot_speak_says_why(setting: str, problem: str) -> None:
    assert problem in speech_program(setting).problem


def test_a_program_of_the_settings_is_taken_word_by_word() -> None:
    found = speech_program("cat --to {file} 'a b'")
    assert (found.command, found.problem) == (("cat", "--to", "{file}", "a b"), "")


def test_a_file_that_the_switch_could_not_play_is_none(tmp_path: Path) -> None:
    write(tmp_path / "good.wav", np.full(800, 0.5))
    assert audio_in(tmp_path / "good.wav").seconds == 0.1
    (tmp_path / "text.wav").write_text("no sound")
    write(tmp_path / "empty.wav", np.zeros(0))
    with wave.open(str(tmp_path / "fast.wav"), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(44100)
        out.writeframes(bytes(400))
    for name in ("text", "empty", "fast", "nowhere"):
        with pytest.raises(Unplayable):
            audio_in(tmp_path / f"{name}.wav")


def test_a_message_is_as_long_as_it_is_and_none_if_nothing_was_said(tmp_path: Path) -> None:
    files = SoundFiles(tmp_path, tmp_path, tmp_path / "voicemail")
    path = files.new_message("ca-1")
    assert files.spoken_s(path) == 0.0
    write(Path(f"{path}.wav"), np.sin(np.arange(8000)))
    assert files.spoken_s(path) == 1.0
    write(Path(f"{path}.wav"), 0.001 * np.sin(np.arange(8000)))
    assert files.spoken_s(path) == 0.0
    files.discard(path)
    assert not Path(f"{path}.wav").exists()
