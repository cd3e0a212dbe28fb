"""`/campaigns/{id}/pacing`: how a campaign is paced, and what its pacer decided."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any

from fastapi import Depends, Query, Response

from api.asking import may
from api.campaigns.found import campaign_id_of, campaign_of
from api.campaigns.routes import Id, changed
from api.etags import IfMatch, etag
from api.noun import Noun
from api.pacing.schemas import DecisionShown, PacingChange, PacingSet, PacingShown
from api.world import Here, World
from dialer.domain.campaign import CampaignState
from dialer.domain.principal import Principal
from dialer.errors import EngineUnavailable
from dialer.services.board import CAMPAIGNS
from dialer.services.explain import LIMITS

router = Noun(prefix="/campaigns/{campaign_id}/pacing", tags=["pacing"])


@router.get("", operation_id="pacing.get")
async def get(
    campaign_id: Id,
    response: Response,
    world: Here,
    principal: Annotated[Principal, Depends(may("pacing.get"))],
) -> PacingShown:
    """Show how a campaign is paced, what holds it back, and what is expected.

    Of a campaign that runs the figures are up to a second old.
    """
    campaign = await campaign_of(world, principal, campaign_id)
    settings = PacingSet.of(campaign.settings)
    response.headers["ETag"] = etag(settings)
    told = [runs[campaign.campaign_id] for runs in await _seen(world) if campaign_id in runs]
    run = told[0] if told else {}
    return PacingShown(
        settings=settings,
        running=campaign.state is CampaignState.RUNNING,
        lines=run.get("lines"),
        limited_by=run.get("limited_by") or None,
        abandon_rate=run.get("abandon_rate"),
        forecast=run.get("forecast"),
    )


async def _seen(world: World) -> Sequence[Mapping[str, Mapping[str, Any]]]:
    """Return what each engine told of its campaigns; nothing if there is none."""
    with suppress(EngineUnavailable):
        return list((await world.feed.seen(CAMPAIGNS)).values())
    return []


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
    campaign = await campaign_id_of(world, principal, campaign_id)
    found = await world.stores.decisions.last(campaign, limit)
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
