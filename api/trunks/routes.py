"""`/trunks`: the ways to the telephone network, as they are and as they stand.

How a trunk is reached is a setting of its node, so it is added there (`outpace trunk add`).
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, Path

from api.asking import may
from api.noun import Noun
from api.once import OnceRoute
from api.shelf import Shelf
from api.trunks.schemas import TrunkShown
from api.world import Here, World
from dialer.domain.principal import Principal
from dialer.domain.trunk import TRUNKS
from dialer.errors import EngineUnavailable

router = Noun(prefix="/trunks", tags=["trunks"], route_class=OnceRoute)

SHELF: Final = Shelf(TRUNKS, lambda world: world.stores.trunks)


@router.get("", operation_id="trunks.list")
async def list_trunks(
    world: Here, principal: Annotated[Principal, Depends(may("trunks.list"))]
) -> list[TrunkShown]:
    """List the trunks, by name."""
    live = await _live(world)
    return [TrunkShown.of(one, live) for one in await SHELF.list(world, principal)]


@router.get("/{name}", operation_id="trunks.get")
async def get(
    name: Annotated[str, Path(max_length=40, examples=["west"])],
    world: Here,
    principal: Annotated[Principal, Depends(may("trunks.get"))],
) -> TrunkShown:
    """Look at one trunk."""
    return TrunkShown.of(await SHELF.get(world, principal, name), await _live(world))


async def _live(world: World) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return what each engine tells of its trunks; one that cannot be asked tells nothing."""
    told: dict[str, Sequence[Mapping[str, Any]]] = {}
    for node in world.engines.nodes():
        try:
            told[node] = (await world.engines.ask("trunks", node=node))["trunks"]
        except EngineUnavailable:
            continue
    return told
