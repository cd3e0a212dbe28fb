"""Free ports for an instance: finding them, and telling which one is taken.

Knows how to try a port by binding it. Refuses to know what the port is for. A port that was free
when asked may be taken a moment later: a caller that loses this race sees it at Asterisk's start.
"""

import errno
import secrets
import socket
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Literal

from dialer.errors import OutpaceError

Kind = Literal["udp", "tcp"]
Port = tuple[Kind, str, int]
"""Protocol, host address, number."""

_KINDS: Final = {"udp": socket.SOCK_DGRAM, "tcp": socket.SOCK_STREAM}
_LOWEST: Final = 10_240
_TRIES: Final = 2_000
_EPHEMERAL: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")


class PortInUse(OutpaceError):
    """A port that an instance needs cannot be bound."""

    def __init__(self, kind: str, host: str, port: int, problem: str = "is in use") -> None:
        self.kind = kind
        self.host = host
        self.port = port
        super().__init__(
            f"port {port}/{kind} on {host} {problem}; end what holds it, or choose another port"
        )


def check_ports(ports: Iterable[Port]) -> None:
    """Bind each port once and let it go.

    Raises:
        PortInUse: the first one that cannot be bound.
    """
    for kind, host, port in ports:
        try:
            _bind(kind, host, port).close()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(kind, host, port) from error
            raise PortInUse(kind, host, port, f"cannot be used ({error.strerror})") from error


def free_ports(count: int, kind: Kind = "udp", host: str = "127.0.0.1") -> list[int]:
    """Return `count` different free ports, below those the kernel gives to outgoing sockets.

    Raises:
        PortInUse: too few are free.
    """
    found: list[int] = []
    for _ in range(_TRIES):
        if len(found) == count:
            return found
        port = _LOWEST + secrets.randbelow(_ceiling() - _LOWEST)
        if port not in found and _is_free(kind, host, port):
            found.append(port)
    raise PortInUse(kind, host, _LOWEST, f"and {_TRIES} more were tried: too few are free")


def free_port_range(count: int, host: str = "127.0.0.1") -> range:
    """Return `count` consecutive free UDP ports with an even start, as RTP wants them.

    Raises:
        PortInUse: no such stretch is free.
    """
    if count > _ceiling() - _LOWEST:
        raise PortInUse("udp", host, _LOWEST, f"does not start a stretch of {count} ports")
    for _ in range(_TRIES):
        start = _LOWEST + 2 * secrets.randbelow((_ceiling() - _LOWEST - count) // 2 + 1)
        stretch = range(start, start + count)
        if _all_free(stretch, host):
            return stretch
    raise PortInUse("udp", host, _LOWEST, f"does not start a free stretch of {count} ports")


def _all_free(stretch: Sequence[int], host: str) -> bool:
    return all(_is_free("udp", host, port) for port in stretch)


def _is_free(kind: Kind, host: str, port: int) -> bool:
    try:
        _bind(kind, host, port).close()
    except OSError:
        return False
    return True


def _bind(kind: Kind, host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, _KINDS[kind])
    try:
        if kind == "tcp":
            # a connection of an earlier instance that lingers in TIME_WAIT is no owner
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        if kind == "tcp":
            bound.listen()  # with SO_REUSEADDR, only listening tells of another listener
    except OSError:
        bound.close()
        raise
    return bound


def _ceiling() -> int:
    """Return the first port that the kernel may give to an outgoing socket."""
    try:
        lowest_ephemeral = int(_EPHEMERAL.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 32_768
    return lowest_ephemeral if lowest_ephemeral > _LOWEST + 2_000 else 60_000
