"""Puts the service together: the only place of `api` that names adapters."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from ulid import ULID

from api.feed.hub import Hub
from api.feed.people import Subject
from api.session.today import Days
from api.world import Doorkeeper, Ice, World
from dialer.adapters.asterisk.trunk_probe import far_side
from dialer.adapters.control_link import ControlLink
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.privacy_key import privacy_key
from dialer.adapters.recording_places import shelf_of
from dialer.adapters.redis.address import RedisAddress
from dialer.adapters.redis.link import RedisLink
from dialer.adapters.rehearsals import Rehearsals
from dialer.adapters.rule_files import read_rules
from dialer.adapters.sql.privacy import SqlPrivacy, any_erased
from dialer.adapters.sql.screen_pops import SqlScreenPops
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.webhook_post import HttpWebhookPost
from dialer.bootstrap.trunks import addresses_of
from dialer.domain.dial_law import DialLaw
from dialer.domain.screen_pop import ScreenPop
from dialer.explaining import explaining_of
from dialer.services.dial_terms import TrunkTerms
from dialer.services.identity import Identity
from dialer.services.import_leads import Erased
from dialer.services.passwords import Passwords
from dialer.services.pins import Pins
from dialer.services.webhook_sender import WebhookSender
from dialer.settings import NodeSettings

CONNECTIONS: Final = 12
"""Of an API to its server: else short reads wait for long ones."""

REPORTS_AT_ONCE: Final = 2
"""Reports that read at once; others wait, and leave room for short reads."""

Doorkeepers = Callable[[SqlStores], Doorkeeper]


def life_of(
    settings: NodeSettings, doorkeeper: Doorkeepers | None = None
) -> Callable[[], AbstractAsyncContextManager[World]]:
    """Return what opens the service's world, for `api.app.create_app`.

    Args:
        settings: of the node.
        doorkeeper: makes who lets in; what is on record of people and tokens unless given.

    Raises:
        BadInput: the calling rules cannot be read.
    """
    law = DialLaw(read_rules(settings.rules))

    @asynccontextmanager
    async def life() -> AsyncIterator[World]:
        async with AsyncExitStack() as open_:
            clock = SteadyClock()
            stores = await open_.enter_async_context(
                open_stores(settings.database, law=law, connections=CONNECTIONS)
            )
            link = way_to_engines(settings)
            feed = Hub(link, partial(_people, stores.screen_pops))
            post = await open_.enter_async_context(
                HttpWebhookPost(private=settings.webhooks_private)
            )
            holder = f"{settings.name}-{ULID()}"
            sender = WebhookSender(stores.outbox, post, clock, holder=holder)
            passwords = Passwords()
            identity = Identity(
                stores.access,
                stores.tokens,
                clock,
                passwords=passwords,
                session_s=settings.session_s,
                idle_s=settings.session_idle_s,
            )
            open_.callback(identity.close)
            for work, name in (
                (link.run, "engine-link"),
                (feed.run, "live-feed"),
                (sender.run, "webhook-sender"),
            ):
                await open_.enter_async_context(_owned(work, name))
            reporting = asyncio.Semaphore(REPORTS_AT_ONCE)
            yield World(
                stores=stores,
                engines=link,
                feed=feed,
                doorkeeper=identity if doorkeeper is None else doorkeeper(stores),
                identity=identity,
                clock=clock,
                law=law,
                pins=Pins(
                    stores.caller_accounts, stores.rooms, stores.pin_guesses, passwords, clock
                ),
                terms=partial(_trunks(settings).assumed, simulated=False),
                explaining=explaining_of(settings, stores, law, clock),
                erased=partial(_erased, stores, settings.home),
                post=post,
                sender=sender,
                rehearsals=Rehearsals(settings.home),
                reporting=reporting,
                days=Days(stores.reader, reporting),
                recordings=shelf_of(settings),
                phone_websocket_url=settings.phone_websocket_url,
                sip_url=sip_url(settings.asterisk_http_port),
                ice=Ice(
                    settings.phone_ice_servers,
                    settings.phone_turn_secret.get_secret_value(),
                    settings.phone_turn_s,
                ),
                metrics_token=settings.metrics_token.get_secret_value(),
                secure=settings.api_tls_cert is not None or settings.api_behind_tls,
            )

    return life


def sip_url(http_port: int) -> str:
    """Return where this host's Asterisk takes SIP over WebSocket; "" without its HTTP server."""
    return f"ws://127.0.0.1:{http_port}/ws" if http_port else ""


def way_to_engines(settings: NodeSettings) -> ControlLink | RedisLink:
    """Return the way to the engines: all on a Redis, or else the one of the same home.

    Raises:
        BadInput: the address of the Redis is none.
    """
    url = settings.redis_url.get_secret_value()
    if url:
        return RedisLink(RedisAddress.of(url))
    return ControlLink(settings.home, settings.name)


def _trunks(settings: NodeSettings) -> TrunkTerms:
    trunks = addresses_of(settings)
    return TrunkTerms(trunks, far_side, default_prompt=settings.prompts / "abandon")


async def _people(
    pops: SqlScreenPops, wanted: Collection[Subject]
) -> Mapping[Subject, ScreenPop | None]:
    leads = {
        one: await pops.lead_of(one.attempt) if one.lead is None and one.attempt else one.lead
        for one in wanted
    }
    found = await pops.of({lead for lead in leads.values() if lead is not None})
    return {one: found.get(lead) if lead is not None else None for one, lead in leads.items()}


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
