"""The niced process that has texts spoken: orders from stdin, one a line; answers to stdout.

Runs the speech program for each text and makes its WAV file one that the switch plays: 8 kHz, 16
bit, mono, without silence before the first sound. Ends when stdin does.
"""

import json
import subprocess
import sys
import wave
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dialer.adapters.telephone_sounds import low_pass
from dialer.domain.telephone_sound import RATE_HZ

QUIET: Final = 0.01
"""Of full scale: below it is silence."""

KEPT_S: Final = 0.05
"""Silence that stays before and after."""

PEAK: Final = 0.7
SPEAK_WITHIN_S: Final = 15.0

Samples = NDArray[np.float64]


def main(folder: Path, command: Sequence[str], orders: Iterable[str]) -> None:
    """Carry out orders until there are no more."""
    for line in orders:
        order = json.loads(line)
        problem = ""
        try:
            make(folder, command, order)
        except (OSError, ValueError, EOFError, wave.Error, subprocess.SubprocessError) as error:
            problem = str(error) or type(error).__name__
        print(json.dumps({"name": order["name"], "problem": problem}), flush=True)


def make(folder: Path, command: Sequence[str], order: dict[str, Any]) -> None:
    """Speak one text into its file, in the language or in the one that a region's is a kind of."""
    spoken = folder / f"{order['name']}.part.wav"
    tongues = dict.fromkeys([order["language"].lower(), order["language"].partition("-")[0]])
    try:
        for last, tongue in enumerate(tongues, start=1 - len(tongues)):
            words = [
                w.replace("{language}", tongue).replace("{file}", str(spoken)) for w in command
            ]
            done = subprocess.run(
                words,
                input=order["text"].encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=SPEAK_WITHIN_S,
                check=False,
            )
            if done.returncode == 0 and spoken.exists():
                break
            if last == 0:
                said = done.stderr.decode("utf-8", "replace").strip().splitlines()
                raise ValueError(said[-1] if said else f"it ended with {done.returncode}")
        write(spoken, on_the_line(*read(spoken)))
        spoken.rename(folder / f"{order['name']}.wav")
    finally:
        spoken.unlink(missing_ok=True)


def read(file: Path) -> tuple[Samples, int]:
    """Return the samples (-1..1) and the rate of a WAV file of 16 bit."""
    with wave.open(str(file)) as sound:
        if sound.getsampwidth() != 2:
            raise ValueError(f"{8 * sound.getsampwidth()} bit are not 16")
        data = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
        channels = data.reshape(-1, sound.getnchannels())
        return channels.mean(axis=1) / 32768.0, sound.getframerate()


def on_the_line(samples: Samples, rate_hz: int) -> Samples:
    """Return sound as a telephone line carries it; raises ValueError when there is none."""
    if rate_hz != RATE_HZ and len(samples):
        smooth = np.convolve(samples, low_pass(rate_hz), mode="same")
        at = np.arange(int(len(samples) * RATE_HZ / rate_hz)) * (rate_hz / RATE_HZ)
        samples = np.interp(at, np.arange(len(smooth)), smooth)
    loud = np.flatnonzero(np.abs(samples) > QUIET)
    if not len(loud):
        raise ValueError("there is no sound in it")
    kept = int(KEPT_S * RATE_HZ)
    samples = samples[max(0, loud[0] - kept) : loud[-1] + kept]
    return np.asarray(samples * (PEAK / np.abs(samples).max()))


def write(file: Path, samples: Samples) -> None:
    """Write a WAV file of 8 kHz, 16 bit, mono."""
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:], sys.stdin)
