"""`/leads`: looked for in pages, one with its history and why it is not dialed, changed, revealed.

Refuses to know what is done with many of them at once (`api.leads.bulk`).
"""

from typing import Annotated

from fastapi import Depends, Path, Query, Response

from api.asking import may
from api.campaigns.found import campaign_id_of, campaign_of
from api.etags import IfMatch, check_unchanged, etag
from api.leads.found import lead_of
from api.leads.schemas import LeadPatch, LeadSaid, LeadShown, LeadWhole, Revealed, Why
from api.noun import Noun
from api.number_said import Region, number_said
from api.one_line import Words
from api.paging import Cursor, Limit, Page, after, page
from api.world import Here, World
from dialer.adapters.sql.lead_search import LeadFound, Wanted
from dialer.domain.explanation import StandingCount
from dialer.domain.ids import CampaignId
from dialer.domain.lead_change import patch_from
from dialer.domain.lead_line import LeadLines
from dialer.domain.lead_said import said_of
from dialer.domain.lead_standing import LeadState
from dialer.domain.lead_upsert import KnownLead, UnusableChange, change_of
from dialer.domain.principal import Principal
from dialer.errors import BadInput

router = Noun(prefix="/leads", tags=["leads"])  # a number that is revealed is kept nowhere

LeadNumber = Annotated[int, Path(ge=1, lt=1 << 63, examples=[4711])]


@router.get("", operation_id="leads.list")
async def list_leads(
    world: Here,
    principal: Annotated[Principal, Depends(may("leads.list"))],
    campaign: Annotated[Words, Query(description="Only of this campaign, by its id.")] = "",
    list_id: Annotated[int | None, Query(ge=1, lt=1 << 63)] = None,
    state: Annotated[LeadState | None, Query(description="Only in this state.")] = None,
    number: Annotated[Words, Query(description="Only with this telephone number.")] = "",
    region: Region = "",
    external_id: Annotated[Words, Query(description="What another program calls it.")] = "",
    owner: Annotated[Words, Query(description="Only an agent's own.")] = "",
    q: Annotated[Words, Query(description="Text in its attributes; reads all leads.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[LeadShown]:
    """List leads by their ids; with none of `campaign` and `number` it reads those of all."""
    if campaign:
        await campaign_id_of(world, principal, campaign)
    wanted = Wanted(
        campaign_id=CampaignId(campaign) if campaign else None,
        list_id=list_id,
        state=state,
        number=number_said(number, region) if number else "",
        external_id=external_id,
        owner=owner,
        text=q,
    )
    begun = after(cursor, int) or 0
    found = await world.stores.lead_search.page(
        wanted, tenant_id=principal.tenant_id, after=begun, most=limit + 1
    )
    shown = [LeadShown.of(one, principal.role) for one in found]
    return page(shown, limit, lambda one: one.id)


@router.get("/{lead_id}", operation_id="leads.get")
async def get(
    lead_id: LeadNumber,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("leads.get"))],
) -> LeadWhole:
    """Show a lead: its attempts, and why it is dialed or not, in words.

    Calling hours are told as for a real trunk. The ETag is of attributes and priority.
    """
    return await _whole(world, principal, await lead_of(world, principal, lead_id), response)


@router.patch("/{lead_id}", operation_id="leads.update")
async def update(
    lead_id: LeadNumber,
    change: LeadPatch,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("leads.update"))],
    if_match: IfMatch = None,
) -> LeadWhole:
    """Change attributes and priority; noted in the audit log.

    Where the attributes say another place or time zone, the lead is there from now on.
    """
    seen = await lead_of(world, principal, lead_id)
    careful = check_unchanged(if_match, LeadSaid.of(seen), f"lead {lead_id}")
    numbers = await world.stores.lead_search.numbers(seen)
    known = KnownLead(
        seen.lead_id,
        seen.number,
        tuple(numbers),
        seen.external_id,
        seen.attributes,
        seen.state.value,
        seen.list_name,
    )
    try:
        patch = patch_from(change.attributes)
        changed = change_of(LeadLines(None), known, patch, priority=change.priority)
    except UnusableChange as unusable:
        problem = f"cannot be changed so: it {unusable}"
        raise BadInput("attributes", problem, "correct them") from None
    await world.stores.lead_search.change(
        seen,
        changed,
        by=principal.who,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
        careful=careful,
    )
    return await _whole(world, principal, await lead_of(world, principal, lead_id), response)


@router.post("/{lead_id}/reveal", operation_id="leads.reveal")
async def reveal(
    lead_id: LeadNumber,
    why: Why,
    world: Here,
    principal: Annotated[Principal, Depends(may("leads.reveal"))],
) -> Revealed:
    """Show the numbers of a lead whole; noted in the audit log before they are shown."""
    lead = await lead_of(world, principal, lead_id)
    await world.stores.audit.note(
        by=principal.who,
        action="reveal",
        subject=f"lead {lead_id}",
        detail={"reason": why.reason},
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return Revealed(numbers=await world.stores.lead_search.numbers(lead))


async def _whole(
    world: World, principal: Principal, lead: LeadFound, response: Response
) -> LeadWhole:
    now = world.clock.now()
    campaign = await campaign_of(world, principal, lead.campaign_id)
    found = await world.stores.lead_search.history(lead, tenant_id=principal.tenant_id, now=now)
    standing = StandingCount(
        lead.state,
        lead.why,
        1,
        due_at=lead.due_at,
        place=found.place,
        listed=int(found.listed and lead.state is LeadState.READY),
    )
    said = said_of(standing, world.law, world.terms(campaign), now)
    response.headers["ETag"] = etag(LeadSaid.of(lead))
    return LeadWhole.told(found, said, principal.role)
