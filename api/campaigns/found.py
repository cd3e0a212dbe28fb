"""A campaign as somebody may see it: of their tenant, or it does not exist.

Whatever belongs to a campaign (lists, leads, attempts, recordings) is reached through here, so that
tenants are kept apart in one place.
"""

from api.world import World
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId
from dialer.domain.principal import Principal
from dialer.errors import NoSuch


async def campaign_of(world: World, principal: Principal, campaign_id: str) -> Campaign:
    """Return a campaign by its id.

    Raises:
        NoSuch: there is none, or it is another tenant's.
    """
    found = await world.stores.campaigns.get(CampaignId(campaign_id))
    if found is None or found.tenant_id != principal.tenant_id:
        raise _no_such(campaign_id)
    return found


async def campaign_id_of(world: World, principal: Principal, campaign_id: str) -> CampaignId:
    """Return the id of a campaign, of which nothing else is asked: cheaper than `campaign_of`.

    Raises:
        NoSuch: there is none, or it is another tenant's.
    """
    known = CampaignId(campaign_id)
    if await world.stores.campaigns.tenant_of(known) != principal.tenant_id:
        raise _no_such(campaign_id)
    return known


def _no_such(campaign_id: str) -> NoSuch:
    return NoSuch("campaign", f"{campaign_id!r} does not exist", "see GET campaigns")
