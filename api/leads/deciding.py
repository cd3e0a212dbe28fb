"""`/leads/{id}`: what a person decides of one: whose it is, and that it is not called any more.

Refuses to know what becomes of leads by that (`dialer.adapters.sql`).
"""

from typing import Annotated

from fastapi import Depends

from api.asking import may
from api.do_not_call.schemas import Entered
from api.leads.found import lead_of
from api.leads.routes import LeadNumber
from api.leads.schemas import LeadShown, NoCalls, OwnerSet
from api.noun import Noun
from api.world import Here
from dialer.domain.principal import Principal

router = Noun(prefix="/leads", tags=["leads"])


@router.put("/{lead_id}/owner", operation_id="leads.own")
async def own(
    lead_id: LeadNumber,
    wanted: OwnerSet,
    world: Here,
    principal: Annotated[Principal, Depends(may("leads.own"))],
) -> LeadShown:
    """Make a lead an agent's or nobody's; refused while it is held for a call, and when done."""
    lead = await lead_of(world, principal, lead_id)
    await world.stores.lead_owner.set(
        lead.lead_id,
        wanted.agent,
        until=wanted.until,
        by=principal.who,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return LeadShown.of(await lead_of(world, principal, lead_id), principal.role)


@router.post("/{lead_id}/do-not-call", operation_id="leads.do_not_call")
async def do_not_call(
    lead_id: LeadNumber,
    wanted: NoCalls,
    world: Here,
    principal: Annotated[Principal, Depends(may("leads.do_not_call"))],
) -> Entered:
    """Enter all numbers of a lead in the do-not-call list; whoever asks need not see them."""
    lead = await lead_of(world, principal, lead_id)
    scopes = {
        "tenant": f"tenant:{principal.tenant_id}",
        "campaign": f"campaign:{lead.campaign_id}",
    }
    done = await world.stores.do_not_call.add(
        await world.stores.lead_search.numbers(lead),
        scope=scopes[wanted.of],
        source=wanted.source,
        at=world.clock.now(),
        by=principal.who,
        tenant_id=principal.tenant_id,
    )
    return Entered(new=done.new, leads=done.leads)
