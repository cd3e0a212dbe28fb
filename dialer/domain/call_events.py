"""What can happen to an attempt, in the past tense; `at` is seconds since the epoch.

Refuses to know what follows: that is `callflow`.
"""

from dataclasses import dataclass

from dialer.domain.ids import AgentId, LegId


@dataclass(frozen=True, slots=True)
class Rang:
    """The far end rings."""

    at: float


@dataclass(frozen=True, slots=True)
class WentUp:
    """The switch says that the far end answered; the line itself may not have reported yet."""

    at: float


@dataclass(frozen=True, slots=True)
class Answered:
    """The customer's line reports: answered, and asking what to do."""

    at: float


@dataclass(frozen=True, slots=True)
class MessageBegan:
    """The customer's line reports: answered, and the campaign's message plays."""

    at: float


@dataclass(frozen=True, slots=True)
class MessageOver:
    """The message is over, and the customer has asked for nobody: we hang up."""

    at: float


@dataclass(frozen=True, slots=True)
class Seated:
    """An agent was reserved for this person."""

    agent_id: AgentId
    leg_id: LegId
    at: float


@dataclass(frozen=True, slots=True)
class Bridged:
    """The switch says that customer and agent are joined."""

    at: float


@dataclass(frozen=True, slots=True)
class JoinFailed:
    """The agent's leg was gone before the join; the customer is still on the line."""

    at: float


@dataclass(frozen=True, slots=True)
class LegLeft:
    """The agent's leg left the talk; the customer is still on the line."""

    leg_died: bool
    """True when the phone was lost (no audio), False when it was hung up."""
    at: float


@dataclass(frozen=True, slots=True)
class CustomerLeft:
    """The join returned because the customer's channel left."""

    at: float


@dataclass(frozen=True, slots=True)
class LineClosed:
    """The customer's line can take no more orders. Ends nothing: the hang-up does."""

    at: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A time that was asked for has come."""

    at: float


@dataclass(frozen=True, slots=True)
class CancelAsked:
    """Nobody will be there to take this call: take it back if it was not answered yet."""

    at: float


@dataclass(frozen=True, slots=True)
class AgentHangUp:
    """The agent ends the talk."""

    at: float


@dataclass(frozen=True, slots=True)
class ScreeningOver:
    """Who answered is a person, or nobody can tell any more: an agent is needed."""

    at: float


@dataclass(frozen=True, slots=True)
class MachineHeard:
    """Who answered, with an agent or before one, is surely no person; the reason: the verdict's."""

    reason: str
    at: float


@dataclass(frozen=True, slots=True)
class MessageAsked:
    """The agent hears a machine: a message is to be left on it."""

    at: float


@dataclass(frozen=True, slots=True)
class BeepHeard:
    """The machine records now, or nobody can tell: the message may begin."""

    at: float


@dataclass(frozen=True, slots=True)
class Refused:
    """The switch could not start the call."""

    no_channel: bool
    at: float


@dataclass(frozen=True, slots=True)
class Voided:
    """The recorded attempt was not sent, and will not be."""

    at: float


@dataclass(frozen=True, slots=True)
class Vanished:
    """The channel is gone and nobody saw its hang-up: neither we nor the switch's journal."""

    at: float


@dataclass(frozen=True, slots=True)
class HungUp:
    """The customer's channel is gone."""

    cause: int
    tech_cause: str
    at: float


@dataclass(frozen=True, slots=True)
class HoldAsked:
    """The customer is to wait with music; the agent keeps the call."""

    at: float


@dataclass(frozen=True, slots=True)
class ResumeAsked:
    """The agent comes back to the customer who is on hold."""

    at: float


@dataclass(frozen=True, slots=True)
class ParkAsked:
    """The customer is to wait, with music, for whoever picks them up."""

    until: float
    """Then they are for whoever is free first; seconds since the epoch."""
    at: float


@dataclass(frozen=True, slots=True)
class QueueAsked:
    """The customer is to wait, with music, for an agent of a queue or a team."""

    at: float


@dataclass(frozen=True, slots=True)
class QueueOver:
    """Nobody of that queue or team came in time."""

    at: float


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The customer is to be joined with somebody who was reserved for them, or anew with the same.

    The one who had them is free: a blind transfer, an attended one, and the end of a three-way.
    """

    agent_id: AgentId | None
    """None: not an agent, an outside line."""
    leg_id: LegId
    at: float


@dataclass(frozen=True, slots=True)
class LegGone:
    """A leg is gone, while it was not joined to the customer or before they are."""

    leg_id: LegId
    at: float


@dataclass(frozen=True, slots=True)
class LegDied:
    """The agent's leg died in the talk, and their phone is called for another meanwhile."""

    leg_id: LegId
    at: float


@dataclass(frozen=True, slots=True)
class LegReplaced:
    """The agent has another leg now, of a page or a phone that is back. The customer is on hold."""

    leg_id: LegId
    at: float


CallEvent = (
    Rang
    | WentUp
    | Answered
    | MessageBegan
    | MessageOver
    | Seated
    | Bridged
    | JoinFailed
    | LegLeft
    | CustomerLeft
    | LineClosed
    | Tick
    | CancelAsked
    | AgentHangUp
    | ScreeningOver
    | MachineHeard
    | MessageAsked
    | BeepHeard
    | Refused
    | Voided
    | Vanished
    | HungUp
    | HoldAsked
    | ResumeAsked
    | ParkAsked
    | QueueAsked
    | QueueOver
    | HandedOver
    | LegGone
    | LegDied
    | LegReplaced
)
