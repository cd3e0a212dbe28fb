"""IPv4 packets of TCP and UDP as a NAT sees them. Pure.

Knows addresses, ports and checksums. Refuses to know anything else of a packet: what is neither TCP
nor UDP, what has IP options, and all but the first part of a packet in parts is none to us.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address
from typing import Final, Self

_HEADER: Final = 20
_PLAIN: Final = 0x45  # version 4, no options
_OFFSET: Final = 0x1FFF
_ADDRESSES_AT: Final = 12
_IP_SUM_AT: Final = 10


class Protocol(IntEnum):
    """As IP numbers them."""

    TCP = 6
    UDP = 17


_SUM_AT: Final = {Protocol.TCP: _HEADER + 16, Protocol.UDP: _HEADER + 6}


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a connection."""

    address: IPv4Address
    port: int

    def packed(self) -> bytes:
        """Return the address as in a packet."""
        return self.address.packed


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet."""

    protocol: Protocol
    source: Side
    target: Side
    data: bytes
    """All of it, its IP header too."""

    @classmethod
    def read(cls, data: bytes) -> Self | None:
        """Return a packet of TCP or UDP; None if it is another."""
        if len(data) < _HEADER + 8 or data[0] != _PLAIN or data[9] not in _SUM_AT:
            return None
        if int.from_bytes(data[6:8], "big") & _OFFSET:
            return None
        protocol = Protocol(data[9])
        if len(data) < _SUM_AT[protocol] + 2:
            return None
        source, target, source_port, target_port = struct.unpack_from("!4s4sHH", data, 12)
        return cls(
            protocol,
            Side(IPv4Address(source), source_port),
            Side(IPv4Address(target), target_port),
            data,
        )

    def moved(self, *, source: Side | None = None, target: Side | None = None) -> "Packet":
        """Return the packet with other ends and the checksums that belong to them."""
        new = (source or self.source, target or self.target)
        addresses = b"".join(side.packed() for side in new)
        ports = struct.pack("!HH", *(side.port for side in new))
        data = bytearray(self.data)
        old_addresses = bytes(data[_ADDRESSES_AT:_HEADER])
        old_ports = bytes(data[_HEADER : _HEADER + 4])
        data[_ADDRESSES_AT:_HEADER] = addresses
        data[_HEADER : _HEADER + 4] = ports
        _mend(data, _IP_SUM_AT, old_addresses, addresses)
        sum_at = _SUM_AT[self.protocol]
        if (
            self.protocol is Protocol.TCP or data[sum_at : sum_at + 2] != b"\0\0"
        ):  # UDP's own "none"
            _mend(data, sum_at, old_addresses + old_ports, addresses + ports)
        return Packet(self.protocol, *new, bytes(data))


def checksum(data: bytes) -> int:
    """Return the Internet checksum of an even number of bytes."""
    return ~_folded(sum(struct.unpack(f"!{len(data) // 2}H", data))) & 0xFFFF


def _mend(data: bytearray, at: int, old: bytes, new: bytes) -> None:
    """Change a checksum as `old` becomes `new` (RFC 1624, equation 3)."""
    words = f"!{len(old) // 2}H"
    had = int.from_bytes(data[at : at + 2], "big")
    total = ~had & 0xFFFF
    total += sum(~word & 0xFFFF for word in struct.unpack(words, old))
    total += sum(struct.unpack(words, new))
    data[at : at + 2] = (~_folded(total) & 0xFFFF).to_bytes(2, "big")


def _folded(total: int) -> int:
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total
