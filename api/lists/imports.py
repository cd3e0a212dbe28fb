"""`/campaigns/{id}/imports`: how far the import of a list has come, and those before it.

Refuses to know how rows are read: that is said by whoever imports (`api.lists.routes`).
"""

from typing import Annotated, Final

from fastapi import Depends

from api.asking import may
from api.campaigns.found import campaign_id_of
from api.campaigns.routes import Id
from api.lists.schemas import ImportListed
from api.noun import Noun
from api.world import Here
from dialer.domain.principal import Principal

router = Noun(prefix="/campaigns/{campaign_id}/imports", tags=["lists"])

MOST: Final = 20
"""Imports that are listed."""


@router.get("", operation_id="lists.imports")
async def list_imports(
    campaign_id: Id,
    world: Here,
    principal: Annotated[Principal, Depends(may("lists.imports"))],
) -> list[ImportListed]:
    """List the newest twenty imports, and how far each has come; those given up are left out."""
    campaign = await campaign_id_of(world, principal, campaign_id)
    found = await world.stores.lists.imports(campaign, MOST)
    return [ImportListed.of(one) for one in found]
