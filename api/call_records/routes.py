"""`/call-records`: calls that no attempt stands for: they came in, or were made by hand.

Calls that were dialed for a lead are `/attempts`, calls that live are `/calls`.
"""

from typing import Annotated

from fastapi import Depends, Path, Query

from api.asking import may
from api.attempts.routes import Instant, OfAgent, OfCampaign
from api.call_records.schemas import CallRecordShown, CallRecordWhole
from api.noun import Noun
from api.number_said import number_said
from api.paging import PRINTABLE, Cursor, Limit, Page, after_moment, page
from api.world import Here
from dialer.domain.call_record import CallKey, CallsWanted, Direction
from dialer.domain.ids import AgentId, CallId, CampaignId
from dialer.domain.outcome import Outcome
from dialer.domain.principal import Principal
from dialer.errors import NoSuch

router = Noun(prefix="/call-records", tags=["call records"])

OfNumber = Annotated[
    str,
    Query(
        max_length=40,
        pattern=PRINTABLE,
        description="Only with this number, as +12025550100.",
        examples=["+12025550100"],
    ),
]
OfQueue = Annotated[
    str, Query(max_length=200, pattern=PRINTABLE, description="Only of this queue, by its name.")
]


@router.get("", operation_id="call_records.list")
async def list_records(
    world: Here,
    principal: Annotated[Principal, Depends(may("call_records.list"))],
    direction: Annotated[Direction | None, Query(description="Who began them.")] = None,
    number: OfNumber = "",
    agent: OfAgent = "",
    campaign: OfCampaign = "",
    queue: OfQueue = "",
    outcome: Annotated[Outcome | None, Query(description="Only with this end.")] = None,
    since: Instant = None,
    until: Instant = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[CallRecordShown]:
    """List calls by the time they began, newest first: from `since`, before `until`."""
    key = after_moment(cursor, str)
    wanted = CallsWanted(
        direction=direction,
        number=number_said(number) if number else None,
        agent_id=AgentId(agent) if agent else None,
        campaign_id=CampaignId(campaign) if campaign else None,
        queue=queue or None,
        outcome=outcome,
        since=since,
        until=until,
    )
    found = await world.stores.calls.newest(
        wanted,
        limit=limit + 1,
        before=None if key is None else CallKey(*key),
        tenant_id=principal.tenant_id,
    )
    shown = [CallRecordShown.of(one, principal.role) for one in found]
    return page(shown, limit, lambda one: [one.began_at, one.id])


@router.get("/{call_id}", operation_id="call_records.get")
async def get(
    call_id: Annotated[str, Path(max_length=64, pattern=PRINTABLE)],
    world: Here,
    principal: Annotated[Principal, Depends(may("call_records.get"))],
) -> CallRecordWhole:
    """Show a call, and the calls that were transferred from it."""
    calls, this = world.stores.calls, CallId(call_id)
    found = await calls.get(this, tenant_id=principal.tenant_id)
    if found is None:
        raise NoSuch("call", f"{call_id!r} does not exist", "see GET call-records")
    whole = CallRecordWhole.of(found, principal.role)
    legs = await calls.legs_of(this, tenant_id=principal.tenant_id)
    whole.legs = [CallRecordShown.of(one, principal.role) for one in legs]
    return whole
