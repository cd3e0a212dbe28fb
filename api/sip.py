"""`/sip`: a browser's softphone is handed on to Asterisk, which faces no network itself.

The cookie of our own page lets in, and only who may have a phone in a page; whether they still may
is looked at again and again. Messages are passed on as they are. Refuses to know what they mean.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.websockets import WebSocketState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from api.access import check
from api.feed.entrance import Pass, at_the_door, still_in
from api.world import World, world_of
from dialer.errors import Denied, StoreUnavailable

log = structlog.get_logger(__name__)

router: Final = APIRouter()

SIP: Final = Subprotocol("sip")
MESSAGE_MOST: Final = 65_536
"""Bytes of one SIP message; Asterisk's own limit is less."""
OPEN_WITHIN_S: Final = 5.0
RECHECK_S: Final = 20.0
"""Between two looks whether whoever registers still may."""

POLICY, TRY_LATER, NOT_AUTHENTICATED, DENIED = 1008, 1013, 4401, 4403
"""Codes a socket is closed with."""


class _Over(Exception):
    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(reason)


@router.websocket("/sip")
async def sip(websocket: WebSocket) -> None:
    """Hand a browser's SIP on to the Asterisk of this host."""
    world = world_of(websocket)
    try:
        given = await _let_in(websocket, world)
    except _Over as over:
        await websocket.accept()  # a browser is told the reason of an accepted socket only
        await _close(websocket, over)
        return
    await websocket.accept(SIP)
    try:
        async with connect(
            world.sip_url,
            subprotocols=[SIP],
            compression=None,
            max_size=MESSAGE_MOST,
            open_timeout=OPEN_WITHIN_S,
            proxy=None,
        ) as asterisk:
            log.info("sip_opened", who=given.principal.who)
            await _first_of(
                inward=_inward(websocket, asterisk),
                outward=_outward(asterisk, websocket),
                look=_look_after(given, world),
            )
    except _Over as over:
        await _close(websocket, over)
    except (OSError, TimeoutError, InvalidHandshake):
        await _close(websocket, _Over(TRY_LATER, "Asterisk cannot be reached: try again later"))
    except ConnectionClosed:
        await _close(websocket, _Over(TRY_LATER, "Asterisk closed the connection: try again"))
    except WebSocketDisconnect:
        pass


async def _let_in(websocket: WebSocket, world: World) -> Pass:
    if SIP not in websocket.scope.get("subprotocols", ()):
        raise _Over(POLICY, "speak the subprotocol sip")
    if not world.sip_url:
        raise _Over(TRY_LATER, "this host has no Asterisk for browsers' phones")
    try:
        given = await at_the_door(websocket, world.doorkeeper)
    except StoreUnavailable:
        raise _Over(TRY_LATER, "the database cannot be reached; connect again soon") from None
    if given is None or given.is_token:
        raise _Over(NOT_AUTHENTICATED, "log in on our own page first")
    try:
        check(given.principal, "session.phone")
    except Denied as denied:
        raise _Over(DENIED, str(denied)) from None
    if given.principal.agent_id is None:
        raise _Over(DENIED, "who is no agent has no phone here")
    return given


async def _inward(websocket: WebSocket, asterisk: ClientConnection) -> None:
    while True:
        await asterisk.send(await websocket.receive_text())


async def _outward(asterisk: ClientConnection, websocket: WebSocket) -> None:
    while True:
        message = await asterisk.recv()
        try:
            await websocket.send_text(
                message if isinstance(message, str) else message.decode("utf-8", "replace")
            )
        except RuntimeError:  # it was closed meanwhile
            raise WebSocketDisconnect from None


async def _look_after(given: Pass, world: World) -> None:
    while True:
        await asyncio.sleep(RECHECK_S)
        if not await still_in(given, world.doorkeeper):
            raise _Over(NOT_AUTHENTICATED, "the session is over")


async def _close(websocket: WebSocket, over: _Over) -> None:
    if websocket.application_state is WebSocketState.CONNECTED:
        with suppress(RuntimeError, WebSocketDisconnect):
            await websocket.close(over.code, over.reason)


async def _first_of(**works: Coroutine[Any, Any, None]) -> None:
    """Run these until the first of them ends, and raise why it did."""
    try:
        async with asyncio.TaskGroup() as tasks:
            for name, work in works.items():
                tasks.create_task(work, name=f"sip-{name}")
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
