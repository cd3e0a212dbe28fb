"""What is asked of an agent's engine, for the agent alike and for who leads the floor.

Knows which node an agent is on, and that only campaigns of the tenant can be served. Refuses to
know who may ask (`api.access`) and whose agent it is (`floor`).
"""

from api.agents.floor import floor_of, node_of
from api.agents.schemas import AgentShown, LogIn, Pause, Ready
from api.campaigns.found import campaign_id_of
from api.world import World
from dialer.domain.ids import AgentId
from dialer.domain.principal import Principal
from dialer.errors import BadInput


async def log_in(
    world: World, principal: Principal, agent_id: AgentId, wanted: LogIn, node: str
) -> None:
    """Call the softphone and keep the line; returns when it is up.

    Raises:
        NoSuch: a campaign is not the tenant's.
        WrongState: the agent is logged in already, or the softphone did not answer.
    """
    campaigns = [
        await campaign_id_of(world, principal, campaign_id)
        for campaign_id in dict.fromkeys(wanted.campaigns)
    ]
    now_on = await node_of(world, agent_id)
    if node and now_on and node != now_on:
        raise BadInput("node", f"{agent_id!r} is on {now_on!r}", "log out there first")
    await world.engines.ask("agent.login", node=node or now_on, agent=agent_id, campaigns=campaigns)


async def log_out(world: World, agent_id: AgentId) -> None:
    """Log out, now or after the present call."""
    await _told(world, agent_id, "logout")


async def pause(world: World, agent_id: AgentId, why: Pause) -> None:
    """Pause, now or after the present call."""
    await _told(world, agent_id, "pause", code=why.code)


async def resume(world: World, agent_id: AgentId) -> None:
    """End a pause."""
    await _told(world, agent_id, "resume")


async def ready(world: World, agent_id: AgentId, said: Ready) -> None:
    """End wrap-up, with what became of the talk."""
    belongs = {"amount": said.amount, "callback_at": said.callback_at, "note": said.note or None}
    field = next((name for name, value in belongs.items() if value is not None), None)
    if field is not None and not said.disposition:
        raise BadInput(field, "belongs to a disposition", "say the disposition too")
    await _told(world, agent_id, "ready", **said.model_dump())


async def extend(world: World, agent_id: AgentId) -> None:
    """Make the wrap-up longer."""
    await _told(world, agent_id, "extend")


async def hang_up(world: World, agent_id: AgentId) -> None:
    """End the agent's talk."""
    await _told(world, agent_id, "hangup")


async def shown(world: World, principal: Principal, agent_id: AgentId) -> AgentShown:
    """Show an agent as it is now."""
    return (await floor_of(world, principal.tenant_id, anew=True)).shown(agent_id)


async def _told(world: World, agent_id: AgentId, order: str, **arguments: object) -> None:
    node = await node_of(world, agent_id)
    await world.engines.ask(f"agent.{order}", node=node, agent=agent_id, **arguments)
