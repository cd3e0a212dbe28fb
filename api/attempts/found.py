"""Attempts on record as somebody may see them: of their tenant, or they do not exist."""

from api.campaigns.found import campaign_id_of
from api.paging import after_moment
from api.world import World
from dialer.adapters.sql.attempt_record import AttemptRow, Key, Wanted
from dialer.domain.principal import Principal
from dialer.errors import BadInput, NoSuch


async def attempt_of(world: World, principal: Principal, attempt_id: str) -> AttemptRow:
    """Return an attempt.

    Raises:
        NoSuch: there is none, or it is another tenant's.
    """
    found = await world.stores.attempt_record.get(attempt_id, tenant_id=principal.tenant_id)
    if found is None:
        raise NoSuch("attempt", f"{attempt_id!r} does not exist", "see GET attempts")
    return found


async def attempts_of(
    world: World, principal: Principal, campaign: str, wanted: Wanted, limit: int, cursor: str
) -> list[AttemptRow]:
    """Return a page of attempts, newest first, and one more if there is one.

    Args:
        world: what there is.
        principal: who asks.
        campaign: id of the only one, or empty for all of the tenant's.
        wanted: which attempts.
        limit: items of the page.
        cursor: of the page before.

    Raises:
        BadInput: a range of time that is none, a cursor of another list, or no such campaign.
    """
    if wanted.since is not None and wanted.until is not None and wanted.since >= wanted.until:
        raise BadInput("until", "is not after since", "give a later time")
    key = after_moment(cursor, str)
    before = None if key is None else Key(*key)
    if campaign:
        of = [await campaign_id_of(world, principal, campaign)]
    else:
        of = [
            one.campaign_id
            for one in reversed(await world.stores.campaigns.list())
            if one.tenant_id == principal.tenant_id
        ]
    return await world.stores.attempt_record.page(of, wanted, limit=limit + 1, before=before)
