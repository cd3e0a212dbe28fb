"""`/coaching`: a supervisor asks to speak with a paused agent; the agent accepts, or ends it.

Nobody hears an agent who has no customer unless they have accepted it. An invitation comes to the
agent by the feed (`session`).
"""

from typing import Annotated

from fastapi import Depends

from api.agents.floor import check_agent, node_of
from api.asking import may
from api.coaching.schemas import InvitationShown, Invite
from api.noun import Noun
from api.once import OnceRoute
from api.session.routes import own_agent
from api.supervision.asked import phone_of, who
from api.supervision.schemas import SpyShown
from api.world import Here
from dialer.domain.principal import Principal

router = Noun(prefix="/coaching", tags=["supervision"], route_class=OnceRoute)


@router.post("", operation_id="coaching.invite")
async def invite(
    wanted: Invite,
    world: Here,
    principal: Annotated[Principal, Depends(may("coaching.invite"))],
) -> InvitationShown:
    """Ask a paused agent to be coached; they have a minute to accept."""
    agent_id = await check_agent(world, principal.tenant_id, wanted.agent)
    phone = await phone_of(world, principal, wanted.phone)
    node = await node_of(world, agent_id)
    told = await world.engines.ask(
        "coaching.invite", node=node, agent=agent_id, phone=phone, **who(principal)
    )
    return InvitationShown(**told)


@router.post("/accept", operation_id="coaching.accept")
async def accept(
    world: Here, principal: Annotated[Principal, Depends(may("coaching.accept"))]
) -> SpyShown:
    """Accept: the supervisor's phone is called; returns once you hear each other."""
    agent_id = own_agent(principal)
    node = await node_of(world, agent_id)
    told = await world.engines.ask("coaching.accept", node=node, agent=agent_id)
    return SpyShown.of(node or next(iter(world.engines.nodes()), ""), told)


@router.post("/end", operation_id="coaching.end", status_code=204)
async def end(world: Here, principal: Annotated[Principal, Depends(may("coaching.end"))]) -> None:
    """Decline an invitation, or end the session."""
    agent_id = own_agent(principal)
    await world.engines.ask("coaching.end", node=await node_of(world, agent_id), agent=agent_id)
