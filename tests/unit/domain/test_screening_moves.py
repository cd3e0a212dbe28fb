"""The law of a call that is listened to before it gets an agent, as transcripts."""

import pytest

from dialer.domain.amd.trust import SCREENING_BY_S
from dialer.domain.call_commands import (
    BookEnd,
    CallCommand,
    Drop,
    Join,
    ListenForBeep,
    PlayAndHangUp,
    SeekAgent,
    StopSeeking,
    WakeAt,
)
from dialer.domain.call_events import (
    Answered,
    BeepHeard,
    Bridged,
    CallEvent,
    HungUp,
    LineClosed,
    MachineHeard,
    MessageAsked,
    ScreeningOver,
    Seated,
    Tick,
    Vanished,
)
from dialer.domain.callflow import GRACE_S, LET_GO_AFTER_S, CallFlow, CallState
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.machine_moves import BEEP_WITHIN_S
from dialer.domain.outcome import Outcome

S = CallState
ATTEMPT = Attempt(
    AttemptId("at-1"), CampaignId("c"), LeadId(1), "+12025550100", "trunk", 0.0, screened=True
)
ANN, ANNS = AgentId("ann"), LegId("ag-ann")


def after(*events: CallEvent, attempt: Attempt = ATTEMPT) -> tuple[CallFlow, list[CallCommand]]:
    """Return a call that heard these events, and what the last one made it command."""
    flow = CallFlow(attempt)
    commands: list[CallCommand] = []
    for event in events:
        commands = flow.handle(event)
    return flow, commands


def end_of(*events: CallEvent) -> AttemptEnd:
    call, commands = after(*events)
    assert call.state is S.ENDED
    booked = commands[-1]
    assert isinstance(booked, BookEnd)
    return booked.end


def test_no_agent_is_sought_while_who_answered_is_listened_to() -> None:
    call, commands = after(Answered(10.0))
    assert (call.state, commands) == (S.SCREENING, [WakeAt(10.0 + SCREENING_BY_S)])


def test_a_person_goes_to_an_agent_at_the_verdict() -> None:
    call, commands = after(Answered(10.0), ScreeningOver(10.9))
    assert (call.state, commands) == (S.WAITING, [SeekAgent(), WakeAt(10.0 + LET_GO_AFTER_S)])
    assert call.handle(Seated(ANN, ANNS, 10.9)) == [Join(ANNS)]
    call.handle(Bridged(10.92))
    assert (call.state, call.answered_at, call.connected_at) == (S.TALKING, 10.0, 10.92)


def test_whoever_is_not_known_after_a_second_and_a_half_goes_to_an_agent_then() -> None:
    call, commands = after(Answered(10.0), Tick(11.49))
    assert (call.state, commands) == (S.SCREENING, [])
    assert call.handle(Tick(11.5)) == [SeekAgent(), WakeAt(11.8)]
    assert call.handle(ScreeningOver(11.6)) == []  # the verdict came too late to matter


def test_the_law_counts_from_the_answer_and_not_from_the_verdict() -> None:
    call, _ = after(Answered(10.0), Tick(11.5))
    assert call.handle(Tick(11.79)) == []
    assert call.handle(Tick(11.8)) == [StopSeeking(), PlayAndHangUp("abandon")]
    (booked,) = call.handle(HungUp(16, "", 15.0))
    assert isinstance(booked, BookEnd)
    assert (booked.end.outcome, booked.end.charged) == (Outcome.ABANDONED, True)


def test_an_engine_that_stalled_hands_over_at_once_and_lets_go_when_nobody_is_free() -> None:
    call, commands = after(Answered(10.0), Tick(12.5))
    assert commands == [SeekAgent(), WakeAt(12.5)]
    assert call.handle(Tick(12.5)) == [StopSeeking(), PlayAndHangUp("abandon")]


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [("beep", Outcome.MACHINE), ("fax", Outcome.MACHINE), ("sit_vacant", Outcome.INVALID)],
)
def test_a_machine_is_hung_up_on_and_is_no_live_answer(reason: str, outcome: Outcome) -> None:
    call, commands = after(Answered(10.0), MachineHeard(reason, 11.0))
    assert (call.state, commands) == (S.CLOSING, [Drop()])
    assert call.handle(Tick(11.5)) == []
    assert call.handle(LineClosed(11.1)) == []
    # however long the hang-up takes
    (booked,) = call.handle(HungUp(16, "", 14.0))
    assert isinstance(booked, BookEnd)
    end = booked.end
    assert (end.outcome, end.ended_by, end.charged) == (outcome, "dialer", False)
    assert (end.answered_at, end.connected_at, end.agent_id) == (10.0, None, None)


def test_a_machine_whose_channel_vanished_is_one_all_the_same() -> None:
    end = end_of(Answered(10.0), MachineHeard("beep", 11.0), Vanished(19.0))
    assert (end.outcome, end.charged) == (Outcome.MACHINE, False)


@pytest.mark.parametrize("line", [(), (LineClosed(11.2),)], ids=["hang-up first", "line first"])
def test_who_hangs_up_while_listened_to_left_by_themselves(line: tuple[CallEvent, ...]) -> None:
    end = end_of(Answered(10.0), *line, HungUp(16, "", 11.2))
    assert (end.outcome, end.ended_by) == (Outcome.HUNG_UP_WAITING, "customer")
    assert not end.charged


def test_who_was_left_in_silence_past_the_grace_was_abandoned() -> None:
    end = end_of(Answered(10.0), HungUp(16, "", 10.0 + GRACE_S + 0.1))
    assert (end.outcome, end.charged) == (Outcome.ABANDONED, True)


def test_a_line_that_is_closed_gets_no_agent_and_no_verdict() -> None:
    call, commands = after(Answered(10.0), LineClosed(10.5))
    assert (call.state, commands) == (S.WAITING, [])
    for late in (ScreeningOver(10.6), MachineHeard("beep", 10.7), Tick(11.8)):
        assert call.handle(late) == []


def test_what_an_engine_takes_up_from_another_is_not_listened_to_before() -> None:
    flow = CallFlow.adopted(ATTEMPT, answered_at=None)
    assert flow.handle(Answered(10.0)) == [SeekAgent(), WakeAt(11.8)]


def test_a_machine_is_left_a_message_though_no_agent_ever_had_it() -> None:
    left = (Answered(10.0), MessageAsked(11.0, by="dialer"))
    call, commands = after(*left)
    assert call.state is S.AWAITING_BEEP
    assert commands == [ListenForBeep(), WakeAt(11.0 + BEEP_WITHIN_S)]
    assert after(*left, MachineHeard("beep", 11.1))[1] == []
    assert after(*left, BeepHeard(12.0))[1] == [PlayAndHangUp("message")]
    end = end_of(*left, BeepHeard(12.0), HungUp(16, "", 20.0))
    assert (end.outcome, end.ended_by, end.charged) == (Outcome.MACHINE, "dialer", False)
    assert (end.agent_id, end.connected_at) == (None, None)
