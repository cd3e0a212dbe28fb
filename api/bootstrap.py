"""Puts the service together: the only place of `api` that names adapters."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from api.feed.hub import Hub
from api.world import Doorkeeper, World
from dialer.adapters.control_link import ControlLink
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.settings import NodeSettings

Doorkeepers = Callable[[SqlStores], Doorkeeper]


def life_of(
    settings: NodeSettings, doorkeeper: Doorkeepers
) -> Callable[[], AbstractAsyncContextManager[World]]:
    """Return what opens the service's world, for `api.app.create_app`.

    Args:
        settings: of the node.
        doorkeeper: makes who lets in.
    """

    @asynccontextmanager
    async def life() -> AsyncIterator[World]:
        link = ControlLink(settings.home, settings.name)
        feed = Hub(link)
        async with (
            open_stores(settings.database) as stores,
            _owned(link.run, "engine-link"),
            _owned(feed.run, "live-feed"),
        ):
            yield World(
                stores=stores,
                engines=link,
                doorkeeper=doorkeeper(stores),
                clock=SteadyClock(),
                feed=feed,
            )

    return life


@asynccontextmanager
async def _owned(work: Callable[[], Coroutine[Any, Any, None]], name: str) -> AsyncIterator[None]:
    """Run some work for as long as the block lasts; if it fails, the block does."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(work(), name=name)
        try:
            yield
        finally:
            task.cancel()
