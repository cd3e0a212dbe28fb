"""Draws docs/call-states.md from the laws themselves: calls, agents and campaigns.

Run by hand after a law has changed: `python tools/draw_states.py`; with `--check` it only tells
whether the page is up to date (a test runs it). Agents and campaigns are drawn from their tables of
moves. A call's table says what is heard in which state; what follows is found by trying every
event in every situation that can be reached. Refuses to know Asterisk and the engine.
"""

import copy
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from dialer.domain import agentflow, campaign
from dialer.domain.call_commands import PlayAndHangUp
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
    LegGone,
    LegLeft,
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
    LET_GO_AFTER_S,
    CallFlow,
    CallState,
)
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId
from dialer.domain.lead import Attempt

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "call-states.md"
ATTEMPT = Attempt(AttemptId("a"), CampaignId("c"), LeadId(1), "+12025550100", "t", 0.0)
Edge = tuple[str, str, str]  # from, to, label


def calls() -> list[Edge]:
    """Return every change of state that an event can bring about, and what is commanded."""
    edges: dict[Edge, None] = {}
    known: set[str] = set()
    open_flows = [CallFlow(ATTEMPT), CallFlow(replace(ATTEMPT, screened=True))]
    while open_flows:
        flow = open_flows.pop(0)
        for label, event in _events(flow):
            after = copy.copy(flow)
            commands = after.handle(event)
            names = ", ".join(
                f"{type(command).__name__} {command.prompt}"
                if isinstance(command, PlayAndHangUp)
                else type(command).__name__
                for command in commands
            )
            if after.state is not flow.state or names:
                text = f"{label} / {names}" if names else label
                edges[flow.state.value, after.state.value, text] = None
            key = _situation(after)
            # a talk without an agent is one that only the journal told of: it goes on as any other
            unseen = after.state is CallState.TALKING and after.agent_id is None
            if key not in known and not unseen:
                known.add(key)
                open_flows.append(after)
    order = [state.value for state in CallState]
    return sorted(edges, key=lambda edge: (order.index(edge[0]), order.index(edge[1]), edge[2]))


def _events(flow: CallFlow) -> Iterator[tuple[str, CallEvent]]:
    at = flow.deadline if flow.deadline is not None else 10.0
    since = flow.connected_at or flow.joined_at or at
    for name, event in (
        ("Rang", Rang(at)),
        ("WentUp", WentUp(at)),
        ("MessageBegan", MessageBegan(at)),
        ("MessageOver", MessageOver(at)),
        ("Answered", Answered(at)),
        ("Seated", Seated(AgentId("ann"), LegId("ag-1"), at)),
        ("Bridged", Bridged(at)),
        ("JoinFailed", JoinFailed(at)),
        ("LegLeft: hung up", LegLeft(leg_died=False, at=since + DEAD_LEG_S + 1)),
        ("LegLeft: dead when joined", LegLeft(leg_died=True, at=since + DEAD_LEG_S / 2)),
        ("LegLeft: died later", LegLeft(leg_died=True, at=since + DEAD_LEG_S + 1)),
        ("CustomerLeft", CustomerLeft(at)),
        ("LineClosed", LineClosed(at)),
        ("Tick", Tick(at)),
        ("CancelAsked", CancelAsked(at)),
        ("AgentHangUp", AgentHangUp(at)),
        ("ScreeningOver", ScreeningOver(at)),
        ("MachineHeard", MachineHeard("beep", at)),
        ("MessageAsked", MessageAsked(at)),
        ("BeepHeard", BeepHeard(at)),
        ("HoldAsked", HoldAsked(at)),
        ("ResumeAsked", ResumeAsked(at)),
        ("ParkAsked", ParkAsked(at + 100, at)),
        ("QueueAsked", QueueAsked(at)),
        ("QueueOver", QueueOver(at)),
        ("HandedOver", HandedOver(AgentId("bob"), LegId("ag-2"), at)),
        ("LegGone", LegGone(flow.leg_id or LegId("ag-1"), at)),
        ("Refused: no channel", Refused(no_channel=True, at=at)),
        ("Refused", Refused(no_channel=False, at=at)),
        ("Voided", Voided(at)),
        ("Vanished", Vanished(at)),
        ("HungUp", HungUp(16, "", at)),
    ):
        if type(event) in HEARD[flow.state]:
            yield name, event


def _situation(flow: CallFlow) -> str:
    """Name all that decides what follows, without the times."""
    flags = (flow.cancelled, flow.refused, flow.line_open, flow.let_go, flow.charged)
    moved = (flow.moved, flow.onward, flow.leg_lost, flow.back is not None)
    aside = (flow.leaves_message, flow.aside, flow.ended_by, flow.attempt.screened)
    told = (flow.up_at, flow.answered_at, flow.connected_at, flow.agent_id)
    return f"{flow.state} {flags} {moved} {aside} {[fact is not None for fact in told]}"


def moves(table: Mapping[tuple[object, str], object]) -> list[Edge]:
    """Return the edges of a table of moves."""
    return [(str(start), str(end), move) for (start, move), end in table.items()]


def mermaid(edges: list[Edge], first: str, last: str = "") -> str:
    """Draw edges; those between the same two states share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for start, end, label in edges:
        arrows.setdefault((start, end), []).append(label)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first}"]
    for (start, end), labels in arrows.items():
        text = "<br/>".join(label.replace(":", " -") for label in labels)
        lines.append(f"    {start} --> {end}: {text}")
    if last:
        lines.append(f"    {last} --> [*]")
    return "\n".join([*lines, "```"])


def page() -> str:
    """Return the whole page."""
    heard = "\n".join(
        f"| {state.value} | {', '.join(sorted(kind.__name__ for kind in kinds)) or 'nothing'} |"
        for state, kinds in HEARD.items()
    )
    return f"""# States: calls, agents, campaigns

Drawn from the laws by `python tools/draw_states.py`; a test fails when this page is older than
they are. An arrow reads *event / commands*.

## A call (`dialer/domain/callflow.py`)

A person nobody can take is let go {LET_GO_AFTER_S:g} s after the answer; one who waited more than
{GRACE_S:g} s was abandoned. A leg that leaves within {DEAD_LEG_S:g} s because its phone was lost
was dead when it joined: the person heard nobody, is charged, gets another agent or the message.
Only `HungUp`, live or from the switch's journal, ends a call that the switch has started;
`Vanished` is a channel that is gone and whose end not even the journal saw.

{mermaid(calls(), "dialing", "ended")}

What is heard in which state; anything else is late or early and changes nothing:

| state | heard |
|---|---|
{heard}

## An agent (`dialer/domain/agentflow.py`)

{mermaid(moves(agentflow.MOVES), "offline")}

## A campaign (`dialer/domain/campaign.py`)

{mermaid(moves(campaign.MOVES), "draft")}
"""


def main() -> int:
    """Write the page, or check it; 1 when it is not up to date."""
    text = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{PAGE.name} is older than the laws: run python tools/draw_states.py\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
