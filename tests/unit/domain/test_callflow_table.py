"""The law of one attempt, row by row: what is heard in which state, and what follows."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dialer.domain.call_commands import (
    BookEnd,
    CallCommand,
    Drop,
    EndChannel,
    FreeAgent,
    Join,
    ListenForBeep,
    Part,
    PlayAndHangUp,
    PlayMusic,
    SeekAgent,
    StopSeeking,
    TakeBack,
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
    HEARD,
    LAWS,
    CallFlow,
    CallState,
)
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId
from dialer.domain.lead import Attempt
from dialer.domain.outcome import Outcome

ROOT = Path(__file__).resolve().parents[3]
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


def test_the_page_of_states_is_drawn_from_the_laws_as_they_are() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "tools" / "draw_states.py", "--check"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


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
EVENTS: dict[type[CallEvent], CallEvent] = {
    type(event): event
    for event in (
        Rang(12.0),
        WentUp(12.0),
        MessageBegan(12.0),
        MessageOver(12.0),
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
        ScreeningOver(12.0),
        MachineHeard("beep", 12.0),
        MessageAsked(12.0),
        BeepHeard(12.0),
        Refused(no_channel=False, at=12.0),
        Voided(12.0),
        Vanished(12.0),
        HungUp(16, "", 12.0),
        HoldAsked(12.0),
        ResumeAsked(12.0),
        ParkAsked(100.0, 12.0),
        QueueAsked(12.0),
        QueueOver(12.0),
        HandedOver(BOB, BOBS, 12.0),
        LegGone(ANNS, 12.0),
        LegDied(ANNS, 12.0),
        LegReplaced(BOBS, 12.0),
    )
}
BEFORE = {
    Rang: (S.RINGING, []),
    WentUp: (None, []),
    MessageBegan: (S.INFORMING, []),
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
    (S.INFORMING, WentUp): (None, []),
    (S.INFORMING, Answered): (S.WAITING, [SeekAgent, WakeAt]),
    (S.INFORMING, MessageOver): (S.CLOSING, []),
    (S.INFORMING, HungUp): (S.ENDED, [BookEnd]),
    (S.INFORMING, Vanished): (S.ENDED, [BookEnd]),
    (S.SCREENING, ScreeningOver): (S.WAITING, [SeekAgent, WakeAt]),
    (S.SCREENING, Tick): (S.WAITING, [SeekAgent, WakeAt]),
    (S.SCREENING, MachineHeard): (S.CLOSING, [Drop]),
    (S.SCREENING, LineClosed): (S.WAITING, []),
    (S.SCREENING, HungUp): (S.ENDED, [BookEnd]),
    (S.SCREENING, Vanished): (S.ENDED, [BookEnd]),
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
    (S.TALKING, LegDied): (None, []),
    (S.TALKING, CustomerLeft): (S.CLOSING, [FreeAgent]),
    (S.TALKING, AgentHangUp): (None, [EndChannel]),
    (S.TALKING, MachineHeard): (None, [EndChannel]),
    (S.TALKING, ParkAsked): (S.PARTING, [Part, FreeAgent]),
    (S.TALKING, QueueAsked): (S.PARTING, [Part, FreeAgent]),
    (S.TALKING, MessageAsked): (S.PARTING, [Part, FreeAgent]),
    (S.TALKING, HungUp): (S.ENDED, [FreeAgent, BookEnd]),
    (S.TALKING, Vanished): (S.ENDED, [FreeAgent, BookEnd]),
    (S.TALKING, HoldAsked): (S.PARTING, [Part]),
    (S.TALKING, HandedOver): (S.PARTING, [FreeAgent, Part]),
    (S.PARTING, LegLeft): (S.HOLDING, [PlayMusic]),
    (S.PARTING, LegGone): (None, []),
    (S.PARTING, LegDied): (None, []),
    (S.PARTING, LegReplaced): (None, []),
    (S.PARTING, CustomerLeft): (S.CLOSING, [FreeAgent]),
    (S.PARTING, AgentHangUp): (None, [EndChannel]),
    (S.PARTING, HungUp): (S.ENDED, [FreeAgent, BookEnd]),
    (S.PARTING, Vanished): (S.ENDED, [FreeAgent, BookEnd]),
    (S.HOLDING, ResumeAsked): (S.REJOINING, [Join]),
    (S.HOLDING, HandedOver): (S.REJOINING, [FreeAgent, Join]),
    (S.HOLDING, ParkAsked): (S.PARKED, [FreeAgent, WakeAt]),
    (S.HOLDING, QueueAsked): (S.QUEUED, [FreeAgent]),
    (S.HOLDING, LegLeft): (None, [PlayMusic]),
    (S.HOLDING, LegDied): (None, []),
    (S.HOLDING, LegReplaced): (None, []),
    (S.HOLDING, LegGone): (S.LETTING_GO, [FreeAgent, PlayAndHangUp]),
    (S.HOLDING, AgentHangUp): (None, [EndChannel]),
    (S.HOLDING, HungUp): (S.ENDED, [FreeAgent, BookEnd]),
    (S.HOLDING, Vanished): (S.ENDED, [FreeAgent, BookEnd]),
    (S.REJOINING, Bridged): (S.TALKING, []),
    (S.REJOINING, Seated): (None, [Join]),
    (S.REJOINING, JoinFailed): (S.LETTING_GO, [FreeAgent, PlayAndHangUp]),
    (S.REJOINING, LegLeft): (S.LETTING_GO, [FreeAgent, PlayAndHangUp]),
    (S.REJOINING, LegGone): (None, []),
    (S.REJOINING, CustomerLeft): (S.CLOSING, [FreeAgent]),
    (S.REJOINING, AgentHangUp): (None, [EndChannel]),
    (S.REJOINING, HungUp): (S.ENDED, [FreeAgent, BookEnd]),
    (S.REJOINING, Vanished): (S.ENDED, [FreeAgent, BookEnd]),
    (S.PARKED, HandedOver): (S.REJOINING, [Join]),
    (S.PARKED, LegLeft): (None, [PlayMusic, WakeAt]),
    (S.PARKED, Tick): (None, []),
    (S.PARKED, AgentHangUp): (None, [EndChannel]),
    (S.PARKED, HungUp): (S.ENDED, [BookEnd]),
    (S.PARKED, Vanished): (S.ENDED, [BookEnd]),
    (S.QUEUED, HandedOver): (S.REJOINING, [Join]),
    (S.QUEUED, QueueOver): (S.RETURNING, [WakeAt]),
    (S.QUEUED, LegLeft): (None, [PlayMusic]),
    (S.QUEUED, AgentHangUp): (None, [EndChannel]),
    (S.QUEUED, HungUp): (S.ENDED, [BookEnd]),
    (S.QUEUED, Vanished): (S.ENDED, [BookEnd]),
    (S.RETURNING, HandedOver): (S.REJOINING, [Join]),
    (S.RETURNING, LegLeft): (None, [PlayMusic, WakeAt]),
    (S.RETURNING, Tick): (None, []),
    (S.RETURNING, AgentHangUp): (None, [EndChannel]),
    (S.RETURNING, HungUp): (S.ENDED, [BookEnd]),
    (S.RETURNING, Vanished): (S.ENDED, [BookEnd]),
    (S.AWAITING_BEEP, BeepHeard): (S.LEAVING_MESSAGE, [PlayAndHangUp]),
    (S.AWAITING_BEEP, Tick): (None, []),
    (S.AWAITING_BEEP, HungUp): (S.ENDED, [BookEnd]),
    (S.AWAITING_BEEP, Vanished): (S.ENDED, [BookEnd]),
    (S.LEAVING_MESSAGE, HungUp): (S.ENDED, [BookEnd]),
    (S.LEAVING_MESSAGE, Vanished): (S.ENDED, [BookEnd]),
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
    call, commands = reached(state, EVENTS[kind])
    assert call.state is (expected_state or state)
    assert [type(command) for command in commands] == expected_commands


@pytest.mark.parametrize("state", CallState)
def test_any_other_event_is_late_or_early_and_changes_nothing(state: CallState) -> None:
    for kind in set(EVENTS) - HEARD[state]:
        call, _ = reached(state)
        untouched, _ = reached(state)
        assert call.handle(EVENTS[kind]) == []
        assert call == untouched


def test_on_hold_a_leg_that_dies_while_it_is_parted_is_told_to_the_customer_who_comes_back() -> (
    None
):
    call, commands = after(*TALK, HoldAsked(14.0), LegGone(ANNS, 14.01))
    assert (call.state, commands) == (S.PARTING, [])
    assert call.handle(PARTED) == [FreeAgent(ANN, ANNS, talked=True), PlayAndHangUp("lost")]
    (booked,) = call.handle(HANG_UP)
    assert isinstance(booked, BookEnd)
    assert (booked.end.ended_by, booked.end.talk_ended_at) == ("agent_lost", 14.01)


def test_who_has_another_leg_by_now_is_joined_again_with_that_one() -> None:
    call, _ = after(*TALK, HoldAsked(14.0), LegReplaced(BOBS, 14.01))
    assert call.handle(PARTED) == [PlayMusic()]
    assert call.handle(LegGone(ANNS, 15.0)) == []
    assert call.handle(ResumeAsked(16.0)) == [Join(BOBS)]
    call.handle(Bridged(16.1))
    assert call.handle(HANG_UP)[0] == FreeAgent(ANN, BOBS, talked=True)


DIED = LegLeft(leg_died=True, at=15.0)


def test_whose_agent_is_waited_for_hears_music_and_is_joined_with_the_next_leg() -> None:
    call, commands = after(*TALK, LegDied(ANNS, 15.0), DIED)
    assert (call.state, commands) == (S.HOLDING, [PlayMusic()])
    assert call.handle(ResumeAsked(15.5)) == []  # nobody is joined with a leg that is gone
    call.handle(LegReplaced(BOBS, 20.0))
    assert call.handle(ResumeAsked(20.0)) == [Join(BOBS)]
    call.handle(Bridged(20.1))
    free, booked = call.handle(HungUp(16, "200", 30.0))
    assert free == FreeAgent(ANN, BOBS, talked=True)
    assert isinstance(booked, BookEnd)
    assert (booked.end.agent_id, booked.end.connected_at) == (ANN, 10.02)
    assert (booked.end.ended_by, booked.end.charged) == ("customer", False)


def test_whose_agent_is_waited_for_in_vain_hears_that_the_line_broke() -> None:
    call, _ = after(*TALK, LegDied(ANNS, 15.0), DIED)
    assert call.handle(LegGone(ANNS, 30.0)) == [
        FreeAgent(ANN, ANNS, talked=True),
        PlayAndHangUp("lost"),
    ]
    (booked,) = call.handle(HungUp(16, "200", 33.0))
    assert isinstance(booked, BookEnd)
    assert (booked.end.ended_by, booked.end.talk_ended_at) == ("agent_lost", 30.0)


def test_a_leg_that_dies_in_a_talk_that_comes_back_from_three_is_waited_for() -> None:
    call, _ = after(*TALK, HandedOver(ANN, ANNS, 14.0), LegDied(ANNS, 14.01))
    assert call.handle(DIED) == [PlayMusic()]
    assert call.state is S.HOLDING


def test_whose_agent_is_waited_for_can_be_handed_to_another_meanwhile() -> None:
    call, commands = after(*TALK, LegDied(ANNS, 15.0), DIED, HandedOver(BOB, BOBS, 16.0))
    assert commands == [FreeAgent(ANN, ANNS, talked=True), Join(BOBS)]
    call.handle(Bridged(16.1))
    assert call.handle(HoldAsked(18.0)) == [Part(BOBS)]
    call.handle(PARTED)
    assert call.handle(ResumeAsked(19.0)) == [Join(BOBS)]


def test_who_waits_for_an_agent_and_is_parked_waits_for_nobody_any_more() -> None:
    call, _ = after(*TALK, LegDied(ANNS, 15.0), DIED, ParkAsked(100.0, 16.0))
    assert (call.state, call.awaited, call.agent_id) == (S.PARKED, False, None)


def test_another_agents_leg_that_dies_is_nothing_to_a_customer_on_hold() -> None:
    call, commands = after(*TALK, HoldAsked(14.0), PARTED, LegGone(BOBS, 16.0))
    assert (call.state, commands) == (S.HOLDING, [])


def test_who_is_handed_over_is_joined_with_the_next_and_stays_on_record_with_the_first() -> None:
    call, commands = after(*TALK, HandedOver(BOB, BOBS, 14.0))
    assert commands == [FreeAgent(ANN, ANNS, talked=True), Part(ANNS)]
    assert call.handle(PARTED) == [Join(BOBS)]
    call.handle(Bridged(15.1))
    assert (call.state, call.agent_id) == (S.TALKING, BOB)
    free, booked = call.handle(HANG_UP)
    assert free == FreeAgent(BOB, BOBS, talked=True)
    assert isinstance(booked, BookEnd)
    assert (booked.end.agent_id, booked.end.leg_id) == (ANN, ANNS)


def test_who_was_handed_to_a_leg_that_is_gone_goes_back_or_hears_that_the_line_broke() -> None:
    way = (*TALK, HandedOver(BOB, BOBS, 14.0), PARTED, JoinFailed(15.1))
    call, commands = after(*way)
    assert commands == [FreeAgent(BOB, BOBS, talked=False), TakeBack(ANN, ANNS)]
    assert call.handle(Seated(ANN, ANNS, 15.1)) == [Join(ANNS)]
    call, _ = after(*way)
    assert call.handle(LegGone(ANNS, 15.1)) == [PlayAndHangUp("lost")]


def test_who_is_handed_to_an_outside_line_is_hung_up_on_when_that_line_hangs_up() -> None:
    outside = LegId("ca-outside")
    call, commands = after(*TALK, HoldAsked(14.0), PARTED, HandedOver(None, outside, 16.0))
    assert commands == [FreeAgent(ANN, ANNS, talked=True), Join(outside)]
    call.handle(Bridged(16.1))
    assert [type(one).__name__ for one in call.handle(LegLeft(leg_died=True, at=40.0))] == ["Drop"]
    (booked,) = call.handle(HANG_UP)
    assert isinstance(booked, BookEnd)
    assert booked.end.agent_id == ANN


def test_a_talk_of_three_that_is_one_of_two_again_is_joined_anew_and_frees_nobody() -> None:
    call, commands = after(*TALK, HandedOver(ANN, ANNS, 14.0))
    assert commands == [Part(ANNS)]
    assert call.handle(PARTED) == [Join(ANNS)]


def test_a_machine_is_left_the_message_after_its_beep_and_the_agent_is_free_before() -> None:
    call, commands = after(*TALK, MessageAsked(14.0))
    assert commands == [Part(ANNS), FreeAgent(ANN, ANNS, talked=False)]
    assert call.handle(PARTED) == [ListenForBeep(), WakeAt(45.0)]
    assert call.handle(BeepHeard(18.0)) == [PlayAndHangUp("message")]
    (booked,) = call.handle(HANG_UP)
    assert isinstance(booked, BookEnd)
    end = booked.end
    assert (end.outcome, end.agent_id, end.leg_id) == (Outcome.MACHINE, ANN, ANNS)
    assert (end.ended_by, end.talk_ended_at, end.charged) == ("agent", 14.0, False)


def test_a_beep_that_never_comes_is_waited_for_half_a_minute() -> None:
    call, _ = after(*TALK, MessageAsked(14.0), PARTED)
    assert call.handle(Tick(44.9)) == []
    assert call.handle(Tick(45.0)) == [PlayAndHangUp("message")]


def test_a_leg_that_dies_while_a_message_is_prepared_is_nothing_to_the_machine() -> None:
    call, _ = after(*TALK, MessageAsked(14.0), LegGone(ANNS, 14.01))
    assert call.handle(PARTED) == [ListenForBeep(), WakeAt(45.0)]


def test_who_is_parked_is_for_anybody_after_the_limit_and_for_nobody_in_the_end() -> None:
    call, _ = after(*TALK, ParkAsked(100.0, 14.0), PARTED)
    assert call.handle(Tick(99.9)) == []
    assert call.handle(Tick(100.0)) == [WakeAt(400.0)]
    assert call.state is S.RETURNING
    assert call.handle(Tick(399.9)) == []
    assert call.handle(Tick(400.0)) == [PlayAndHangUp("lost")]
    (booked,) = call.handle(HANG_UP)
    assert isinstance(booked, BookEnd)
    assert (booked.end.outcome, booked.end.agent_id) == (Outcome.CONNECTED, ANN)
    assert (booked.end.ended_by, booked.end.charged) == ("dialer", False)
