"""A UDP socket on the event loop whose datagrams carry the kernel's arrival time.

The kernel stamps a datagram when it arrives, so a busy loop does not blur what is measured. Knows
how to fall silent without closing (an unplugged cable). Refuses to know what a datagram means.
"""

import asyncio
import socket
import struct
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from simulation.sip.sdp import Address

SO_TIMESTAMPNS: Final = 35  # Linux; not in the socket module of python 3.11
RECEIVE_BUFFER_BYTES: Final = 4 * 1024 * 1024
_BATCH: Final = 64
_TIMESPEC: Final = struct.Struct("qq")
_CONTROL_BYTES: Final = 64

OnDatagram = Callable[[bytes, Address, int], None]
"""Called with a datagram, where it came from, and its arrival in nanoseconds since the epoch."""


class Stamp(NamedTuple):
    """One instant on both clocks."""

    monotonic_s: float
    epoch_s: float

    @classmethod
    def now(cls) -> "Stamp":
        """Read both clocks."""
        return cls(time.monotonic(), time.time())

    @classmethod
    def of_arrival(cls, arrival_ns: int) -> "Stamp":
        """Return the stamp of a kernel arrival time; the monotonic half is derived."""
        age_s = (time.time_ns() - arrival_ns) * 1e-9
        return cls(time.monotonic() - age_s, arrival_ns * 1e-9)


class UdpPort:
    """A bound socket; bind port 0 to get a free one."""

    def __init__(self, host: str, port: int, on_datagram: OnDatagram) -> None:
        """Bind at once; nothing is read before `open`.

        Raises:
            OSError: the address is taken or not ours.
        """
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
            self._socket.bind((host, port))
        except OSError:
            self._socket.close()
            raise
        bound = self._socket.getsockname()
        self.address: Final[Address] = (bound[0], bound[1])
        self.unplugged = False
        """While true, everything in and out is dropped, as by a pulled cable."""
        self.unsent = 0
        """Datagrams the kernel would not take."""
        self._on_datagram = on_datagram
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Begin to read, on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket.fileno(), self._readable)

    def send(self, data: bytes, to: Address) -> None:
        """Send now; a datagram the kernel does not take is lost and counted."""
        if self.unplugged:
            return
        try:
            self._socket.sendto(data, to)
        except OSError:
            self.unsent += 1

    def close(self) -> None:
        """Close without a word; closing twice is fine."""
        if self._loop is not None:
            self._loop.remove_reader(self._socket.fileno())
            self._loop = None
        self._socket.close()

    def _readable(self) -> None:
        for _ in range(_BATCH):
            if self._loop is None:
                return  # closed by what the last datagram set off
            try:
                data, control, _, source = self._socket.recvmsg(65_536, _CONTROL_BYTES)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error of something we sent
            if self.unplugged:
                continue
            self._on_datagram(data, source, _arrival_ns(control))


def _arrival_ns(control: list[tuple[int, int, bytes]]) -> int:
    for level, kind, data in control:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = _TIMESPEC.unpack_from(data)
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return time.time_ns()
