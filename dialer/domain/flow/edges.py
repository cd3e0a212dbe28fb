"""Where a flow can go from each step, and on what. Pure.

Knows three ways: on what the caller does, without the caller, and on a failure. Refuses to know
how a call goes on in time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dialer.domain.flow.steps import (
    BranchStep,
    ConferenceStep,
    Flow,
    GatherStep,
    HangUpStep,
    HttpStep,
    LanguageStep,
    LogInStep,
    LookupStep,
    MenuStep,
    OptOutStep,
    PinStep,
    PlayStep,
    RecordStep,
    SayStep,
    Step,
    TransferStep,
    VoicemailStep,
)

END: Final = ""
"""Where a call ends, as a target."""


class Way(StrEnum):
    """What it takes to go along an edge."""

    KEYS = "keys"
    """The caller pressed something."""
    SILENT = "silent"
    """It happens without the caller."""
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Edge:
    """One way from a step to another."""

    target: str
    """`END`: the call is over."""
    way: Way
    label: str = ""


def edges_of(step: Step, flow_otherwise: str) -> list[Edge]:
    """Return where a step can lead.

    Args:
        step: of the flow.
        flow_otherwise: where failures go that the step does not speak of.
    """
    return [*_ordinary(step), *_fallback(step, flow_otherwise)]


def _ordinary(step: Step) -> Iterator[Edge]:
    match step:
        case PlayStep() | SayStep() | LanguageStep() | HttpStep() | LookupStep() | RecordStep():
            yield Edge(step.next, Way.SILENT)
        case GatherStep():
            yield Edge(step.next, Way.KEYS, "digits")
        case MenuStep():
            for key, target in step.choices.items():
                yield Edge(target, Way.KEYS, key)
        case BranchStep():
            for case in step.branch:
                yield Edge(case.go, Way.SILENT, case.when)
        case PinStep():
            yield from _identified(step)
        case OptOutStep():
            yield Edge(step.next, Way.KEYS, step.key)
            yield Edge(step.declined, Way.SILENT, "declined")
        case VoicemailStep():
            yield Edge(step.next or END, Way.SILENT)
        case TransferStep():
            yield Edge(END, Way.SILENT, "taken")
        case HangUpStep():
            yield Edge(END, Way.SILENT)


def _identified(step: PinStep) -> Iterator[Edge]:
    if isinstance(step, LogInStep):
        yield Edge(step.next, Way.KEYS, "logged in")
    if isinstance(step, ConferenceStep):
        yield Edge(step.next or END, Way.KEYS, "left")
    if step.locked is not None:
        yield Edge(step.locked, Way.KEYS, "locked")


def _fallback(step: Step, flow_otherwise: str) -> Iterator[Edge]:
    if isinstance(step, HangUpStep | LanguageStep):  # neither can fail
        return
    expected = (
        GatherStep,
        MenuStep,
        BranchStep,
        HttpStep,
        LookupStep,
        PinStep,
        TransferStep,
    )
    way = Way.SILENT if isinstance(step, expected) else Way.FAILURE
    yield Edge(step.otherwise or flow_otherwise, way, "otherwise")


def graph_of(flow: Flow, ways: Iterable[Way] = tuple(Way)) -> dict[str, list[str]]:
    """Return where each step leads along some ways; `END` is among the targets."""
    wanted = frozenset(ways)
    return {
        name: [edge.target for edge in edges_of(step, flow.head.otherwise) if edge.way in wanted]
        for name, step in flow.steps.items()
    }


def reached(graph: Mapping[str, Iterable[str]], start: str) -> set[str]:
    """Return what can be reached from a step, without the step unless something leads back."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for target in graph.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def unreachable(flow: Flow) -> list[str]:
    """Return the steps that no call can come to, in their order."""
    found = reached(graph_of(flow), flow.start) | {flow.start}
    return [name for name in flow.steps if name not in found]


def endless(flow: Flow) -> list[list[str]]:
    """Return the rounds that a call never leaves when the caller presses nothing."""
    graph = graph_of(flow, (Way.SILENT,))
    ahead = {name: reached(graph, name) for name in flow.steps}
    rounds: dict[frozenset[str], list[str]] = {}
    for name, found in ahead.items():
        if END in found or name not in found:
            continue
        if all(name in ahead[other] for other in found):  # nothing leads out of it
            rounds.setdefault(frozenset(found), [step for step in flow.steps if step in found])
    return list(rounds.values())
