"""Our own ear on recordings: both laws from one hearing, spread over the cores.

Refuses to know what is right.
"""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

from benchmarks.amd.corpus import Recording
from dialer.domain.amd.activity import FRAME_SAMPLES
from dialer.domain.amd.detector import AGENT_FIRST, SCREENING, Ear
from dialer.domain.amd.law import AmdTerms, Answerer, Verdict, judge

LAWS: Final[Mapping[str, AmdTerms]] = {"agent first": AGENT_FIRST, "screening": SCREENING}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What our ear made of one recording."""

    verdicts: Mapping[str, Verdict]
    """By law; a recording that ends before the law decides is unsure."""
    beep_end_s: float | None


def hear(recording: Recording) -> Opinion:
    """Listen to a whole recording, frame by frame."""
    samples = recording.samples()
    ear = Ear()
    verdicts: dict[str, Verdict] = {}
    at_s = 0.0
    for begin in range(0, len(samples) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        heard = ear.hear(samples[begin : begin + FRAME_SAMPLES])
        at_s = heard.at_s
        for law, terms in LAWS.items():
            if law not in verdicts:
                verdict = judge(heard, terms)
                if verdict is not None:
                    verdicts[law] = verdict
    ended = Verdict(Answerer.UNSURE, "recording_ended", at_s)
    return Opinion({law: verdicts.get(law, ended) for law in LAWS}, ear.beep_end_s)


def hear_all(recordings: Sequence[Recording]) -> dict[str, Opinion]:
    """Listen to all; returns opinions by the recordings' names."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        opinions = pool.map(hear, recordings, chunksize=16)
        return {one.name: opinion for one, opinion in zip(recordings, opinions, strict=True)}
