"""Has the engines look at the record again, once it was changed.

Refuses to know what changed.
"""

from api.world import World
from dialer.errors import EngineUnavailable


async def tell_engines(world: World, command: str) -> None:
    """Ask every engine to do something; one that cannot be asked finds out by itself."""
    for node in world.engines.nodes():
        try:
            await world.engines.ask(command, node=node)
        except EngineUnavailable:
            continue
