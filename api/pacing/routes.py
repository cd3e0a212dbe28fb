"""`/campaigns/{id}/pacing`: how a campaign is paced, and what its pacer decided."""

from typing import Annotated

from fastapi import Depends, Query, Response

from api.asking import may
from api.campaigns.found import campaign_of
from api.campaigns.routes import Id, changed
from api.etags import IfMatch, etag
from api.noun import Noun
from api.pacing.schemas import DecisionShown, PacingChange, PacingSet, PacingShown
from api.world import Here
from dialer.domain.principal import Principal
from dialer.errors import EngineUnavailable
from dialer.services.explain import LIMITS

router = Noun(prefix="/campaigns/{campaign_id}/pacing", tags=["pacing"])


@router.get("", operation_id="pacing.get")
async def get(
    campaign_id: Id,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("pacing.get"))],
) -> PacingShown:
    """Show how a campaign is paced, what holds it back, and what is expected."""
    campaign = await campaign_of(world, principal, campaign_id)
    settings = PacingSet.of(campaign.settings)
    response.headers["ETag"] = etag(settings)
    for node in world.engines.nodes():
        try:
            floor = await world.engines.ask("status", node=node)
        except EngineUnavailable:
            continue
        for run in floor["campaigns"]:
            if run["campaign"] == campaign.campaign_id:
                return PacingShown(
                    settings=settings,
                    running=run["state"] == "running",
                    lines=run["lines"],
                    limited_by=run["limited_by"] or None,
                    abandon_rate=run["abandon_rate"],
                    forecast=run["forecast"],
                )
    return PacingShown(
        settings=settings,
        running=False,
        lines=None,
        limited_by=None,
        abandon_rate=None,
        forecast=None,
    )


@router.patch("", operation_id="pacing.update")
async def update(
    campaign_id: Id,
    change: PacingChange,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("pacing.update"))],
    if_match: IfMatch = None,
) -> PacingSet:
    """Change the pacing; of a campaign that runs it holds within a second.

    Noted in the audit log, with the values before and after.
    """
    campaign = await campaign_of(world, principal, campaign_id)
    wanted = change.put_into(campaign.settings)
    shown = await changed(
        world, principal, campaign, wanted, if_match, response, seen=PacingSet.of(campaign.settings)
    )
    now = PacingSet.of(shown.settings)
    response.headers["ETag"] = etag(now)
    return now


@router.get("/decisions", operation_id="pacing.decisions")
async def decisions(
    campaign_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("pacing.decisions"))],
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[DecisionShown]:
    """Show the last decisions that were sampled, newest first, with reasons and forecast."""
    campaign = await campaign_of(world, principal, campaign_id)
    found = await world.stores.decisions.last(campaign.campaign_id, limit)
    return [
        DecisionShown(
            at=one.at,
            lines=one.lines,
            limited_by=one.limited_by,
            why=LIMITS.get(one.limited_by, one.limited_by),
            forecast=dict(one.forecast),
        )
        for one in found
    ]
