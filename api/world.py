"""What the service works with: made once at its start, handed to every request.

Refuses to know how its parts are made (`api.bootstrap`).
"""

from dataclasses import dataclass
from typing import Protocol

from starlette.requests import HTTPConnection

from api.feed.hub import Hub
from dialer.adapters.sql.stores import SqlStores
from dialer.domain.principal import Principal
from dialer.ports import Clock, EngineLink


class Doorkeeper(Protocol):
    """Knows who a secret belongs to."""

    async def of_session(self, secret: str) -> Principal | None:
        """Return whose session this is; None if it is none (any more)."""
        ...

    async def of_token(self, secret: str) -> Principal | None:
        """Return whose token this is; None if it is none (any more)."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """What every request may use."""

    stores: SqlStores
    engines: EngineLink
    doorkeeper: Doorkeeper
    clock: Clock
    feed: Hub
    secure: bool = True
    """Whether pages come by TLS: then cookies go by nothing else."""


def world_of(request: HTTPConnection) -> World:
    """Return what the application of a request works with."""
    world = request.app.state.world
    if not isinstance(world, World):
        raise TypeError("the application was made without a world")
    return world
