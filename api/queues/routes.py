"""`/queues`: where people who call wait for an agent. List, get, add, change, remove."""

from typing import Annotated, Final

from fastapi import Depends, Path

from api.asking import may
from api.noun import Noun
from api.once import OnceRoute
from api.queues.schemas import QueueShown, QueueTerms
from api.shelf import Shelf
from api.world import Here
from dialer.domain.principal import Principal
from dialer.domain.queue import QUEUES, Queue

router = Noun(prefix="/queues", tags=["queues"], route_class=OnceRoute)

SHELF: Final = Shelf(QUEUES, lambda world: world.stores.queues)
Name = Annotated[str, Path(max_length=200, examples=["sales"])]


@router.get("", operation_id="queues.list")
async def list_queues(
    world: Here, principal: Annotated[Principal, Depends(may("queues.list"))]
) -> list[QueueShown]:
    """List the queues by name."""
    return [QueueShown.of_queue(one) for one in await SHELF.list(world, principal)]


@router.get("/{name}", operation_id="queues.get")
async def get(
    name: Name, world: Here, principal: Annotated[Principal, Depends(may("queues.get"))]
) -> QueueShown:
    """Show a queue."""
    return QueueShown.of_queue(await SHELF.get(world, principal, name))


@router.post("", operation_id="queues.create", status_code=201)
async def create(
    new: QueueShown, world: Here, principal: Annotated[Principal, Depends(may("queues.create"))]
) -> QueueShown:
    """Add a queue."""
    await SHELF.add(world, principal, new.queue())
    return new


@router.put("/{name}", operation_id="queues.update")
async def update(
    name: Name,
    wanted: QueueTerms,
    world: Here,
    principal: Annotated[Principal, Depends(may("queues.update"))],
) -> QueueShown:
    """Change how a queue is served; it holds for who calls from now on."""
    queue = Queue(name, wanted.settings())
    await SHELF.change(world, principal, queue)
    return QueueShown.of_queue(queue)


@router.delete("/{name}", operation_id="queues.remove", status_code=204)
async def remove(
    name: Name, world: Here, principal: Annotated[Principal, Depends(may("queues.remove"))]
) -> None:
    """Remove a queue in which nobody ever waited; one that calls are on record of stays."""
    await SHELF.remove(world, principal, name)
