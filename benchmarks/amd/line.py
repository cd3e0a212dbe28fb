"""What a telephone line does to speech: noise, level, lost packets, mu-law.

Refuses to know who speaks.
"""

from typing import Final

import numpy as np
from scipy.signal import lfilter

from benchmarks.amd.voices import RATE_HZ, Samples
from simulation.sip import ulaw

NOISES: Final = ("none", "line", "room", "street", "babble")
FRAME: Final = RATE_HZ // 50

_SNR_DB: Final = {
    "line": (28.0, 38.0),
    "room": (16.0, 26.0),
    "street": (8.0, 16.0),
    "babble": (12.0, 20.0),
}
_SPEECH_DBFS: Final = (-34.0, -14.0)
"""Level of the speech where there is speech: from a bad mobile to a shouting office."""
_LOSS_RATE: Final = (0.0, 0.0, 0.01, 0.03)


def silence(seconds: float) -> Samples:
    """Return nothing, for so long."""
    return np.zeros(round(seconds * RATE_HZ))


def trimmed(speech: Samples) -> Samples:
    """Cut the silence before and after speech."""
    loud = np.flatnonzero(np.abs(speech) > 0.01 * np.abs(speech).max(initial=1e-9))
    return speech[loud[0] : loud[-1] + 1] if len(loud) else speech


def leveled(speech: Samples) -> Samples:
    """Bring speech to a level of 1 (mean square over the frames in which somebody speaks)."""
    frames = speech[: len(speech) // FRAME * FRAME].reshape(-1, FRAME)
    power = np.mean(np.square(frames), axis=1)
    if not len(power) or power.max() <= 0:
        return speech
    return speech / np.sqrt(power[power > 0.01 * power.max()].mean())


def transmitted(sound: Samples, noise: str, babble: Samples, chance: np.random.Generator) -> bytes:
    """Send a sound of level 1 over a line; returns mu-law.

    Args:
        sound: speech at level 1, silence where nobody speaks.
        noise: one of `NOISES`.
        babble: other people's speech, for the noise of that name.
        chance: where level, signal-to-noise and losses come from.
    """
    if noise != "none":
        low, high = _SNR_DB[noise]
        sound = sound + _noise(noise, len(sound), babble, chance) * 10 ** (
            -chance.uniform(low, high) / 20
        )
    # clean lines too have the last bits of a codec; comfort silence of zeros is rare
    level = 10 ** (chance.uniform(*_SPEECH_DBFS) / 20)
    wave = sound * level * 32_768 + chance.normal(0, 2.0, len(sound))
    frames = wave[: len(wave) // FRAME * FRAME].reshape(-1, FRAME)
    lost = chance.random(len(frames)) < chance.choice(_LOSS_RATE)
    frames[lost] = 0.0  # a receiver without concealment
    return ulaw.encode(np.clip(frames.reshape(-1), -32_000, 32_000).astype(np.int16))


def _noise(noise: str, length: int, babble: Samples, chance: np.random.Generator) -> Samples:
    white = chance.normal(0, 1, length)
    if noise == "babble" and len(babble) > length:
        start = int(chance.integers(0, len(babble) - length))
        return np.asarray(leveled(babble[start : start + length]))
    if noise == "line":
        made = white
    elif noise == "room":
        made = np.asarray(lfilter([1.0], [1.0, -0.9], white))
    else:  # a street: low, and swelling as cars pass
        swell = 1 + 0.7 * np.sin(
            2 * np.pi * chance.uniform(0.1, 0.4) * np.arange(length) / RATE_HZ
            + chance.uniform(0, 2 * np.pi)
        )
        made = np.asarray(lfilter([1.0], [1.0, -0.95], white)) * swell
    return np.asarray(made / np.sqrt(np.mean(np.square(made))))
