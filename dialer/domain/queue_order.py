"""Who of those who wait is next for an agent, and which agent is best for a caller. Pure.

Of callers: the queue's priority, then VIPs, then who waits longest. Of idle agents: who talked with
the caller last, then the queue's order (who is idle longest, or who has most of the skills that are
wanted). Refuses to know how long anyone will wait, and how they are joined.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from dialer.domain.ids import AgentId, CallId
from dialer.domain.queue import AgentOrder, QueueSettings

YIELD_S: Final = 25.0
"""How long a caller lets people go first who answered a call of ours and wait for 1.8 s at most.
As long as a line may ring: those lines were dialed before pacing knew of the caller."""


@dataclass(frozen=True, slots=True)
class Server:
    """An agent, as queues see one."""

    agent_id: AgentId
    tenant_id: str
    since: float
    """Since when the agent does what it does now, epoch seconds."""
    skills: Mapping[str, int] = field(default_factory=dict)
    """By name, how well: 1 or more."""
    team: str = ""
    """Its name; "": none."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller waits for."""

    call_id: CallId
    tenant_id: str
    since: float
    """When the caller came, epoch seconds."""
    settings: QueueSettings = field(default_factory=QueueSettings)
    vip: bool = False
    only: AgentId | None = None
    """The one agent who is wanted; None: any who serves the queue."""
    team: str = ""
    """The one team whose agents are wanted; "": any who serves the queue."""
    last: AgentId | None = None
    """Who talked with this number last."""

    @property
    def rank(self) -> tuple[int, bool, float]:
        """The lower, the earlier served."""
        return (-self.settings.priority, not self.vip, self.since)


def may_serve(wish: Wish, server: Server) -> bool:
    """Tell whether an agent is one of those a caller waits for."""
    if server.tenant_id != wish.tenant_id:
        return False
    if wish.only is not None:
        return server.agent_id == wish.only
    if wish.team and server.team != wish.team:
        return False
    wanted = wish.settings.skills
    if not wanted:
        return True
    had = _skilled(wish, server)
    return had > 0 if wish.settings.order is AgentOrder.MOST_SKILLED else had == len(wanted)


def next_caller(server: Server, wishes: Iterable[Wish]) -> Wish | None:
    """Return the caller whom an agent serves next; None when nobody waits for this agent."""
    mine = (wish for wish in wishes if may_serve(wish, server))
    return min(mine, key=lambda wish: wish.rank, default=None)


def best_agent(wish: Wish, idle: Iterable[Server]) -> Server | None:
    """Return the idle agent who is best for a caller; None when none of them may serve."""

    def rank(server: Server) -> tuple[bool, int, float]:
        most = wish.settings.order is AgentOrder.MOST_SKILLED
        by_skill = -_skilled(wish, server) if most else 0
        return (server.agent_id != wish.last, by_skill, server.since)

    return min((one for one in idle if may_serve(wish, one)), key=rank, default=None)


def yields(wish: Wish, now: float) -> bool:
    """Tell whether a caller still lets a person go first who answered and waits."""
    return now - wish.since < YIELD_S


def spoken_for(wishes: Iterable[Wish], busy: Iterable[Server]) -> set[AgentId]:
    """Return the agents whom callers who wait take next: for each caller one who may serve.

    Args:
        wishes: of those who wait.
        busy: agents who talk or write up, in the order in which they will be free.
    """
    left = list(busy)
    taken: set[AgentId] = set()
    for wish in sorted(wishes, key=lambda one: one.rank):
        found = next((one for one in left if may_serve(wish, one)), None)
        if found is not None:
            left.remove(found)
            taken.add(found.agent_id)
    return taken


def _skilled(wish: Wish, server: Server) -> int:
    return sum(1 for skill in wish.settings.skills if server.skills.get(skill, 0) > 0)
