"""Questions about what a person heard, in seconds on the clock of the packets (the epoch).

Answers by decoded audio, never by the arrival of packets. Refuses to know calls and agents.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from simulation.sip.jitter import Playout
from simulation.sip.rtp import RATE_HZ
from simulation.sip.tones import ToneDetector
from simulation.sip.ulaw import Samples

SILENCE_DBFS: Final = -50.0
_BLOCK_S: Final = 0.010


@dataclass(frozen=True, slots=True)
class Hearing:
    """A piece of heard audio."""

    start_s: float
    samples: Samples

    @classmethod
    def of(cls, playout: Playout) -> "Hearing":
        """Take everything a listener has heard."""
        return cls(*playout.audio())

    @property
    def end_s(self) -> float:
        """When the last sample sounded."""
        return self.start_s + len(self.samples) / RATE_HZ

    def cut(self, from_s: float, to_s: float) -> "Hearing":
        """Return the part between two times; what was not heard there is silence."""
        size = max(0, round((to_s - from_s) * RATE_HZ))
        part = np.zeros(size, dtype=np.int16)
        offset = round((from_s - self.start_s) * RATE_HZ)
        first, last = max(0, offset), min(len(self.samples), offset + size)
        if last > first:
            part[first - offset : last - offset] = self.samples[first:last]
        return Hearing(from_s, part)

    def first_heard_s(self, detector: ToneDetector, after_s: float) -> float | None:
        """Return when a tone is first heard at or after a time, or None if it never is."""
        begin = max(0, round((after_s - self.start_s) * RATE_HZ))
        onset = detector.onset(self.samples, begin)
        return None if onset is None else self.start_s + onset / RATE_HZ

    def longest_absence_s(self, detector: ToneDetector, from_s: float, to_s: float) -> float:
        """Return the longest time between two moments in which a tone was not heard."""
        part = self.cut(from_s, to_s)
        edges = [0]
        for first, end in detector.spells(part.samples):
            edges += [first, end]
        edges.append(len(part.samples))
        return max(edges[at + 1] - edges[at] for at in range(0, len(edges), 2)) / RATE_HZ

    def longest_silence_s(
        self, from_s: float, to_s: float, *, floor_dbfs: float = SILENCE_DBFS
    ) -> float:
        """Return the longest time between two moments in which nothing was heard, to 10 ms."""
        size = round(_BLOCK_S * RATE_HZ)
        part = self.cut(from_s, to_s).samples
        blocks = part[: len(part) // size * size].reshape(-1, size).astype(np.int64)
        quiet = np.mean(np.square(blocks), axis=1) <= 32_768**2 * 10 ** (floor_dbfs / 10)
        edges = np.flatnonzero(np.diff(np.concatenate(([0], quiet.astype(np.int8), [0]))))
        runs = edges.reshape(-1, 2)
        return float((runs[:, 1] - runs[:, 0]).max()) * _BLOCK_S if len(runs) else 0.0
