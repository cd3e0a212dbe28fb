"""What goes on in each queue, for screens and metrics: all from memory.

Refuses to know who is told, and how often.
"""

from collections.abc import Iterable
from typing import Any, Final

from dialer.domain.agentflow import AgentState
from dialer.domain.call_states import CallState
from dialer.domain.ids import CallId
from dialer.domain.queue_order import Wish
from dialer.services.queue_agents import QueueAgents
from dialer.services.queue_terms import QueueTerms
from dialer.services.queued_call import TEAM, QueuedCall

_WITH_AGENT: Final = frozenset(
    {CallState.TALKING, CallState.PARTING, CallState.HOLDING, CallState.REJOINING}
)

_PRESENT: Final = frozenset(
    {
        AgentState.IDLE,
        AgentState.HELD,
        AgentState.RESERVED,
        AgentState.TALKING,
        AgentState.WRAP_UP,
    }
)


def queues_shown(
    queues: Iterable[tuple[str, str]],
    calls: Iterable[QueuedCall],
    terms: QueueTerms,
    who: QueueAgents,
) -> dict[str, dict[str, Any]]:
    """Return what goes on, by tenant and queue.

    Args:
        queues: those in which somebody waits or talks, or did in this life of the engine.
        calls: the callers.
        terms: knows the settings.
        who: the agents.
    """
    found: dict[str, dict[str, Any]] = {}
    there = list(calls)
    for tenant_id, name in sorted(one for one in queues if one[1] and not one[1].startswith(TEAM)):
        mine = [one for one in there if one.of == (tenant_id, name)]
        waiting = [one for one in mine if one.flow.state is CallState.WAITING]
        settings = terms.seen(tenant_id, name)
        wish = Wish(CallId(""), tenant_id, 0.0, settings)
        found[f"{tenant_id}/{name}"] = {
            "queue": name,
            "waiting": len(waiting),
            "oldest_since": min((one.wish.since for one in waiting), default=None),
            "talking": sum(1 for one in mine if one.flow.state in _WITH_AGENT),
            "agents_idle": who.count(wish, {AgentState.IDLE}),
            "agents": who.count(wish, _PRESENT),
            "longest_wait_s": settings.longest_wait_s,
            "tenants": [tenant_id],
        }
    return found
