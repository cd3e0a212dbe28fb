"""What an attempt's law asks to be done, in the imperative. Refuses to know who does it."""

from dataclasses import dataclass

from dialer.domain.ids import AgentId, LegId
from dialer.domain.lead import AttemptEnd


@dataclass(frozen=True, slots=True)
class SeekAgent:
    """Put this person in front of the agents."""


@dataclass(frozen=True, slots=True)
class StopSeeking:
    """Nobody is to be reserved for this person any more."""


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Send a Tick at this time."""

    at: float


@dataclass(frozen=True, slots=True)
class Join:
    """Order the customer's line to join this leg."""

    leg_id: LegId


@dataclass(frozen=True, slots=True)
class PlayAndHangUp:
    """Order the customer's line to play a prompt and hang up."""

    prompt: str
    """"abandon", "lost", or "message": the campaign's, for a machine."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Order the customer's line to hang up."""


@dataclass(frozen=True, slots=True)
class EndChannel:
    """Hang up the customer's channel from outside (ringing, or talking)."""


@dataclass(frozen=True, slots=True)
class FreeAgent:
    """The agent has no customer any more."""

    agent_id: AgentId
    leg_id: LegId
    talked: bool
    """False when there was no talk: the agent is idle again at once, without wrap-up."""


@dataclass(frozen=True, slots=True)
class BookEnd:
    """The attempt is over: record this end."""

    end: AttemptEnd


@dataclass(frozen=True, slots=True)
class Part:
    """Take this leg out of the talk; it idles, and the customer's line asks what to do."""

    leg_id: LegId


@dataclass(frozen=True, slots=True)
class ListenForBeep:
    """Have the customer's line be silent until the machine records."""


@dataclass(frozen=True, slots=True)
class PlayMusic:
    """Order the customer's line to play music until the next order."""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Seat the agent who handed this customer over, if they are still free for it.

    Answered with Seated, or LegGone.
    """

    agent_id: AgentId
    leg_id: LegId


CallCommand = (
    SeekAgent
    | StopSeeking
    | WakeAt
    | Join
    | PlayAndHangUp
    | Drop
    | EndChannel
    | FreeAgent
    | BookEnd
    | Part
    | ListenForBeep
    | PlayMusic
    | TakeBack
)
