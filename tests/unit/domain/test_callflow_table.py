"""The law of one attempt, row by row: what is heard in which state, and what follows."""

import subprocess
import sys
from pathlib import Path

import pytest
from call_transcripts import (
    ANNS,
    BOB,
    BOBS,
    SEATED,
    reached,
)

from dialer.domain.call_commands import (
    BookEnd,
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
    CallState,
)

ROOT = Path(__file__).resolve().parents[3]
S = CallState


def test_the_page_of_states_is_drawn_from_the_laws_as_they_are() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "tools" / "draw_states.py", "--check"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


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
    (S.SCREENING, MessageAsked): (S.AWAITING_BEEP, [ListenForBeep, WakeAt]),
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
