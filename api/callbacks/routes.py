"""`/callbacks`: calls that were promised, and the end of a promise that is not to be kept.

An agent sees their own.
"""

from typing import Annotated

from fastapi import Depends, Path, Query

from api.agents.floor import node_of
from api.asking import may
from api.callbacks.schemas import CallbackShown
from api.campaigns.found import campaign_id_of
from api.leads.schemas import Why
from api.noun import Noun
from api.once import OnceRoute
from api.one_line import Words
from api.paging import Cursor, Limit, Page, after_moment, cursor_of
from api.session.routes import own_agent
from api.world import Here
from dialer.adapters.sql.promises import PromisesWanted
from dialer.domain.principal import Principal
from dialer.domain.roles import Role

router = Noun(prefix="/callbacks", tags=["callbacks"], route_class=OnceRoute)
own = Noun(prefix="/session/callbacks", tags=["session"], route_class=OnceRoute)

Id = Annotated[int, Path(ge=1, lt=1 << 63, examples=[12])]


@router.get("", operation_id="callbacks.list")
async def list_callbacks(
    world: Here,
    principal: Annotated[Principal, Depends(may("callbacks.list"))],
    campaign: Annotated[Words, Query(description="Only of this campaign, by its id.")] = "",
    owner: Annotated[Words, Query(description="Only those of an agent.")] = "",
    closed: Annotated[bool, Query(description="Those that are over as well.")] = False,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[CallbackShown]:
    """List promised calls, the earliest first."""
    begun = after_moment(cursor, int)
    if campaign:
        await campaign_id_of(world, principal, campaign)
    if principal.role is Role.AGENT:
        if principal.agent_id is None or owner not in ("", principal.agent_id):
            return Page(items=[], next=None)
        owner = principal.agent_id
    found = await world.stores.promises.page(
        PromisesWanted(campaign, owner, still_open=not closed),
        tenant_id=principal.tenant_id,
        after=begun,
        most=limit + 1,
    )
    shown = [CallbackShown.of(row, principal.role) for row in found[:limit]]
    more = len(found) > limit
    return Page(items=shown, next=cursor_of([shown[-1].due_at, shown[-1].id]) if more else None)


@router.post("/{callback_id}/close", operation_id="callbacks.close")
async def close(
    callback_id: Id,
    why: Why,
    world: Here,
    principal: Annotated[Principal, Depends(may("callbacks.close"))],
) -> CallbackShown:
    """End a promise; its lead goes back to where it then belongs.

    Refused while the lead is being called. Its engine hears of it within seconds.
    """
    row = await world.stores.promises.cancel(
        callback_id,
        by=principal.who,
        reason=why.reason,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return CallbackShown.of(row, principal.role)


@own.post("/{callback_id}/call", operation_id="session.call_back")
async def call_back(
    callback_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("session.call_back"))],
) -> CallbackShown:
    """Keep a promise now, one's own or anyone's: the call comes as soon as one is idle."""
    agent_id = own_agent(principal)
    tenant_id = principal.tenant_id
    await world.stores.promises.get(callback_id, tenant_id=tenant_id)
    node = await node_of(world, agent_id)
    await world.engines.ask("callback.now", node=node, agent=agent_id, callback=callback_id)
    row = await world.stores.promises.get(callback_id, tenant_id=tenant_id)
    return CallbackShown.of(row, principal.role)
