"""Whose a lead is: who may take it, how many are dealt out, what it is when it is let go. Pure.

A lead with a living owner is `owned`, a state that is never leased the predictive way. Refuses to
know rows, and how an agent dials what is its own.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from dialer.domain.ids import AgentId

LeadKey = TypeVar("LeadKey")

OWNED: Final = "owned"
"""State of a lead that rests, and has a living owner."""

FREE: Final = ("ready", "waiting")
"""States in which a lead without an owner may be given to one."""

RESTING: Final = (OWNED, *FREE)
"""States in which a lead may be taken from its owner: nobody holds it for a call."""

NOT_HELD: Final = ("done", "importing")
"""States in which a lead does not count against what its owner may hold."""


@dataclass(frozen=True, slots=True)
class Holder:
    """An agent, and how many leads it holds."""

    agent_id: AgentId
    held: int
    most: int | None = None
    """Leads that it may hold at most; None: any number."""

    @property
    def room(self) -> int | None:
        """How many more it may take; None: any number."""
        return None if self.most is None else max(self.most - self.held, 0)

    def takes(self, wanted: int) -> int:
        """Return how many of `wanted` leads it may take."""
        return wanted if self.room is None else min(wanted, self.room)


@dataclass(frozen=True, slots=True)
class Dealt(Generic[LeadKey]):
    """Leads as they were dealt out."""

    to: Mapping[AgentId, Sequence[LeadKey]]
    left: Sequence[LeadKey]
    """Those that nobody has room for."""


def deal(
    leads: Iterable[LeadKey], holders: Iterable[Holder], given: Mapping[AgentId, int] | None = None
) -> Dealt[LeadKey]:
    """Deal leads out like cards: each goes to whoever was given fewest and has room.

    Args:
        leads: the best first.
        holders: agents; each gets no more than it has room for.
        given: what each was given before in the same move.
    """
    before = given or {}
    to: dict[AgentId, list[LeadKey]] = {}
    left: list[LeadKey] = []
    waiting = [
        (before.get(holder.agent_id, 0), holder.held, holder.agent_id, holder.room)
        for holder in holders
        if holder.room != 0
    ]
    heapq.heapify(waiting)
    for lead in leads:
        if not waiting:
            left.append(lead)
            continue
        had, held, agent_id, room = waiting[0]
        to.setdefault(agent_id, []).append(lead)
        if room is None:
            heapq.heapreplace(waiting, (had + 1, held + 1, agent_id, None))
        elif room > 1:
            heapq.heapreplace(waiting, (had + 1, held + 1, agent_id, room - 1))
        else:
            heapq.heappop(waiting)
    return Dealt(to, left)


def is_living(owner: str | None, assigned_until: float | None, now: float) -> bool:
    """Tell whether a lead is its owner's at an instant (epoch seconds)."""
    return owner is not None and (assigned_until is None or now < assigned_until)


def resting_state(
    *, owner: str | None, assigned_until: float | None, due_at: float, now: float
) -> str:
    """Return the state of a lead that may be dialed, now or later, and that nobody holds.

    Args:
        owner: whose it is, None if it is anybody's.
        assigned_until: until when it is the owner's; None: for good. Epoch seconds.
        due_at: when it may be dialed again; a lead that is owned keeps it.
        now: epoch seconds.
    """
    if is_living(owner, assigned_until, now):
        return OWNED
    return "waiting" if due_at > now else "ready"
