"""A firewall that translates addresses, as a strict company has it. Pure.

Each connection has an outer port of its own (a "symmetric" NAT), so what a STUN server says of one
is of no use to another; in comes only what answers. Refuses to know how packets get here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

from simulation.far.packet import Packet, Protocol, Side

_FIRST_PORT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Opening:
    """Where those inside may go."""

    protocol: Protocol
    ports: range


class Nat:
    """What stands between a far network and the rest.

    Args:
        outer: the address that the rest sees.
        openings: where those inside may go.
    """

    def __init__(self, outer: IPv4Address, openings: Collection[Opening]) -> None:
        self._outer = outer
        self.openings = tuple(openings)
        self.turned_away = 0
        """Packets from inside that may not go where they want."""
        self._outer_ports: dict[tuple[Protocol, Side, Side], int] = {}
        self._inside: dict[tuple[Protocol, int], tuple[Side, Side]] = {}

    def outward(self, packet: Packet) -> Packet | None:
        """Return a packet from inside as the rest sees it; None: it is turned away."""
        if not self._may(packet):
            self.turned_away += 1
            return None
        way = (packet.protocol, packet.source, packet.target)
        port = self._outer_ports.get(way)
        if port is None:
            port = _FIRST_PORT + len(self._outer_ports)
            self._outer_ports[way] = port
            self._inside[packet.protocol, port] = (packet.source, packet.target)
        return packet.moved(source=Side(self._outer, port))

    def inward(self, packet: Packet) -> Packet | None:
        """Return a packet of the rest as it goes on inside; None: nobody there asked for it."""
        inside, asked = self._inside.get((packet.protocol, packet.target.port), (None, None))
        if packet.target.address != self._outer or packet.source != asked:
            return None
        return packet.moved(target=inside)

    def _may(self, packet: Packet) -> bool:
        return any(
            packet.protocol is opening.protocol and packet.target.port in opening.ports
            for opening in self.openings
        )
