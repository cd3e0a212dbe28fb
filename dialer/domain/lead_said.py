"""How a single lead stands, in words: its state, what holds it, and until when. Pure.

The same reasons as those of a whole campaign (`dialer.domain.explanation`), told of one. Refuses to
know how leads are looked up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dialer.domain.dial_law import DialLaw, DialTerms
from dialer.domain.explanation import Hold, StandingCount, explained, wait_said

SAID_OF_ONE: Final[Mapping[Hold, str]] = {
    Hold.NOTHING: "may be dialed now",
    Hold.DIALING: "has a call out now",
    Hold.LEASED: "is held by an engine, to be dialed next",
    Hold.RETRY_LATER: "waits for its next attempt",
    Hold.HOURS: "is where it is outside calling hours",
    Hold.RULES: "is held by a calling rule",
    Hold.CALLBACK: "was promised a call, with an agent held for it",
    Hold.OWNED: "is an agent's own",
    Hold.FILTERED: "is left out by the campaign's filter",
    Hold.IMPORTING: "is still being imported",
    Hold.DO_NOT_CALL: "is on a do-not-call list",
    Hold.ATTEMPTS_USED_UP: "had all its attempts",
    Hold.NO_NUMBER: "has no number that can be dialed",
    Hold.DONE: "is done",
}
"""What is shown to people, after "the lead"."""


@dataclass(frozen=True, slots=True)
class Said:
    """Where a lead stands, for people and machines."""

    hold: Hold
    detail: str
    """What the hold names, if it does: a rule, a place."""
    sentence: str
    next_at: float | None
    """When it may be dialed, epoch seconds; None: not by waiting."""


def said_of(standing: StandingCount, law: DialLaw, terms: DialTerms, now: float) -> Said:
    """Say what holds a lead.

    Args:
        standing: of one lead.
        law: says when its place is open.
        terms: on which its campaign dials.
        now: epoch seconds.
    """
    (reason,) = explained([standing], law, terms, now).reasons
    sentence = SAID_OF_ONE[reason.hold]
    if reason.detail:
        sentence += f" ({reason.detail})"
    if reason.next_at is not None and reason.next_at > now:
        sentence += f"; it may be dialed {wait_said(reason.next_at, now)}"
    return Said(reason.hold, reason.detail, sentence, reason.next_at)
