"""The moves within a talk: hold, resume, hand over. Part of the laws of attempts and callers. Pure.

Only the agent's leg is ever moved by us: the person's line then comes back by itself and asks.
So a move has two steps: the leg is parted, and what follows is decided when the line asks. Refuses
to know who may ask for a move, and whom a customer is handed to.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from dialer.domain.call_commands import CallCommand, Join, Part, PlayMusic, TakeBack
from dialer.domain.call_events import (
    HandedOver,
    HoldAsked,
    JoinFailed,
    LegDied,
    LegGone,
    LegLeft,
    LegReplaced,
    ResumeAsked,
)
from dialer.domain.call_states import ASIDE
from dialer.domain.call_states import CallState as S
from dialer.domain.talk_flow import TalkFlow


def hold_asked(flow: TalkFlow, _event: HoldAsked) -> list[CallCommand]:
    """Take the agent's leg out; the music plays once the line asks."""
    if flow.leg_id is None:
        return []  # adopted while nobody was seen with the customer
    flow.state = S.PARTING
    flow.moved, flow.onward, flow.leg_lost = True, False, False
    return [Part(flow.leg_id)]


def resume_asked(flow: TalkFlow, _event: ResumeAsked) -> list[CallCommand]:
    """Join the agent again."""
    if flow.leg_id is None or flow.awaited:
        return []  # joined once the agent has a leg again
    flow.state = S.REJOINING
    return [Join(flow.leg_id)]


def handed_over(flow: TalkFlow, event: HandedOver) -> list[CallCommand]:
    """Give the customer to another, or to the same anew (the talk of three is one of two again)."""
    commands: list[CallCommand] = []
    old_agent, old_leg = flow.agent_id, flow.leg_id
    if event.leg_id != old_leg:
        commands = flow.free(talked=True)
        if old_agent is not None and old_leg is not None:
            flow.back = (old_agent, old_leg)
            flow.first = flow.first or flow.back
    flow.agent_id, flow.leg_id = event.agent_id, event.leg_id
    flow.moved, flow.awaited = True, False
    if flow.state is S.HOLDING or flow.state in ASIDE:
        flow.state = S.REJOINING
        return [*commands, Join(event.leg_id)]
    flow.state = S.PARTING
    flow.onward, flow.leg_lost = True, False
    return [*commands, Part(old_leg)] if old_leg is not None else commands


def line_came_back(flow: TalkFlow, event: LegLeft) -> Sequence[Any]:
    """The leg is out of the talk and the line asks: on hold, or on to whoever is next."""
    elsewhere = flow.came_back(event.at)
    if elsewhere is not None:
        return elsewhere
    if flow.leg_lost:
        return lost(flow, event.at)
    if flow.onward and flow.leg_id is not None and not flow.awaited:
        flow.state = S.REJOINING
        return [Join(flow.leg_id)]
    flow.state = S.HOLDING
    return [PlayMusic()]


def leg_died(flow: TalkFlow, event: LegDied) -> list[CallCommand]:
    """The line comes back by itself, and is put on hold until the agent has another leg."""
    if flow.leg_id != event.leg_id:
        return []
    flow.awaited = True
    if flow.state is S.TALKING:
        flow.moved, flow.onward, flow.leg_lost = True, False, False
    return []


def leg_replaced(flow: TalkFlow, event: LegReplaced) -> list[CallCommand]:
    """Whatever follows is of the agent's new leg, if they have the person still."""
    if flow.agent_id is not None:
        flow.leg_id, flow.awaited = event.leg_id, False
    return []


def leg_gone(flow: TalkFlow, event: LegGone) -> Sequence[Any]:
    """A leg died while the person was apart from it."""
    if flow.leaves_message or flow.aside is not None:
        return []
    if flow.leg_id is not None and event.leg_id != flow.leg_id:
        return []
    if flow.state is S.HOLDING or flow.leg_id is None:
        flow.talk_ended_at = event.at
        return lost(flow, event.at)
    if flow.state is S.PARTING and not flow.onward:
        flow.talk_ended_at = event.at
        flow.leg_lost = True  # told to the person once the line asks
    return []  # on the way to it: the join fails, and says so


def rejoin_failed(flow: TalkFlow, event: JoinFailed) -> Sequence[Any]:
    """The leg was gone: back to who handed the person over, or the line broke."""
    freed = flow.free(talked=False)
    back, flow.back = flow.back, None
    flow.agent_id = flow.leg_id = None
    if back is None or flow.aside is not None:
        return [*freed, *flow.nobody_has(event.at)]
    return [*freed, TakeBack(*back)]


def lost(flow: TalkFlow, at: float) -> Sequence[Any]:
    """Nobody is there for this person any more."""
    freed = flow.free(talked=True)
    return [*freed, *flow.nobody_has(at)]


LAWS: Final[Mapping[type, Callable[[Any, Any], Sequence[Any]]]] = {
    HoldAsked: hold_asked,
    ResumeAsked: resume_asked,
    HandedOver: handed_over,
    LegDied: leg_died,
    LegGone: leg_gone,
    LegReplaced: leg_replaced,
}
"""What follows from each of these events."""
