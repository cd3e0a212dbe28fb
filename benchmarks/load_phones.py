"""The agents' phones of a load run: registered softphones that answer by themselves.

`DeafMedia` gives them the cheapest audio that keeps a standing leg alive: a packet of silence five
times a second, from one socket, and what comes in is swallowed by the kernel. Refuses to know
agents' states.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

from benchmarks.load_plan import AGENT_HZ, CUSTOMER_HZ
from dialer.adapters.asterisk.conf import AgentPhone
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour
from simulation.sip.media import MediaDesk, Sound
from simulation.sip.rtp import FRAME_S, RtpSender
from simulation.sip.sdp import Address
from simulation.sip.softphone import Softphone
from simulation.sip.tones import SILENCE_FRAME

_SLOTS: Final = 10
"""Each line sends one packet of 20 ms in so many; a leg without one for 3 s counts as dead."""
_AT_ONCE: Final = 20
_WITHIN_S: Final = 30.0


def _in_a_talk(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.0, tone_hz=AGENT_HZ, expect_hz=CUSTOMER_HZ)


class DeafLine:
    """One call's share of the socket."""

    def __init__(self, desk: "DeafMedia", ssrc: int) -> None:
        self.address: Final = desk.address
        self._desk = desk
        self._sender = RtpSender(ssrc)
        self.remote: Address | None = None

    def start(self, remote: Address, sound: Sound) -> None:  # noqa: ARG002 - silence is all it has
        """Send to `remote` from now on."""
        self.remote = remote
        self._desk.enter(self)

    def frame(self) -> bytes:
        """Return the next packet."""
        self._sender.skip(_SLOTS - 1)
        return self._sender.frame(SILENCE_FRAME)

    def press(self, digit: str, event_type: int) -> None:
        """Nobody presses a key."""

    def plug(self, *, connected: bool) -> None:
        """There is no cable."""

    def close(self) -> None:
        """Send no more."""
        self._desk.leave(self)


class DeafMedia:
    """A desk whose lines send a little silence and hear nothing."""

    def __init__(self, host: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)
        self._socket.bind((host, 0))
        self.address: Final[Address] = self._socket.getsockname()
        self._slots: list[set[DeafLine]] = [set() for _ in range(_SLOTS)]
        self._issued = 0
        self._loop = asyncio.get_running_loop()
        self._beats = 0
        self._due = self._loop.time()
        self._timer: asyncio.Handle | None = self._loop.call_soon(self._beat)

    def open(self) -> DeafLine:
        """Return a line for a new call."""
        self._issued += 1
        return DeafLine(self, self._issued)

    def enter(self, line: DeafLine) -> None:
        """Beat for a line."""
        if not any(line in slot for slot in self._slots):
            min(self._slots, key=len).add(line)

    def leave(self, line: DeafLine) -> None:
        """Beat no more for it."""
        for slot in self._slots:
            slot.discard(line)

    def close(self) -> None:
        """Fall silent."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._socket.close()

    def _beat(self) -> None:
        self._beats += 1
        self._due = max(self._due + FRAME_S, self._loop.time() - FRAME_S)
        self._timer = self._loop.call_at(self._due, self._beat)
        for line in self._slots[self._beats % _SLOTS]:
            if line.remote is not None:
                self._socket.sendto(line.frame(), line.remote)


@asynccontextmanager
async def registered(
    phones: Iterable[AgentPhone], registrar: Address, media: MediaDesk
) -> AsyncIterator[dict[str, Softphone]]:
    """Have phones registered for as long as the block lasts; at its end they hang up and die.

    Raises:
        NotRegistered, TimeoutError: one of them could not register.
    """
    made = {
        phone.name: Softphone(
            phone.name, phone.password, registrar, behave=_in_a_talk, media=media, expires_s=3600
        )
        for phone in phones
    }
    try:
        for phone in made.values():
            phone.start()
        places = asyncio.Semaphore(_AT_ONCE)

        async def register(phone: Softphone) -> None:
            async with places:
                await phone.register(_WITHIN_S)

        async with asyncio.TaskGroup() as tasks:
            for phone in made.values():
                tasks.create_task(register(phone), name=f"register-{phone.user}")
        yield made
    finally:
        for phone in made.values():
            phone.hang_up()
            phone.die()
