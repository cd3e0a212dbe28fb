"""Pure tones: which one is in a frame, how long it lasts, and what it means.

A beep, a fax and the network's special information tones are each a sine; speech is not, for longer
than a few frames. Refuses to know speech and verdicts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialer.domain.amd.activity import FRAME_S, FRAME_SAMPLES, RATE_HZ, Frame

_WINDOW: Final = np.hanning(2 * FRAME_SAMPLES)
_BIN_HZ: Final = RATE_HZ / (2 * FRAME_SAMPLES)
_LOBE: Final = 2  # bins on each side of a peak that a Hann window spreads a sine over
_TILT: Final = np.square(2 * np.sin(np.pi * np.arange(FRAME_SAMPLES + 1) / (2 * FRAME_SAMPLES)))
"""Hum, rumble and streets count little: the power is that of the sound's first difference."""
_SAME_HZ: Final = 15.0
_DIGITS: Final = 6


class Signal(StrEnum):
    """What a tone means."""

    BEEP = "beep"  # a machine begins to record
    FAX = "fax"  # a fax or modem answered (CED), or a fax calls (CNG)
    SIT = "sit"  # the network: this number cannot be reached
    SIT_VACANT = "sit_vacant"  # the network: there is no such number, or it was changed
    SIT_NO_CIRCUIT = "sit_no_circuit"  # the network is full


@dataclass(frozen=True, slots=True)
class ToneTerms:
    """What counts as a pure tone."""

    share: float = 0.85
    """Of a frame's power, in the peak's lobe."""
    quietest_dbfs: float = -50.0
    """Fainter ones are the line's own hum."""
    beep_hz: tuple[float, float] = (300.0, 2000.0)
    beep_s: float = 0.16
    """Shorter is a vowel or a click; machines beep for 0.2 s and more."""


@dataclass(frozen=True, slots=True)
class Tone:
    """One tone that was heard."""

    hz: float
    begin_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it lasted so far."""
        return round(self.end_s - self.begin_s, _DIGITS)


CED_HZ: Final = (2080.0, 2120.0)
"""Answer tone of a fax or modem: 2100 +- 15 Hz (ITU-T T.30, V.25), and what a frame can resolve."""
CNG_HZ: Final = (1062.0, 1138.0)
"""Calling tone of a fax: 1100 +- 38 Hz for 0.5 s (ITU-T T.30)."""
FAX_S: Final = 0.4
_BETWEEN_S: Final = 0.1  # the tones of a SIT follow each other within 32 ms (GR-674)
SIT_HZ: Final = ((890.0, 1010.0), (1345.0, 1455.0), (1740.0, 1815.0))
"""Three rising tones: 913.8 or 985.2, 1370.6 or 1428.5, 1776.7 Hz (Telcordia GR-674, ITU-T
E.180: 950, 1400, 1800 +- 50), 276 or 380 ms each."""
SIT_S: Final = 0.2
VACANT_HZ: Final = (1345.0, 1385.0)
"""The second tone of "intercept" and "vacant code" (GR-674): 1370.6 Hz."""
NO_CIRCUIT_HZ: Final = (1415.0, 1455.0)
"""The second tone of "no circuit" and "reorder" (GR-674): 1428.5 Hz."""


class ToneEar:
    """The tones heard so far; `hear` once a frame."""

    def __init__(self, terms: ToneTerms) -> None:
        self._terms = terms
        self._before: NDArray[np.float64] = np.zeros(FRAME_SAMPLES)
        self._frames = 0
        self.tones: list[Tone] = []
        """Oldest first, those of two frames and more; the last one may go on."""

    def hear(self, frame: Frame) -> None:
        """Take the next frame."""
        wave = frame.astype(np.float64) / 32_768.0
        hz = self._pitch(np.concatenate((self._before, wave)))
        self._before = wave
        # a window holds two frames: what is found began half a window ago
        begin_s = round(max(0, self._frames - 1) * FRAME_S, _DIGITS)
        self._frames += 1
        end_s = round(self._frames * FRAME_S, _DIGITS)
        if hz is None:
            return
        last = self.tones[-1] if self.tones else None
        if last is not None and end_s - last.end_s < 1.5 * FRAME_S and abs(hz - last.hz) < _SAME_HZ:
            self.tones[-1] = Tone(last.hz, last.begin_s, end_s)
        elif last is not None and last.length_s <= 2 * FRAME_S:
            self.tones[-1] = Tone(hz, begin_s, end_s)  # one window: a vowel
        else:
            self.tones.append(Tone(hz, begin_s, end_s))

    def _pitch(self, wave: NDArray[np.float64]) -> float | None:
        """Return the frequency of the sine that two frames are; None when they are no sine."""
        if float(np.dot(wave, wave)) < _least_energy(self._terms.quietest_dbfs):
            return None
        power = np.square(np.abs(np.fft.rfft(wave * _WINDOW)))
        power *= _TILT
        total = float(power.sum())
        peak = int(power.argmax())
        low, high = max(0, peak - _LOBE), peak + _LOBE + 1
        lobe = power[low:high]
        if float(lobe.sum()) < self._terms.share * total:
            return None
        return float(np.dot(lobe, np.arange(low, low + len(lobe))) / lobe.sum() * _BIN_HZ)


def signal_in(tones: Sequence[Tone], terms: ToneTerms, *, after_speech: bool) -> Signal | None:
    """Say what the tones heard so far mean; None: nothing yet.

    Args:
        tones: oldest first.
        terms: what counts.
        after_speech: somebody has spoken: 1100 Hz is a beep then, and a calling fax before.
    """
    if not tones:
        return None
    last = tones[-1]
    if len(tones) >= 3 and all(
        _within(tone.hz, band) and tone.length_s >= SIT_S
        for tone, band in zip(tones[-3:], SIT_HZ, strict=True)
    ):
        return _sit(tones[-2].hz)
    if last.length_s >= FAX_S and _within(last.hz, CED_HZ):
        return Signal.FAX
    if last.length_s >= FAX_S and _within(last.hz, CNG_HZ) and not after_speech:
        return Signal.FAX
    if after_speech and last.length_s >= terms.beep_s and _within(last.hz, terms.beep_hz):
        return Signal.BEEP
    return None


def _sit(second_hz: float) -> Signal:
    if _within(second_hz, VACANT_HZ):
        return Signal.SIT_VACANT
    return Signal.SIT_NO_CIRCUIT if _within(second_hz, NO_CIRCUIT_HZ) else Signal.SIT


def begin_of_sequence(tones: Sequence[Tone]) -> float:
    """Return when the last tone began, or the first of those that follow each other to it."""
    first = len(tones) - 1
    while first and tones[first].begin_s - tones[first - 1].end_s < _BETWEEN_S:
        first -= 1
    return tones[first].begin_s


def _within(hz: float, band: tuple[float, float]) -> bool:
    return band[0] <= hz <= band[1]


def _least_energy(dbfs: float) -> float:
    return float(10 ** (dbfs / 10)) * 2 * FRAME_SAMPLES
