"""`/trunk-routes`: several trunks under one name. List, look at, add, change, remove.

A campaign that runs goes by its route as it was at its start.
"""

from typing import Annotated, Final

from fastapi import Path

from api.noun import Noun
from api.once import OnceRoute
from api.shelf import Shelf
from api.shelf_routes import ShelfRoutes
from api.trunk_routes.schemas import RouteChange, RouteSaid
from dialer.domain.named import Key
from dialer.domain.trunk_route import TRUNK_ROUTES

router = Noun(prefix="/trunk-routes", tags=["trunk routes"], route_class=OnceRoute)

SHELF: Final = Shelf(TRUNK_ROUTES, lambda world: world.stores.trunk_routes)


async def _key(name: Annotated[str, Path(max_length=200, examples=["home"])]) -> Key:
    return (name,)


routes = ShelfRoutes(router, "trunk_routes", SHELF, key=_key, shown=RouteSaid)
routes.list("List the routes, by name.")
routes.get("Look at one route.")
routes.create(RouteSaid, "Add a route.")
routes.update(RouteChange, "Change a route; campaigns go by it from their next start.")
routes.remove("Remove a route that no campaign names.")
