"""The law of one attempt, row by row: what is heard in which state, and what follows."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

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
    Bridged,
    CallEvent,
    CancelAsked,
    CustomerLeft,
    HungUp,
    JoinFailed,
    LegLeft,
    LineClosed,
    MachineHeard,
    Rang,
    Refused,
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

ROOT = Path(__file__).resolve().parents[3]
S = CallState
ATTEMPT = Attempt(AttemptId("at-1"), CampaignId("c"), LeadId(1), "+12025550100", "trunk", 0.0)
ANN, BOB = AgentId("ann"), AgentId("bob")
ANNS, BOBS = LegId("ag-ann"), LegId("ag-bob")
SEATED = Seated(ANN, ANNS, 10.0)
HANG_UP = HungUp(16, "200", 20.0)


def after(*events: CallEvent) -> tuple[CallFlow, list[CallCommand]]:
    """Return a call that heard these events, and what the last one made it command."""
    flow = CallFlow(ATTEMPT)
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
        MachineHeard("beep", 12.0),
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
    (S.TALKING, MachineHeard): (None, [EndChannel]),
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
