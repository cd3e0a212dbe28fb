"""A lead as somebody may see it: of their tenant, or it does not exist."""

from api.world import World
from dialer.adapters.sql.lead_search import LeadFound
from dialer.domain.principal import Principal
from dialer.errors import NoSuch


async def lead_of(world: World, principal: Principal, lead_id: int) -> LeadFound:
    """Return a lead by its id.

    Raises:
        NoSuch: there is none, or it is another tenant's.
    """
    found = await world.stores.lead_search.get(lead_id, tenant_id=principal.tenant_id)
    if found is None:
        raise NoSuch("lead", f"{lead_id} does not exist", "see GET leads")
    return found
