"""Parking: the law of a customer who waits with music for whoever picks them up. Pure.

The agent who parks is free at once, the call stays theirs on record. Who is not picked up in time
is returning: whoever is free first gets them. Refuses to know slots, and who that is.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from dialer.domain.call_commands import CallCommand, Part, PlayMusic, WakeAt
from dialer.domain.call_events import ParkAsked, Tick
from dialer.domain.call_states import CallState as S

if TYPE_CHECKING:
    from dialer.domain.callflow import CallFlow


def park_asked(flow: "CallFlow", event: ParkAsked) -> list[CallCommand]:
    """Take the agent's leg out, if it is not out already; the agent writes up nothing yet."""
    if flow.agent_id is None or flow.leg_id is None:
        return []  # of an outside number, or adopted while nobody was seen with the customer
    leg_id = flow.leg_id
    freed = flow.part_with_agent(event.at)
    flow.parked, flow.deadline = True, event.until
    if flow.state is S.HOLDING:
        flow.state = S.PARKED
        return [*freed, WakeAt(event.until)]
    flow.state = S.PARTING
    return [Part(leg_id), *freed]


def wait(flow: "CallFlow", at: float) -> list[CallCommand]:
    """Music plays until somebody picks the customer up, or the time is over."""
    until = flow.deadline if flow.deadline is not None else at
    late = flow.state is S.RETURNING or at >= until
    flow.state = S.RETURNING if late else S.PARKED
    return [PlayMusic(), WakeAt(until)] if flow.state is S.PARKED else [PlayMusic()]


def waited(flow: "CallFlow", event: Tick) -> list[CallCommand]:
    """Nobody came in time."""
    if flow.deadline is not None and event.at >= flow.deadline:
        flow.state = S.RETURNING
    return []


LAWS: Final[Mapping[type, Callable[["CallFlow", Any], list[CallCommand]]]] = {
    ParkAsked: park_asked,
}
"""What follows from each of these events."""
