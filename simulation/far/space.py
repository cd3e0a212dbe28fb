"""A network namespace without a name, and TUN devices without a life of their own.

Both end with the process that made them, however that ends. Needs root. Refuses to know what goes
through them.
"""

import fcntl
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialer.errors import OutpaceError
from simulation import tied

_TUN: Final = Path("/dev/net/tun")
_TUNSETIFF: Final = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000
_REQUEST: Final = struct.Struct("16sH22x")
_START_S: Final = 5.0
_AGAIN_S: Final = 0.01


class NoFarNetwork(OutpaceError):
    """This machine, or this user, cannot have a network namespace with a TUN device."""


@dataclass(frozen=True, slots=True)
class Tun:
    """One device; packets are read and written whole, IP header first."""

    fd: int
    name: str

    @classmethod
    def open(cls) -> "Tun":
        """Make a device in the namespace of this process; nothing blocks on it.

        Raises:
            NoFarNetwork: there can be none.
        """
        try:
            fd = os.open(_TUN, os.O_RDWR | os.O_NONBLOCK)
        except OSError as error:
            raise NoFarNetwork(f"{_TUN}: {error.strerror}") from error
        try:
            asked = _REQUEST.pack(b"far%d", _IFF_TUN | _IFF_NO_PI)
            given = fcntl.ioctl(fd, _TUNSETIFF, asked)
        except OSError as error:
            os.close(fd)
            raise NoFarNetwork(f"no TUN device: {error.strerror}; be root") from error
        return cls(fd, _REQUEST.unpack(given)[0].rstrip(b"\0").decode())


class Space:
    """A namespace, kept by a process that does nothing else.

    Raises:
        NoFarNetwork: there can be none.
    """

    def __init__(self) -> None:
        for name in ("ip", "nsenter", "unshare", "sleep"):
            if shutil.which(name) is None:
                raise NoFarNetwork(f"this machine has no {name}")
        # with the thread that calls this it ends, too
        words = [sys.executable, tied.__file__, str(os.getpid()), str(int(signal.SIGKILL))]
        keep = [str(shutil.which("unshare")), "--net", "--", "sleep", "infinity"]
        self._holder = subprocess.Popen(
            [*words, "-1", "-1", *keep], stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        until = time.monotonic() + _START_S
        while not self._is_made():
            if self._holder.poll() is not None or time.monotonic() > until:
                self.close()
                raise NoFarNetwork("no network namespace can be made; be root")
            time.sleep(_AGAIN_S)

    @property
    def enter(self) -> tuple[str, ...]:
        """What comes before a command that runs inside."""
        return ("nsenter", f"--net=/proc/{self._holder.pid}/ns/net", "--")

    def take(self, device: str) -> None:
        """Move a device in."""
        run("ip", "link", "set", device, "netns", str(self._holder.pid))

    def run(self, *words: str) -> None:
        """Run a command inside."""
        run(*self.enter, *words)

    def close(self) -> None:
        """End it, once nothing else runs inside."""
        self._holder.kill()
        self._holder.wait()

    def _is_made(self) -> bool:
        its, ours = Path(f"/proc/{self._holder.pid}/ns/net"), Path("/proc/self/ns/net")
        try:
            return its.readlink() != ours.readlink()
        except OSError:
            return False


def run(*words: str) -> None:
    """Run a command that takes a moment.

    Raises:
        NoFarNetwork: it fails; says what it said.
    """
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoFarNetwork(f"{' '.join(words)}: {done.stderr.strip()}")
