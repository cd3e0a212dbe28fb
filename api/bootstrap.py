"""Puts the service together: the only place of `api` that names adapters."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from api.world import Doorkeeper, World
from dialer.adapters.asterisk.trunk_probe import far_side
from dialer.adapters.control_link import ControlLink
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.privacy_key import privacy_key
from dialer.adapters.rule_files import read_rules
from dialer.adapters.sql.privacy import SqlPrivacy, any_erased
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.domain.dial_law import DialLaw
from dialer.services.dial_terms import TrunkAddress, TrunkTerms
from dialer.services.import_leads import Erased
from dialer.settings import NodeSettings

Doorkeepers = Callable[[SqlStores], Doorkeeper]


def life_of(
    settings: NodeSettings, doorkeeper: Doorkeepers
) -> Callable[[], AbstractAsyncContextManager[World]]:
    """Return what opens the service's world, for `api.app.create_app`.

    Args:
        settings: of the node.
        doorkeeper: makes who lets in.

    Raises:
        BadInput: the calling rules cannot be read.
    """
    law = DialLaw(read_rules(settings.rules))
    trunk = settings.trunk
    trunks = TrunkTerms(
        {trunk.name: TrunkAddress(trunk.host, trunk.port, frozenset(trunk.countries))},
        far_side,
        default_prompt=settings.prompts / "abandon",
    )

    @asynccontextmanager
    async def life() -> AsyncIterator[World]:
        link = ControlLink(settings.home, settings.name)
        async with open_stores(settings.database) as stores, _owned(link.run, "engine-link"):
            yield World(
                stores=stores,
                engines=link,
                doorkeeper=doorkeeper(stores),
                clock=SteadyClock(),
                law=law,
                terms=partial(trunks.assumed, simulated=False),
                erased=partial(_erased, stores, settings.home),
            )

    return life


async def _erased(stores: SqlStores, home: Path) -> Erased | None:
    if not await any_erased(stores.reader):
        return None
    key = await asyncio.to_thread(privacy_key, home)
    return SqlPrivacy(stores.writer, stores.reader, key).suppressed


@asynccontextmanager
async def _owned(work: Callable[[], Coroutine[Any, Any, None]], name: str) -> AsyncIterator[None]:
    """Run some work for as long as the block lasts; if it fails, the block does."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(work(), name=name)
        try:
            yield
        finally:
            task.cancel()
