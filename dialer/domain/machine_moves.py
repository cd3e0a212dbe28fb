"""The law of an attempt that a machine answered: let go as one, or left a message. Pure.

The agent, if there is one, is free the moment the message is asked for; the line then waits for the
beep by itself. Refuses to know how a machine and its beep are told, and what the message says.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from dialer.domain import screening_moves
from dialer.domain.call_commands import (
    CallCommand,
    EndChannel,
    ListenForBeep,
    Part,
    PlayAndHangUp,
    WakeAt,
)
from dialer.domain.call_events import BeepHeard, MachineHeard, MessageAsked, Tick
from dialer.domain.call_states import CallState as S
from dialer.domain.outcome import Outcome, machine_outcome

if TYPE_CHECKING:
    from dialer.domain.callflow import CallFlow

BEEP_WITHIN_S: Final = 30.0
"""A greeting that lasts longer is spoken over: the message begins."""


def machine_heard(flow: "CallFlow", event: MachineHeard) -> list[CallCommand]:
    """Let the line go: what answered is no person."""
    if flow.state is S.SCREENING:
        return screening_moves.machine_heard(flow, event)
    if flow.charged or flow.ended_by:
        return []  # left in silence before, or ended by the agent: it is that
    flow.machine = machine_outcome(event.reason)
    flow.ended_by = "dialer"
    return [EndChannel()]


def message_asked(flow: "CallFlow", event: MessageAsked) -> list[CallCommand]:
    """Take the agent's leg out, who is free at once; the call is theirs on record."""
    if event.by == "dialer" and (flow.charged or flow.ended_by):
        return []  # left in silence before, or ended by the agent: it is that
    if flow.state is S.SCREENING:
        flow.machine, flow.ended_by = Outcome.MACHINE, event.by
        return line_came_back(flow, event.at)  # nobody had it
    if flow.agent_id is None or flow.leg_id is None:
        return []  # of an outside number, or adopted while nobody was seen with the customer
    leg_id = flow.leg_id
    flow.machine = Outcome.MACHINE
    flow.ended_by = event.by
    freed = flow.part_with_agent(event.at)
    flow.state, flow.leaves_message = S.PARTING, True
    return [Part(leg_id), *freed]


def line_came_back(flow: "CallFlow", at: float) -> list[CallCommand]:
    """The agent is out of it: the line waits for the beep."""
    flow.state = S.AWAITING_BEEP
    flow.deadline = at + BEEP_WITHIN_S
    return [ListenForBeep(), WakeAt(flow.deadline)]


def beep_heard(flow: "CallFlow", _event: BeepHeard) -> list[CallCommand]:
    """The message begins, and the call ends with it."""
    flow.state = S.LEAVING_MESSAGE
    return [PlayAndHangUp("message")]


def waited(flow: "CallFlow", event: Tick) -> list[CallCommand]:
    """No beep came in all that time."""
    if flow.deadline is None or event.at < flow.deadline:
        return []
    return beep_heard(flow, BeepHeard(event.at))


LAWS: Final[Mapping[type, Callable[["CallFlow", Any], list[CallCommand]]]] = {
    MachineHeard: machine_heard,
    MessageAsked: message_asked,
    BeepHeard: beep_heard,
}
"""What follows from each of these events."""
