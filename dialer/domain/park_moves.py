"""The law of a customer who was put aside: parked, or handed to a queue or a team. Pure.

The agent who does so is free at once, the call stays theirs on record. Who is not taken in time is
returning: whoever is free first gets them. Refuses to know slots and queues, and who that is.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from dialer.domain.call_commands import CallCommand, Part, PlayMusic, WakeAt
from dialer.domain.call_events import ParkAsked, QueueAsked, QueueOver, Tick
from dialer.domain.call_states import CallState as S

if TYPE_CHECKING:
    from dialer.domain.callflow import CallFlow

RETURN_WITHIN_S: Final = 300.0
"""Who is returning and finds nobody in this time hears that the line broke."""


def park_asked(flow: "CallFlow", event: ParkAsked) -> list[CallCommand]:
    """Take the agent's leg out, if it is not out already; the agent writes up nothing yet."""
    if flow.agent_id is None or flow.leg_id is None:
        return []  # of an outside number, or adopted while nobody was seen with the customer
    flow.deadline = event.until
    return _put(flow, S.PARKED, event.at, wake=[WakeAt(event.until)])


def queue_asked(flow: "CallFlow", event: QueueAsked) -> list[CallCommand]:
    """The same, but the agent is done with the customer and writes the talk up."""
    if flow.agent_id is None or flow.leg_id is None:
        return []
    return _put(flow, S.QUEUED, event.at, talked=True)


def queue_over(flow: "CallFlow", event: QueueOver) -> list[CallCommand]:
    """Nobody came in time."""
    return _return(flow, event.at)


def _return(flow: "CallFlow", at: float) -> list[CallCommand]:
    flow.state = flow.aside = S.RETURNING
    flow.deadline = at + RETURN_WITHIN_S
    return [WakeAt(flow.deadline)]


def _put(
    flow: "CallFlow", aside: S, at: float, *, talked: bool = False, wake: Sequence[CallCommand] = ()
) -> list[CallCommand]:
    leg_id, held = flow.leg_id, flow.state is S.HOLDING
    freed = flow.part_with_agent(at, talked=talked)
    flow.aside = aside
    if held:
        flow.state = aside
        return [*freed, *wake]
    flow.state = S.PARTING
    return [Part(leg_id), *freed] if leg_id is not None else freed


def wait(flow: "CallFlow", at: float) -> list[CallCommand]:
    """Music plays until somebody takes the customer, or the time is over."""
    if flow.aside is S.QUEUED:
        flow.state = S.QUEUED
        return [PlayMusic()]
    until = flow.deadline if flow.deadline is not None else at
    if flow.aside is S.PARKED and at >= until:
        return [PlayMusic(), *_return(flow, at)]
    flow.state = flow.aside or S.RETURNING
    return [PlayMusic(), WakeAt(until)]


def waited(flow: "CallFlow", event: Tick) -> list[CallCommand]:
    """Nobody came in time: for whoever is free first, and in the end for nobody."""
    if flow.deadline is None or event.at < flow.deadline:
        return []
    if flow.state is S.PARKED:
        return _return(flow, event.at)
    flow.aside = None
    return flow.let_go_with("lost")


LAWS: Final[Mapping[type, Callable[["CallFlow", Any], list[CallCommand]]]] = {
    ParkAsked: park_asked,
    QueueAsked: queue_asked,
    QueueOver: queue_over,
}
"""What follows from each of these events."""
