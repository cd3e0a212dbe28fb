"""Calls that have come somewhere: who is in them, and what each state was reached by."""

from collections.abc import Sequence
from dataclasses import replace

from dialer.domain.call_commands import (
    CallCommand,
)
from dialer.domain.call_events import (
    Answered,
    BeepHeard,
    Bridged,
    CallEvent,
    CustomerLeft,
    HoldAsked,
    HungUp,
    LegLeft,
    MessageAsked,
    MessageBegan,
    ParkAsked,
    QueueAsked,
    Rang,
    ResumeAsked,
    Seated,
    Tick,
)
from dialer.domain.callflow import (
    CallFlow,
    CallState,
)
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId
from dialer.domain.lead import Attempt

S = CallState
ATTEMPT = Attempt(AttemptId("at-1"), CampaignId("c"), LeadId(1), "+12025550100", "trunk", 0.0)
SCREENED = replace(ATTEMPT, screened=True)
ANN, BOB = AgentId("ann"), AgentId("bob")
ANNS, BOBS = LegId("ag-ann"), LegId("ag-bob")
SEATED = Seated(ANN, ANNS, 10.0)
TALK = (Answered(10.0), SEATED, Bridged(10.02))
PARTED = LegLeft(leg_died=False, at=15.0)
HANG_UP = HungUp(16, "200", 20.0)


def after(*events: CallEvent) -> tuple[CallFlow, list[CallCommand]]:
    """Return a call that heard these events, and what the last one made it command."""
    return heard(ATTEMPT, *events)


def reached(state: CallState, *events: CallEvent) -> tuple[CallFlow, list[CallCommand]]:
    """Return a call that came into a state and heard these events there."""
    attempt = SCREENED if state is S.SCREENING else ATTEMPT
    return heard(attempt, *REACHED[state], *events)


def heard(attempt: Attempt, *events: CallEvent) -> tuple[CallFlow, list[CallCommand]]:
    flow = CallFlow(attempt)
    commands: list[CallCommand] = []
    for event in events:
        commands = flow.handle(event)
    return flow, commands


REACHED: dict[CallState, Sequence[CallEvent]] = {
    S.DIALING: (),
    S.RINGING: (Rang(1.0),),
    S.INFORMING: (MessageBegan(9.0),),
    S.SCREENING: (Answered(10.0),),
    S.WAITING: (Answered(10.0),),
    S.CONNECTING: (Answered(10.0), SEATED),
    S.TALKING: TALK,
    S.PARTING: (*TALK, HoldAsked(14.0)),
    S.HOLDING: (*TALK, HoldAsked(14.0), PARTED),
    S.REJOINING: (*TALK, HoldAsked(14.0), PARTED, ResumeAsked(16.0)),
    S.PARKED: (*TALK, ParkAsked(100.0, 14.0), PARTED),
    S.QUEUED: (*TALK, QueueAsked(14.0), PARTED),
    S.RETURNING: (*TALK, ParkAsked(15.5, 14.0), PARTED, Tick(15.5)),
    S.AWAITING_BEEP: (*TALK, MessageAsked(14.0), PARTED),
    S.LEAVING_MESSAGE: (*TALK, MessageAsked(14.0), PARTED, BeepHeard(16.0)),
    S.LETTING_GO: (Answered(10.0), Tick(11.8)),
    S.CLOSING: (Answered(10.0), SEATED, Bridged(10.02), CustomerLeft(15.0)),
    S.ASKED: (HANG_UP,),  # no attempt is ever
    S.ENDED: (HANG_UP,),
}
