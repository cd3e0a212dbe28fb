"""The law of one attempt, told anything in any order: what must hold all the same."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dialer.domain.call_commands import (
    BookEnd,
    CallCommand,
    EndChannel,
    FreeAgent,
    Join,
    PlayAndHangUp,
    SeekAgent,
    StopSeeking,
    WakeAt,
)
from dialer.domain.call_events import (
    AgentHangUp,
    Answered,
    BeepHeard,
    Bridged,
    CallEvent,
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
from dialer.domain.callflow import (
    DEAD_LEG_S,
    GRACE_S,
    HEARD,
    CallFlow,
    CallState,
)
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.outcome import LIVE_ANSWERS, Outcome

S = CallState
ATTEMPT = Attempt(AttemptId("at-1"), CampaignId("c"), LeadId(1), "+12025550100", "trunk", 0.0)
ANN, BOB = AgentId("ann"), AgentId("bob")
ANNS, BOBS = LegId("ag-ann"), LegId("ag-bob")

ENDERS = (HungUp, Vanished, Voided, Refused, Tick)
KINDS = st.one_of(
    st.sampled_from([Rang, WentUp, Answered, Bridged, JoinFailed, CustomerLeft, LineClosed]),
    st.sampled_from([Tick, CancelAsked, AgentHangUp, Voided, Vanished, Seated, HungUp]),
    st.sampled_from(
        [MachineHeard, ScreeningOver, MessageBegan, MessageOver, MessageAsked, BeepHeard]
    ),
    st.sampled_from([QueueAsked, QueueOver, ParkAsked]),
    st.sampled_from([HoldAsked, ResumeAsked, HandedOver, LegGone, LegDied, LegReplaced]),
    st.sampled_from(["refused", "no channel", "leg died", "leg hung up"]),
)
BUSY = {S.CONNECTING, S.TALKING, S.PARTING, S.HOLDING, S.REJOINING}
PAUSES = st.sampled_from([0.0, 0.01, 0.15, 0.5, 1.0, 1.8, 2.5, 4.0, 60.0])


class AnySequence(RuleBasedStateMachine):
    """A call that is told anything in any order, and what must hold of it all the same."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 100.0
        self.agents = 0
        self.held: list[LegId] = []
        self.freed: list[LegId] = []
        self.ends: list[AttemptEnd] = []
        self.seeking = False
        self.message = self.our_hang_up = self.dead_leg = False
        self.silent_since: float | None = None

    @initialize(how=st.sampled_from(["dialed", "screened", "ringing", "answered", "talking"]))
    def begin(self, how: str) -> None:
        if how in ("dialed", "screened"):
            self.call = CallFlow(replace(ATTEMPT, screened=how == "screened"))
        elif how == "talking":
            self.call = CallFlow.adopted(
                ATTEMPT, answered_at=99.0, connected_at=99.5, agent_id=ANN, leg_id=ANNS
            )
            self.held.append(ANNS)
        else:
            self.call = CallFlow.adopted(ATTEMPT, answered_at=99.0 if how == "answered" else None)
            self.message = how == "answered"

    @rule(which=st.integers(0, 30), pause=PAUSES)
    def go_on(self, which: int, pause: float) -> None:
        """Hear something that counts now and need not end the call: deeper than chance leads."""
        kinds = sorted(HEARD[self.call.state] - {HungUp, Vanished, Voided}, key=str)
        if kinds:
            kind = kinds[which % len(kinds)]
            names = {Refused: "refused", LegLeft: ("leg died", "leg hung up")[which % 2]}
            self.hear(names.get(kind, kind), pause)

    @rule(steps=st.lists(st.integers(0, 30), min_size=3, max_size=8), pause=PAUSES)
    def go_far(self, steps: list[int], pause: float) -> None:
        """Hear a run of such things, and then the hang-up: most faults show only there."""
        for which in steps:
            self.go_on(which, pause)
        self.hear(HungUp, pause)

    @rule(kind=KINDS, pause=PAUSES)
    def hear(self, kind: type[CallEvent] | str, pause: float) -> None:
        self.now += pause
        event = self.event(kind)
        heard = type(event) in HEARD[self.call.state]
        joined_at = self.call.connected_at or self.call.joined_at or self.now
        if isinstance(event, Seated) and not self.seeking:
            return  # nobody seats a person who does not seek
        if isinstance(event, HandedOver) and heard:
            self.held.append(event.leg_id)
        if isinstance(event, LegReplaced) and heard and self.call.leg_id in self.held:
            self.held[self.held.index(self.call.leg_id)] = event.leg_id
        moved = self.call.moved
        for command in self.call.handle(event):
            assert heard
            assert not self.ends
            self.take(command, event)
        if isinstance(event, LegLeft) and event.leg_died and heard:
            self.dead_leg = self.dead_leg or (not moved and self.now - joined_at < DEAD_LEG_S)

    def event(self, kind: type[CallEvent] | str) -> CallEvent:
        if kind == "refused":
            return Refused(no_channel=False, at=self.now)
        if kind == "no channel":
            return Refused(no_channel=True, at=self.now)
        if isinstance(kind, str):
            return LegLeft(leg_died=kind == "leg died", at=self.now)
        if kind is Seated:
            self.agents += 1
            return Seated(AgentId(f"a{self.agents}"), LegId(f"leg{self.agents}"), self.now)
        if kind is HandedOver:
            self.agents += 1
            return HandedOver(AgentId(f"a{self.agents}"), LegId(f"leg{self.agents}"), self.now)
        if kind is LegReplaced:
            self.agents += 1
            return LegReplaced(LegId(f"leg{self.agents}"), self.now)
        if kind is ParkAsked:
            return ParkAsked(self.now + 60.0, self.now)
        if kind is LegGone or kind is LegDied:
            return kind(self.call.leg_id or ANNS, self.now)
        if kind is HungUp:
            return HungUp(16, "", self.now)
        if kind is MachineHeard:
            return MachineHeard("beep", self.now)
        return kind(at=self.now)  # type: ignore[call-arg, return-value]

    def take(self, command: CallCommand, event: CallEvent) -> None:
        match command:
            case SeekAgent():
                assert not self.seeking
                self.seeking = True
            case StopSeeking():
                self.seeking = False
            case Join(leg_id) if isinstance(event, Seated):
                self.seeking = False
                self.held.append(leg_id)
            case Join(leg_id):
                assert isinstance(event, ResumeAsked | HandedOver | LegLeft)
                assert leg_id == self.call.leg_id
            case FreeAgent(_, leg_id):
                self.freed.append(leg_id)
            case PlayAndHangUp("abandon"):
                self.message = True
            case EndChannel():
                self.our_hang_up = True
            case WakeAt(at):
                assert at >= self.now
            case BookEnd(end):
                assert isinstance(event, ENDERS)
                self.ends.append(end)

    @invariant()
    def every_agent_given_is_freed_once_and_none_twice(self) -> None:
        assert len(set(self.freed)) == len(self.freed)
        busy = self.call.state in BUSY and self.call.leg_id is not None
        assert self.held == [*self.freed, *([self.call.leg_id] if busy else [])]

    @invariant()
    def an_end_is_booked_when_and_only_when_the_call_is_over(self) -> None:
        assert len(self.ends) == (self.call.state is S.ENDED)
        if self.ends:
            assert not self.seeking
            assert self.freed == self.held

    @invariant()
    def abandoned_is_who_was_let_go_or_heard_silence(self) -> None:
        for end in self.ends:
            live = end.outcome in LIVE_ANSWERS
            machine = end.outcome is Outcome.MACHINE
            heard = end.outcome is Outcome.MESSAGE_HEARD
            assert (live or machine or heard) is (end.answered_at is not None)
            talked = end.connected_at is not None
            assert talked or end.outcome is not Outcome.CONNECTED
            assert talked or not machine or self.call.attempt.screened
            assert not talked or machine or end.outcome is Outcome.CONNECTED
            waited_s = end.ended_at - end.answered_at if end.answered_at is not None else 0.0
            silence = live and not talked and waited_s > GRACE_S
            let_go = live and not talked and (self.message or self.our_hang_up)
            assert end.charged is (silence or let_go or self.dead_leg)
            assert (end.outcome is Outcome.ABANDONED) is (end.charged and not talked)


AnySequence.TestCase.settings = settings(max_examples=250, stateful_step_count=8)
TestAnySequence = AnySequence.TestCase


@given(st.lists(st.tuples(KINDS, PAUSES), max_size=20))
def test_a_hang_up_ends_any_call_at_once(steps: list[tuple[type[CallEvent] | str, float]]) -> None:
    machine = AnySequence()
    machine.begin("dialed")
    for kind, pause in steps:
        machine.hear(kind, pause)
    machine.call.handle(HungUp(16, "", machine.now))
    assert machine.call.state is S.ENDED
