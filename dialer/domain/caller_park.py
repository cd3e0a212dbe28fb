"""The law of a caller who is parked: music in a slot, until somebody picks them up. Pure.

As for people whom we called (`park_moves`), but who is not picked up in time and not taken back by
who parked them waits in the queue once more, before who came later. Refuses to know slots, and who
picks up.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from dialer.domain.call_commands import CallCommand, Part, PlayMusic, WakeAt
from dialer.domain.call_events import ParkAsked, QueueOver, Tick
from dialer.domain.call_states import CallState as S

if TYPE_CHECKING:
    from dialer.domain.queue_call import QueueCall

TAKEN_BACK_WITHIN_S: Final = 60.0
"""Who parked the caller has them by then; a phone that is called for it rings for less."""


def park_asked(flow: "QueueCall", event: ParkAsked) -> list[CallCommand]:
    """Take the agent's leg out, if it is not out already; the agent writes up nothing yet."""
    if flow.agent_id is None or flow.leg_id is None:
        return []  # of an outside number
    leg_id, held = flow.leg_id, flow.state is S.HOLDING
    freed = flow.part_with_agent(event.at)
    flow.aside, flow.aside_until = S.PARKED, event.until
    if held:
        flow.state = S.PARKED
        return [*freed, WakeAt(event.until)]
    flow.state = S.PARTING
    return [Part(leg_id), *freed]


def wait(flow: "QueueCall", at: float) -> Sequence[Any]:
    """The caller hears music, out of a talk or a join that failed, until somebody has them."""
    if flow.aside is S.PARKED and at < flow.aside_until:
        flow.state = S.PARKED
        return [PlayMusic(), WakeAt(flow.aside_until)]
    if flow.aside is S.PARKED:
        return [PlayMusic(), *_return(flow, at)]
    return flow.wait_first(at)


def waited(flow: "QueueCall", event: Tick) -> Sequence[Any]:
    """Nobody came in time: for who parked them, and in the end for the queue."""
    if event.at < flow.aside_until:
        return []
    if flow.state is S.PARKED:
        return _return(flow, event.at)
    return flow.wait_first(event.at)


def nobody_returned(flow: "QueueCall", event: QueueOver) -> Sequence[Any]:
    """Who parked them cannot have them now."""
    return flow.wait_first(event.at)


def _return(flow: "QueueCall", at: float) -> list[CallCommand]:
    flow.state = flow.aside = S.RETURNING
    flow.aside_until = at + TAKEN_BACK_WITHIN_S
    return [WakeAt(flow.aside_until)]


LAWS: Final[Mapping[type, Callable[["QueueCall", Any], Sequence[Any]]]] = {
    ParkAsked: park_asked,
    QueueOver: nobody_returned,
}
"""What follows from each of these events."""
