"""The ear: frames in, a verdict out, once. After it only a beep is of interest.

Refuses to know where frames come from; a lost frame is given as silence, so that time goes on.
"""

from typing import Final

from dialer.domain.amd.activity import Frame, SpeechSpells, level_dbfs
from dialer.domain.amd.law import AmdTerms, Heard, Verdict, judge
from dialer.domain.amd.tones import Signal, ToneEar, signal_in

SCREENING: Final = AmdTerms(
    waits=((0.7, 0.6), (1.2, 0.7), (2.4, 1.1)),
    pause_s=0.7,
    long_greeting_s=3.5,
    much_speech_s=5.0,
    deadline_s=5.0,
)
"""Before the agent: a person must be known fast, and the person hears nothing meanwhile."""

AGENT_FIRST: Final = AmdTerms(
    waits=((3.5, 1.3),),
    pause_s=0.9,
    long_greeting_s=5.0,
    much_speech_s=6.0,
    deadline_s=12.0,
)
"""While the agent listens: only sure machines matter, and there is time to hear the beep."""


class Detector:
    """Listens to one who answered."""

    def __init__(self, terms: AmdTerms) -> None:
        self._terms = terms
        self._speech = SpeechSpells(terms.activity)
        self._tones = ToneEar(terms.tones)
        self.verdict: Verdict | None = None
        """Settled once; what is heard later does not change it."""
        self.beep_end_s: float | None = None
        """When the machine's beep was over: a message may begin."""

    def hear(self, frame: Frame) -> Verdict | None:
        """Take the next 20 ms; returns the verdict in the frame that settles it, else None."""
        self._speech.hear(level_dbfs(frame))
        self._tones.hear(frame)
        signal = signal_in(
            self._tones.tones, self._terms.tones, after_speech=self._spoke_before_tone()
        )
        if signal is Signal.BEEP:
            self.beep_end_s = self._tones.tones[-1].end_s
        if self.verdict is not None:
            return None
        self.verdict = judge(
            Heard(self._speech.heard_s, self._speech.spells, signal), self._terms
        )
        return self.verdict

    def _spoke_before_tone(self) -> bool:
        """Whether somebody spoke before the tone that is heard now began."""
        if not self._tones.tones or not self._speech.spells:
            return False
        return self._speech.spells[0].begin_s < self._tones.tones[-1].begin_s - 0.1
