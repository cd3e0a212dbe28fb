"""Attempts on record as somebody may see them: of their tenant, or they do not exist."""

from typing import Any

from api.campaigns.found import campaign_id_of
from api.paging import after
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
    before = key_said(after(cursor, list))
    if campaign:
        of = [await campaign_id_of(world, principal, campaign)]
    else:
        of = [
            one.campaign_id
            for one in reversed(await world.stores.campaigns.list())
            if one.tenant_id == principal.tenant_id
        ]
    return await world.stores.attempt_record.page(of, wanted, limit=limit + 1, before=before)


def key_said(said: list[Any] | None) -> Key | None:
    """Return the key in a cursor.

    Raises:
        BadInput: it is of another list.
    """
    match said:
        case None:
            return None
        case [int() | float() as at, str() as attempt_id] if (
            type(at) is not bool and attempt_id.isprintable()
        ):
            return Key(float(at), attempt_id)
    raise BadInput("cursor", "is of another list", "send `next` of the page before")
