"""What can happen to a caller in a queue, in the past tense, and what is to be done, imperative.

`at` is seconds since the epoch. Refuses to know what follows from what: that is `queue_call`.
"""

from dataclasses import dataclass

from dialer.domain.ids import AgentId, LegId
from dialer.domain.outcome import Outcome


@dataclass(frozen=True, slots=True)
class AgentFound:
    """An agent was reserved for this caller."""

    agent_id: AgentId
    leg_id: LegId
    at: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A time that was asked for has come."""

    at: float


@dataclass(frozen=True, slots=True)
class LineLost:
    """The line takes no more orders. While they talk that is no end."""

    at: float


@dataclass(frozen=True, slots=True)
class Bridged:
    """The switch says that caller and agent are joined."""

    at: float


@dataclass(frozen=True, slots=True)
class JoinFailed:
    """The agent's leg was gone before the join."""

    at: float


@dataclass(frozen=True, slots=True)
class LegLeft:
    """The agent's leg left the talk; the caller is still on the line."""

    leg_died: bool
    """True when the phone was lost, False when it was hung up."""
    at: float


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """The join returned because the caller's channel left."""

    at: float


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller's channel is gone."""

    at: float


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
    AgentFound
    | Tick
    | LineLost
    | Bridged
    | JoinFailed
    | LegLeft
    | CallerLeft
    | HungUp
    | CallBackAsked
    | CallBackDeclined
    | CallBackPromised
)


@dataclass(frozen=True, slots=True)
class Seek:
    """Put this caller in front of the agents."""


@dataclass(frozen=True, slots=True)
class StopSeeking:
    """Nobody is to be reserved for this caller any more."""


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Send a Tick at this time."""

    at: float


@dataclass(frozen=True, slots=True)
class Wait:
    """Order the line to play music."""


@dataclass(frozen=True, slots=True)
class Announce:
    """Order the line to tell the caller their place and how long it will take."""


@dataclass(frozen=True, slots=True)
class OfferCallBack:
    """Order the line to ask the caller whether and where they are to be called back."""


@dataclass(frozen=True, slots=True)
class Join:
    """Order the line to join this leg."""

    leg_id: LegId


@dataclass(frozen=True, slots=True)
class GiveBack:
    """The line is the queue's no more."""

    reason: str
    """Why nobody took the call; "": somebody did."""


@dataclass(frozen=True, slots=True)
class FreeAgent:
    """The agent has no caller any more."""

    agent_id: AgentId
    leg_id: LegId
    talked: bool
    """False when there was no talk: the agent is idle again at once, without wrap-up."""


@dataclass(frozen=True, slots=True)
class Miss:
    """Nobody took the call."""


@dataclass(frozen=True, slots=True)
class BookAnswer:
    """Record who took the call."""

    agent_id: AgentId
    at: float


@dataclass(frozen=True, slots=True)
class BookEnd:
    """Record how the call ended."""

    outcome: Outcome
    at: float


LineCommand = Wait | Announce | OfferCallBack | Join | GiveBack
"""What the line's own task does, one after the other; the latest one holds."""

QueueCommand = LineCommand | Seek | StopSeeking | WakeAt | FreeAgent | Miss | BookAnswer | BookEnd
