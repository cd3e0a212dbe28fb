"""`/calling-hours`: weeks under a name. List, get, add, change, remove.

They are on record for whoever asks. The hours of the law, by which leads are dialed, are `/rules`.
"""

from typing import Annotated, Final

from fastapi import Path

from api.calling_hours.schemas import HoursShown, HoursTerms
from api.noun import Noun
from api.once import OnceRoute
from api.shelf import Shelf
from api.shelf_routes import ShelfRoutes
from dialer.domain.named import Key
from dialer.domain.weekly_hours import CALLING_HOURS

router = Noun(prefix="/calling-hours", tags=["calling hours"], route_class=OnceRoute)

SHELF: Final = Shelf(CALLING_HOURS, lambda world: world.stores.calling_hours)


async def _key(name: Annotated[str, Path(max_length=200, examples=["office"])]) -> Key:
    return (name,)


routes = ShelfRoutes(router, "calling_hours", SHELF, key=_key, shown=HoursShown)
routes.list("List the calling hours, by name.")
routes.get("Show calling hours.")
routes.create(HoursShown, "Add calling hours.")
routes.update(HoursTerms, "Change calling hours.")
routes.remove("Remove calling hours.")
