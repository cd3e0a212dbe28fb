"""`/campaigns`: create, look at, set, start, pause, stop, drain, schedule, archive.

What is on record comes from the stores; moves are asked of the engine, which commits them before
they take effect.
"""

from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Response
from pydantic import BaseModel
from ulid import ULID

from api.asking import may
from api.campaigns.found import campaign_of
from api.campaigns.schemas import (
    CampaignShown,
    ExplanationShown,
    Moved,
    NewCampaign,
    Schedule,
    Stopped,
)
from api.etags import IfMatch, check_unchanged, etag
from api.noun import Noun
from api.once import OnceRoute
from api.paging import Cursor, Limit, Page, after, page
from api.world import Here, World
from dialer.domain.campaign import Campaign, CampaignSettings, CampaignState
from dialer.domain.ids import CampaignId
from dialer.domain.principal import Principal
from dialer.domain.prompt_path import check_prompts
from dialer.services.explain import run_on
from dialer.services.explaining import document
from dialer.services.labelled_calls import check_labelled, differs

router = Noun(prefix="/campaigns", tags=["campaigns"], route_class=OnceRoute)

Id = Annotated[str, Path(max_length=64, examples=["ca-01M8C9NMWY2EPPG8W9SYNMTK7Z"])]
Node = Annotated[
    str, Query(max_length=64, description="Engine to ask; needed only if there are several.")
]

ARRANGED: Final = frozenset({"order", "filter"})
"""Settings that say which lead is where: leads are arranged anew when they change."""


@router.get("", operation_id="campaigns.list")
async def list_campaigns(
    world: Here,
    principal: Annotated[Principal, Depends(may("campaigns.list"))],
    state: Annotated[CampaignState | None, Query(description="Only in this state.")] = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[CampaignShown]:
    """List the campaigns, oldest first."""
    begun = after(cursor, str)
    mine = [one for one in await world.stores.campaigns.list() if _is_seen(one, principal, state)]
    if begun is not None:
        known = [number for number, one in enumerate(mine) if one.campaign_id == begun]
        mine = mine[known[0] + 1 :] if known else []
    shown = [CampaignShown.of(one) for one in mine[: limit + 1]]
    return page(shown, limit, lambda one: one.id)


def _is_seen(campaign: Campaign, principal: Principal, state: CampaignState | None) -> bool:
    return campaign.tenant_id == principal.tenant_id and state in (None, campaign.state)


@router.post("", operation_id="campaigns.create", status_code=201)
async def create(
    new: NewCampaign,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("campaigns.create"))],
) -> CampaignShown:
    """Create a campaign in state draft."""
    check_prompts(new.settings)
    await check_labelled(world.stores.verdicts, new.settings, principal.tenant_id)
    campaign = Campaign(
        campaign_id=CampaignId(f"ca-{ULID()}"),
        name=new.name,
        tenant_id=principal.tenant_id,
        settings=new.settings,
        created_at=world.clock.now(),
    )
    await world.stores.campaigns.create(campaign)
    return _shown(campaign, response)


@router.get("/{campaign_id}", operation_id="campaigns.get")
async def get(
    campaign_id: Id,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("campaigns.get"))],
) -> CampaignShown:
    """Show a campaign with its settings."""
    return _shown(await campaign_of(world, principal, campaign_id), response)


@router.get("/{campaign_id}/explanation", operation_id="campaigns.explain")
async def explain(
    campaign_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("campaigns.explain"))],
) -> ExplanationShown:
    """Say what holds a campaign back: as a whole, and its leads, with times.

    Of more than 5,000 leads the counts are up to ten seconds old.
    """
    campaign = await campaign_of(world, principal, campaign_id)
    floor = None
    for node in world.engines.nodes():
        told = await world.engines.ask("status", node=node)
        if floor is None or run_on(told, campaign) is not None:
            floor = told
    return ExplanationShown.model_validate(document(await world.explaining.of(campaign, floor)))


@router.put("/{campaign_id}/settings", operation_id="campaigns.update")
async def set_settings(
    campaign_id: Id,
    settings: CampaignSettings,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("campaigns.update"))],
    if_match: IfMatch = None,
) -> CampaignShown:
    """Set all settings; of a campaign that runs only its pacing may differ, and holds at once."""
    campaign = await campaign_of(world, principal, campaign_id)
    return await changed(world, principal, campaign, settings, if_match, response)


