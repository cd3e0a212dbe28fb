"""The law of one attempt: transcripts, every row of its table, and what holds for any sequence."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dialer.domain.call_commands import (
    BookEnd,
    CallCommand,
    Drop,
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
    Bridged,
    CallEvent,
    CancelAsked,
    CustomerLeft,
    HungUp,
    JoinFailed,
    LegLeft,
    LineClosed,
    Rang,
    Refused,
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
    LAWS,
    LET_GO_AFTER_S,
    REFUSED_WAIT_S,
    SECOND_SEAT_S,
    CallFlow,
    CallState,
)
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.outcome import LIVE_ANSWERS, Outcome

ROOT = Path(__file__).resolve().parents[3]
S = CallState
ATTEMPT = Attempt(AttemptId("at-1"), CampaignId("c"), LeadId(1), "+12025550100", "trunk", 0.0)
ANN, BOB = AgentId("ann"), AgentId("bob")
ANNS, BOBS = LegId("ag-ann"), LegId("ag-bob")
SEATED = Seated(ANN, ANNS, 10.0)
SEATED_AGAIN = Seated(BOB, BOBS, 13.1)
HANG_UP = HungUp(16, "200", 20.0)


def after(*events: CallEvent) -> tuple[CallFlow, list[CallCommand]]:
    """Return a call that heard these events, and what the last one made it command."""
    flow = CallFlow(ATTEMPT)
    commands: list[CallCommand] = []
    for event in events:
        commands = flow.handle(event)
    return flow, commands


def end_of(*events: CallEvent) -> AttemptEnd:
    """Return the end that is booked by the last of these events."""
    flow, commands = after(*events)
    assert flow.state is S.ENDED
    (end,) = [command.end for command in commands if isinstance(command, BookEnd)]
    assert end.outcome is flow.outcome
    return end


# -- transcripts -----------------------------------------------------------------------------


def test_a_customer_is_joined_talks_and_hangs_up() -> None:
    call = CallFlow(ATTEMPT)
    assert call.handle(Rang(2.0)) == []
    assert call.handle(WentUp(9.99)) == []
    assert call.handle(Answered(10.0)) == [SeekAgent(), WakeAt(11.8)]
    assert call.handle(Seated(ANN, ANNS, 10.01)) == [Join(ANNS)]
    assert call.handle(Bridged(10.02)) == []
    assert call.handle(CustomerLeft(70.0)) == [FreeAgent(ANN, ANNS, talked=True)]
    assert call.handle(HungUp(16, "200", 70.1)) == [
        BookEnd(
            AttemptEnd(
                attempt_id=ATTEMPT.attempt_id,
                outcome=Outcome.CONNECTED,
                ended_at=70.1,
                rang_at=2.0,
                answered_at=10.0,
                connected_at=10.02,
                talk_ended_at=70.0,
                agent_id=ANN,
                leg_id=ANNS,
                cause=16,
                tech_cause="200",
                ended_by="customer",
            )
        )
    ]


def test_a_live_answer_nobody_can_take_is_let_go_as_abandoned() -> None:
    call, _ = after(Answered(10.0))
    assert call.handle(Tick(11.7)) == []
    assert call.handle(Tick(11.8)) == [StopSeeking(), PlayAndHangUp("abandon")]
    (booked,) = call.handle(HungUp(16, "", 25.0))
    assert isinstance(booked, BookEnd)
    assert (booked.end.outcome, booked.end.charged) == (Outcome.ABANDONED, True)
    assert booked.end.ended_by == "dialer"
    assert LET_GO_AFTER_S < GRACE_S


def test_who_leaves_while_the_message_plays_was_abandoned_all_the_same() -> None:
    end = end_of(Answered(10.0), Tick(11.8), HungUp(16, "", 11.9))
    assert (end.outcome, end.charged) == (Outcome.ABANDONED, True)


@pytest.mark.parametrize(
    ("waited_s", "outcome"),
    [(0.1, Outcome.HUNG_UP_WAITING), (2.0, Outcome.HUNG_UP_WAITING), (2.01, Outcome.ABANDONED)],
)
def test_who_hangs_up_first_within_the_grace_is_an_outcome_of_its_own(
    waited_s: float, outcome: Outcome
) -> None:
    end = end_of(Answered(0.0), LineClosed(0.05), HungUp(16, "", waited_s))
    assert end.outcome is outcome
    assert end.charged is (outcome is Outcome.ABANDONED)


def test_silence_beyond_the_grace_is_charged_even_while_an_agent_is_being_joined() -> None:
    end = end_of(Answered(10.0), Seated(ANN, ANNS, 11.7), HungUp(16, "", 12.5))
    assert (end.outcome, end.charged, end.agent_id) == (Outcome.ABANDONED, True, None)


def test_a_closed_line_gets_no_agent_and_no_message_and_ends_nothing() -> None:
    call, commands = after(Answered(10.0), LineClosed(10.5))
    assert commands == [StopSeeking()]
    assert call.handle(Tick(11.8)) == []
    assert call.state is S.WAITING


def test_a_leg_that_is_gone_gives_way_to_another_agent_in_the_time_that_is_left() -> None:
    call, commands = after(Answered(10.0), SEATED, JoinFailed(10.3))
    assert commands == [FreeAgent(ANN, ANNS, talked=False), SeekAgent(), WakeAt(11.8)]
    assert call.handle(Seated(BOB, BOBS, 10.4)) == [Join(BOBS)]


def test_a_leg_that_is_gone_after_the_time_is_up_gives_way_to_the_message() -> None:
    call, commands = after(Answered(10.0), Seated(ANN, ANNS, 11.7), JoinFailed(12.0))
    assert commands[-1] == WakeAt(12.0)
    assert call.handle(Tick(12.0)) == [StopSeeking(), PlayAndHangUp("abandon")]


def test_a_customer_joined_to_a_dead_phone_gets_another_agent_and_is_charged() -> None:
    call, commands = after(Answered(10.0), SEATED, Bridged(10.02), LegLeft(leg_died=True, at=13.0))
    assert commands == [
        FreeAgent(ANN, ANNS, talked=True),
        SeekAgent(),
        WakeAt(13.0 + SECOND_SEAT_S),
    ]
    assert call.handle(SEATED_AGAIN) == [Join(BOBS)]
    call.handle(Bridged(13.12))
    assert call.handle(CustomerLeft(60.0)) == [FreeAgent(BOB, BOBS, talked=True)]
    (booked,) = call.handle(HungUp(16, "", 60.0))
    assert isinstance(booked, BookEnd)
    assert (booked.end.outcome, booked.end.charged) == (Outcome.CONNECTED, True)
    assert (booked.end.agent_id, booked.end.connected_at) == (BOB, 13.12)


def test_a_customer_joined_to_a_dead_phone_with_nobody_else_gets_the_message() -> None:
    events = (Answered(10.0), SEATED, Bridged(10.02), LegLeft(leg_died=True, at=13.0))
    _, commands = after(*events, Tick(13.0 + SECOND_SEAT_S))
    assert commands == [StopSeeking(), PlayAndHangUp("abandon")]
    end = end_of(*events, Tick(13.0 + SECOND_SEAT_S), HungUp(16, "", 20.0))
    assert (end.outcome, end.charged, end.agent_id) == (Outcome.ABANDONED, True, None)


def test_a_phone_that_dies_in_a_talk_leaves_the_customer_told() -> None:
    events = (Answered(10.0), SEATED, Bridged(10.0), LegLeft(leg_died=True, at=10.0 + DEAD_LEG_S))
    _, commands = after(*events)
    assert commands == [FreeAgent(ANN, ANNS, talked=True), PlayAndHangUp("lost")]
    end = end_of(*events, HANG_UP)
    assert (end.outcome, end.charged, end.ended_by) == (Outcome.CONNECTED, False, "agent_lost")


def test_an_agent_who_hangs_up_the_phone_ends_the_talk_however_short() -> None:
    _, commands = after(Answered(10.0), SEATED, LegLeft(leg_died=False, at=10.5))
    assert commands == [FreeAgent(ANN, ANNS, talked=True), Drop()]
    end = end_of(Answered(10.0), SEATED, LegLeft(leg_died=False, at=10.5), HANG_UP)
    assert (end.outcome, end.ended_by, end.connected_at) == (Outcome.CONNECTED, "agent", 10.0)


def test_an_agent_who_ends_the_talk_hangs_up_the_customer() -> None:
    events = (Answered(10.0), SEATED, Bridged(10.02), AgentHangUp(30.0))
    assert after(*events)[1] == [EndChannel()]
    assert after(*events, HANG_UP)[1][0] == FreeAgent(ANN, ANNS, talked=True)
    assert end_of(*events, HANG_UP).ended_by == "agent"


def test_a_customer_whom_the_agent_cuts_off_before_a_word_was_abandoned() -> None:
    end = end_of(Answered(10.0), SEATED, AgentHangUp(10.1), HungUp(16, "", 10.2))
    assert (end.outcome, end.charged, end.ended_by) == (Outcome.ABANDONED, True, "agent")


def test_a_customer_who_leaves_in_the_instant_of_connecting_frees_the_agent_without_wrap_up() -> (
    None
):
    _, commands = after(Answered(10.0), SEATED, CustomerLeft(10.01))
    assert commands == [FreeAgent(ANN, ANNS, talked=False)]
    end = end_of(Answered(10.0), SEATED, CustomerLeft(10.01), HungUp(16, "", 10.02))
    assert end.outcome is Outcome.HUNG_UP_WAITING


def test_a_join_that_is_told_late_is_a_talk_all_the_same() -> None:
    end = end_of(Answered(10.0), SEATED, CustomerLeft(15.0), Bridged(10.02), HungUp(16, "", 15.0))
    assert (end.outcome, end.connected_at) == (Outcome.CONNECTED, 10.02)


def test_a_line_taken_back_before_the_answer_is_cancelled() -> None:
    assert after(Rang(1.0), CancelAsked(16.0))[1] == [EndChannel()]
    assert after(Rang(1.0), CancelAsked(16.0), CancelAsked(17.0))[1] == []
    end = end_of(Rang(1.0), CancelAsked(16.0), HungUp(16, "487", 16.1))
    assert (end.outcome, end.ended_by, end.charged) == (Outcome.CANCELLED, "dialer", False)


def test_a_line_that_was_answered_is_not_taken_back() -> None:
    assert after(WentUp(9.0), CancelAsked(9.1))[1] == []
    assert after(Answered(9.0), CancelAsked(9.1))[1] == []


def test_an_answer_in_the_instant_of_taking_back_counts_as_abandoned() -> None:
    end = end_of(CancelAsked(16.0), Answered(16.001), HungUp(16, "", 16.01))
    assert (end.outcome, end.charged, end.ended_by) == (Outcome.ABANDONED, True, "dialer")


def test_a_call_the_switch_never_started_failed_at_once() -> None:
    end = end_of(Refused(no_channel=True, at=0.1))
    assert (end.outcome, end.ended_by) == (Outcome.FAILED, "network")


def test_after_a_failed_originate_the_hang_up_says_why() -> None:
    assert after(Refused(no_channel=False, at=5.0))[1] == [WakeAt(5.0 + REFUSED_WAIT_S)]
    end = end_of(Refused(no_channel=False, at=5.0), HungUp(17, "486", 5.1))
    assert (end.outcome, end.cause, end.tech_cause) == (Outcome.BUSY, 17, "486")


def test_a_failed_originate_without_a_hang_up_failed() -> None:
    end = end_of(Refused(no_channel=False, at=5.0), Tick(5.0 + REFUSED_WAIT_S))
    assert end.outcome is Outcome.FAILED


def test_a_call_that_went_up_ends_by_its_hang_up_whatever_the_originate_says() -> None:
    flow, commands = after(WentUp(4.9), Refused(no_channel=False, at=5.0), Tick(6.0))
    assert (flow.state, commands) == (S.DIALING, [])


def test_an_attempt_that_was_not_sent_leaves_its_lead_undialed() -> None:
    end = end_of(Voided(1.0))
    assert (end.outcome, end.undialed, end.ended_by) == (Outcome.CANCELLED, True, "dialer")


def test_what_nobody_saw_is_lost_but_an_answer_is_never_forgotten() -> None:
    assert end_of(Rang(1.0), Vanished(9.0)).outcome is Outcome.LOST
    assert end_of(WentUp(1.0), Vanished(9.0)).outcome is Outcome.ABANDONED
    assert end_of(Answered(1.0), Vanished(2.0)).outcome is Outcome.HUNG_UP_WAITING
    end = end_of(Answered(1.0), SEATED, Bridged(10.0), Vanished(20.0))
    assert (end.outcome, end.talk_ended_at) == (Outcome.CONNECTED, 20.0)


def test_an_answer_whose_line_never_asked_is_judged_by_when_it_went_up() -> None:
    assert end_of(WentUp(10.0), HungUp(16, "", 11.0)).outcome is Outcome.HUNG_UP_WAITING
    end = end_of(WentUp(10.0), HungUp(16, "", 13.0))
    assert (end.outcome, end.answered_at, end.charged) == (Outcome.ABANDONED, 10.0, True)


def test_a_talk_that_only_the_journal_tells_of_is_a_talk() -> None:
    end = end_of(WentUp(10.0), Bridged(10.5), HungUp(16, "", 60.0))
    assert (end.outcome, end.answered_at, end.connected_at) == (Outcome.CONNECTED, 10.0, 10.5)


def test_an_adopted_talk_goes_on_and_its_agent_is_freed() -> None:
    call = CallFlow.adopted(ATTEMPT, answered_at=10.0, connected_at=10.5, agent_id=ANN, leg_id=ANNS)
    assert call.state is S.TALKING
    freed, booked = call.handle(HungUp(16, "", 60.0))
    assert freed == FreeAgent(ANN, ANNS, talked=True)
    assert isinstance(booked, BookEnd)


def test_an_adopted_talk_whose_leg_is_dead_is_served_like_any_other() -> None:
    call = CallFlow.adopted(ATTEMPT, answered_at=10.0, connected_at=10.5, agent_id=ANN, leg_id=ANNS)
    assert SeekAgent() in call.handle(LegLeft(leg_died=True, at=12.0))
    assert call.handle(Tick(12.0 + SECOND_SEAT_S)) == [StopSeeking(), PlayAndHangUp("abandon")]


def test_an_adopted_answer_without_a_talk_is_in_the_dialplans_hands() -> None:
    call = CallFlow.adopted(ATTEMPT, answered_at=10.0)
    assert call.state is S.LETTING_GO
    (booked,) = call.handle(HungUp(16, "", 10.5))
    assert isinstance(booked, BookEnd)
    assert (booked.end.outcome, booked.end.charged) == (Outcome.ABANDONED, True)


def test_an_adopted_line_that_rings_is_still_dialing() -> None:
    call = CallFlow.adopted(ATTEMPT, answered_at=None)
    assert call.state is S.DIALING
    assert SeekAgent() in call.handle(Answered(20.0))


def test_the_page_of_states_is_drawn_from_the_laws_as_they_are() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "tools" / "draw_states.py", "--check"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


# -- every row of the table ------------------------------------------------------------------

REACHED: dict[CallState, Sequence[CallEvent]] = {
    S.DIALING: (),
    S.RINGING: (Rang(1.0),),
    S.WAITING: (Answered(10.0),),
    S.CONNECTING: (Answered(10.0), SEATED),
    S.TALKING: (Answered(10.0), SEATED, Bridged(10.02)),
    S.LETTING_GO: (Answered(10.0), Tick(11.8)),
    S.CLOSING: (Answered(10.0), SEATED, Bridged(10.02), CustomerLeft(15.0)),
    S.ENDED: (HANG_UP,),
}
EVENTS: dict[type[CallEvent], CallEvent] = {
    type(event): event
    for event in (
        Rang(12.0),
        WentUp(12.0),
        Answered(12.0),
        SEATED,
        Bridged(12.0),
        JoinFailed(12.0),
        LegLeft(leg_died=True, at=12.0),
        CustomerLeft(12.0),
        LineClosed(12.0),
        Tick(12.0),
        CancelAsked(12.0),
        AgentHangUp(12.0),
        Refused(no_channel=False, at=12.0),
        Voided(12.0),
        Vanished(12.0),
        HungUp(16, "", 12.0),
    )
}
BEFORE = {
    Rang: (S.RINGING, []),
    WentUp: (None, []),
    Answered: (S.WAITING, [SeekAgent, WakeAt]),
    Bridged: (S.TALKING, []),
    CancelAsked: (None, [EndChannel]),
    Refused: (None, [WakeAt]),
    Tick: (None, []),
    Voided: (S.ENDED, [BookEnd]),
    HungUp: (S.ENDED, [BookEnd]),
    Vanished: (S.ENDED, [BookEnd]),
}
ROWS = {
    **{(S.DIALING, kind): row for kind, row in BEFORE.items()},
    **{(S.RINGING, kind): row for kind, row in BEFORE.items() if kind not in (Rang, Voided)},
    (S.WAITING, Seated): (S.CONNECTING, [Join]),
    (S.WAITING, Tick): (S.LETTING_GO, [StopSeeking, PlayAndHangUp]),
    (S.WAITING, LineClosed): (None, [StopSeeking]),
    (S.WAITING, HungUp): (S.ENDED, [StopSeeking, BookEnd]),
    (S.WAITING, Vanished): (S.ENDED, [StopSeeking, BookEnd]),
    (S.CONNECTING, Bridged): (S.TALKING, []),
    (S.CONNECTING, JoinFailed): (S.WAITING, [FreeAgent, SeekAgent, WakeAt]),
    (S.CONNECTING, LegLeft): (S.WAITING, [FreeAgent, SeekAgent, WakeAt]),
    (S.CONNECTING, CustomerLeft): (S.CLOSING, [FreeAgent]),
    (S.CONNECTING, AgentHangUp): (None, [EndChannel]),
    (S.CONNECTING, HungUp): (S.ENDED, [FreeAgent, BookEnd]),
    (S.CONNECTING, Vanished): (S.ENDED, [FreeAgent, BookEnd]),
    (S.TALKING, LegLeft): (S.WAITING, [FreeAgent, SeekAgent, WakeAt]),
    (S.TALKING, CustomerLeft): (S.CLOSING, [FreeAgent]),
    (S.TALKING, AgentHangUp): (None, [EndChannel]),
    (S.TALKING, HungUp): (S.ENDED, [FreeAgent, BookEnd]),
    (S.TALKING, Vanished): (S.ENDED, [FreeAgent, BookEnd]),
    (S.LETTING_GO, HungUp): (S.ENDED, [BookEnd]),
    (S.LETTING_GO, Vanished): (S.ENDED, [BookEnd]),
    (S.CLOSING, Bridged): (None, []),
    (S.CLOSING, HungUp): (S.ENDED, [BookEnd]),
    (S.CLOSING, Vanished): (S.ENDED, [BookEnd]),
}


def test_the_rows_below_are_the_whole_table() -> None:
    assert set(ROWS) == {(state, kind) for state, heard in HEARD.items() for kind in heard}
    assert set(HEARD) == set(CallState)
    assert set(LAWS) == set(EVENTS)


@pytest.mark.parametrize(
    ("state", "kind"), ROWS, ids=lambda value: getattr(value, "__name__", value)
)
def test_a_row_of_the_table(state: CallState, kind: type[CallEvent]) -> None:
    expected_state, expected_commands = ROWS[state, kind]
    call, commands = after(*REACHED[state], EVENTS[kind])
    assert call.state is (expected_state or state)
    assert [type(command) for command in commands] == expected_commands


@pytest.mark.parametrize("state", CallState)
def test_any_other_event_is_late_or_early_and_changes_nothing(state: CallState) -> None:
    for kind in set(EVENTS) - HEARD[state]:
        call, _ = after(*REACHED[state])
        untouched, _ = after(*REACHED[state])
        assert call.handle(EVENTS[kind]) == []
        assert call == untouched


# -- any sequence ----------------------------------------------------------------------------

ENDERS = (HungUp, Vanished, Voided, Refused, Tick)
KINDS = st.one_of(
    st.sampled_from([Rang, WentUp, Answered, Bridged, JoinFailed, CustomerLeft, LineClosed]),
    st.sampled_from([Tick, CancelAsked, AgentHangUp, Voided, Vanished, Seated, HungUp]),
    st.sampled_from(["refused", "no channel", "leg died", "leg hung up"]),
)
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

    @initialize(how=st.sampled_from(["dialed", "ringing", "answered", "talking"]))
    def begin(self, how: str) -> None:
        if how == "dialed":
            self.call = CallFlow(ATTEMPT)
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
        for command in self.call.handle(event):
            assert heard
            assert not self.ends
            self.take(command, event)
        if isinstance(event, LegLeft) and event.leg_died and heard:
            self.dead_leg = self.dead_leg or self.now - joined_at < DEAD_LEG_S

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
        if kind is HungUp:
            return HungUp(16, "", self.now)
        return kind(at=self.now)  # type: ignore[call-arg, return-value]

    def take(self, command: CallCommand, event: CallEvent) -> None:
        match command:
            case SeekAgent():
                assert not self.seeking
                self.seeking = True
            case StopSeeking():
                self.seeking = False
            case Join(leg_id):
                assert isinstance(event, Seated)
                self.seeking = False
                self.held.append(leg_id)
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
        busy = self.call.state in (S.CONNECTING, S.TALKING) and self.call.leg_id is not None
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
            assert live is (end.answered_at is not None)
            talked = end.connected_at is not None
            assert talked is (end.outcome is Outcome.CONNECTED)
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
