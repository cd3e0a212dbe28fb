"""`/queues`: where people who call wait for an agent. List, get, add, change, remove."""

from typing import Annotated, Final

from fastapi import Path

from api.noun import Noun
from api.once import OnceRoute
from api.queues.schemas import QueueShown, QueueTerms
from api.shelf import Shelf
from api.shelf_routes import ShelfRoutes
from dialer.domain.named import Key
from dialer.domain.queue import QUEUES

router = Noun(prefix="/queues", tags=["queues"], route_class=OnceRoute)

SHELF: Final = Shelf(QUEUES, lambda world: world.stores.queues)


async def _key(name: Annotated[str, Path(max_length=200, examples=["sales"])]) -> Key:
    return (name,)


routes = ShelfRoutes(router, "queues", SHELF, key=_key, shown=QueueShown)
routes.list("List the queues by name.")
routes.get("Show a queue.")
routes.create(QueueShown, "Add a queue.")
routes.update(QueueTerms, "Change how a queue is served; it holds for who calls from now on.")
routes.remove("Remove a queue in which nobody ever waited; one that calls are on record of stays.")
