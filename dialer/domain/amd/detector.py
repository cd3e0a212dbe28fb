"""The ear and the detector: frames in, a verdict out, once. After it only a beep is of interest.

Refuses to know where frames come from; a lost frame is given as silence, so that time goes on.
"""

from dataclasses import replace
from typing import Final

from dialer.domain.amd.activity import ActivityTerms, Frame, SpeechSpells, level_dbfs
from dialer.domain.amd.beep import BeepEar
from dialer.domain.amd.law import AmdTerms, Answerer, Heard, Verdict, judge
from dialer.domain.amd.tones import Signal, ToneEar, ToneTerms, begin_of_sequence, signal_in

SCREENING: Final = AmdTerms(
    waits=((0.7, 0.6), (1.2, 0.7), (2.4, 1.1)),
    pause_s=0.7,
    long_greeting_s=4.0,
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

_SPOKE_BEFORE_S: Final = 0.1  # a tone is itself loud enough for speech


class Ear:
    """Speech and tones of one who answered."""

    def __init__(
        self, activity: ActivityTerms | None = None, tones: ToneTerms | None = None
    ) -> None:
        self._tone_terms = tones or ToneTerms()
        self._speech = SpeechSpells(activity or ActivityTerms())
        self._tones = ToneEar(self._tone_terms)
        self.beep_end_s: float | None = None
        """When the machine's beep was over: a message may begin."""

    def hear(self, frame: Frame) -> Heard:
        """Take the next 20 ms; returns all that was heard so far."""
        self._speech.hear(level_dbfs(frame))
        self._tones.hear(frame)
        spells = self._speech.spells
        tones = self._tones.tones
        signal = None
        if tones:
            sequence_s = begin_of_sequence(tones)
            spoke = bool(spells) and spells[0].begin_s < sequence_s - _SPOKE_BEFORE_S
            signal = signal_in(tones, self._tone_terms, after_speech=spoke)
        if signal is Signal.BEEP:
            self.beep_end_s = tones[-1].end_s
        return Heard(self._speech.heard_s, spells, signal)

    def for_beep(self) -> BeepEar:
        """Return who listens from here on, and knows what was heard: it takes the frames now."""
        return BeepEar(self._speech, self._tones)


class Detector:
    """Listens to one who answered, under one law.

    Args:
        terms: of the law.
        ear: another than a new one.
        screening: a law that is asked beside it, for what it knows by itself, and when.
    """

    def __init__(
        self, terms: AmdTerms, ear: Ear | None = None, *, screening: AmdTerms | None = None
    ) -> None:
        self._terms = terms
        self._ear = ear or Ear()
        self._screening = screening
        self.early: Verdict | None = None
        """Screening's verdict, once it knows."""
        self.verdict: Verdict | None = None
        """Settled once; what is heard later does not change it."""

    @property
    def beep_end_s(self) -> float | None:
        """When the machine's beep was over, in seconds since the answer; None before."""
        return self._ear.beep_end_s

    def for_beep(self) -> BeepEar:
        """Return who listens from here on until a message may begin; see `Ear.for_beep`."""
        return self._ear.for_beep()

    def hear(self, frame: Frame) -> Verdict | None:
        """Take the next 20 ms; returns the verdict in the frame that settles it, else None."""
        heard = self._ear.hear(frame)
        if self.verdict is not None:
            return None
        if self._screening is not None and self.early is None:
            early = judge(heard, self._screening)
            if early is not None and early.answerer is not Answerer.UNSURE:
                self.early = replace(early, screened_at_s=early.at_s)
        verdict = judge(heard, self._terms)
        if verdict is not None:
            early_s = self.early.at_s if self.early is not None else None
            self.verdict = replace(verdict, screened_at_s=early_s)
        return self.verdict
