"""sendmmsg and recvmmsg over numpy arrays: hundreds of datagrams for one system call.

Linux on 64 bits only (the layouts of mmsghdr, iovec and sockaddr_in are written out here). Refuses
to know RTP.
"""

import ctypes
import errno
import os
import socket
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulation.sip.udp import SO_TIMESTAMPNS

# struct mmsghdr { struct msghdr { name, namelen, iov, iovlen, control, controllen, flags }, len }
_MMSGHDR: Final = np.dtype(
    {
        "names": ["name", "namelen", "iov", "iovlen", "control", "controllen", "flags", "len"],
        "formats": ["u8", "u4", "u8", "u8", "u8", "u8", "i4", "u4"],
        "offsets": [0, 8, 16, 24, 32, 40, 48, 56],
        "itemsize": 64,
    }
)
_IOVEC: Final = np.dtype([("base", "u8"), ("len", "u8")])
SOCKADDR: Final = np.dtype([("family", "u2"), ("port", ">u2"), ("host", ">u4"), ("zero", "u8")])
# one control message: cmsghdr { len, level, type } and a timespec
_CONTROL: Final = np.dtype(
    [("len", "u8"), ("level", "i4"), ("type", "i4"), ("s", "i8"), ("ns", "i8"), ("rest", "u8", 4)]
)

_libc: Final = ctypes.CDLL(None, use_errno=True)


def host_number(host: str) -> int:
    """Return an IPv4 address in dotted form as a number."""
    return int.from_bytes(socket.inet_aton(host), "big")


def _addresses(array: NDArray[np.generic]) -> NDArray[np.uint64]:
    """Return the address of each row of an array."""
    steps = np.arange(len(array), dtype=np.uint64) * np.uint64(array.strides[0])
    return np.uint64(array.ctypes.data) + steps


class Outbox:
    """Rows of fixed length that can be sent, each to an address of its own."""

    def __init__(self, rows: int, row_bytes: int) -> None:
        self.data: Final = np.zeros((rows, row_bytes), dtype=np.uint8)
        """Shape (rows, row_bytes): the datagrams."""
        self.to: Final = np.zeros(rows, dtype=SOCKADDR)
        """Shape (rows,): where each goes."""
        self.to["family"] = socket.AF_INET
        self._iovec = np.zeros(rows, dtype=_IOVEC)
        self._iovec["base"] = _addresses(self.data)
        self._iovec["len"] = row_bytes
        self._headers = np.zeros(rows, dtype=_MMSGHDR)
        self._headers["name"] = _addresses(self.to)
        self._headers["namelen"] = SOCKADDR.itemsize
        self._headers["iov"] = _addresses(self._iovec)
        self._headers["iovlen"] = 1

    def send(self, fd: int, rows: NDArray[np.intp]) -> int:
        """Send these rows through a socket; returns how many the kernel took."""
        headers = self._headers[rows]
        sent = taken = 0
        while sent < len(rows):
            count = _libc.sendmmsg(
                fd,
                ctypes.c_void_p(headers.ctypes.data + sent * _MMSGHDR.itemsize),
                len(rows) - sent,
                0,
            )
            if count > 0:
                sent += count
                taken += count
            elif ctypes.get_errno() != errno.EINTR:
                sent += 1  # the first of the rest is refused: skip it
        return taken


class Inbox:
    """Room for a batch of received datagrams with their senders and arrival times."""

    def __init__(self, rows: int, row_bytes: int) -> None:
        self.data: Final = np.zeros((rows, row_bytes), dtype=np.uint8)
        """Shape (rows, row_bytes); longer datagrams are cut."""
        self.source: Final = np.zeros(rows, dtype=SOCKADDR)
        self.lengths: Final = np.zeros(rows, dtype=np.uint32)
        self._iovec = np.zeros(rows, dtype=_IOVEC)
        self._iovec["base"] = _addresses(self.data)
        self._iovec["len"] = row_bytes
        self._control = np.zeros(rows, dtype=_CONTROL)
        self._headers = np.zeros(rows, dtype=_MMSGHDR)
        self._headers["name"] = _addresses(self.source)
        self._headers["iov"] = _addresses(self._iovec)
        self._headers["iovlen"] = 1
        self._headers["control"] = _addresses(self._control)

    def receive(self, fd: int) -> int:
        """Fill the rows with what is waiting; returns how many were filled.

        Raises:
            OSError: the socket is not usable.
        """
        self._headers["namelen"] = SOCKADDR.itemsize
        self._headers["controllen"] = _CONTROL.itemsize
        count = _libc.recvmmsg(
            fd,
            ctypes.c_void_p(self._headers.ctypes.data),
            len(self.lengths),
            socket.MSG_DONTWAIT,
            None,
        )
        if count < 0:
            code = ctypes.get_errno()
            if code in (errno.EAGAIN, errno.EINTR, errno.ECONNREFUSED):
                return 0
            raise OSError(code, os.strerror(code))
        self.lengths[:count] = self._headers["len"][:count]
        return int(count)

    def arrivals_ns(self, count: int) -> NDArray[np.int64]:
        """Return the kernel's arrival times of the first `count` rows, ns since the epoch."""
        control = self._control[:count]
        if count and int(control["type"][0]) != SO_TIMESTAMPNS:
            raise OSError("the kernel gave no arrival times")
        return np.asarray(control["s"] * 1_000_000_000 + control["ns"])
