"""One WebSocket of the live feed, from the door to its end.

One task reads, one writes, one looks whether whoever listens still may; the first that ends says
why it closes. Refuses to know what is told.
"""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any, Final

import structlog
from fastapi import WebSocket, WebSocketDisconnect
from starlette.websockets import WebSocketState

from api.access import check
from api.errors import KINDS
from api.feed.entrance import Pass, at_the_door, still_in, with_token
from api.feed.following import Following
from api.feed.messages import MESSAGE_MOST, Said, Wanted, read
from api.world import World
from dialer.errors import BadInput, Denied, OutpaceError, StoreUnavailable

log = structlog.get_logger(__name__)

TOKEN_WITHIN_S: Final = 5.0
"""How long a socket may stay open without showing whose it is."""

RECHECK_S: Final = 20.0
"""Between two looks whether whoever listens still may."""

SEND_WITHIN_S: Final = 30.0
"""A client that takes nothing for so long is given up."""

SAID_MOST: Final = 120
"""Messages of a client in a minute."""

SERVER: Final = {
    "ws_max_size": MESSAGE_MOST,
    "ws_per_message_deflate": False,  # costs more time than the bytes it saves on a local network
    "timeout_graceful_shutdown": 3,  # event streams end only when they are cut
}
"""What uvicorn must be given for the feed."""

UNSUPPORTED, POLICY, AGAIN, NOT_AUTHENTICATED, DENIED = 1003, 1008, 1013, 4401, 4403
"""Codes a socket is closed with."""


class Ended(Exception):
    """A socket is to be closed."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(reason)


async def serve(websocket: WebSocket, world: World) -> None:
    """Serve one socket until it ends."""
    await websocket.accept()
    try:
        given = await _let_in(websocket, world)
        log.info("feed_opened", who=given.principal.who, tenant=given.principal.tenant_id)
        following = Following(world, given.principal)
        try:
            async with world.feed.watched(following.wake):
                await _first_of(
                    listen=_listen(websocket, following),
                    tell=_tell(websocket, following),
                    look=_look_after(given, world),
                )
        finally:
            following.close()
    except Ended as end:
        await _close(websocket, end)
    except StoreUnavailable:
        await _close(websocket, Ended(AGAIN, "the database cannot be reached; connect again soon"))
    except WebSocketDisconnect:
        pass


async def _let_in(websocket: WebSocket, world: World) -> Pass:
    given = await at_the_door(websocket, world.doorkeeper)
    if given is None and "authorization" not in websocket.headers:
        try:
            async with asyncio.timeout(TOKEN_WITHIN_S):
                said = await _heard(websocket)
        except TimeoutError:
            raise Ended(NOT_AUTHENTICATED, "no token came; send it first") from None
        if said.token is None:
            raise Ended(NOT_AUTHENTICATED, "say {token: ...} first, or come from our own page")
        given = await with_token(said.token.get_secret_value(), world.doorkeeper)
    if given is None:
        raise Ended(NOT_AUTHENTICATED, "the token is unknown, revoked or expired")
    try:
        check(given.principal, "feed.subscribe")
    except Denied as denied:
        raise Ended(DENIED, str(denied)) from None
    return given


async def _heard(websocket: WebSocket) -> Said:
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    text = message.get("text")
    if text is None:
        raise Ended(UNSUPPORTED, "messages are text, not binary")
    if len(text.encode()) > MESSAGE_MOST:
        raise Ended(POLICY, f"messages have {MESSAGE_MOST} bytes at most")
    try:
        return read(text)
    except BadInput as error:
        raise Ended(POLICY, str(error)) from None


async def _listen(websocket: WebSocket, following: Following) -> None:
    loop = asyncio.get_running_loop()
    minute, heard = loop.time(), 0
    while True:
        said = await _heard(websocket)
        if loop.time() - minute >= 60:
            minute, heard = loop.time(), 0
        heard += 1
        if heard > SAID_MOST:
            raise Ended(POLICY, f"say at most {SAID_MOST} messages in a minute")
        if said.token is not None:
            raise Ended(POLICY, "it is known already whose socket this is; say no token")
        for wanted in said.unsubscribe or ():
            following.drop(wanted)
        for wanted in said.subscribe or ():
            try:
                await following.add(wanted)
            except StoreUnavailable:
                raise
            except OutpaceError as error:
                await _send(websocket, refused(wanted, error))


async def _tell(websocket: WebSocket, following: Following) -> None:
    while True:
        for text in await following.next():
            await _send(websocket, text)


async def _look_after(given: Pass, world: World) -> None:
    while True:
        await asyncio.sleep(RECHECK_S)
        if not await still_in(given, world.doorkeeper):
            raise Ended(NOT_AUTHENTICATED, "the session is over, or the token was revoked")


async def _send(websocket: WebSocket, text: str) -> None:
    try:
        async with asyncio.timeout(SEND_WITHIN_S):
            await websocket.send_text(text)
    except TimeoutError:
        raise Ended(POLICY, "nothing was taken for too long; connect again") from None
    except RuntimeError:  # it was closed meanwhile
        raise WebSocketDisconnect from None


async def _close(websocket: WebSocket, end: Ended) -> None:
    log.info("feed_closed", code=end.code, reason=end.reason)
    if websocket.application_state is WebSocketState.CONNECTED:
        try:
            async with asyncio.timeout(1.0):
                await websocket.close(end.code, end.reason.encode()[:120].decode(errors="ignore"))
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            pass  # the other side is gone


async def _first_of(**works: Coroutine[Any, Any, None]) -> None:
    """Run these until the first of them ends, and raise why it did."""
    try:
        async with asyncio.TaskGroup() as tasks:
            for name, work in works.items():
                tasks.create_task(work, name=f"feed-{name}")
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


def refused(wanted: Wanted, error: OutpaceError) -> str:
    """Return the message that a subscription was refused, and why."""
    names = (cls.__name__ for cls in type(error).__mro__)
    code = next((KINDS[name].code for name in names if name in KINDS), "internal")
    problem = {
        "code": code,
        "detail": str(error),
        "field": getattr(error, "field", ""),
        "fix": getattr(error, "fix", ""),
    }
    head = {"topic": wanted.topic.value}
    if wanted.campaign:
        head["campaign"] = wanted.campaign
    return json.dumps({"error": problem, **head})
