"""Puts the service together: the only place of `api` that names adapters."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from ulid import ULID

from api.world import Doorkeeper, World
from dialer.adapters.control_link import ControlLink
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.webhook_post import HttpWebhookPost
from dialer.services.webhook_sender import WebhookSender
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
        clock = SteadyClock()
        async with (
            open_stores(settings.database) as stores,
            HttpWebhookPost(private=settings.webhooks_private) as post,
            _owned(link.run, "engine-link"),
        ):
            holder = f"{settings.name}-{ULID()}"
            sender = WebhookSender(stores.outbox, post, clock, holder=holder)
            async with _owned(sender.run, "webhook-sender"):
                yield World(
                    stores=stores,
                    engines=link,
                    doorkeeper=doorkeeper(stores),
                    clock=clock,
                    post=post,
                    sender=sender,
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
