"""The live feed as server-sent events, for scripts that only listen.

All topics of a stream are told as of the same moment, so one id holds for all of them: it stands on
the last message of each batch. Refuses to know what is told.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

from api.feed.entrance import Pass, still_in
from api.feed.following import Following
from api.feed.socket import RECHECK_S
from api.world import World
from dialer.errors import StoreUnavailable


async def stream(given: Pass, following: Following, world: World) -> AsyncIterator[str]:
    """Iterate over the events of a client, until it may listen no more."""
    loop = asyncio.get_running_loop()
    look_at = loop.time() + RECHECK_S
    try:
        async with world.feed.watched(following.wake):
            while True:
                texts: list[str] = []
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(look_at):
                        texts = await following.next()
                if texts:
                    yield "".join(events(texts))
                if loop.time() >= look_at:
                    if not await _may_listen(given, world):
                        yield 'event: closed\ndata: {"reason":"the session is over"}\n\n'
                        return
                    look_at = loop.time() + RECHECK_S
    finally:
        following.close()


def events(texts: list[str]) -> list[str]:
    """Return the events of a batch; the last one that has a cursor carries it as its id."""
    told = [(text, json.loads(text)) for text in texts]
    last = max((n for n, (_, one) in enumerate(told) if "cursor" in one), default=-1)
    made: list[str] = []
    for number, (text, one) in enumerate(told):
        kind = next(name for name in ("snapshot", "delta", "ping", "error") if name in one)
        mark = f"id: {one['cursor']}\n" if number == last else ""
        made.append(f"event: {kind}\n{mark}data: {text}\n\n")
    return made


async def _may_listen(given: Pass, world: World) -> bool:
    try:
        return await still_in(given, world.doorkeeper)
    except StoreUnavailable:
        return False
