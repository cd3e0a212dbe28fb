"""`/routes`: numbers that people call, and where their calls go. List, get, add, change, remove."""

from typing import Annotated, Final

from fastapi import Path

from api.noun import Noun
from api.once import OnceRoute
from api.routes.schemas import Route, RouteSaid
from api.shelf import Shelf
from api.shelf_routes import ShelfRoutes
from dialer.domain.inbound_route import ROUTES
from dialer.domain.named import Key

router = Noun(prefix="/routes", tags=["routes"], route_class=OnceRoute)

SHELF: Final = Shelf(ROUTES, lambda world: world.stores.routes)


async def _key(number: Annotated[str, Path(max_length=20, examples=["+12025550100"])]) -> Key:
    return (number,)


routes = ShelfRoutes(router, "routes", SHELF, key=_key, shown=Route)
routes.list("List the inbound numbers.")
routes.get("Show an inbound number.")
routes.create(Route, "Add an inbound number; calls to a number without a route are refused.")
routes.update(
    RouteSaid, "Let the calls of a number go elsewhere; calls that are here stay where they are."
)
routes.remove("Take a number's calls no more.")
