"""`/caller-ids`: numbers that are shown. List, add, change, remove, complaints and health."""

from dataclasses import replace
from typing import Annotated, Final

from fastapi import Depends, Path, Query

from api.asking import may
from api.caller_ids.schemas import (
    CallerIdChange,
    CallerIdShown,
    Complaint,
    HealthShown,
    NewCallerId,
)
from api.noun import Noun
from api.once import OnceRoute
from api.shelf import Shelf
from api.tell_engines import tell_engines
from api.world import Here, World
from dialer.adapters.sql.caller_id_health import caller_id_health
from dialer.domain.caller_id import CALLER_IDS, DAY_S, CallerId, complained
from dialer.domain.principal import Principal

router = Noun(prefix="/caller-ids", tags=["caller ids"], route_class=OnceRoute)

SHELF: Final = Shelf(CALLER_IDS, lambda world: world.stores.caller_ids)
Number = Annotated[str, Path(max_length=16, pattern=r"^\+[0-9]{2,15}$", examples=["+12025550100"])]


@router.get("", operation_id="caller_ids.list")
async def list_caller_ids(
    world: Here, principal: Annotated[Principal, Depends(may("caller_ids.list"))]
) -> list[CallerIdShown]:
    """List the caller ids, by number."""
    return [CallerIdShown.of(one) for one in await SHELF.list(world, principal)]


@router.get("/health", operation_id="caller_ids.health")
async def health(
    world: Here,
    principal: Annotated[Principal, Depends(may("caller_ids.health"))],
    days: Annotated[float, Query(gt=0, le=366, description="Days looked back.")] = 7.0,
) -> list[HealthShown]:
    """Tell how the calls went that showed each number."""
    since = world.clock.now() - days * DAY_S
    async with world.reporting:
        found = await caller_id_health(world.stores.reader, since, principal.tenant_id)
    return [HealthShown.of(found[number]) for number in sorted(found)]


@router.post("", operation_id="caller_ids.create", status_code=201)
async def create(
    new: NewCallerId,
    world: Here,
    principal: Annotated[Principal, Depends(may("caller_ids.create"))],
) -> CallerIdShown:
    """Put a number on record; with its proof it may be shown to people."""
    now = world.clock.now()
    one = CallerId(new.number, new.label, new.trunk, now if new.proof else None, new.proof)
    await SHELF.add(world, principal, one)
    await tell_engines(world, "caller-ids.renew")
    return CallerIdShown.of(one)


@router.put("/{number}", operation_id="caller_ids.update")
async def update(
    number: Number,
    change: CallerIdChange,
    world: Here,
    principal: Annotated[Principal, Depends(may("caller_ids.update"))],
) -> CallerIdShown:
    """Change a number's label, trunk and proof."""
    before = await SHELF.get(world, principal, number)
    verified_at = before.verified_at if change.proof == before.proof else world.clock.now()
    after = replace(
        before,
        label=change.label,
        trunk=change.trunk,
        proof=change.proof,
        verified_at=verified_at if change.proof else None,
    )
    return await _changed(world, before, after, principal)


@router.post("/{number}/complaints", operation_id="caller_ids.complain")
async def complain(
    number: Number,
    complaint: Complaint,
    world: Here,
    principal: Annotated[Principal, Depends(may("caller_ids.complain"))],
) -> CallerIdShown:
    """Record a complaint: the number rests, longer with each one."""
    before = await SHELF.get(world, principal, number)
    after = complained(before, world.clock.now(), complaint.rest_days)
    return await _changed(world, before, after, principal)


@router.delete("/{number}", operation_id="caller_ids.remove", status_code=204)
async def remove(
    number: Number,
    world: Here,
    principal: Annotated[Principal, Depends(may("caller_ids.remove"))],
) -> None:
    """Take a number off the record."""
    await SHELF.remove(world, principal, number)
    await tell_engines(world, "caller-ids.renew")


async def _changed(
    world: World, before: CallerId, after: CallerId, principal: Principal
) -> CallerIdShown:
    await SHELF.change(world, principal, after, expected=before)
    await tell_engines(world, "caller-ids.renew")
    return CallerIdShown.of(after)
