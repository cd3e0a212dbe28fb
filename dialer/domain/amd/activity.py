"""Is somebody speaking: frames of 20 ms in, spells of speech out.

Energy against the line's noise floor (the quiet frames of the last seconds) and against the loudest
speech: who talks in the background does not count. Refuses to know persons and machines.
"""

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE_HZ: Final = 8000
FRAME_SAMPLES: Final = 160
FRAME_S: Final = FRAME_SAMPLES / RATE_HZ

Frame = NDArray[np.int16]
"""Shape (160,): linear PCM at 8 kHz."""

_QUIETEST_DBFS: Final = -90.0
_LOST_FRAMES: Final = 3  # nothing at all for longer is silence (a phone that sends none)
_EMPHASIS: Final = 0.95  # takes away the hum and rumble below the voice (usual in telephony)
_DIGITS: Final = 6  # sums of frames are compared: without the last bits


def level_dbfs(frame: Frame) -> float:
    """Return a frame's level above its hum, in dB of full scale; a dead line is -90."""
    if not len(frame):
        return _QUIETEST_DBFS
    wave = frame.astype(np.float64) / 32_768.0
    high = wave[1:] - _EMPHASIS * wave[:-1]
    power = float(np.dot(high, high)) / len(wave)
    return max(_QUIETEST_DBFS, 10.0 * float(np.log10(power))) if power > 0 else _QUIETEST_DBFS


@dataclass(frozen=True, slots=True)
class ActivityTerms:
    """How loud and long speech is. Tuned on the tuning part of the bench (`make bench-amd`)."""

    margin_db: float = 9.0
    """Speech is so far above the floor."""
    floor_rank: float = 0.1
    """The floor is the level that so many of the last frames are below, 0..1."""
    floor_s: float = 3.0
    """How far back the floor looks."""
    first_floor_dbfs: float = -42.0
    """The floor is not above this in the first `settled_s`: who speaks at once is heard."""
    settled_s: float = 0.4
    quietest_speech_dbfs: float = -56.0
    """Nothing below is speech, however still the line is."""
    foreground_db: float = 18.0
    """A frame that is so far below the loudest is not the speaker's."""
    speaker_db: float = 9.0
    """A spell whose loudest frame is so far below the loudest is somebody else's: people talk in
    the background, cars pass."""
    bridged_s: float = 0.16
    """Silence between syllables: shorter is no pause."""
    least_s: float = 0.06
    """A noise shorter than this is no speech: a click, a lost packet."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Somebody spoke from here to there, in seconds since the answer."""

    begin_s: float
    end_s: float
    loudest_dbfs: float = 0.0

    @property
    def length_s(self) -> float:
        """How long."""
        return round(self.end_s - self.begin_s, _DIGITS)


class SpeechSpells:
    """Where somebody spoke so far; `hear` once a frame."""

    def __init__(self, terms: ActivityTerms) -> None:
        self._terms = terms
        self._levels: deque[float] = deque(maxlen=round(terms.floor_s / FRAME_S))
        self._sorted: list[float] = []
        self._loudest = _QUIETEST_DBFS
        self._run: list[float] = []
        self._frames = 0
        self._nothing = 0
        self._level = _QUIETEST_DBFS
        self._spells: list[Spell] = []

    @property
    def spells(self) -> list[Spell]:
        """Oldest first; the last one may go on. What turned out to be background is left out."""
        least = self._loudest - self._terms.speaker_db
        return [spell for spell in self._spells if spell.loudest_dbfs >= least]

    @property
    def heard_s(self) -> float:
        """Time since the answer."""
        return round(self._frames * FRAME_S, _DIGITS)

    def hear(self, level: float) -> None:
        """Take the next frame's level, in dBFS."""
        terms = self._terms
        self._frames += 1
        self._nothing = self._nothing + 1 if level <= _QUIETEST_DBFS else 0
        if 0 < self._nothing <= _LOST_FRAMES:
            level = self._level  # a lost packet says nothing of the line
        self._level = level
        loud = level > self._threshold()
        self._remember(level)
        if not loud:
            self._run.clear()
            return
        self._run.append(level)
        if len(self._run) * FRAME_S >= terms.least_s - 1e-9:
            self._speak(round((self._frames - len(self._run)) * FRAME_S, _DIGITS))

    def _threshold(self) -> float:
        terms = self._terms
        floor = terms.first_floor_dbfs
        if self._sorted:
            floor = self._sorted[int(terms.floor_rank * len(self._sorted))]
            if self.heard_s <= terms.settled_s:
                floor = min(floor, terms.first_floor_dbfs)
        return max(
            floor + terms.margin_db,
            terms.quietest_speech_dbfs,
            self._loudest - terms.foreground_db,
        )

    def _remember(self, level: float) -> None:
        if len(self._levels) == self._levels.maxlen:
            del self._sorted[bisect_left(self._sorted, self._levels[0])]
        self._levels.append(level)
        insort(self._sorted, level)

    def _speak(self, begin_s: float) -> None:
        # the second loudest frame of three: a click is not the loudest speech
        loudness = sorted(self._run[-3:])[len(self._run[-3:]) // 2]
        if loudness > self._loudest:
            self._loudest = loudness
        last = self._spells[-1] if self._spells else None
        if last is not None and begin_s - last.end_s < self._terms.bridged_s:
            loudness = max(loudness, last.loudest_dbfs)
            self._spells[-1] = Spell(last.begin_s, self.heard_s, loudness)
        else:
            self._spells.append(Spell(begin_s, self.heard_s, loudness))
