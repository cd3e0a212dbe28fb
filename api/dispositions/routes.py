"""`/campaigns/{id}/dispositions`: what agents may say of a talk, in the order in which they see it.

They are set with the campaign's settings.
"""

from typing import Annotated

from fastapi import Depends

from api.asking import may
from api.campaigns.found import campaign_of
from api.campaigns.routes import Id
from api.noun import Noun
from api.world import Here
from dialer.domain.disposition import Disposition
from dialer.domain.principal import Principal

router = Noun(prefix="/campaigns/{campaign_id}/dispositions", tags=["dispositions"])


@router.get("", operation_id="dispositions.list")
async def list_dispositions(
    campaign_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("dispositions.list"))],
) -> list[Disposition]:
    """List the dispositions of a campaign, with what each means and what it does to the lead."""
    campaign = await campaign_of(world, principal, campaign_id)
    return list(campaign.settings.dispositions.dispositions)
