"""Tones: frames to send, and which known tone is in a piece of audio.

Works on decoded samples, live or from a recording. Refuses to know RTP and time of day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import gcd
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulation.sip.rtp import FRAME_SAMPLES, RATE_HZ
from simulation.sip.ulaw import SILENCE_BYTE, Samples, encode

SILENCE_FRAME: Final = bytes([SILENCE_BYTE]) * FRAME_SAMPLES
AMPLITUDE: Final = 12_000
FLOOR_DBFS: Final = -60.0
_FRAMES_PER_SECOND: Final = RATE_HZ // FRAME_SAMPLES


def tone(hz: float, length_s: float, *, amplitude: float = AMPLITUDE) -> Samples:
    """Return a sine as 16-bit samples at 8 kHz."""
    steps = np.arange(round(length_s * RATE_HZ))
    wave = np.round(amplitude * np.sin(2 * np.pi * hz / RATE_HZ * steps))
    return np.asarray(wave, dtype=np.int16)


@lru_cache(maxsize=256)
def tone_frames(hz: int | None) -> tuple[bytes, ...]:
    """Return mu-law frames of 20 ms that repeat without a click; None is silence.

    A multiple of 50 Hz needs one frame only.
    """
    if hz is None:
        return (SILENCE_FRAME,)
    count = _FRAMES_PER_SECOND // gcd(hz, _FRAMES_PER_SECOND)
    data = encode(tone(hz, count * FRAME_SAMPLES / RATE_HZ))
    return tuple(data[at : at + FRAME_SAMPLES] for at in range(0, len(data), FRAME_SAMPLES))


def frames_in_turn(tones: Iterable[tuple[float, int | None]]) -> list[bytes]:
    """Return mu-law frames of 20 ms of tones one after the other: seconds, and Hz or None."""
    frames: list[bytes] = []
    for seconds, hz in tones:
        cycle = tone_frames(hz)
        frames += [cycle[at % len(cycle)] for at in range(round(seconds * _FRAMES_PER_SECOND))]
    return frames


def level_dbfs(samples: NDArray[np.generic]) -> float:
    """Return the level of a piece of audio; a full-scale sine is -3, nothing is -inf."""
    if not len(samples):
        return float("-inf")
    power = float(np.mean(np.square(samples.astype(np.float64))))
    return 10 * float(np.log10(power / 32_768**2)) if power else float("-inf")


@dataclass(frozen=True, slots=True)
class ToneShare:
    """How much of a piece of audio one tone holds."""

    hz: int
    blocks_rate: float
    """Share of the blocks above the floor in which this tone is the dominant one, 0..1."""


def identify(
    samples: Samples,
    candidates: Iterable[int],
    *,
    rate_hz: int = RATE_HZ,
    block_s: float = 0.1,
    floor_dbfs: float = FLOOR_DBFS + 10,
    dominance_rate: float = 0.5,
) -> list[ToneShare]:
    """Tell which known tones are in a channel, the most frequent first.

    Args:
        samples: one channel.
        candidates: known frequencies in Hz.
        rate_hz: sampling rate.
        block_s: length of the blocks looked at one by one.
        floor_dbfs: blocks below this level are silence and not counted.
        dominance_rate: share of a block's power that makes a tone the dominant one.
    """
    known = sorted(set(candidates))
    size = round(block_s * rate_hz)
    blocks = samples[: len(samples) // size * size].reshape(-1, size).astype(np.float64)
    power = np.mean(np.square(blocks), axis=1)
    loud = power > 32_768**2 * 10 ** (floor_dbfs / 10)
    if not known or not loud.any():
        return []
    turns = np.exp(-2j * np.pi / rate_hz * np.outer(np.arange(size), known))
    # a sine of amplitude A correlates to A*size/2 and has the power A*A/2
    found = 2 * np.square(np.abs(blocks[loud] @ turns) / size) / power[loud][:, None]
    best = np.argmax(found, axis=1)
    dominant = best[found[np.arange(len(best)), best] >= dominance_rate]
    counts = np.bincount(dominant, minlength=len(known))
    shares = [
        ToneShare(hz, float(count) / int(loud.sum()))
        for hz, count in zip(known, counts, strict=True)
        if count
    ]
    return sorted(shares, key=lambda share: -share.blocks_rate)


@dataclass(frozen=True, slots=True)
class ToneDetector:
    """Finds where one tone begins and how long it is missing, to about 2 ms.

    A window slides over the audio in hops of 1 ms (a Goertzel filter at each place). The tone is
    there when it reaches the floor and holds most of the window's power.
    """

    hz: int
    rate_hz: int = RATE_HZ
    window_s: float = 0.010
    """10 ms tell tones 100 Hz apart; 20 ms are needed for 50 Hz."""
    floor_dbfs: float = -35.0
    share_rate: float = 0.6

    @property
    def hop(self) -> int:
        """Samples between two places."""
        return self.rate_hz // 1000

    def presence(self, samples: Samples) -> NDArray[np.bool_]:
        """Tell for each hop whether the window that begins there holds the tone."""
        amplitude, share = self._measure(samples)
        return np.asarray((amplitude >= self._floor) & (share >= self.share_rate))

    def onset(self, samples: Samples, start: int = 0) -> int | None:
        """Return the sample at which the tone begins at or after `start`, or None.

        The first window that holds the tone may hold it in part only: the onset is placed where the
        amplitude passes half of what it is 20 ms later, which is when half the window is filled. A
        tone that sounded before `start` begins there.
        """
        size = self._size
        lead = min(start, size)
        amplitude, share = self._measure(samples[start - lead :])
        present = np.flatnonzero((amplitude >= self._floor) & (share >= self.share_rate))
        if not len(present):
            return None
        first = int(present[0])
        settled = float(amplitude[first : first + 21].max())
        if first == 0 and amplitude[0] > 0.75 * settled:
            return start
        begin = max(0, first - size // self.hop)
        rising = np.flatnonzero(amplitude[begin : first + 21] >= settled / 2)
        return max(start, start - lead + (begin + int(rising[0])) * self.hop + size // 2)

    def spells(self, samples: Samples) -> Sequence[tuple[int, int]]:
        """Return (first, end) samples of every stretch in which the tone is there.

        Both edges carry half a window, so a gap shorter than a window may be missed.
        """
        present = self.presence(samples).astype(np.int8)
        edges = np.flatnonzero(np.diff(np.concatenate(([0], present, [0]))))
        half = self._size // 2
        return [
            (int(first) * self.hop + half, (int(end) - 1) * self.hop + half)
            for first, end in edges.reshape(-1, 2)
        ]

    @property
    def _floor(self) -> float:
        return float(32_768 * 2**0.5 * 10 ** (self.floor_dbfs / 20))

    @property
    def _size(self) -> int:
        return round(self.window_s * self.rate_hz)

    def _measure(self, samples: Samples) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        size = self._size
        if len(samples) < size:
            return np.zeros(0), np.zeros(0)
        wave = samples.astype(np.float64)
        turned = wave * np.exp(-2j * np.pi * self.hz / self.rate_hz * np.arange(len(wave)))
        sums = np.concatenate(([0j], np.cumsum(turned)))
        powers = np.concatenate(([0.0], np.cumsum(np.square(wave))))
        starts = np.arange(0, len(wave) - size + 1, self.hop)
        amplitude = 2 * np.abs(sums[starts + size] - sums[starts]) / size
        power = (powers[starts + size] - powers[starts]) / size
        share = np.divide(
            np.square(amplitude) / 2, power, out=np.zeros_like(power), where=power > 1.0
        )
        return amplitude, share
