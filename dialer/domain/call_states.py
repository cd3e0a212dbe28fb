"""Where an attempt can stand, and which events count there. Pure.

Refuses to know what follows from an event: that is `callflow`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from dialer.domain.call_events import (
    AgentHangUp,
    Answered,
    BeepHeard,
    Bridged,
    CancelAsked,
    CustomerLeft,
    HandedOver,
    HoldAsked,
    HungUp,
    JoinFailed,
    LegDied,
    LegGone,
    LegLeft,
    LegReplaced,
    LineClosed,
    MachineHeard,
    MessageAsked,
    MessageBegan,
    MessageOver,
    ParkAsked,
    QueueAsked,
    QueueOver,
    Rang,
    Refused,
    ResumeAsked,
    ScreeningOver,
    Seated,
    Tick,
    Vanished,
    Voided,
    WentUp,
)


class CallState(StrEnum):
    """Where an attempt stands."""

    DIALING = "dialing"
    RINGING = "ringing"
    INFORMING = "informing"  # a broadcast's message plays; a key asks for an agent
    SCREENING = "screening"  # answered, and listened to before an agent is sought
    WAITING = "waiting"  # answered; no agent yet
    ASKED = "asked"  # of a caller: whether to be called back; keeps the place, gets no agent
    CONNECTING = "connecting"  # an agent's leg is being joined
    TALKING = "talking"
    PARTING = "parting"  # the agent's leg is being taken out of the talk
    HOLDING = "holding"  # on hold: music plays, the agent keeps the call
    PARKED = "parked"  # music plays, and any agent may pick the customer up
    QUEUED = "queued"  # music plays, and the customer waits for an agent of a queue or a team
    RETURNING = "returning"  # parked or queued for too long: for whoever is free first
    REJOINING = "rejoining"  # being joined again, to the same agent or to another
    AWAITING_BEEP = "awaiting_beep"  # a machine's greeting plays; the agent has gone
    LEAVING_MESSAGE = "leaving_message"  # the campaign's message plays to a machine
    LETTING_GO = "letting_go"  # a prompt plays
    CLOSING = "closing"  # the talk is over; the hang-up is on its way
    ENDED = "ended"


S = CallState

_GONE: Final = {HungUp, Vanished}

HEARD: Final[Mapping[CallState, frozenset[type]]] = {
    S.DIALING: frozenset(
        {Rang, WentUp, Answered, MessageBegan, Bridged, CancelAsked, Refused, Tick, Voided} | _GONE
    ),
    S.RINGING: frozenset(
        {WentUp, Answered, MessageBegan, Bridged, CancelAsked, Refused, Tick} | _GONE
    ),
    S.INFORMING: frozenset({WentUp, Answered, MessageOver} | _GONE),
    S.SCREENING: frozenset({MachineHeard, ScreeningOver, Tick, LineClosed} | _GONE),
    S.WAITING: frozenset({Seated, Tick, LineClosed} | _GONE),
    S.CONNECTING: frozenset({Bridged, JoinFailed, LegLeft, CustomerLeft, AgentHangUp} | _GONE),
    S.TALKING: frozenset(
        {LegLeft, LegDied, CustomerLeft, AgentHangUp, HoldAsked, HandedOver}
        | {ParkAsked, QueueAsked, MachineHeard, MessageAsked}
        | _GONE
    ),
    S.PARTING: frozenset(
        {LegLeft, LegDied, LegReplaced, CustomerLeft, AgentHangUp, LegGone} | _GONE
    ),
    S.HOLDING: frozenset(
        {ResumeAsked, ParkAsked, QueueAsked, HandedOver}
        | {LegLeft, LegDied, LegReplaced, LegGone, AgentHangUp}
        | _GONE
    ),
    S.PARKED: frozenset({HandedOver, LegLeft, AgentHangUp, Tick} | _GONE),
    S.QUEUED: frozenset({HandedOver, QueueOver, LegLeft, AgentHangUp} | _GONE),
    S.RETURNING: frozenset({HandedOver, LegLeft, AgentHangUp, Tick} | _GONE),
    S.REJOINING: frozenset(
        {Bridged, JoinFailed, Seated, LegLeft, LegGone, CustomerLeft, AgentHangUp} | _GONE
    ),
    S.AWAITING_BEEP: frozenset({BeepHeard, Tick} | _GONE),
    S.LEAVING_MESSAGE: frozenset(_GONE),
    S.LETTING_GO: frozenset(_GONE),
    S.CLOSING: frozenset({Bridged} | _GONE),
    S.ASKED: frozenset(),  # a caller's only (`queue_call`)
    S.ENDED: frozenset(),
}
"""Which events count in which state; any other is late or early and changes nothing."""

ASIDE: Final = frozenset({S.PARKED, S.QUEUED, S.RETURNING})
"""The customer hears music and has no agent."""

APART: Final = ASIDE | {S.PARTING, S.HOLDING}
"""The leg was parted by us, or is being."""
