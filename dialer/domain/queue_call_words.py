"""What only a caller in a queue knows: what is to be done besides what is done for any talk.

Events and the other commands are those of attempts (`call_events`, `call_commands`); `at` is
seconds since the epoch. Refuses to know what follows from what: that is `queue_call`.
"""

from dataclasses import dataclass

from dialer.domain import call_events as happened
from dialer.domain.call_commands import (
    FreeAgent,
    Join,
    Part,
    PlayMusic,
    SeekAgent,
    StopSeeking,
    TakeBack,
    WakeAt,
)
from dialer.domain.ids import AgentId
from dialer.domain.outcome import Outcome


@dataclass(frozen=True, slots=True)
class CallBackAsked:
    """The caller pressed the key for a call back."""

    at: float


@dataclass(frozen=True, slots=True)
class CallBackDeclined:
    """The caller would rather wait, or it could not be promised."""

    at: float


@dataclass(frozen=True, slots=True)
class CallBackPromised:
    """The caller will be called back, and knows it."""

    at: float


QueueEvent = (
    happened.Seated
    | CallBackAsked
    | CallBackDeclined
    | CallBackPromised
    | happened.Tick
    | happened.LineClosed
    | happened.Bridged
    | happened.JoinFailed
    | happened.LegLeft
    | happened.CustomerLeft
    | happened.HungUp
    | happened.HoldAsked
    | happened.ResumeAsked
    | happened.QueueAsked
    | happened.HandedOver
    | happened.LegGone
    | happened.LegDied
    | happened.LegReplaced
)


@dataclass(frozen=True, slots=True)
class Announce:
    """Order the line to tell the caller their place and how long it will take."""


@dataclass(frozen=True, slots=True)
class OfferCallBack:
    """Order the line to ask the caller whether and where they are to be called back."""


@dataclass(frozen=True, slots=True)
class GiveBack:
    """The line is the queue's no more."""

    reason: str
    """Why nobody took the call; "": somebody did."""


@dataclass(frozen=True, slots=True)
class Miss:
    """Nobody took the call."""


@dataclass(frozen=True, slots=True)
class BookAnswer:
    """Record who took the call."""

    agent_id: AgentId
    at: float


@dataclass(frozen=True, slots=True)
class BookCall:
    """Record how the call ended."""

    outcome: Outcome
    at: float


LineCommand = PlayMusic | Announce | OfferCallBack | Join | GiveBack
"""What the line's own task does, one after the other; the latest one holds."""

QueueCommand = (
    LineCommand
    | SeekAgent
    | StopSeeking
    | WakeAt
    | FreeAgent
    | Part
    | TakeBack
    | Miss
    | BookAnswer
    | BookCall
)
