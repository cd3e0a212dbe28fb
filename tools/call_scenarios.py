"""The courses of calls that docs/telephony.md draws: what happens, event by event.

Only events stand here. What the engine does then, and in which state the call is, is asked of the
laws (`draw_sequences`). Refuses to know how a drawing looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dialer.domain.call_events import (
    Answered,
    BeepHeard,
    Bridged,
    CallEvent,
    CustomerLeft,
    HandedOver,
    HoldAsked,
    HungUp,
    JoinFailed,
    LegDied,
    LegLeft,
    LegReplaced,
    MessageAsked,
    MessageBegan,
    ParkAsked,
    QueueAsked,
    Rang,
    ResumeAsked,
    ScreeningOver,
    Seated,
    Tick,
)
from dialer.domain.callflow import LET_GO_AFTER_S, CallFlow
from dialer.domain.ids import AgentId, AttemptId, CallId, CampaignId, LeadId, LegId
from dialer.domain.lead import Attempt
from dialer.domain.queue_call import QueueCall
from dialer.domain.queue_call_words import CallBackAsked, CallBackPromised, QueueEvent

ANN, BOB = AgentId("ann"), AgentId("bob")
ANNS, BOBS = LegId("ag-ann"), LegId("ag-bob")
DIALED = Attempt(AttemptId("at-1"), CampaignId("spring"), LeadId(1), "+12025550100", "west", 0.0)
SCREENED = replace(DIALED, screened=True)
CAME_IN = CallId("ca-1")


@dataclass(frozen=True, slots=True)
class With:
    """Who is in the talk beside customer and agent changes: a move of `company`."""

    move: str


Step = CallEvent | QueueEvent | With


@dataclass(frozen=True, slots=True)
class Course:
    """One call from its beginning to its end."""

    title: str
    text: str
    call: CallFlow | QueueCall
    steps: Sequence[Step]
    before: Sequence[CallEvent] = ()
    """What came before, and is drawn elsewhere."""


def _parted(at: float) -> LegLeft:
    """The leg is out of the talk, and the line asks what to do."""
    return LegLeft(leg_died=False, at=at)


_TALK = (Rang(4.0), Answered(10.0), Seated(ANN, ANNS, 10.0), Bridged(10.02))
_GONE = HungUp(16, "", 60.0)
_LEFT = (CustomerLeft(59.9), _GONE)


def courses() -> list[Course]:
    """Return the courses, those of dialed calls first; each call is new."""
    return [*_dialed(), *_moved(), *_without_agent(), *_came_in()]


def _dialed() -> list[Course]:
    return [
        Course(
            "Answered, and taken",
            "An idle agent is there at the answer, as nearly always.",
            CallFlow(DIALED),
            (*_TALK, *_LEFT),
        ),
        Course(
            "Answered, and nobody is free",
            "The law's two seconds: the person hears the message, and it is charged to the cap.",
            CallFlow(DIALED),
            (Rang(4.0), Answered(10.0), Tick(10.0 + LET_GO_AFTER_S), HungUp(16, "", 16.0)),
        ),
        Course(
            "The leg was gone as it was joined",
            "The person has their place still; another agent takes them.",
            CallFlow(DIALED),
            (
                *_TALK[:3],
                JoinFailed(10.1),
                Seated(BOB, BOBS, 10.1),
                Bridged(10.12),
                *_LEFT,
            ),
        ),
    ]


def _moved() -> list[Course]:
    return [
        Course(
            "Hold and resume",
            "The agent keeps the call, and is talking all the while to pacing and to reports.",
            CallFlow(DIALED),
            (HoldAsked(20.0), _parted(20.1), ResumeAsked(30.0), Bridged(30.02), *_LEFT),
            _TALK,
        ),
        Course(
            "Blind transfer",
            "Bob is reserved first, so the customer is joined with him without a wait.",
            CallFlow(DIALED),
            (HandedOver(BOB, BOBS, 20.0), _parted(20.1), Bridged(20.12), *_LEFT),
            _TALK,
        ),
        Course(
            "Blind transfer to a leg that is gone",
            "The customer is back with who handed them over, if that agent is still free for it.",
            CallFlow(DIALED),
            (
                HandedOver(BOB, BOBS, 20.0),
                _parted(20.1),
                JoinFailed(20.2),
                Seated(ANN, ANNS, 20.2),
                Bridged(20.22),
                *_LEFT,
            ),
            _TALK,
        ),
        Course(
            "Attended transfer",
            "The two agents talk by themselves before one has the customer.",
            CallFlow(DIALED),
            (
                HoldAsked(20.0),
                _parted(20.1),
                With("call"),
                With("answered"),
                HandedOver(BOB, BOBS, 30.0),
                With("handed_over"),
                Bridged(30.1),
                *_LEFT,
            ),
            _TALK,
        ),
        Course(
            "Three-way, and leave",
            "All three hear each other until the first agent goes; the second has the customer.",
            CallFlow(DIALED),
            (
                HoldAsked(20.0),
                _parted(20.1),
                With("call"),
                With("answered"),
                ResumeAsked(30.0),
                Bridged(30.02),
                With("joined"),
                HandedOver(BOB, BOBS, 40.0),
                With("handed_over"),
                _parted(40.1),
                Bridged(40.12),
                *_LEFT,
            ),
            _TALK,
        ),
        Course(
            "Park and pick-up",
            "The agent is free at once; whoever is idle may pick the customer up.",
            CallFlow(DIALED),
            (
                ParkAsked(140.0, 20.0),
                _parted(20.1),
                HandedOver(BOB, BOBS, 30.0),
                Bridged(30.1),
                *_LEFT,
            ),
            _TALK,
        ),
        Course(
            "A phone is lost in a talk, and comes back",
            "The customer hears music for 15 s at most; the phone is called anew.",
            CallFlow(DIALED),
            (
                LegDied(ANNS, 20.0),
                LegLeft(leg_died=True, at=20.1),
                LegReplaced(LegId("ag-anew"), 26.0),
                ResumeAsked(26.0),
                Bridged(26.1),
                *_LEFT,
            ),
            _TALK,
        ),
        Course(
            "Transfer to a queue",
            "The customer waits among the queue's callers; the talk is still that of the attempt.",
            CallFlow(DIALED),
            (
                QueueAsked(20.0),
                _parted(20.1),
                HandedOver(BOB, BOBS, 30.0),
                Bridged(30.1),
                *_LEFT,
            ),
            _TALK,
        ),
    ]


def _without_agent() -> list[Course]:
    return [
        Course(
            "A message on a machine, by one key",
            "The agent is free before the message begins; the line waits for the beep by itself.",
            CallFlow(DIALED),
            (MessageAsked(14.0), _parted(14.1), BeepHeard(22.0), HungUp(16, "", 30.0)),
            _TALK,
        ),
        Course(
            "Screened",
            "Listened to before an agent is sought, never longer than the law allows.",
            CallFlow(SCREENED),
            (
                Rang(4.0),
                Answered(10.0),
                ScreeningOver(11.2),
                Seated(ANN, ANNS, 11.2),
                Bridged(11.22),
                *_LEFT,
            ),
        ),
        Course(
            "Broadcast",
            "The message plays; the key asks for an agent, and only then the law's clock begins.",
            CallFlow(DIALED),
            (
                Rang(4.0),
                MessageBegan(10.0),
                Answered(25.0),
                Seated(ANN, ANNS, 25.0),
                Bridged(25.02),
                *_LEFT,
            ),
        ),
    ]


def _came_in() -> list[Course]:
    def caller(*, announce_every_s: float = 0.0) -> QueueCall:
        return QueueCall(0.0, 120.0, announce_every_s, CAME_IN)

    return [
        Course(
            "A caller waits, and is taken",
            "Music, place and wait announced; hold in the talk as for any other.",
            caller(announce_every_s=20.0),
            (
                Tick(20.0),
                Seated(ANN, ANNS, 33.0),
                Bridged(33.02),
                HoldAsked(40.0),
                _parted(40.1),
                ResumeAsked(50.0),
                Bridged(50.02),
                *_LEFT,
            ),
        ),
        Course(
            "A caller is parked, and picked up",
            "As who was called by us; the agent is free at once.",
            caller(),
            (
                Seated(ANN, ANNS, 12.0),
                Bridged(12.02),
                ParkAsked(140.0, 20.0),
                _parted(20.1),
                HandedOver(BOB, BOBS, 30.0),
                Bridged(30.1),
                *_LEFT,
            ),
        ),
        Course(
            "A caller is called back instead",
            "By a key while they wait; they give up no place before the promise is on record.",
            caller(),
            (CallBackAsked(30.0), CallBackPromised(45.0)),
        ),
        Course(
            "A caller whom nobody takes in time",
            "The flow has the line again, and goes on as it says for that; the call is missed.",
            caller(),
            (Tick(120.0),),
        ),
    ]
