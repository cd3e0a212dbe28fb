"""`/agents`: who is on the floor, and what whoever leads it does with an agent.

Each order is noted in the audit log; what agents do themselves is in `/session`.
"""

from typing import Annotated

from fastapi import Depends, Path, Query

from api.agents import orders
from api.agents.floor import check_agent, floor_of, no_such_agent
from api.agents.schemas import AgentShown, LogIn, Pause, Ready
from api.asking import may
from api.campaigns.routes import Node
from api.noun import Noun
from api.once import OnceRoute
from api.paging import Cursor, Limit, Page, after, page
from api.world import Here, World
from dialer.domain.agentflow import AgentState
from dialer.domain.ids import AgentId
from dialer.domain.principal import Principal

router = Noun(prefix="/agents", tags=["agents"], route_class=OnceRoute)

Id = Annotated[
    str, Path(min_length=1, max_length=64, pattern=r"^[^\x00-\x20\x7f]+$", examples=["1001"])
]


@router.get("", operation_id="agents.list")
async def list_agents(
    world: Here,
    principal: Annotated[Principal, Depends(may("agents.list"))],
    state: Annotated[AgentState | None, Query(description="Only in this state.")] = None,
    campaign: Annotated[
        str, Query(max_length=64, description="Only who serves this campaign, by its id.")
    ] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[AgentShown]:
    """List the agents of all engines, by id; users who are agents and not there are offline."""
    begun = after(cursor, str)
    found = [
        one
        for one in (await floor_of(world, principal.tenant_id)).all()
        if state in (None, one.state)
        and (not campaign or campaign in one.campaigns)
        and (begun is None or one.id > begun)
    ]
    return page(found, limit, lambda one: one.id)


@router.get("/{agent_id}", operation_id="agents.get")
async def get(
    agent_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("agents.get"))],
) -> AgentShown:
    """Show an agent."""
    floor = await floor_of(world, principal.tenant_id)
    known = AgentId(agent_id)
    if known not in floor.people and known not in floor.places:
        raise no_such_agent(agent_id)
    return floor.shown(known)


@router.post("/{agent_id}/log-in", operation_id="agents.log_in")
async def log_in(
    agent_id: Id,
    wanted: LogIn,
    world: Here,
    principal: Annotated[Principal, Depends(may("agents.log_in"))],
    node: Node = "",
) -> AgentShown:
    """Call an agent's softphone, which answers by itself; returns when the agent is there."""
    known = await check_agent(world, principal.tenant_id, agent_id)
    await orders.log_in(world, principal, known, wanted, node)
    await _note(world, principal, known, "log_in", campaigns=wanted.campaigns)
    return await orders.shown(world, principal, known)


@router.post("/{agent_id}/log-out", operation_id="agents.log_out")
async def log_out(
    agent_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("agents.log_out"))],
) -> AgentShown:
    """Log an agent out, now or after the present call."""
    known = await check_agent(world, principal.tenant_id, agent_id)
    await orders.log_out(world, known)
    await _note(world, principal, known, "log_out")
    return await orders.shown(world, principal, known)


@router.post("/{agent_id}/pause", operation_id="agents.pause")
async def pause(
    agent_id: Id,
    why: Pause,
    world: Here,
    principal: Annotated[Principal, Depends(may("agents.pause"))],
) -> AgentShown:
    """Have an agent pause, now or after the present call."""
    known = await check_agent(world, principal.tenant_id, agent_id)
    await orders.pause(world, known, why)
    await _note(world, principal, known, "pause", code=why.code)
    return await orders.shown(world, principal, known)


@router.post("/{agent_id}/resume", operation_id="agents.resume")
async def resume(
    agent_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("agents.resume"))],
) -> AgentShown:
    """End an agent's pause."""
    known = await check_agent(world, principal.tenant_id, agent_id)
    await orders.resume(world, known)
    await _note(world, principal, known, "resume")
    return await orders.shown(world, principal, known)


@router.post("/{agent_id}/ready", operation_id="agents.ready")
async def ready(
    agent_id: Id,
    said: Ready,
    world: Here,
    principal: Annotated[Principal, Depends(may("agents.ready"))],
) -> AgentShown:
    """End an agent's wrap-up, with what became of the talk."""
    known = await check_agent(world, principal.tenant_id, agent_id)
    await orders.ready(world, known, said)
    await _note(world, principal, known, "ready", disposition=said.disposition)
    return await orders.shown(world, principal, known)


@router.post("/{agent_id}/hang-up", operation_id="agents.hang_up")
async def hang_up(
    agent_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("agents.hang_up"))],
) -> AgentShown:
    """End an agent's talk."""
    known = await check_agent(world, principal.tenant_id, agent_id)
    await orders.hang_up(world, known)
    await _note(world, principal, known, "hang_up")
    return await orders.shown(world, principal, known)


async def _note(
    world: World, principal: Principal, agent_id: AgentId, action: str, **detail: object
) -> None:
    await world.stores.audit.note(
        by=principal.who,
        action=action,
        subject=f"agent {agent_id}",
        detail=detail,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
