"""One AMI session as a value: bytes and times in, replies and events out. Sans-IO.

Knows log-in, pairing by ActionID, event lists and the keepalive deadline. Never queues an action
while it is not logged in and never sends one twice: when the session is lost, what had no reply is
handed back as unanswered, and its owner must ask the switch. Refuses to know what actions mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from dialer.adapters.asterisk.ami_wire import (
    AmiDecoder,
    AmiProtocolError,
    Frame,
    check_value,
    encode_action,
)
from dialer.errors import SwitchUnavailable, UnsafeValue

Fields = Sequence[tuple[str, str]]

PING_AFTER_S: Final = 1.0
"""Silence after which a Ping is sent."""

DEAD_AFTER_S: Final = 3.0
"""Silence after which the session counts as lost, although the socket may look open."""

STALL_S: Final = 0.5
"""A tick that comes this much late says that we slept, not that the peer is silent."""

MAX_PENDING: Final = 20_000
"""Actions without a whole reply; more is a peer that reads nothing."""

MAX_ITEMS: Final = 100_000
"""Items of one event list; Asterisk's longest has one for each channel or contact."""

_LOGIN_ID: Final = "login"
_PING_ID: Final = "ping"


class SessionState(Enum):
    """Where a session stands."""

    OPENING = auto()
    LOGGED_IN = auto()
    LOST = auto()


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The log-in was accepted; events flow from here on."""

    banner: str


@dataclass(frozen=True, slots=True)
class LoginRefused:
    """The peer refused user or secret."""

    message: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an action, with the items of its event list."""

    action_id: str
    frame: Frame
    items: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class EventReceived:
    """An event that belongs to no list."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class SessionLost:
    """The session is over; the actions named had no reply and may have been carried out."""

    reason: str
    unanswered: tuple[str, ...]


Output = LoggedIn | LoginRefused | Reply | EventReceived | SessionLost


@dataclass(slots=True)
class _List:
    frame: Frame
    items: list[Frame] = field(default_factory=list)


class AmiSession:
    """The state of one AMI connection.

    Raises:
        UnsafeValue: user or secret hold a line break or NUL.
    """

    def __init__(
        self, username: str, secret: str, *, now: float, events: bool = True, keepalive: bool = True
    ) -> None:
        """Begin; the peer's banner is awaited.

        Args:
            username: AMI user.
            secret: its secret.
            now: seconds on the caller's clock.
            events: whether the peer shall send events.
            keepalive: whether silence is judged; a session that waits for one slow action (the
                peer answers nothing meanwhile) must not.
        """
        try:
            check_value("Secret", secret)
        except UnsafeValue:
            raise UnsafeValue("Secret", "(hidden)") from None
        self._keepalive = keepalive
        self._login = encode_action(
            "Login",
            _LOGIN_ID,
            [("Username", username), ("Secret", secret), ("Events", "on" if events else "off")],
        )
        self._decoder = AmiDecoder()
        self._pending: set[str] = set()
        self._lists: dict[str, _List] = {}
        self._heard_at = now
        self._ticked_at = now
        self._pinged = False
        self._banner_seen = False
        self.state = SessionState.OPENING

    def request(self, action: str, action_id: str, fields: Fields = ()) -> bytes:
        """Return the bytes of an action; its reply will come under the same id.

        Raises:
            SwitchUnavailable: not logged in, or too many actions without a reply. Nothing is sent.
            UnsafeValue: a field holds a line break or NUL.
        """
        if self.state is not SessionState.LOGGED_IN:
            raise SwitchUnavailable(f"{action}: no AMI session; not sent")
        if len(self._pending) + len(self._lists) >= MAX_PENDING:
            raise SwitchUnavailable(f"{action}: {MAX_PENDING} actions without a reply; not sent")
        frame = encode_action(action, action_id, fields)
        self._pending.add(action_id)
        return frame

    def receive(self, data: bytes, now: float) -> tuple[list[Output], bytes]:
        """Take bytes from the peer; return what they mean and bytes to send back."""
        if self.state is SessionState.LOST:
            return [], b""
        self._heard_at = now
        self._pinged = False
        fault: AmiProtocolError | None = None
        try:
            frames: Sequence[Frame] = self._decoder.feed(data)
        except AmiProtocolError as error:
            fault, frames = error, error.frames
        send = b""
        if not self._banner_seen and self._decoder.banner is not None:
            self._banner_seen = True
            send = self._login
        outputs: list[Output] = []
        for frame in frames:
            output = self._take(frame)
            if output is not None:
                outputs.append(output)
            if isinstance(output, SessionLost):
                return outputs, send
        if fault is not None:
            outputs.append(self._lose(fault.problem))
        return outputs, send

    def tick(self, now: float) -> tuple[list[Output], bytes]:
        """Judge the silence; return a Ping to send, or that the session is lost."""
        late = now - self._ticked_at > PING_AFTER_S + STALL_S
        self._ticked_at = now
        if self.state is SessionState.LOST or not self._keepalive:
            return [], b""
        if late:
            # our own loop slept (stopped process, long garbage collection): the peer's bytes may
            # be waiting in the socket, so the silence is not his
            self._heard_at = max(self._heard_at, now - PING_AFTER_S)
        silent_s = now - self._heard_at
        if silent_s >= DEAD_AFTER_S:
            return [self._lose(f"nothing heard for {silent_s:.1f} s")], b""
        if silent_s >= PING_AFTER_S and not self._pinged and self.state is SessionState.LOGGED_IN:
            self._pinged = True
            return [], encode_action("Ping", _PING_ID, ())
        return [], b""

    def lose(self, reason: str) -> list[Output]:
        """The transport is gone: hand back what had no reply."""
        if self.state is SessionState.LOST:
            return []
        return [self._lose(reason)]

    def _lose(self, reason: str) -> SessionLost:
        self.state = SessionState.LOST
        unanswered = tuple(sorted(self._pending | set(self._lists)))
        self._pending.clear()
        self._lists.clear()
        return SessionLost(reason, unanswered)

    def _take(self, frame: Frame) -> Output | None:
        action_id = frame.get("ActionID", "")
        if "Event" in frame:
            return self._take_event(frame, action_id)
        if "Response" not in frame:
            return None
        if action_id == _PING_ID:
            return None
        if action_id == _LOGIN_ID:
            if frame["Response"] == "Success":
                self.state = SessionState.LOGGED_IN
                return LoggedIn(self._decoder.banner or "")
            return LoginRefused(frame.get("Message", "refused"))
        if action_id not in self._pending:
            return None
        self._pending.discard(action_id)
        if frame.get("EventList", "").lower() == "start":
            self._lists[action_id] = _List(frame)
            return None
        return Reply(action_id, frame)

    def _take_event(self, frame: Frame, action_id: str) -> Output | None:
        entry = self._lists.get(action_id)
        if entry is None:
            return EventReceived(frame)
        if frame.get("EventList", "").lower() in ("complete", "cancelled"):
            del self._lists[action_id]
            return Reply(action_id, entry.frame, tuple(entry.items))
        if len(entry.items) >= MAX_ITEMS:
            return self._lose(f"an event list of more than {MAX_ITEMS} items")
        entry.items.append(frame)
        return None
