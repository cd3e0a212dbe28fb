"""Makes the sounds that people have into those that telephone lines carry.

Knows rates and the band of a line. Level and silence stay as they are. Refuses to know where a
sound goes.
"""

import io
import wave
from collections.abc import Iterator
from math import gcd
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from dialer.adapters.wav_bytes import Samples, WavBytes, wav_bytes
from dialer.domain.prompt import LONGEST_S
from dialer.domain.telephone_sound import RATE_HZ, TelephoneSound
from dialer.errors import BadInput

BAND_HZ: Final = 3400.0
"""Of a telephone line: what is above would be heard as something else."""

TAPS: Final = 129
SLOWEST_HZ: Final = RATE_HZ
FASTEST_HZ: Final = 48_000

MOST_BYTES: Final = 32 << 20
"""Of a file that is sent: three minutes of 44.1 kHz stereo, ten and more of 16 kHz mono."""

_PART: Final = RATE_HZ
"""Samples made at once: a long file needs no more memory than a short one."""


def telephone_sound(data: bytes, field: str) -> TelephoneSound:
    """Return a sound as the switch plays it. Takes seconds for a long one.

    Args:
        data: a WAV file.
        field: what to call it in errors.

    Raises:
        BadInput: it is empty, too large, too long, or of a form that cannot be used.
    """
    if not data:
        raise BadInput(field, "is empty", "send a WAV file")
    if len(data) > MOST_BYTES:
        raise BadInput(field, f"has more than {MOST_BYTES >> 20} MiB", "save it as 16 kHz, mono")
    sound = wav_bytes(data, field)
    if not SLOWEST_HZ <= sound.rate_hz <= FASTEST_HZ:
        problem = f"has {sound.rate_hz} samples a second"
        raise BadInput(field, problem, f"save it with {SLOWEST_HZ} to {FASTEST_HZ}")
    made = sound.frames * RATE_HZ // sound.rate_hz
    if not made:
        raise BadInput(field, "holds no sound", "record it again")
    if sound.seconds > LONGEST_S:
        problem = f"is {sound.seconds:.0f} s long"
        raise BadInput(field, problem, f"cut it to {LONGEST_S:.0f} s")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        for part in _parts(sound, made):
            file.writeframes(part.tobytes())
    return TelephoneSound(out.getvalue(), round(made / RATE_HZ, 3))


def _parts(sound: WavBytes, made: int) -> Iterator[NDArray[np.int16]]:
    """Yield the sound at the rate of the line: between samples where its own rate has none."""
    apart = gcd(sound.rate_hz, RATE_HZ)
    phases, reach = RATE_HZ // apart, TAPS // 2
    taps = np.stack([low_pass(sound.rate_hz, phase / phases) for phase in range(phases)])
    for first in range(0, made, _PART):
        at = np.arange(first, min(first + _PART, made)) * sound.rate_hz
        before, phase = at // RATE_HZ, at % RATE_HZ // apart
        begin, end = int(before[0]), int(before[-1]) + 1
        if sound.rate_hz == RATE_HZ:
            samples = sound.mono(begin, end)
        else:
            around = sliding_window_view(sound.mono(begin - reach, end + reach), TAPS)
            samples = np.einsum("ij,ij->i", around[before - begin], taps[phase])
        yield np.clip(np.rint(samples * 32768.0), -32768, 32767).astype("<i2")


def low_pass(rate_hz: int, after: float = 0.0) -> Samples:
    """Return the taps of a filter that lets through what a telephone line carries.

    Args:
        rate_hz: of the samples.
        after: where the sound is wanted, in samples after the one in the middle; below 1.
    """
    cut = min(BAND_HZ, rate_hz / 2) / rate_hz
    steps = np.arange(TAPS) - TAPS // 2 - after
    window = 0.54 + 0.46 * np.cos(np.pi * steps / (TAPS // 2))
    taps = 2 * cut * np.sinc(2 * cut * steps) * window
    return np.asarray(taps / taps.sum())
