"""The law of an attempt that is listened to before it gets an agent. Pure.

A person goes to an agent at the verdict, whoever is not known by `SCREENING_BY_S` then; a machine
is hung up on. The grace counts from the answer all the same: it is the person who waits. Refuses
to know how one listens, and when labelled calls allow it (`dialer.domain.amd.trust`).
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from dialer.domain.amd.trust import SCREENING_BY_S
from dialer.domain.call_commands import CallCommand, Drop, SeekAgent, WakeAt
from dialer.domain.call_events import Answered, MachineHeard, ScreeningOver, Tick
from dialer.domain.call_states import CallState as S
from dialer.domain.outcome import machine_outcome

if TYPE_CHECKING:
    from dialer.domain.callflow import CallFlow


def began(flow: "CallFlow", event: Answered) -> list[CallCommand]:
    """Listen first."""
    flow.state = S.SCREENING
    return [WakeAt(event.at + SCREENING_BY_S)]


def screening_over(flow: "CallFlow", event: ScreeningOver | Tick) -> list[CallCommand]:
    """An agent is sought, for what is left of the time until the person is let go."""
    flow.state = S.WAITING
    flow.deadline = max(flow.deadline or event.at, event.at)
    return [SeekAgent(), WakeAt(flow.deadline)]


def waited(flow: "CallFlow", event: Tick) -> list[CallCommand]:
    """Nobody is listened to for longer."""
    if event.at < (flow.answered_at or 0.0) + SCREENING_BY_S:
        return []
    return screening_over(flow, event)


def machine_heard(flow: "CallFlow", event: MachineHeard) -> list[CallCommand]:
    """Hang up on what is no person; no agent had it."""
    flow.machine = machine_outcome(event.reason)
    flow.ended_by = "dialer"
    flow.state = S.CLOSING
    return [Drop()]


def line_closed(flow: "CallFlow") -> list[CallCommand]:
    """Whoever it was is gone, or in the dialplan's hands: a person, as far as anybody knows."""
    flow.state = S.WAITING
    return []


LAWS: Final[Mapping[type, Callable[["CallFlow", Any], list[CallCommand]]]] = {
    ScreeningOver: screening_over,
}
"""What follows from each of these events."""
