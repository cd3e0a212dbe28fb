"""`/supervision`: who listens to whom, and listening, whispering, barging in.

The engine notes each in the audit log before it begins. A line to an agent's page is a message
(`/messages`). Refuses to know what the calling rules allow: the engine says so.
"""

from typing import Annotated

from fastapi import Depends

from api.agents.floor import check_agent, node_of
from api.asking import may
from api.noun import Noun
from api.once import OnceRoute
from api.paging import Cursor, Limit, Page, after, page
from api.supervision.asked import phone_of, who
from api.supervision.schemas import SpyShown, Stop, Supervise
from api.world import Here, World
from dialer.domain.principal import Principal
from dialer.errors import EngineUnavailable, WrongState

router = Noun(prefix="/supervision", tags=["supervision"], route_class=OnceRoute)


@router.get("", operation_id="supervision.list")
async def list_spies(
    world: Here,
    principal: Annotated[Principal, Depends(may("supervision.list"))],
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[SpyShown]:
    """List who listens now, on all engines, in the order in which they began."""
    begun = after(cursor, str)
    found = [one for one in await _live(world, principal) if begun is None or one.id > begun]
    return page(found, limit, lambda one: one.id)


@router.post("", operation_id="supervision.begin")
async def begin(
    wanted: Supervise,
    world: Here,
    principal: Annotated[Principal, Depends(may("supervision.begin"))],
) -> SpyShown:
    """Listen to an agent's talk, or do so in another way on the same phone.

    The phone is called and answers by itself; returns once it hears. It ends with the talk.
    """
    agent_id = await check_agent(world, principal.tenant_id, wanted.agent)
    phone = await phone_of(world, principal, wanted.phone)
    node = await node_of(world, agent_id)
    told = await world.engines.ask(
        f"supervise.{wanted.mode}",
        node=node,
        agent=agent_id,
        phone=phone,
        **who(principal),
    )
    return SpyShown.of(node or _only(world), told)


@router.post("/stop", operation_id="supervision.stop")
async def stop(
    wanted: Stop,
    world: Here,
    principal: Annotated[Principal, Depends(may("supervision.stop"))],
) -> SpyShown:
    """Have a phone listen no more, whoever began it."""
    phone = await phone_of(world, principal, wanted.phone)
    live = await _live(world, principal)
    known = next((one for one in live if one.phone == phone), None)
    if known is None:
        raise WrongState("phone", f"{phone!r} listens to nobody", "see GET supervision")
    told = await world.engines.ask("supervise.stop", node=known.node, phone=phone, **who(principal))
    return SpyShown.of(known.node, told)


async def _live(world: World, principal: Principal) -> list[SpyShown]:
    found: list[SpyShown] = []
    lost: EngineUnavailable | None = EngineUnavailable("", "none runs")
    for node in world.engines.nodes():
        try:
            told = await world.engines.ask("supervise.list", node=node, **who(principal))
        except EngineUnavailable as error:
            lost = lost and error
            continue
        lost = None
        found += [SpyShown.of(node, one) for one in told]
    if lost is not None:
        raise lost
    return sorted(found, key=lambda one: one.id)


def _only(world: World) -> str:
    return next(iter(world.engines.nodes()), "")
