"""The shell of one AMI connection: moves bytes between a socket and the session, pairs futures.

Knows asyncio and the session's outputs; refuses to know what actions and events mean. One link is
one connection: when it is lost it stays lost, and its owner opens another.
"""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from typing import Final, cast

from dialer.adapters.asterisk.ami_session import (
    AmiSession,
    EventReceived,
    Fields,
    LoggedIn,
    LoginRefused,
    Output,
    Reply,
    SessionLost,
    SessionState,
)
from dialer.adapters.asterisk.ami_wire import Frame
from dialer.errors import OutpaceError, ReplyLost, SwitchUnavailable
from dialer.ports import Clock

TICK_S: Final = 0.5
MAX_UNSENT: Final = 1 << 20
"""Bytes waiting in the socket; beyond it the peer reads nothing and we stop writing."""


class LoginFailed(OutpaceError):
    """Asterisk refused the AMI user or secret."""


class AmiLink(asyncio.Protocol):
    """One connection to AMI, from TCP connect to loss."""

    def __init__(
        self,
        username: str,
        secret: str,
        *,
        clock: Clock,
        on_event: Callable[[Frame], None] | None,
        on_login: "Callable[[AmiLink], None]" = lambda _link: None,
        keepalive: bool = True,
    ) -> None:
        loop = asyncio.get_running_loop()
        self._clock = clock
        self._on_event = on_event
        self._on_login = on_login
        self._session = AmiSession(
            username,
            secret,
            now=clock.now(),
            events=on_event is not None,
            keepalive=keepalive,
        )
        self._transport: asyncio.Transport | None = None
        self._replies: dict[str, asyncio.Future[Reply]] = {}
        self._on_reply: dict[str, Callable[[Frame], None]] = {}
        self._ids: Iterator[int] = itertools.count(1)
        self._timer: asyncio.TimerHandle | None = None
        self.logged_in: asyncio.Future[str] = loop.create_future()
        # the owner may have given up by the time the log-in fails: that is no lost exception
        self.logged_in.add_done_callback(lambda done: done.cancelled() or done.exception())
        self.lost: asyncio.Future[SessionLost] = loop.create_future()

    @property
    def open(self) -> bool:
        """Whether an action can be sent now."""
        return (
            self._session.state is SessionState.LOGGED_IN
            and self._transport is not None
            and self._transport.get_write_buffer_size() < MAX_UNSENT
        )

    def send(
        self,
        action: str,
        fields: Fields,
        *,
        action_id: str | None = None,
        on_reply: Callable[[Frame], None] | None = None,
    ) -> None:
        """Write an action once; `on_reply` hears its answer, or nothing if the link is lost.

        Raises:
            SwitchUnavailable: nothing was sent.
        """
        if not self.open or self._transport is None or self._transport.is_closing():
            raise SwitchUnavailable(f"{action}: no AMI session; not sent")
        action_id = action_id or f"a{next(self._ids)}"
        data = self._session.request(action, action_id, fields)
        if on_reply is not None:
            self._on_reply[action_id] = on_reply
        self._transport.write(data)

    async def ask(self, action: str, fields: Fields = ()) -> Reply:
        """Write an action and wait for its answer (with its event list, if it has one).

        Raises:
            SwitchUnavailable: nothing was sent.
            ReplyLost: the link broke before the answer.
        """
        action_id = f"a{next(self._ids)}"
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._replies[action_id] = future
        try:
            self.send(action, fields, action_id=action_id)
            return await future
        except ReplyLost:
            raise ReplyLost(action, action_id) from None
        finally:
            self._replies.pop(action_id, None)

    def close(self) -> None:
        """End the connection; nothing more is sent or heard."""
        self._hear(self._session.lose("closed by us"))
        if self._transport is not None:
            self._transport.abort()

    # -- asyncio.Protocol ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the keepalive clock."""
        # uvloop's transports have the face of asyncio.Transport without being one
        self._transport = cast(asyncio.Transport, transport)
        self._arm()

    def data_received(self, data: bytes) -> None:
        """Hand bytes to the session."""
        outputs, send = self._session.receive(data, self._clock.now())
        self._write(send)
        try:
            self._hear(outputs)
        except BaseException as fault:
            # whoever owns the link is told, or asyncio would but log it and close the socket
            if not self.lost.done():
                self.lost.set_exception(fault)
            raise

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits for a reply."""
        if self._timer is not None:
            self._timer.cancel()
        self._hear(self._session.lose(str(exc) if exc else "closed by Asterisk"))

    def _write(self, data: bytes) -> None:
        # uvloop refuses to write to a connection that has ended and is not told of yet
        if data and self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _arm(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(TICK_S, self._tick)

    def _tick(self) -> None:
        outputs, send = self._session.tick(self._clock.now())
        self._write(send)
        self._hear(outputs)
        if self._session.state is SessionState.LOST:
            if self._transport is not None:
                self._transport.abort()
        else:
            self._arm()

    def _hear(self, outputs: list[Output]) -> None:
        for output in outputs:
            match output:
                case EventReceived(frame):
                    if self._on_event is not None:
                        self._on_event(frame)
                case Reply():
                    self._settle(output)
                case LoggedIn(banner):
                    if not self.logged_in.done():
                        self.logged_in.set_result(banner)
                        self._on_login(self)
                case LoginRefused(message):
                    if not self.logged_in.done():
                        self.logged_in.set_exception(LoginFailed(f"AMI log-in: {message}"))
                case SessionLost():
                    self._lose(output)

    def _settle(self, reply: Reply) -> None:
        future = self._replies.pop(reply.action_id, None)
        if future is not None and not future.done():
            future.set_result(reply)
        on_reply = self._on_reply.pop(reply.action_id, None)
        if on_reply is not None:
            on_reply(reply.frame)

    def _lose(self, lost: SessionLost) -> None:
        self._on_reply.clear()
        for action_id, future in self._replies.items():
            if not future.done():
                future.set_exception(ReplyLost("action", action_id))
        if not self.logged_in.done():
            self.logged_in.set_exception(SwitchUnavailable(f"AMI: {lost.reason}"))
        if not self.lost.done():
            self.lost.set_result(lost)
