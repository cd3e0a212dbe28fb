"""The law: what was heard so far, and which verdict that is. A table of rules, the first one holds.

A person says something short and waits; a machine goes on speaking, or beeps. What is neither stays
open until the deadline. Refuses to know sound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dialer.domain.amd.activity import Spell
from dialer.domain.amd.tones import Signal


class Answerer(StrEnum):
    """Who answered."""

    PERSON = "person"
    MACHINE = "machine"
    UNSURE = "unsure"


class AmdDetector(StrEnum):
    """Who says so. What people said of calls is held against the detector that heard them."""

    OWN = "own"  # the law below
    ASTERISK = "asterisk"  # app_amd


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who answered, why, and when that was clear."""

    answerer: Answerer
    reason: str
    """A word of the table: "short_greeting", "long_greeting", "much_speech", "beep", ..."""
    at_s: float
    """Seconds since listening began."""
    screened_at_s: float | None = None
    """When screening's law would have known who answered, likewise; None: not before `at_s`."""
    detector: AmdDetector = AmdDetector.OWN


RECORDS: Final = frozenset({"beep", "long_greeting", "much_speech", "many_words", "long_word"})
"""Verdicts by which a machine that records what is said answered: no fax, and no network."""


@dataclass(frozen=True, slots=True)
class AmdTerms:
    """The law's numbers, in seconds; tuned on the bench's tuning part (`make bench-amd`)."""

    waits: tuple[tuple[float, float], ...]
    """How a person is known: (speech of a talk at most, silence after it at least), by row."""
    pause_s: float
    """A silence shorter than this is a pause within a talk: the speaker has not finished."""
    long_greeting_s: float
    """A talk that is longer, its pauses included, is a machine's."""
    much_speech_s: float
    """More speech than this in all before the deadline is a machine's."""
    deadline_s: float
    """What is not clear by then stays unsure."""


@dataclass(frozen=True, slots=True)
class Heard:
    """All that the law looks at."""

    at_s: float
    spells: Sequence[Spell]
    """When somebody spoke, oldest first."""
    signal: Signal | None = None

    @property
    def quiet_s(self) -> float:
        """Silence since the last spell; since the answer when there was none."""
        return self.at_s - (self.spells[-1].end_s if self.spells else 0.0)

    def talk(self, pause_s: float) -> Sequence[Spell]:
        """Return the spells of the last talk: those with no more than pauses between them."""
        first = max(0, len(self.spells) - 1)
        while first and self.spells[first].begin_s - self.spells[first - 1].end_s < pause_s:
            first -= 1
        return self.spells[first:]


def judge(heard: Heard, terms: AmdTerms) -> Verdict | None:
    """Return the verdict, or None while it is open."""
    rules = (
        (_signal(heard), Answerer.MACHINE),
        (_long_greeting(heard, terms), Answerer.MACHINE),
        (_much_speech(heard, terms), Answerer.MACHINE),
        (_short_greeting(heard, terms), Answerer.PERSON),
        (_deadline(heard, terms), Answerer.UNSURE),
    )
    for reason, answerer in rules:
        if reason:
            return Verdict(answerer, reason, heard.at_s)
    return None


def _signal(heard: Heard) -> str:
    return heard.signal.value if heard.signal is not None else ""


def _long_greeting(heard: Heard, terms: AmdTerms) -> str:
    talk = heard.talk(terms.pause_s)
    long = bool(talk) and talk[-1].end_s - talk[0].begin_s > terms.long_greeting_s
    return "long_greeting" if long else ""


def _much_speech(heard: Heard, terms: AmdTerms) -> str:
    much = speech_s(heard.spells) > terms.much_speech_s
    return "much_speech" if much else ""


def _short_greeting(heard: Heard, terms: AmdTerms) -> str:
    if not heard.spells:
        return ""
    said_s = speech_s(heard.talk(terms.pause_s))
    waited = any(
        said_s <= longest_s and heard.quiet_s >= silence_s for longest_s, silence_s in terms.waits
    )
    return "short_greeting" if waited else ""


def _deadline(heard: Heard, terms: AmdTerms) -> str:
    if heard.at_s < terms.deadline_s:
        return ""
    return "deadline" if heard.spells else "silence"


def speech_s(spells: Sequence[Spell]) -> float:
    """Return the speech in some spells, without what is between them."""
    return sum(spell.length_s for spell in spells)
