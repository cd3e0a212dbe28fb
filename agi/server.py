"""The FastAGI server: one connection, one request, one handler. Moves bytes and re-arms timers.

Only configured addresses may connect; a peer that says nothing, sends rubbish or too much, or
closes at once costs one closed socket. Refuses to know what a request means.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from itertools import count
from typing import Final, cast

import structlog

from agi.protocol import (
    AgiDecoder,
    AgiOutput,
    AgiProtocolError,
    AgiReply,
    Environment,
    HangupNotice,
    encode_command,
)
from dialer.errors import OutpaceError

log = structlog.get_logger(__name__)

REQUEST_DEADLINE_S: Final = 1.0
"""Time for a peer to state its whole environment."""

MAX_CONNECTIONS: Final = 4000

MAX_UNASKED: Final = 100
"""Lines of a peer that answer nothing; Asterisk sends one, HANGUP."""

BACKLOG: Final = 4096
"""Connections the kernel keeps while we sleep: with a full queue Asterisk waits 2.0 s for each,
and the message would come too late."""


class ChannelGone(OutpaceError):
    """The connection to the channel's AGI is over: it hung up, was taken away, or broke."""


class AgiSession(asyncio.Protocol):
    """One FastAGI connection; its handler sends commands and awaits their replies."""

    def __init__(self, server: "AgiServer") -> None:
        self._server = server
        self._decoder = AgiDecoder()
        self._wait: asyncio.Future[AgiReply] | None = None
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unasked = 0
        self._turns = count(1)
        self._marker = ""
        self.environment = Environment({})
        self.hung_up = False
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def command(self, *words: str) -> AgiReply:
        """Send one command and wait for its reply.

        One at a time: Asterisk leaves a second line that came with the first unread until more
        bytes arrive (seen on 22.10).

        Raises:
            ChannelGone: the connection ended first, or the channel is dead (511).
            UnsafeValue: a word holds CR, LF or NUL; nothing was sent.
        """
        closed = self._transport is None or self._transport.is_closing() or self.gone.done()
        if self._transport is None or closed or self._wait is not None:
            raise ChannelGone("AGI connection is closed, or a command is under way")
        line = encode_command(*words)
        self._wait = asyncio.get_running_loop().create_future()
        self._transport.write(line)
        try:
            return await self._wait
        finally:
            self._wait = None

    async def join(self, leg_id: str) -> AgiReply:
        """Join the line with an agent's leg until they part; raises as `command`."""
        await self._server.settled(leg_id)
        return await self.command("EXEC", "Bridge", leg_id)

    async def interrupt(self) -> None:
        """End a command whose reply nobody waits for any more (its wait was cancelled).

        Asterisk ends what plays when the next command comes, and answers only that one; what had
        ended already has answered. The reply to this one is told apart by what it says.

        Raises:
            ChannelGone: as `command`.
        """
        self._marker = f"now-{next(self._turns)}"
        try:
            await self.command("GET", "FULL", "VARIABLE", self._marker)
        finally:
            self._marker = ""

    def close(self) -> None:
        """Give the channel back to the dialplan."""
        if self._transport is not None:
            self._transport.close()

    # -- asyncio.Protocol ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Check the peer and give it a moment to state its request."""
        # uvloop's transports have the face of asyncio.Transport without being one
        self._transport = cast(asyncio.Transport, transport)
        peer = self._transport.get_extra_info("peername")
        if not self._server.admits(self, peer[0] if peer else ""):
            self._transport.abort()
            return
        self._timer = asyncio.get_running_loop().call_later(REQUEST_DEADLINE_S, self._too_slow)

    def data_received(self, data: bytes) -> None:
        """Hand bytes to the decoder, outputs to whoever waits."""
        if self._transport is None or self._transport.is_closing():
            return
        fault: AgiProtocolError | None = None
        try:
            outputs = self._decoder.feed(data)
        except AgiProtocolError as error:
            fault, outputs = error, error.outputs
        for output in outputs:
            self._take(output)
        if fault is not None or self._unasked > MAX_UNASKED:
            reason = str(fault or f"{self._unasked} lines that answer nothing")
            log.warning("agi_rejected", reason=reason)
            self._transport.abort()

    def connection_lost(self, _exc: Exception | None) -> None:
        """Tell the handler that its channel is gone."""
        if self._timer is not None:
            self._timer.cancel()
        self._server.forget(self)
        if not self.gone.done():
            self.gone.set_result(None)
        if self._wait is not None and not self._wait.done():
            self._wait.set_exception(ChannelGone("AGI connection closed"))

    def _take(self, output: AgiOutput) -> None:
        match output:
            case Environment():
                if self._timer is not None:
                    self._timer.cancel()
                self.environment = output
                self._server.start(self)
            case HangupNotice():
                self._unasked += 1
                self.hung_up = True
            case AgiReply():
                self._settle(output)

    def _settle(self, reply: AgiReply) -> None:
        if self._wait is None or self._wait.done():
            self._unasked += 1
            return
        if reply.code == 511:
            self._wait.set_exception(ChannelGone("the channel is dead"))
        elif self._marker and reply.data != self._marker:
            return  # of the command that was interrupted
        else:
            self._wait.set_result(reply)

    def _too_slow(self) -> None:
        log.warning("agi_rejected", reason=f"no request within {REQUEST_DEADLINE_S} s")
        if self._transport is not None:
            self._transport.abort()


