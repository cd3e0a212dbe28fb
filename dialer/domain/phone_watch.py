"""What is wrong with an agent's phone: ends that came too early, a dead microphone. Pure.

Knows which end of a leg is nobody's wish, for how long it is told, and when silence is too long.
Refuses to know who is told.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from dialer.domain.agentflow import AgentState

HUNG_UP: Final = "phone hung up"
LOST: Final = "phone lost"
NO_ANSWER: Final = "phone did not answer"
"""Why an agent is offline, or pauses, when it is the phone's doing."""

BY_HAND: Final = frozenset({16, 31})
"""Causes of a leg that was hung up, not lost."""

TOLD_S: Final = 300.0
"""How long an end is told of, unless the agent is back."""

_PAUSED: Final = frozenset({HUNG_UP, NO_ANSWER})
"""Why an agent pauses whose phone is called on demand and was not there for a customer."""

COUNTED_S: Final = 3600.0
"""How long ends are counted."""

OFTEN: Final = 3
"""So many ends within `COUNTED_S` are told of even when the agent is back."""


class PhoneEnd(StrEnum):
    """How a phone failed its agent."""

    HUNG_UP = "hung_up"  # whoever sits there put it down: in this house the leg is to stay up
    LOST = "lost"  # power, network, or audio that never came
    NOT_REACHED = "not_reached"  # called for the log-in: not registered, refused, or no answer


def end_of(before: AgentState, reason: str) -> PhoneEnd | None:
    """Return how a phone failed an agent who is offline or paused now; None if it did not.

    Args:
        before: what the agent did last.
        reason: why it is so.
    """
    if reason not in (HUNG_UP, LOST, NO_ANSWER) or before is AgentState.OFFLINE:
        return None
    if before is AgentState.CALLING or reason == NO_ANSWER:
        return PhoneEnd.NOT_REACHED
    return PhoneEnd.HUNG_UP if reason == HUNG_UP else PhoneEnd.LOST


@dataclass(slots=True)
class PhonePast:
    """The ends of one agent's phone within the last hour."""

    ends: deque[tuple[float, PhoneEnd, bool]] = field(default_factory=deque)
    """When, how, and whether it cut a talk."""

    def note(self, end: PhoneEnd, *, in_talk: bool, at: float) -> None:
        """Take an end in."""
        self.ends.append((at, end, in_talk))

    def told(self, *, back: bool, now: float) -> dict[PhoneEnd, dict[str, Any]]:
        """Return what is to be told of, each with its facts.

        Args:
            back: whether the agent's leg is up again.
            now: epoch seconds.
        """
        while self.ends and now - self.ends[0][0] >= COUNTED_S:
            self.ends.popleft()
        told: dict[PhoneEnd, dict[str, Any]] = {}
        for end in PhoneEnd:
            these = [(at, cut) for at, what, cut in self.ends if what is end]
            if not these:
                continue
            last_at = these[-1][0]
            if len(these) >= OFTEN or (not back and now - last_at < TOLD_S):
                cut = sum(one for _, one in these)
                told[end] = {"times": len(these), "in_talk": cut, "last_at": last_at}
        return told


@dataclass(slots=True)
class Microphone:
    """What is heard of an agent's microphone."""

    since: float
    """Since when it is so."""
    speaking: bool = False

    def heard(self, *, speaking: bool, at: float) -> None:
        """The switch says that sound began, or ended."""
        if speaking != self.speaking:
            self.speaking, self.since = speaking, at

    def silent_since(self, talk_since: float) -> float | None:
        """Return since when nothing is heard in the present talk; None: there is sound."""
        return None if self.speaking else max(self.since, talk_since)


def sent_to_pause(state: AgentState, reason: str) -> bool:
    """Tell whether an agent pauses because their phone was not there for a customer."""
    return state is AgentState.PAUSED and reason in _PAUSED


def died(cause: int | None) -> bool:
    """Tell whether a leg ended without a good-bye; None, or 0: it is not known."""
    return bool(cause) and cause not in BY_HAND


def left_because(cause: int | None) -> str:
    """Return why an agent is offline whose leg ended with a cause; None: it is not known."""
    return HUNG_UP if cause in BY_HAND else LOST
