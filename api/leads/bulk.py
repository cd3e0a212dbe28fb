"""`/campaigns/{id}/leads`: many at once: sent by another program, given to agents, reconsidered.

Refuses to know how a line reads (`dialer.domain.lead_line`) and who has room for leads.
"""

from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request, Response

from api.asking import may
from api.campaigns.found import campaign_of
from api.campaigns.routes import Id
from api.errors import problem
from api.leads.schemas import Assignment, MovedLeads, Reclaim, Reconsidered, UpsertShown
from api.noun import Noun
from api.number_said import Region
from api.once import OnceRoute
from api.one_line import Words
from api.received import received
from api.world import Here
from dialer.adapters.sql.ownership import Move
from dialer.adapters.sql.reconsidering import reconsider as judged_again
from dialer.adapters.sql.which import Which
from dialer.domain.principal import Principal
from dialer.errors import BadInput
from dialer.services.upsert_leads import LIST, upsert_leads

router = Noun(prefix="/campaigns/{campaign_id}/leads", tags=["leads"], route_class=OnceRoute)

NDJSON: Final = "application/x-ndjson"

LINES: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "A JSON object a line: number (text), and if you like attributes (object), "
        "external_id, priority, list. At most 100,000 lines and 64 MiB.",
        "content": {
            NDJSON: {
                "schema": {"type": "string"},
                "example": '{"number":"+12025550101","attributes":{"name":"Ann"},'
                '"external_id":"crm-1","priority":5}\n',
            }
        },
    }
}


@router.post("", operation_id="leads.upsert", response_model=UpsertShown, openapi_extra=LINES)
async def upsert(
    campaign_id: Id,
    request: Request,
    world: Here,
    principal: Annotated[Principal, Depends(may("leads.upsert"))],
    list_name: Annotated[
        Words, Query(alias="list", description=f"Of new leads that name none; else {LIST!r}.")
    ] = "",
    region: Region = "",
    partial: Annotated[
        bool, Query(description="Take the good lines though others are rejected.")
    ] = False,
) -> UpsertShown | Response:
    """Add leads and change those that are there: all lines, or none.

    A lead of the campaign with the same number or external_id is changed: attributes that are sent
    are set, those that are null go, the others stay. Its list, its state and its further numbers
    stay as they are. A lead that another has the number of is never doubled.
    """
    campaign = await campaign_of(world, principal, campaign_id)
    kind = request.headers.get("content-type", NDJSON).partition(";")[0].strip().lower()
    if kind not in (NDJSON, "application/jsonl", "application/octet-stream", "text/plain"):
        detail = f"Content-Type: {kind[:80]!r} is not read here"
        fix = f"send a JSON object a line, as {NDJSON}"
        return problem(415, "unsupported_media_type", detail, field="Content-Type", fix=fix)
    erased = await world.erased()
    async with received(request, "leads.ndjson") as path:
        report = await upsert_leads(
            world.stores.imports,
            world.stores.upserts,
            path,
            campaign.campaign_id,
            at=world.clock.now(),
            region=region or None,
            list_name=list_name,
            partial=partial,
            erased=erased,
        )
    if not report.done:
        return problem(
            422,
            "lines_rejected",
            f"{report.rejected} of {report.lines} lines are rejected, so nothing was done",
            field=f"line {report.examples[0].line}",
            fix="correct them, or send ?partial=true",
            errors=[
                {"field": f"line {one.line}", "problem": one.reason, "fix": "correct it"}
                for one in report.examples
            ],
        )
    await world.stores.audit.note(
        by=principal.who,
        action="upsert",
        subject=f"campaign {campaign.campaign_id}",
        detail={
            "created": report.created,
            "updated": report.updated,
            "rejected": report.rejected,
        },
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return UpsertShown.of(report)


@router.post("/assign", operation_id="leads.assign")
async def assign(
    campaign_id: Id,
    wanted: Assignment,
    world: Here,
    principal: Annotated[Principal, Depends(may("leads.assign"))],
) -> MovedLeads:
    """Give leads that are nobody's to an agent, or evenly to a team; they are its own then."""
    campaign = await campaign_of(world, principal, campaign_id)
    states = tuple(dict.fromkeys(state.value for state in wanted.states))
    move = await world.stores.ownership.assign(
        Which(campaign.campaign_id, wanted.list_name, states),
        by=principal.who,
        at=world.clock.now(),
        agent=wanted.agent,
        team=wanted.team,
        up_to=wanted.up_to,
        until=wanted.until,
        tenant_id=principal.tenant_id,
    )
    return _moved(move)


@router.post("/reclaim", operation_id="leads.reclaim")
async def reclaim(
    campaign_id: Id,
    wanted: Reclaim,
    world: Here,
    principal: Annotated[Principal, Depends(may("leads.reclaim"))],
) -> MovedLeads:
    """Take leads back from an agent, a team or everybody; whoever is in a call keeps its lead."""
    campaign = await campaign_of(world, principal, campaign_id)
    if (wanted.agent is not None) + (wanted.team is not None) + wanted.everybody != 1:
        raise BadInput("agent, team or everybody", "not one of them is given", "give one")
    move = await world.stores.ownership.reclaim(
        Which(campaign.campaign_id, wanted.list_name),
        by=principal.who,
        at=world.clock.now(),
        agent=wanted.agent,
        team=wanted.team,
        up_to=wanted.up_to,
        tenant_id=principal.tenant_id,
    )
    return _moved(move)


@router.post("/reconsider", operation_id="leads.reconsider")
async def reconsider(
    campaign_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("leads.reconsider"))],
) -> Reconsidered:
    """Make leads ready that a calling rule holds back; each is judged anew at its dial."""
    campaign = await campaign_of(world, principal, campaign_id)
    now = world.clock.now()
    count = await judged_again(world.stores.writer, campaign.campaign_id, now)
    await world.stores.audit.note(
        by=principal.who,
        action="reconsider",
        subject=f"campaign {campaign.campaign_id}",
        detail={"leads": count},
        at=now,
        tenant_id=principal.tenant_id,
    )
    return Reconsidered(leads=count)


def _moved(move: Move) -> MovedLeads:
    return MovedLeads(moved=move.moved, to=move.to)
