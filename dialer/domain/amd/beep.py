"""When a message may be left on a machine: its beep is over, or it is quiet already. Pure.

Listening begins in the middle of a greeting, after it, or goes on where a verdict was given.
Refuses to know who asked, and calls.
"""

from typing import Final

from dialer.domain.amd.activity import ActivityTerms, Frame, SpeechSpells, level_dbfs
from dialer.domain.amd.tones import Signal, ToneEar, ToneTerms, signal_in

QUIET_S: Final = 2.0
"""Silence after which the machine is taken to record: longer than the pause before a beep."""

OVER_S: Final = 0.06
"""A tone that was not heard for so long is over."""


class BeepEar:
    """Listens to one machine until a message may begin.

    Args:
        speech: what was said so far; None: nothing was heard.
        tones: what was beeped so far, likewise.
    """

    def __init__(self, speech: SpeechSpells | None = None, tones: ToneEar | None = None) -> None:
        self._terms = ToneTerms()
        self._tones = tones or ToneEar(self._terms)
        self._speech = speech or SpeechSpells(ActivityTerms())

    def hear(self, frame: Frame) -> str | None:
        """Take the next 20 ms; returns "beep" or "quiet" when the message may begin."""
        self._tones.hear(frame)
        self._speech.hear(level_dbfs(frame))
        now, tones, spells = self._speech.heard_s, self._tones.tones, self._speech.spells
        beeped = signal_in(tones, self._terms, after_speech=True) is Signal.BEEP
        if beeped and now - tones[-1].end_s >= OVER_S:
            return "beep"
        ends_s = [one.end_s for one in spells[-1:]] + [one.end_s for one in tones[-1:]]
        sounded_s = max(ends_s, default=0.0)
        return "quiet" if now - sounded_s >= QUIET_S else None
