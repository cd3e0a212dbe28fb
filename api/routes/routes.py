"""`/routes`: numbers that people call, and where their calls go. List, add, change, remove."""

from typing import Annotated

from fastapi import Depends, Path

from api.asking import may
from api.noun import Noun
from api.once import OnceRoute
from api.routes.schemas import Route, RouteSaid
from api.world import Here
from dialer.domain.inbound_route import InboundRoute
from dialer.domain.principal import Principal

router = Noun(prefix="/routes", tags=["routes"], route_class=OnceRoute)

Number = Annotated[str, Path(max_length=20, examples=["+12025550100"])]


@router.get("", operation_id="routes.list")
async def list_routes(
    world: Here, principal: Annotated[Principal, Depends(may("routes.list"))]
) -> list[Route]:
    """List the inbound numbers."""
    return [Route.of(one) for one in await world.stores.routes.list(principal.tenant_id)]


@router.post("", operation_id="routes.create", status_code=201)
async def create(
    new: Route, world: Here, principal: Annotated[Principal, Depends(may("routes.create"))]
) -> Route:
    """Add an inbound number; calls to a number without a route are refused."""
    await world.stores.routes.add(
        InboundRoute(new.number, new.to, new.name, new.label),
        by=principal.who,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return new


@router.put("/{number}", operation_id="routes.update")
async def update(
    number: Number,
    said: RouteSaid,
    world: Here,
    principal: Annotated[Principal, Depends(may("routes.update"))],
) -> Route:
    """Let the calls of a number go elsewhere; calls that are here stay where they are."""
    changed = InboundRoute(number, said.to, said.name, said.label)
    await world.stores.routes.change(
        changed, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
    )
    return Route.of(changed)


@router.delete("/{number}", operation_id="routes.remove", status_code=204)
async def remove(
    number: Number,
    world: Here,
    principal: Annotated[Principal, Depends(may("routes.remove"))],
) -> None:
    """Take a number's calls no more."""
    await world.stores.routes.remove(
        number, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
    )
