"""`/trunk-routes`: several trunks under one name. List, look at, add, change, remove.

A campaign that runs goes by its route as it was at its start.
"""

from typing import Annotated

from fastapi import Depends, Path

from api.asking import may
from api.noun import Noun
from api.once import OnceRoute
from api.trunk_routes.schemas import RouteChange, RouteSaid
from api.world import Here
from dialer.domain.principal import Principal
from dialer.domain.trunk_route import TRUNK_ROUTES

router = Noun(prefix="/trunk-routes", tags=["trunk routes"], route_class=OnceRoute)

Named = Annotated[str, Path(max_length=200, examples=["home"])]


@router.get("", operation_id="trunk_routes.list")
async def list_routes(
    world: Here, principal: Annotated[Principal, Depends(may("trunk_routes.list"))]
) -> list[RouteSaid]:
    """List the routes, by name."""
    return [RouteSaid.of(one) for one in await world.stores.trunk_routes.list(principal.tenant_id)]


@router.get("/{name}", operation_id="trunk_routes.get")
async def get(
    name: Named, world: Here, principal: Annotated[Principal, Depends(may("trunk_routes.get"))]
) -> RouteSaid:
    """Look at one route."""
    found = await world.stores.trunk_routes.get(name, tenant_id=principal.tenant_id)
    if found is None:
        raise TRUNK_ROUTES.missing((name,))
    return RouteSaid.of(found)


@router.post("", operation_id="trunk_routes.create", status_code=201)
async def create(
    new: RouteSaid,
    world: Here,
    principal: Annotated[Principal, Depends(may("trunk_routes.create"))],
) -> RouteSaid:
    """Add a route."""
    await world.stores.trunk_routes.add(
        new.route(new.name),
        by=principal.who,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return new


@router.put("/{name}", operation_id="trunk_routes.update")
async def update(
    name: Named,
    change: RouteChange,
    world: Here,
    principal: Annotated[Principal, Depends(may("trunk_routes.update"))],
) -> RouteSaid:
    """Change a route; campaigns go by it from their next start."""
    route = change.route(name)
    await world.stores.trunk_routes.change(
        route, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
    )
    return RouteSaid.of(route)


@router.delete("/{name}", operation_id="trunk_routes.remove", status_code=204)
async def remove(
    name: Named, world: Here, principal: Annotated[Principal, Depends(may("trunk_routes.remove"))]
) -> None:
    """Remove a route that no campaign names."""
    await world.stores.trunk_routes.remove(
        name, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
    )