async def changed(
    world: World,
    principal: Principal,
    campaign: Campaign,
    settings: CampaignSettings,
    if_match: str | None,
    response: Response,
    *,
    seen: BaseModel | None = None,
) -> CampaignShown:
    """Change a campaign's settings and tell its engine.

    Args:
        world: what there is.
        principal: who changes them.
        campaign: as it was looked up.
        settings: all of them, from now on.
        if_match: the ETag that was sent along, if any.
        response: gets the new ETag.
        seen: what that ETag is of; the campaign unless given.

    Raises:
        ChangedMeanwhile: it is not any more what `if_match` was given for.
        WrongState: it runs, and not only its pacing differs.
        BadInput: labelled calls do not allow what it is to do about machines, or a message cannot
            be played from its path.
    """
    check_prompts(settings, campaign.settings)
    if differs(settings, campaign.settings):
        await check_labelled(world.stores.verdicts, settings, campaign.tenant_id)
    cared = check_unchanged(
        if_match, seen or CampaignShown.of(campaign), f"campaign {campaign.name!r}"
    )
    told = await world.stores.campaigns.set_settings(
        campaign.campaign_id,
        settings,
        by=principal.who,
        at=world.clock.now(),
        expected=campaign.settings if cared else None,
    )
    if ARRANGED & told.keys():
        if world.engines.nodes():
            await world.engines.ask("campaign.give-back", campaign=campaign.campaign_id)
        await world.stores.arranging.arrange(campaign.campaign_id, world.clock.now())
    elif told and campaign.state is CampaignState.RUNNING:
        # it is on record: an engine that cannot be asked now takes it with its next look
        for node in world.engines.nodes():
            await world.engines.ask("campaign.renew", node=node, campaign=campaign.campaign_id)
    return _shown(await campaign_of(world, principal, campaign.campaign_id), response)


@router.post("/{campaign_id}/start", operation_id="campaigns.start")
async def start(
    campaign_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("campaigns.start"))],
    node: Node = "",
) -> Moved:
    """Start or resume a campaign."""
    return await _moved(world, principal, campaign_id, "start", node)


@router.post("/{campaign_id}/pause", operation_id="campaigns.pause")
async def pause(
    campaign_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("campaigns.pause"))],
    node: Node = "",
) -> Moved:
    """Start no new lines; lines that rang long enough are taken back."""
    return await _moved(world, principal, campaign_id, "pause", node)


@router.post("/{campaign_id}/stop", operation_id="campaigns.stop")
async def stop(
    campaign_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("campaigns.stop"))],
    node: Node = "",
) -> Moved:
    """As pause, and the leads that were held are given back."""
    return await _moved(world, principal, campaign_id, "stop", node)


@router.post("/{campaign_id}/drain", operation_id="campaigns.drain")
async def drain(
    campaign_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("campaigns.drain"))],
    node: Node = "",
) -> Moved:
    """Stop, but let lines ring on: agents still take whoever answers."""
    return await _moved(world, principal, campaign_id, "drain", node)


@router.post("/{campaign_id}/schedule", operation_id="campaigns.schedule")
async def schedule(
    campaign_id: Id,
    when: Schedule,
    world: Here,
    principal: Annotated[Principal, Depends(may("campaigns.schedule"))],
    node: Node = "",
) -> Moved:
    """Have a campaign start by itself at a time."""
    return await _moved(world, principal, campaign_id, "schedule", node, at=when.at)


@router.post("/{campaign_id}/archive", operation_id="campaigns.archive")
async def archive(
    campaign_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("campaigns.archive"))],
    node: Node = "",
) -> Moved:
    """Put a campaign that is over out of sight; its record stays."""
    return await _moved(world, principal, campaign_id, "archive", node)


@router.post("/{campaign_id}/restore", operation_id="campaigns.restore")
async def restore(
    campaign_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("campaigns.restore"))],
    node: Node = "",
) -> Moved:
    """Bring an archived campaign back."""
    return await _moved(world, principal, campaign_id, "restore", node)


@router.post("/stop-all", operation_id="campaigns.stop_all")
async def stop_all(
    world: Here, principal: Annotated[Principal, Depends(may("campaigns.stop_all"))]
) -> Stopped:
    """Stop every campaign of the tenant that runs, at once."""
    stopped: list[str] = []
    for campaign in await world.stores.campaigns.list():
        running = campaign.state in (CampaignState.RUNNING, CampaignState.PAUSED)
        if running and campaign.tenant_id == principal.tenant_id:
            for node in world.engines.nodes():
                await world.engines.ask("campaign.stop", node=node, campaign=campaign.campaign_id)
            stopped.append(campaign.name)
    return Stopped(stopped=stopped)


async def _moved(
    world: World,
    principal: Principal,
    campaign_id: str,
    move: str,
    node: str,
    **arguments: object,
) -> Moved:
    campaign = await campaign_of(world, principal, campaign_id)
    told: Any = await world.engines.ask(
        f"campaign.{move}", node=node, campaign=campaign.campaign_id, **arguments
    )
    await world.stores.audit.note(
        by=principal.who,
        action=move,
        subject=f"campaign {campaign.campaign_id}",
        detail={"before": campaign.state.value, **arguments},
        at=world.clock.now(),
        tenant_id=campaign.tenant_id,
    )
    taken_back = told.get("cancelled", 0) if isinstance(told, dict) else 0
    after_it = await campaign_of(world, principal, campaign_id)
    return Moved(campaign=CampaignShown.of(after_it), lines_taken_back=taken_back)


def _shown(campaign: Campaign, response: Response) -> CampaignShown:
    shown = CampaignShown.of(campaign)
    response.headers["ETag"] = etag(shown)
    return shown
