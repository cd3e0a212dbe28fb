"""Draws the sequences of docs/telephony.md by running the laws on the courses of `call_scenarios`.

Run by hand after a law has changed: `python -m tools.draw_sequences`; with `--check` it only tells
whether the page is up to date (a test runs it). A course gives events; each arrow from the engine
is a command that the law gave for it, each note the state it led to. An event that the law does
not hear where the course has it is refused. Refuses to know Asterisk and the engine.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from dialer.domain import call_commands as asked
from dialer.domain import call_events as happened
from dialer.domain import queue_call_words as queued
from dialer.domain.callflow import HEARD
from dialer.domain.company import COMPANY_MOVES, Company
from dialer.domain.queue_call import MOVES, QueueCall
from tools.call_scenarios import Course, Step, With, courses

PAGE = Path(__file__).resolve().parent.parent / "docs" / "telephony.md"
MARK: Final = "<!-- Drawn by tools/draw_sequences.py from the laws: do not edit below. -->"

PARTIES: Final = {
    "C": "customer's line",
    "E": "law of the call",
    "A": "agents",
    "X": "ann's leg",
    "Y": "bob's leg",
    "D": "who asks: desk, API",
    "R": "record",
}
_LEGS: Final = {"ag-ann": "X", "ag-bob": "Y"}

Said = tuple[str, str]  # the other party, and what is said


def _agent(event: Any) -> str:
    return str(event.agent_id or "an outside line")


EVENTS: Final[Mapping[type, Callable[[Any], Said]]] = {
    happened.Rang: lambda _: ("C", "rings"),
    happened.Answered: lambda _: ("C", "answered: what now?"),
    happened.MessageBegan: lambda _: ("C", "answered: the message plays"),
    happened.Seated: lambda event: ("A", f"{_agent(event)} is reserved"),
    happened.Bridged: lambda _: ("C", "joined"),
    happened.JoinFailed: lambda _: ("C", "the leg was gone: what now?"),
    happened.LegLeft: lambda _: ("C", "out of the bridge: what now?"),
    happened.LegDied: lambda event: (_LEGS[event.leg_id], "lost: no audio comes any more"),
    happened.LegReplaced: lambda event: ("A", f"the phone is back: {event.leg_id}"),
    happened.CustomerLeft: lambda _: ("C", "the customer left the bridge"),
    happened.HungUp: lambda _: ("C", "hung up"),
    happened.Tick: lambda _: ("E", "the time has come"),
    happened.HoldAsked: lambda _: ("D", "hold"),
    happened.ResumeAsked: lambda _: ("D", "back to the customer"),
    happened.HandedOver: lambda event: ("D", f"hand over to {_agent(event)}"),
    happened.ParkAsked: lambda _: ("D", "park"),
    happened.QueueAsked: lambda _: ("D", "transfer to a queue"),
    happened.MessageAsked: lambda _: ("D", "leave the message"),
    happened.BeepHeard: lambda _: ("C", "the beep is over"),
    happened.ScreeningOver: lambda _: ("C", "a person, or nobody can tell"),
    queued.CallBackAsked: lambda _: ("C", "the key for a call back"),
    queued.CallBackPromised: lambda _: ("C", "promised, and on record"),
}

COMMANDS: Final[Mapping[type, Callable[[Any], Said]]] = {
    asked.SeekAgent: lambda _: ("A", "an agent is needed"),
    asked.StopSeeking: lambda _: ("A", "nobody is needed any more"),
    asked.WakeAt: lambda command: ("E", f"a tick at {command.at:g} s"),
    asked.Join: lambda command: ("C", f"EXEC Bridge {command.leg_id}"),
    asked.PlayAndHangUp: lambda command: ("C", f"play {command.prompt}, hang up"),
    asked.Drop: lambda _: ("C", "hang up"),
    asked.EndChannel: lambda _: ("C", "AMI Hangup"),
    asked.FreeAgent: lambda command: (
        "A",
        f"{command.agent_id}: {'wrap-up' if command.talked else 'idle'}",
    ),
    asked.BookEnd: lambda command: ("R", f"the end: {command.end.outcome}"),
    asked.Part: lambda command: (_LEGS[command.leg_id], "AMI Redirect to idle"),
    asked.ListenForBeep: lambda _: ("C", "be silent, listen for the beep"),
    asked.PlayMusic: lambda _: ("C", "music"),
    asked.TakeBack: lambda command: ("A", f"{command.agent_id}, if still free"),
    queued.Announce: lambda _: ("C", "place and expected wait"),
    queued.OfferCallBack: lambda _: ("C", "ask: call back, and where?"),
    queued.GiveBack: lambda command: ("C", f"back to the flow {command.reason}".rstrip()),
    queued.Miss: lambda _: ("R", "a missed call"),
    queued.BookAnswer: lambda command: ("R", f"{command.agent_id} answered"),
    queued.BookCall: lambda command: ("R", f"the call's end: {command.outcome}"),
}


class Drawing:
    """One course on its way through its law."""

    def __init__(self, course: Course) -> None:
        self._call = course.call
        self._company = Company.ALONE
        self._at = 0.0
        self.lines: list[str] = []
        if isinstance(self._call, QueueCall):
            self._draw(self._call.begin())
            self._note()
        for event in course.before:
            self._take(event)
        if course.before:
            self.lines = [f"Note over C,E: {self._call.state} with {self._call.agent_id}"]
        for step in course.steps:
            self._take(step)

    def _take(self, step: Step) -> None:
        if isinstance(step, With):
            self._company = COMPANY_MOVES[self._company, step.move]
            self.lines.append(f"Note over E,X: company: {self._company}")
            return
        before = self._call.state
        if not self._hears(step):
            problem = f"{type(step).__name__} is not heard while {before}"
            raise ValueError(problem)
        party, said = EVENTS[type(step)](step)
        self.lines.append(f"{party}->>E: {step.at:g} s: {said}")
        self._draw(self._call.handle(step))  # type: ignore[arg-type]
        if self._call.state is not before:
            self._note()

    def _hears(self, step: object) -> bool:
        state = self._call.state
        if isinstance(self._call, QueueCall):
            return (state, type(step)) in MOVES
        return type(step) in HEARD[state]

    def _draw(self, commands: Any) -> None:
        for command in commands:
            party, said = COMMANDS[type(command)](command)
            self.lines.append(f"E->>{party}: {said}")

    def _note(self) -> None:
        self.lines.append(f"Note over E: {self._call.state}")


def mermaid(course: Course) -> str:
    """Draw one course; only parties that take part are in it."""
    lines = Drawing(course).lines
    there = {party for party in PARTIES if any(_names(line, party) for line in lines)}
    heads = [f"participant {key} as {PARTIES[key]}" for key in PARTIES if key in there]
    body = "\n".join(f"    {line}" for line in [*heads, *lines])
    return f"```mermaid\nsequenceDiagram\n{body}\n```"


def _names(line: str, party: str) -> bool:
    who = line.partition(": ")[0].removeprefix("Note over ").replace("->>", ",")
    return party in who.split(",")


def sections() -> Iterator[str]:
    """Return what stands below the mark, piece by piece."""
    yield (
        "Each arrow from the law is what `dialer/domain/callflow.py` (dialed) or"
        " `queue_call.py` (came in)\ncommands for the event before it; each note is the state"
        " it leads to. Times are seconds of an example."
    )
    for course in courses():
        yield f"### {course.title}\n\n{course.text}\n\n{mermaid(course)}"


def page(text: str) -> str:
    """Return the page with its drawings as the laws are now."""
    head, mark, _ = text.partition(MARK)
    if not mark:
        problem = f"{PAGE.name} has lost its line {MARK}"
        raise ValueError(problem)
    return "\n\n".join([f"{head}{MARK}", *sections()]) + "\n"


def main() -> int:
    """Write the page, or check it; 1 when it is not up to date."""
    text = PAGE.read_text(encoding="utf-8")
    drawn = page(text)
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(drawn, encoding="utf-8")
        return 0
    if drawn == text:
        return 0
    sys.stderr.write(f"{PAGE.name} is older than the laws: run python -m tools.draw_sequences\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
