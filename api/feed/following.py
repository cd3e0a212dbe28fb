"""What one client follows: its subscriptions, and the messages that are next.

Refuses to know how they are carried: a WebSocket and an event stream do the same here.
"""

import asyncio
import json
import time
from contextlib import suppress
from typing import Final

from api.campaigns.found import campaign_id_of
from api.feed.cursor import unpacked
from api.feed.messages import SUBSCRIPTIONS_MOST, Wanted
from api.feed.mirror import Subscription
from api.feed.views import Topic, view_of
from api.world import World
from dialer.domain.principal import Principal
from dialer.errors import BadInput

PING_S: Final = 15.0
"""After which a client that was told nothing hears a ping."""


class Following:
    """Everything one client looks at.

    Args:
        world: what there is.
        principal: who looks.
    """

    def __init__(self, world: World, principal: Principal) -> None:
        self._world = world
        self._principal = principal
        self._subscriptions: dict[str, Subscription] = {}
        self._news = asyncio.Event()
        self._up: tuple[str, ...] | None = None
        self._spoke_at = time.monotonic()

    def wake(self) -> None:
        """There is something to tell."""
        self._news.set()

    async def add(self, wanted: Wanted) -> None:
        """Follow something more; the same again begins anew.

        Raises:
            BadInput: it names no campaign, or a cursor that is none, or is one too many.
            Denied: whoever asks may not see it.
            NoSuch: the campaign does not exist, or is another tenant's.
        """
        wanted.checked()
        resume = unpacked(wanted.resume, "resume") if wanted.resume else None
        view = view_of(self._principal, wanted.topic, wanted.campaign)
        if wanted.topic is Topic.CAMPAIGN:
            await campaign_id_of(self._world, self._principal, wanted.campaign)
        fix = "unsubscribe from one, or open another socket"
        if wanted.name not in self._subscriptions and self.count >= SUBSCRIPTIONS_MOST:
            raise BadInput("subscribe", f"there are {SUBSCRIPTIONS_MOST} already", fix)
        subscription = await self._world.feed.subscribe(view, self.wake, resume=resume)
        self.drop(wanted)
        self._subscriptions[wanted.name] = subscription

    def drop(self, wanted: Wanted) -> None:
        """Follow something no more."""
        subscription = self._subscriptions.pop(wanted.name, None)
        if subscription is not None:
            subscription.close()

    def close(self) -> None:
        """Follow nothing any more."""
        for subscription in self._subscriptions.values():
            subscription.close()
        self._subscriptions.clear()

    @property
    def count(self) -> int:
        """Subscriptions there are."""
        return len(self._subscriptions)

    async def next(self) -> list[str]:
        """Wait until something is to be told, and return all of it, as of one moment."""
        while True:
            self._news.clear()
            texts = [text for one in self._subscriptions.values() if (text := one.take())]
            up = tuple(self._world.feed.up)
            if up != self._up or time.monotonic() - self._spoke_at >= PING_S:
                texts.append(self._ping(up))
            if texts:
                self._spoke_at = time.monotonic()
                return texts
            with suppress(TimeoutError):
                async with asyncio.timeout(PING_S):
                    await self._news.wait()

    def _ping(self, up: tuple[str, ...]) -> str:
        self._up = up
        return json.dumps({"ping": round(self._world.clock.now(), 3), "engines": up})