Handler = Callable[[AgiSession], Awaitable[None]]


async def at_once(_channel_id: str) -> None:
    """Where no channel is ever on its way."""


class AgiServer:
    """Listens for Asterisk's FastAGI requests and runs one handler for each.

    Args:
        handlers: by script.
        admitted: addresses that may connect.
        settled: returns once a channel that was moved can be joined.
    """

    def __init__(
        self,
        handlers: dict[str, Handler],
        *,
        admitted: Collection[str] = ("127.0.0.1",),
        settled: Callable[[str], Awaitable[None]] = at_once,
    ) -> None:
        self.settled: Final = settled
        self._handlers = handlers
        self._admitted = frozenset(admitted)
        self._sessions: set[AgiSession] = set()
        self._tasks: asyncio.TaskGroup | None = None
        self._server: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> int:
        """Bind the address; return the port (0 asks for a free one). Refuses until `run`.

        Raises:
            OSError: the address is in use.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: AgiSession(self), host, port, backlog=BACKLOG, start_serving=False
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def run(self) -> None:
        """Serve until cancelled; every handler is a task of this call."""
        if self._server is None:
            raise RuntimeError("listen() first")
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                await self._server.start_serving()
                await asyncio.get_running_loop().create_future()
        finally:
            self._tasks = None
            self._server.close()
            for session in list(self._sessions):
                session.close()

    def admits(self, session: AgiSession, address: str) -> bool:
        """Judge a new connection by its address and by how many there are."""
        if address not in self._admitted:
            log.warning("agi_rejected", reason="address not configured", address=address)
            return False
        if len(self._sessions) >= MAX_CONNECTIONS:
            log.error("agi_rejected", reason=f"{MAX_CONNECTIONS} connections are open")
            return False
        self._sessions.add(session)
        return True

    def forget(self, session: AgiSession) -> None:
        """A connection is over."""
        self._sessions.discard(session)

    def start(self, session: AgiSession) -> None:
        """Run the handler of a complete request."""
        handler = self._handlers.get(session.environment.script)
        if handler is None or self._tasks is None:
            log.warning("agi_rejected", reason="unknown script", script=session.environment.script)
            session.close()
            return
        self._tasks.create_task(
            self._serve(handler, session), name=f"agi-{session.environment.channel_id}"
        )

    async def _serve(self, handler: Handler, session: AgiSession) -> None:
        try:
            await handler(session)
        except ChannelGone:
            pass  # hang-ups are ordinary; the call's end comes from the switch
        finally:
            session.close()
