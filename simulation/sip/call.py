"""A call as its user agent saw it: who, how it behaved, and when each thing happened.

`CallObserver` is told; `CallLog` is one that remembers and can be waited for. Refuses to know SIP
messages beyond the INVITE itself.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from simulation.sip.behaviour import Behaviour
from simulation.sip.media import CallLine, Capture, MediaLine
from simulation.sip.message import Request
from simulation.sip.sdp import AudioOffer
from simulation.sip.signals import CallEnd
from simulation.sip.udp import Stamp


@dataclass(slots=True, eq=False)
class Call:
    """One call, incoming or outgoing."""

    call_id: str
    number: str
    """User part of the called URI."""
    caller: str
    """User part of the From URI."""
    invited: Stamp
    """Arrival of the INVITE (kernel time), or when ours was sent."""
    behaviour: Behaviour
    line: MediaLine
    invite: Request | None = None
    """The INVITE that came in; None for a call we made."""
    offer: AudioOffer | None = None
    """The far end's audio as last told."""
    ok_sent: Stamp | None = None
    """Right before the first 200 OK was given to the kernel."""
    ok_received: Stamp | None = None
    """Arrival of the 200 OK of a call we made."""
    acked: Stamp | None = None
    ended: Stamp | None = None
    end: CallEnd | None = None
    status: int = 0
    """Final status of the INVITE; 0 before there is one."""
    provisional: list[int] = field(default_factory=list)
    """Provisional statuses of a call we made."""

    @property
    def capture(self) -> Capture:
        """What was received.

        Raises:
            LookupError: the call has no audio of its own (rtp=False, or bulk).
        """
        if isinstance(self.line, CallLine):
            return self.line.capture
        raise LookupError(f"call {self.call_id} keeps no packets")

    def press(self, digit: str) -> None:
        """Press a key of the telephone.

        Raises:
            LookupError: the far end takes no telephone events.
            ValueError: no such key.
        """
        if self.offer is None or self.offer.event_type is None:
            raise LookupError(f"call {self.call_id}: the far end takes no telephone events")
        self.line.press(digit, self.offer.event_type)


class CallObserver:
    """Told of every call; override what is wanted. Called on the loop: be quick."""

    def on_invite(self, call: Call) -> None:
        """A call came in; its behaviour is settled, nothing was answered yet."""

    def on_ok_sent(self, call: Call) -> None:
        """The first 200 OK was just sent; `call.ok_sent` was stamped before it."""

    def on_ack(self, call: Call) -> None:
        """The first 200 OK was acknowledged."""

    def on_accepted(self, call: Call) -> None:
        """A call we made was answered."""

    def on_end(self, call: Call) -> None:
        """The call is over: `call.end` says how (cancelled, refused, BYE from which side)."""


class CallLog(CallObserver):
    """Remembers all calls and lets a test wait for what it wants to see."""

    def __init__(self) -> None:
        self.invited: Final[list[Call]] = []
        self.answered: Final[list[Call]] = []
        self.ended: Final[list[Call]] = []
        self._changed = asyncio.Event()

    def on_invite(self, call: Call) -> None:
        """Remember it."""
        self.invited.append(call)
        self._changed.set()

    def on_ok_sent(self, call: Call) -> None:
        """Remember it."""
        self.answered.append(call)
        self._changed.set()

    def on_ack(self, call: Call) -> None:  # noqa: ARG002
        """Wake whoever waits."""
        self._changed.set()

    def on_accepted(self, call: Call) -> None:
        """Remember it."""
        self.answered.append(call)
        self._changed.set()

    def on_end(self, call: Call) -> None:
        """Remember it."""
        self.ended.append(call)
        self._changed.set()

    async def until(self, seen: Callable[["CallLog"], bool], timeout_s: float = 10.0) -> None:
        """Wait until something is true of this log; it is asked after every change.

        Raises:
            TimeoutError: it did not become true in time.
        """
        async with asyncio.timeout(timeout_s):
            while not seen(self):
                self._changed.clear()
                await self._changed.wait()
