"""Puts the service together: the only place of `api` that names adapters."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from api.world import Doorkeeper, World
from dialer.adapters.control_link import ControlLink
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.redis.address import RedisAddress
from dialer.adapters.redis.link import RedisLink
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.domain.principal import Principal
from dialer.settings import NodeSettings

Doorkeepers = Callable[[SqlStores], Doorkeeper]


def life_of(
    settings: NodeSettings, doorkeeper: Doorkeepers | None = None
) -> Callable[[], AbstractAsyncContextManager[World]]:
    """Return what opens the service's world, for `api.app.create_app`.

    Args:
        settings: of the node.
        doorkeeper: makes who lets in; nobody is let in unless given.
    """

    @asynccontextmanager
    async def life() -> AsyncIterator[World]:
        link = way_to_engines(settings)
        async with open_stores(settings.database) as stores, _owned(link.run, "engine-link"):
            yield World(
                stores=stores,
                engines=link,
                doorkeeper=LockedDoor() if doorkeeper is None else doorkeeper(stores),
                clock=SteadyClock(),
            )

    return life


def way_to_engines(settings: NodeSettings) -> ControlLink | RedisLink:
    """Return the way to the engines: all on a Redis, or else the one of the same home.

    Raises:
        BadInput: the address of the Redis is none.
    """
    url = settings.redis_url.get_secret_value()
    if url:
        return RedisLink(RedisAddress.of(url))
    return ControlLink(settings.home, settings.name)


class LockedDoor:
    """Lets nobody in: what a service does that was not told who works here."""

    async def of_session(self, _secret: str) -> Principal | None:
        """Return nobody."""
        return None

    async def of_token(self, _secret: str) -> Principal | None:
        """Return nobody."""
        return None


@asynccontextmanager
async def _owned(work: Callable[[], Coroutine[Any, Any, None]], name: str) -> AsyncIterator[None]:
    """Run some work for as long as the block lasts; if it fails, the block does."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(work(), name=name)
        try:
            yield
        finally:
            task.cancel()
