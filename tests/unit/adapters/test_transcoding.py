"""Smaller forms of a recording, made by the real programs where they are installed."""

import os
import shutil
import subprocess
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from dialer.adapters.transcoding import TranscodingFailed, transcode
from dialer.domain.recording import Codec

SECONDS = 3
FFMPEG = os.environ.get("FFMPEG", "ffmpeg")


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    """The customer is a tone of 440 Hz, the agent one of 1 kHz."""
    at = np.arange(8000 * SECONDS) / 8000
    both = np.stack([np.sin(2 * np.pi * hz * at) for hz in (440, 1000)], axis=1)
    path = tmp_path / "talk.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes((both * 8000).astype("<i2").tobytes())
    return path


def heard(path: Path) -> npt.NDArray[np.float64]:
    """Decode a file: one column for each channel."""
    command = [FFMPEG, "-v", "error", "-i", str(path), "-f", "s16le", "-ar", "8000", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return np.frombuffer(done.stdout, dtype="<i2").reshape(-1, 2).astype(np.float64)


def strength(samples: npt.NDArray[np.float64], hz: int) -> float:
    at = np.arange(len(samples)) / 8000
    return float(abs(np.mean(samples * np.exp(-2j * np.pi * hz * at))))


@pytest.mark.skipif(shutil.which(FFMPEG) is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize("codec", [Codec.OPUS, Codec.MP3])
def test_each_voice_stays_on_its_own_channel(wav: Path, tmp_path: Path, codec: Codec) -> None:
    target = tmp_path / f"talk.{codec.value}"
    transcode(wav, target, codec, FFMPEG)
    assert target.stat().st_size < wav.stat().st_size
    samples = heard(target)
    assert len(samples) / 8000 == pytest.approx(SECONDS, abs=0.2)
    customer, agent = samples[4000:-4000].T
    assert strength(customer, 440) > 100 * strength(agent, 440)
    assert strength(agent, 1000) > 100 * strength(customer, 1000)


def test_a_program_that_cannot_be_run_is_told(wav: Path, tmp_path: Path) -> None:
    broken = tmp_path / "lame"
    broken.write_bytes(b"\x7fELF no program")
    broken.chmod(0o755)
    with pytest.raises(TranscodingFailed, match="cannot be run"):
        transcode(wav, tmp_path / "out.mp3", Codec.MP3, str(broken))
