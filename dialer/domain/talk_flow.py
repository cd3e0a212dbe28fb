"""What the laws of an attempt and of a caller share: who has the person, and who had them before.

The moves within a talk (`talk_moves`) are made on it. Refuses to know how the talk came about, and
what becomes of a person whom nobody has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dialer.domain.call_commands import CallCommand, FreeAgent
from dialer.domain.call_states import CallState
from dialer.domain.ids import AgentId, AttemptId, LegId


@dataclass(slots=True, kw_only=True)
class TalkFlow:
    """Somebody on the line, and the agent who has them."""

    state: CallState
    agent_id: AgentId | None = None
    leg_id: LegId | None = None
    connected_at: float | None = None
    talk_ended_at: float | None = None
    moved: bool = False
    """Was on hold, or handed over."""
    onward: bool = False
    """While a leg is parted: the line goes on to `leg_id`; else it is put on hold."""
    leg_lost: bool = False
    """While a leg is parted: it died meanwhile."""
    awaited: bool = False
    """The leg died, and the agent may come back on another: the person hears music."""
    first: tuple[AgentId, LegId] | None = None
    """Who had this person before a transfer: the talk is theirs on record."""
    back: tuple[AgentId, LegId] | None = None
    """Who handed this person over last."""
    leaves_message: bool = False
    aside: CallState | None = None
    """PARKED, QUEUED or RETURNING, until somebody talks with the person again."""

    @property
    def talk_id(self) -> AttemptId:
        """By which the talk is named: the attempt's id; of a caller the call's."""
        raise NotImplementedError

    def free(self, *, talked: bool) -> list[CallCommand]:
        """Return that the agent has nobody any more, if there is one."""
        if self.agent_id is None or self.leg_id is None:
            return []
        return [FreeAgent(self.agent_id, self.leg_id, talked)]

    def came_back(self, at: float) -> Sequence[Any] | None:
        """The line asks, out of the talk: return what follows; None: a hold, or the next leg."""
        raise NotImplementedError

    def nobody_has(self, at: float) -> Sequence[Any]:
        """Nobody is there for this person any more: the line broke."""
        raise NotImplementedError

    def part_with_agent(self, at: float, *, talked: bool = False) -> list[CallCommand]:
        """Leave the person without an agent, who is free at once; the call is theirs on record."""
        freed = self.free(talked=talked)
        if self.agent_id is not None and self.leg_id is not None:
            self.first = self.first or (self.agent_id, self.leg_id)
        self.agent_id = self.leg_id = self.back = None
        self.talk_ended_at, self.moved, self.awaited = at, True, False
        return freed
