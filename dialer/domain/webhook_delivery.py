"""The law of delivery: what an answer means, when an event is tried again, when it is given up.

Pure: time and chance are arguments. Refuses to know how events are sent and kept.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 300.0
JITTER: Final = 0.2
"""The part of a wait that chance may take away, so that a receiver is not asked in bursts."""

MOST_TRIES: Final = 60
"""With the waits above, about four and a half hours."""

GIVEN_UP_AFTER_S: Final = 3 * 86_400.0
"""Since it was to be told. Comes first where tries were rare, as while no service ran."""

REST_AFTER: Final = 4
"""Failures of a webhook in a row after which it rests: its other events are not tried either."""

LONGEST_REST_S: Final = 30.0

GONE: Final = 410


class Fate(StrEnum):
    """What becomes of an event after a try."""

    DELIVERED = "delivered"
    AGAIN = "again"
    DEAD = "dead"  # given up, until somebody asks for it
    GONE = "gone"  # its webhook wants nothing any more


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of sending an event."""

    status: int | None = None
    """Of the receiver's answer; None: there was none."""
    problem: str = ""
    """Why there was none; holds no secret."""

    @property
    def ok(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300

    def __str__(self) -> str:
        return f"answered {self.status}" if self.status is not None else self.problem


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an event, and when it is tried again."""

    fate: Fate
    due_at: float
    why: str = ""


def after_try(answer: Answer, *, tries: int, since: float, now: float, chance: float) -> Verdict:
    """Decide what becomes of an event.

    Args:
        answer: to this try.
        tries: with this one.
        since: since when it is to be told, epoch seconds.
        now: epoch seconds.
        chance: 0 to 1, for the jitter.
    """
    if answer.ok:
        return Verdict(Fate.DELIVERED, now)
    if answer.status == GONE:
        return Verdict(Fate.GONE, now, str(answer))
    if tries >= MOST_TRIES:
        return Verdict(Fate.DEAD, now, f"{answer}; given up after {tries} tries")
    if now - since >= GIVEN_UP_AFTER_S:
        days = GIVEN_UP_AFTER_S / 86_400
        return Verdict(Fate.DEAD, now, f"{answer}; given up after {days:g} days")
    return Verdict(Fate.AGAIN, now + wait_s(tries, chance), str(answer))


def wait_s(tries: int, chance: float) -> float:
    """Return the wait after a number of tries that failed: 1 s, 2, 4, ... up to 5 minutes.

    Args:
        tries: 1 or more.
        chance: 0 to 1; takes away up to `JITTER` of it.
    """
    doubled = min(max(tries, 1) - 1, 20)  # 2**20 s is beyond every limit
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0**doubled) * (1.0 - JITTER * chance)


def rest_s(failures: int, chance: float) -> float:
    """Return how long a webhook rests after some failures in a row; 0: it does not."""
    if failures < REST_AFTER:
        return 0.0
    return min(LONGEST_REST_S, wait_s(failures - REST_AFTER + 1, chance))
